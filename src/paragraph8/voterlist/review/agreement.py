"""Do two reviewers agree, and what is the answer where they do not?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.review.answers import ANSWERS, CANNOT_TELL

Answers = Mapping[int, str]  # item -> one of ANSWERS


@dataclass(frozen=True, slots=True)
class ReviewerAgreement:
    """How far two reviewers agree on the items that both answered."""

    items: int
    agreeing: int
    share: float | None  # agreeing / items, 0..1; None without items
    kappa: float | None  # above chance, -1..1; None without items, or where nothing varies
    ac1: float | None  # above chance as Gwet counts it, -1..1; None without items
    table: tuple[tuple[int, ...], ...]  # items by answer of the first (rows) and of the second


def compare_reviewers(first: Answers, second: Answers) -> ReviewerAgreement:
    """Measure the agreement of two reviewers, as shares and beyond chance.

        first, second   item -> same, different or cannot_tell
    Items that only one answered are left out.

    Returns a ReviewerAgreement with Cohen's kappa and Gwet's AC1. Where nearly all pairs have one
    answer, kappa is low however well the two agree; AC1 is not. Read both beside the share.
    Assumes that the reviewers WORKED APART. Both depend on how many hard pairs were drawn, and
    samples draw hard pairs on purpose; they say nothing of the agreement over the whole list.

    Source: those of `cohen_kappa` and `gwet_ac1`; low kappa: Feinstein & Cicchetti, J. Clin.
        Epidemiol. 43 (1990), 543-549.
    """
    both = sorted(first.keys() & second.keys())
    table = np.zeros((len(ANSWERS), len(ANSWERS)), dtype=np.int64)
    for item in both:
        table[_code(first[item]), _code(second[item])] += 1
    agreeing = int(np.trace(table))
    return ReviewerAgreement(
        len(both),
        agreeing,
        agreeing / len(both) if both else None,
        cohen_kappa(table),
        gwet_ac1(table),
        tuple(tuple(row) for row in table.tolist()),
    )


def cohen_kappa(table: NDArray[np.int64]) -> float | None:
    """Agreement of two people beyond chance, from a square table of counts.

        table   (k, k) items by the answer of the one (rows) and of the other (columns)
    Returns (observed - chance) / (1 - chance) of the shares that agree, -1..1; None where the
    table is empty or all lies in one cell of the diagonal.
    Unlike `analysis.stats.agreement.kappa` (Scott's pi) it keeps the two apart: here the same two
    people answer all items.

    Problems: analysis.bad_parameter.
    Source: Cohen, Educ. Psychol. Meas. 20 (1960), 37-46.
    """
    _check_square(table)
    # In whole numbers until the last division: 1 is then exactly 1.
    total, agreeing = int(table.sum()), int(np.trace(table))
    by_chance = int(table.sum(axis=1) @ table.sum(axis=0))  # of total squared
    at_most = total**2 - by_chance
    return (total * agreeing - by_chance) / at_most if at_most else None


def gwet_ac1(table: NDArray[np.int64]) -> float | None:
    """Agreement of two people beyond chance, where chance is agreement on hard items only.

        table   (k, k) items by the answer of the one (rows) and of the other (columns); k is the
                number of answers that they could give, 2 or more
    Returns (observed - chance) / (1 - chance), -1..1, with chance = sum of p (1 - p) / (k - 1),
    p the mean share of each answer; None where the table is empty. 1 where all agree, also if all
    have one and the same answer.

    Problems: analysis.bad_parameter.
    Source: Gwet, Brit. J. Math. Statist. Psychol. 61 (2008), 29-48.
    """
    _check_square(table)
    total, agreeing = int(table.sum()), int(np.trace(table))
    if total == 0:
        return None
    # In whole numbers until the last division: 1 is then exactly 1.
    given = [int(number) for number in table.sum(axis=0) + table.sum(axis=1)]  # of 2 total
    scale = 4 * total**2 * (len(given) - 1)
    by_chance = sum(number * (2 * total - number) for number in given)
    return (4 * total * agreeing * (len(given) - 1) - by_chance) / (scale - by_chance)


def to_adjudicate(first: Answers, second: Answers) -> tuple[int, ...]:
    """Items that both answered, and not alike: a third person answers these."""
    return tuple(
        item for item in sorted(first.keys() & second.keys()) if first[item] != second[item]
    )


def final_answers(first: Answers, second: Answers, third: Answers | None = None) -> dict[int, str]:
    """The answer to each item that both reviewers answered.

        first, second   item -> answer
        third           item -> answer, for the items of `to_adjudicate`; more are not looked at
    Where the two differ and the third said nothing, it is cannot_tell: the estimates then give
    bounds. An item that one of the two has not come to is no answer; see `estimates.judged`.
    """
    decided = third or {}
    return {
        item: first[item] if first[item] == second[item] else decided.get(item, CANNOT_TELL)
        for item in sorted(first.keys() & second.keys())
    }


def _check_square(table: NDArray[np.int64]) -> None:
    square = table.ndim == 2 and table.shape[0] == table.shape[1] >= 2
    if not square or table.min(initial=0) < 0:
        raise Problem(
            "analysis.bad_parameter",
            parameter="table",
            value=str(table.shape),
            expected="a square table of counts, 0 or more, of 2 or more answers",
        )


def _code(answer: str) -> int:
    return ANSWERS.index(answer)
