"""Dual-system estimate: how many there are, from two incomplete lists of the same people."""

from dataclasses import dataclass
from math import exp, log1p, sqrt
from typing import Final

from paragraph8.analysis.stats.intervals import check_level, two_sided_z
from paragraph8.kernel.problem import Problem

LIMITS: Final = (
    "It holds only if being on either list does not change the chance of being on the other. Lists "
    "made from the same register, or that miss the same people, make it too low.",
    "It holds only if nobody came, left, died or came of age between the lists.",
    "It holds only if every person on both lists was recognised. A missed link makes it too high, "
    "a false link too low.",
    "Entries that stand for nobody must be taken out of both lists before; each that is left in "
    "makes it too high.",
)


@dataclass(frozen=True, slots=True)
class DualSystemEstimate:
    """An estimated number of people, with its standard error from the sampling model alone."""

    persons: float  # Chapman's estimate
    standard_error: float  # persons
    lincoln_petersen: float | None  # the uncorrected estimate; None where nobody is on both
    low: float  # at least those seen on either list
    high: float


def dual_system(first: int, second: int, both: int, level: float = 0.95) -> DualSystemEstimate:
    """Estimate a population from two lists of it, with Chapman's correction.

        first    persons on the first list, real and counted once
        second   persons on the second list, real and counted once
        both     persons on both, 0 to the smaller of the two
        level    confidence, between 0 and 1
    Returns a DualSystemEstimate. Chapman's estimate is finite where nobody is on both, and has no
    bias where first + second is at least the population. The interval is normal on the scale of
    those seen on neither list, so that it never claims fewer than were seen.
    Assumes INDEPENDENCE of the lists, a CLOSED POPULATION, PERFECT LINKAGE, and no entry that
    stands for nobody: see LIMITS. On voter lists independence seldom holds: who is hard to reach
    is missed by both, and the estimate is then too low. The interval knows nothing of all this.

    Problems: analysis.bad_parameter.
    Source: Chapman, Univ. Calif. Publ. Statist. 1 (1951), 131-160; variance: Seber, Biometrika 57
        (1970), 313-318; on lists: Chandra Sekar & Deming, J. Am. Statist. Assoc. 44 (1949),
        101-115; interval: Chao, Biometrics 43 (1987), 783-791.
    """
    check_level(level)
    if not 0 <= both <= min(first, second):
        raise Problem(
            "analysis.bad_parameter",
            parameter="both",
            value=f"{both} of {first} and {second}",
            expected="persons, from 0 to the smaller of the two lists",
        )
    persons = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (
        (first + 1) * (second + 1) * (first - both) * (second - both)
        / ((both + 1) ** 2 * (both + 2))
    )  # fmt: skip
    low, high = _limits(persons, variance, first + second - both, level)
    lincoln_petersen = first * second / both if both else None
    return DualSystemEstimate(persons, sqrt(variance), lincoln_petersen, low, high)


def _limits(persons: float, variance: float, seen: int, level: float) -> tuple[float, float]:
    unseen = persons - seen
    if variance == 0 or unseen <= 0:
        return max(persons, seen), max(persons, seen)
    factor = two_sided_z(level) * sqrt(log1p(variance / unseen**2))
    return seen + unseen / exp(factor), seen + unseen * exp(factor)
