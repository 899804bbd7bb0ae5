"""How many pairs of some strata are the same person: an estimate, and its interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from paragraph8.analysis.stats.clusters import check_draws
from paragraph8.analysis.stats.intervals import check_level
from paragraph8.kernel.problem import Problem


@dataclass(frozen=True, slots=True)
class Judged:
    """What people said of the pairs drawn from one stratum."""

    stratum: str
    size: int  # pairs in the stratum
    same: int  # pairs reviewed and judged the same person
    different: int
    unsure: int  # cannot tell, or not agreed

    @property
    def reviewed(self) -> int:
        """Pairs reviewed, of any answer."""
        return self.same + self.different + self.unsure


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number of pairs or of rows, or a share, with the two ways to read what nobody could tell.

    Where all could be told, the middle two are equal. Where everything was reviewed and could be
    told, all four are.
    """

    low: float
    if_fewest: float  # each pair that nobody could tell read so that this number is smallest
    if_most: float
    high: float


@dataclass(frozen=True, slots=True)
class Precision:
    """How intervals are made.

    seed     of the bootstrap
    draws    of the bootstrap, 1 or more
    level    confidence, between 0 and 1
    remote   False leaves out what could be hidden in strata of pairs that agree on one thing only,
             where none of the pairs reviewed was the same person. It must be said where it is used
    """

    seed: int
    draws: int = 2000
    level: float = 0.95
    remote: bool = True


class Part(NamedTuple):
    """Low end, estimate and high end of one part of a sum."""

    low: float
    estimate: float
    high: float


def same_pairs(
    strata: Sequence[Judged], precision: Precision, remote: frozenset[str] = frozenset()
) -> Estimate:
    """Estimate how many pairs of some strata are the same person.

        strata     what was said of a SIMPLE RANDOM SAMPLE of each, at least one pair of each
        precision  level, and seed of the bootstrap
        remote     names of the strata to which precision.remote applies
    The estimate is the sum of size times share (Horvitz and Thompson: each pair counts for size /
    reviewed pairs). Pairs that nobody could tell are read as all different for the low end and as
    all the same for the high end.

    The interval is the wider, at each end, of two. Neither covers everywhere by itself: the first
    is too narrow where few of the pairs reviewed are errors, the second where many strata have few.
    - Bootstrap of each stratum, drawn with replacement and drawn together for its share reviewed;
      strata in which all pairs were alike cannot vary, and add the distance to their exact limit.
    - Exact limits of each stratum, from the hypergeometric distribution, whose distances from the
      estimates are added as squares.
    Strata reviewed completely add nothing to either. No end is beyond what the pairs reviewed
    allow: at least as many as were judged the same, no more than all but those judged different.
    Assumes that REVIEWERS ARE RIGHT, and that pairs err independently of each other.

    Problems: analysis.bad_parameter.
    Source: Cochran, Sampling Techniques (3rd ed., 1977), sec. 5.10; rescaled bootstrap: Rao & Wu,
        J. Am. Statist. Assoc. 83 (1988), 231-241; exact limits: Wright, Exact Confidence Bounds
        When Sampling from Small Finite Universes (1991); sum of squares: Zou & Donner, Statist.
        Med. 27 (2008), 1693-1702.
    """
    check_level(precision.level)
    check_draws(precision.draws)
    for stratum in strata:
        _check(stratum)
    fewest = _part([(s, s.same) for s in strata], precision, remote)
    most = _part([(s, s.same + s.unsure) for s in strata], precision, remote)
    return Estimate(fewest.low, fewest.estimate, most.estimate, most.high)


def add(first: Estimate, second: Estimate) -> Estimate:
    """The sum of two independent numbers; distances to the ends are added as squares.

    Source: Zou & Donner, Statist. Med. 27 (2008), 1693-1702.
    """
    fewest, most = first.if_fewest + second.if_fewest, first.if_most + second.if_most
    return Estimate(
        fewest - hypot(first.if_fewest - first.low, second.if_fewest - second.low),
        fewest,
        most,
        most + hypot(first.high - first.if_most, second.high - second.if_most),
    )


def minus(whole: float, part: Estimate) -> Estimate:
    """What is left of a known number without the part."""
    return Estimate(
        whole - part.high, whole - part.if_most, whole - part.if_fewest, whole - part.low
    )


def at_most(estimate: Estimate, bound: float) -> Estimate:
    """The estimate, no end of it above a number that cannot be exceeded."""
    return Estimate(
        min(estimate.low, bound),
        min(estimate.if_fewest, bound),
        min(estimate.if_most, bound),
        min(estimate.high, bound),
    )


def exact_limits(found: int, drawn: int, size: int, level: float) -> tuple[int, int]:
    """Fewest and most of `size` pairs that can be such, where `found` of `drawn` were.

    Ends are tested apart, each at half of 1 - level. At least `found`, at most size - (drawn -
    found); the two are equal where all were drawn.

    Source: Wright, Exact Confidence Bounds When Sampling from Small Finite Universes (1991).
    """
    return (
        size - _most_possible(drawn - found, drawn, size, level),
        _most_possible(found, drawn, size, level),
    )


def _most_possible(found: int, drawn: int, size: int, level: float) -> int:
    """The largest number of such pairs with which so few of them are not too unlikely."""
    from scipy.stats import hypergeom

    low, high = found, size - (drawn - found)
    while low < high:
        middle = (low + high + 1) // 2
        if hypergeom.cdf(found, size, middle, drawn) > (1 - level) / 2:
            low = middle
        else:
            high = middle - 1
    return low


def _part(
    strata: Sequence[tuple[Judged, int]], precision: Precision, remote: frozenset[str]
) -> Part:
    """The sum over strata, each with the number of its reviewed pairs that count as the same."""
    estimate = sum(s.size * found / s.reviewed for s, found in strata)
    limits = [_limits(s, found, precision, remote) for s, found in strata]
    below, above = hypot(*(low for low, _ in limits)), hypot(*(high for _, high in limits))
    drawn_below, drawn_above = _bootstrap(strata, estimate, limits, precision)
    return Part(
        max(estimate - max(below, drawn_below), _certain(strata)),
        estimate,
        min(estimate + max(above, drawn_above), _possible(strata)),
    )


def _limits(
    stratum: Judged, found: int, precision: Precision, remote: frozenset[str]
) -> tuple[float, float]:
    """Distances from the estimate of a stratum to its exact limits."""
    if found == 0 and not precision.remote and stratum.stratum in remote:
        return 0.0, 0.0
    low, high = exact_limits(found, stratum.reviewed, stratum.size, precision.level)
    estimate = stratum.size * found / stratum.reviewed
    return estimate - low, high - estimate


def _bootstrap(
    strata: Sequence[tuple[Judged, int]],
    estimate: float,
    limits: Sequence[tuple[float, float]],
    precision: Precision,
) -> tuple[float, float]:
    """Distances from the estimate to the ends of the bootstrap."""
    rng = np.random.default_rng(precision.seed)
    sums = np.zeros(precision.draws)
    below = above = 0.0
    for (stratum, found), (to_low, to_high) in zip(strata, limits, strict=True):
        if 0 < found < stratum.reviewed:
            sums += _drawn_again(stratum, found, precision.draws, rng)
        else:
            sums += stratum.size * found / stratum.reviewed
            below, above = hypot(below, to_low), hypot(above, to_high)
    tail = (1 - precision.level) / 2
    low, high = np.quantile(sums, (tail, 1 - tail))
    return hypot(max(estimate - float(low), 0.0), below), hypot(
        max(float(high) - estimate, 0.0), above
    )


def _drawn_again(
    stratum: Judged, found: int, draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    size, drawn = stratum.size, stratum.reviewed
    share = found / drawn
    # A sample of n drawn again varies less than n new pairs would, by (n - 1) / n; and only the
    # pairs that were not reviewed are uncertain.
    pull = np.sqrt(drawn / (drawn - 1) * (1 - drawn / size))
    again = rng.binomial(drawn, share, draws) / drawn
    totals = size * (share + pull * (again - share))
    return np.asarray(np.clip(totals, found, size - (drawn - found)))


def _certain(strata: Sequence[tuple[Judged, int]]) -> float:
    return float(sum(found for _, found in strata))


def _possible(strata: Sequence[tuple[Judged, int]]) -> float:
    return float(sum(s.size - (s.reviewed - found) for s, found in strata))


def _check(stratum: Judged) -> None:
    counts = (stratum.same, stratum.different, stratum.unsure)
    if min(counts) < 0 or not 0 < stratum.reviewed <= stratum.size:
        raise Problem(
            "analysis.bad_parameter",
            parameter=f"stratum {stratum.stratum}",
            value=f"{counts} of {stratum.size}",
            expected="1 or more reviewed pairs, and no more than the stratum has",
        )
