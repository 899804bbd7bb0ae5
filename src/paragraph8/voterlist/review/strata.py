"""Strata: what a sample of pairs is divided into, and how many pairs each part gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, sqrt
from typing import Final

import polars as pl

from paragraph8.kernel.problem import Problem

APART: Final = "apart"  # pairs that the matching left apart
NO_SCORE: Final = "no score"

# Share of the pairs of a category that are expected to be two people. Only the sizes of samples
# depend on it: a wrong guess makes intervals wider, never estimates wrong.
# (Two members of a family are expected to be two people, which is no error of the matching; what
# counts here is how far the answers will vary.)
WRONG: Final[Mapping[str, float]] = {
    "matched": 0.002,
    "changed": 0.02,
    "moved": 0.03,
    "probable": 0.3,
    "ambiguous": 0.5,
    "person": 0.05,
    "household": 0.05,
}
WRONG_ELSEWHERE: Final = 0.25
# Lowest and highest band of scores, beside the share for the category.
LOWEST_BAND, HIGHEST_BAND = 4.0, 0.25

# Missed matches expected among pairs that agree on nothing else, as a share of the matches that
# could still be missed.
MISSED: Final[Mapping[str, float]] = {
    "surname+birth": 0.10,
    "given+birth": 0.05,
    "patronymic+birth": 0.05,
    "surname+given": 0.05,
    "surname+patronymic": 0.05,
    "given+patronymic": 0.02,
    "birth": 0.005,
    "surname": 0.005,
    "given": 0.005,
    "patronymic": 0.005,
}
# So many pairs, and so few matches, that a sample which finds none leaves thousands possible.
REMOTE: Final = frozenset(f"{APART}:{kind}" for kind in MISSED if "+" not in kind)
LIKELIEST = 0.5  # beyond it the spread p(1 - p) falls again


@dataclass(frozen=True, slots=True)
class Design:
    """How a sample is drawn; all of it is written down beside the sample.

    seed      of the draw
    size      pairs to review
    minimum   pairs from each stratum, 1 or more; all of them where a stratum has fewer
    cuts      scores, in bits, at which a category is divided into bands
    """

    seed: int
    size: int = 300
    minimum: int = 10
    cuts: tuple[float, ...] = (4.0, 7.0)


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of all pairs, and the share of it that is expected to be wrongly decided."""

    name: str
    size: int  # pairs, 1 or more
    expected: float  # 0..1


def band(score: pl.Expr, cuts: Sequence[float]) -> pl.Expr:
    """The band of a score in words; no score has a band of its own."""
    *below, last = _bands(cuts)
    chosen: pl.Expr = pl.lit(last)
    for cut, name in reversed(list(zip(cuts, below, strict=True))):
        chosen = pl.when(score < cut).then(pl.lit(name)).otherwise(chosen)
    return pl.when(score.is_null()).then(pl.lit(NO_SCORE)).otherwise(chosen)


def _bands(cuts: Sequence[float]) -> tuple[str, ...]:
    if not cuts:
        return ("any score",)
    between = [f"{low:g} to {high:g}" for low, high in pairwise(cuts)]
    return f"under {cuts[0]:g}", *between, f"{cuts[-1]:g} or more"


def paired_stratum(name: str, size: int, cuts: Sequence[float]) -> Stratum:
    """A stratum `category:band` of pairs that the matching made."""
    category, _, in_band = name.rpartition(":")
    wrong = WRONG.get(category, WRONG_ELSEWHERE)
    if cuts and in_band == _bands(cuts)[0]:
        wrong *= LOWEST_BAND
    elif cuts and in_band == _bands(cuts)[-1]:
        wrong *= HIGHEST_BAND
    return Stratum(name, size, min(wrong, LIKELIEST))


def apart_stratum(agreeing: str, size: int, possible: int) -> Stratum:
    """A stratum of pairs left apart that agree on something.

    agreeing   key of MISSED
    size       pairs
    possible   matches that could still be missed: the open rows of the shorter list
    """
    expected = MISSED[agreeing] * possible / size
    return Stratum(f"{APART}:{agreeing}", size, min(expected, LIKELIEST))


def category(stratum: str) -> str:
    """The category that a stratum is a part of, or APART."""
    return stratum.rpartition(":")[0]


def allocate(strata: Sequence[Stratum], size: int, minimum: int) -> tuple[int, ...]:
    """Sizes of samples, in proportion to size times expected spread of each stratum.

        strata    sizes and expected shares; the spread is sqrt(p (1 - p))
        size      pairs in all; where there are fewer, all are drawn
        minimum   pairs from each stratum, 1 or more
    Returns a number per stratum, at most its size. They add up to `size`. Where the rule asks for
    more than a stratum has, all of it is drawn and the rest is shared out again.
    Shares that were GUESSED WRONG cost precision, nothing else.

    Problems: analysis.bad_parameter.
    Source: Neyman, J. R. Statist. Soc. 97 (1934), 558-606; Cochran, Sampling Techniques (3rd ed.,
        1977), sec. 5.5 and 5.10 (proportions), 5.8 (strata drawn completely).
    """
    most = [stratum.size for stratum in strata]
    least = [min(minimum, stratum.size) for stratum in strata]
    if minimum < 1 or size < sum(least):
        raise Problem(
            "analysis.bad_parameter",
            parameter="size",
            value=f"{size} pairs, {minimum} of each kind",
            expected=f"1 or more of each kind, and {sum(least)} or more in all for the "
            f"{len(strata)} kinds of pairs that there are",
        )
    if size >= sum(most):
        return tuple(most)
    weights = [s.size * sqrt(s.expected * (1 - s.expected)) for s in strata]
    return _whole(_shared_out(weights, least, most, size), most, size)


def _shared_out(
    weights: Sequence[float], least: Sequence[int], most: Sequence[int], size: int
) -> list[float]:
    """weight times a common factor, within bounds; the factor that gives the sum is searched."""
    # No factor moves a stratum without weight.
    floor_weight = max(*weights, 1.0) * 1e-9
    weights = [max(weight, floor_weight) for weight in weights]

    def at(factor: float) -> list[float]:
        bounds = zip(weights, least, most, strict=True)
        return [min(max(factor * weight, low), high) for weight, low, high in bounds]

    low, high = 0.0, max(most) / min(weights)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(at(middle)) < size else (low, middle)
    return at(high)


def _whole(shares: Sequence[float], most: Sequence[int], size: int) -> tuple[int, ...]:
    """Whole numbers with the sum `size`: the largest remainders are rounded up."""
    numbers = [floor(share) for share in shares]
    by_rest = sorted(range(len(shares)), key=lambda h: (numbers[h] - shares[h], h))
    room = [h for h in by_rest if numbers[h] < most[h]]
    for h in room[: size - sum(numbers)]:
        numbers[h] += 1
    return tuple(numbers)
