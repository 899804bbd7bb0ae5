"""Do two teams at one station answer alike? The only calibration data that forms give for free."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from paragraph8.kernel.problem import Problem

NO_ANSWER: Final = -1


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two answers to one question about one station are the same."""

    pairs: int  # pairs in which both answered
    agreeing: int  # of these, with the same answer
    share: float | None  # agreeing / pairs, 0..1; None without pairs
    kappa: float | None  # above chance, -1..1; None without pairs or with one answer only


def kappa(first: NDArray[np.int64], second: NDArray[np.int64]) -> Agreement:
    """Measure the agreement of pairs of answers, beyond what chance would bring.

        first, second   int   one per pair, the code of a category, 0 or more; -1 for no answer
    A pair in which either has no answer is left out. Codes are names: their order and distance
    mean nothing.

    Returns an Agreement. `kappa` is 1 where all agree, 0 where they agree as often as answers
    dealt out at random in the same proportions, negative where less. The proportions are those of
    both answers pooled (Scott's pi), since it is chance which team comes first: swapping the two
    in a pair changes nothing. Where all gave one and the same answer it is None, not 1: nothing
    shows that they could have told another.
    Assumes that BOTH SAW THE SAME. Teams at other hours may rightly differ; and teams that agreed
    on their answers agree for another reason. For a rare answer kappa is low even where nearly all
    agree, so read it beside `share`.

    Problems: analysis.bad_parameter.
    Source: Scott, Public Opinion Quarterly 19 (1955), 321-325; rare answers: Feinstein & Cicchetti,
        J. Clin. Epidemiol. 43 (1990), 543-549.
    """
    _check_codes(first, second)
    both = (first != NO_ANSWER) & (second != NO_ANSWER)
    one, other = first[both], second[both]
    pairs, agreeing = len(one), int(np.count_nonzero(one == other))
    if pairs == 0:
        return Agreement(0, 0, None, None)
    largest = int(max(one.max(), other.max())) + 1
    answers = np.bincount(one, minlength=largest) + np.bincount(other, minlength=largest)
    # In whole numbers until the last division: 1 is then exactly 1.
    by_chance = sum(int(number) ** 2 for number in answers)  # of (2 pairs)^2
    beyond, at_most = 4 * pairs * agreeing - by_chance, 4 * pairs**2 - by_chance
    return Agreement(pairs, agreeing, agreeing / pairs, beyond / at_most if at_most else None)


def _check_codes(first: NDArray[np.int64], second: NDArray[np.int64]) -> None:
    if first.ndim != 1 or first.shape != second.shape:
        raise Problem(
            "analysis.bad_parameter",
            parameter="second",
            value=f"{second.shape} beside first {first.shape}",
            expected="two columns, a code per pair",
        )
    lowest = min(first.min(initial=0), second.min(initial=0))
    if lowest < NO_ANSWER:
        raise Problem(
            "analysis.bad_parameter",
            parameter="first",
            value=int(lowest),
            expected="codes of 0 or more, or -1 for no answer",
        )
