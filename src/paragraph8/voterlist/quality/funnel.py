"""Funnels: which places differ more from the whole than chance and their usual spread allow."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrik, ndtr, ndtri

from paragraph8.analysis.stats.multiple import benjamini_hochberg
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.quality.limits import Limits

# Tails that are cut to measure the usual spread: a tenth of the places on each side.
TRIMMED = 0.1


@dataclass(frozen=True, slots=True)
class Funnel:
    """Places beside the share of all.

    share        of all places together, 0..1; NaN without entries
    low, high    limits for each place, 0..1: between them lies `funnel_level` of places that are
                 alike but for chance and the usual spread
    spread       how much wider than by chance alone, 1 or more
    unusual      places singled out
    """

    share: float
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    spread: float
    unusual: NDArray[np.bool_]


def funnel(n: NDArray[np.int64], of: NDArray[np.int64], limits: Limits) -> Funnel:
    """Put the share n / of of each place beside the share of all places.

        n, of   int   entries with the property, and entries, one per place; n from 0 to of
    A place's surprise is its exact binomial mid-p value, as a point of the normal. From
    `funnel_places` places on, the winsorised mean square of these points widens the funnel where
    it is above 1. `unusual` are the places whose two-sided p-values, adjusted for the number of
    places, are at most `false_discovery_rate`.
    Assumes that PLACES WOULD HAVE ONE SHARE. Where they differ by nature all over, the spread
    widens the funnel; where some kinds of places differ, those are singled out for what they are.

    Problems: analysis.bad_parameter.
    Source: Spiegelhalter, Statist. Med. 24 (2005), 1185-1202; Benjamini & Hochberg, J. R. Statist.
        Soc. B 57 (1995), 289-300.
    """
    if ((n < 0) | (n > of)).any():
        raise Problem(
            "analysis.bad_parameter",
            parameter="n",
            value="negative, or more than its base, at some places",
            expected="entries with the property, from 0 to the entries of the place",
        )
    total = int(of.sum())
    share = int(n.sum()) / total if total else float("nan")
    usable = of > 0
    point = np.zeros(len(n))
    if 0 < share < 1:
        point[usable] = _points(n[usable], of[usable], share)
    spread = _spread(point[usable], limits)
    p_values = np.minimum(2 * ndtr(-np.abs(point[usable]) / np.sqrt(spread)), 1.0)
    adjusted = np.ones(len(n))
    adjusted[usable] = benjamini_hochberg(p_values.tolist())
    low, high = _limits(of / spread, share, limits.funnel_level)
    return Funnel(share, low, high, spread, adjusted <= limits.false_discovery_rate)


def _points(n: NDArray[np.int64], of: NDArray[np.int64], share: float) -> NDArray[np.float64]:
    """Where each count lies on the normal, by its mid-p value; the smaller tail is exact."""
    below = np.where(n > 0, bdtr(np.maximum(n - 1, 0), of, share), 0.0)
    up_to = bdtr(n, of, share)
    # The upper tail from the other side: 1 - x would lose all digits far out.
    above = np.where(n < of, bdtr(np.maximum(of - n - 1, 0), of, 1 - share), 0.0)
    from_here = bdtr(of - n, of, 1 - share)
    lower, upper = (below + up_to) / 2, (above + from_here) / 2
    tiny = np.finfo(np.float64).tiny
    down: NDArray[np.float64] = ndtri(np.maximum(lower, tiny))
    return np.where(lower < upper, down, -ndtri(np.maximum(upper, tiny)))


def _spread(points: NDArray[np.float64], limits: Limits) -> float:
    if len(points) < limits.funnel_places:
        return 1.0
    low, high = np.quantile(points, (TRIMMED, 1 - TRIMMED))
    return max(1.0, float((np.clip(points, low, high) ** 2).mean()))


def _limits(
    size: NDArray[np.float64], share: float, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low, high = np.full(len(size), np.nan), np.full(len(size), np.nan)
    if not 0 <= share <= 1:
        return low, high
    if share in (0.0, 1.0):
        return np.where(size > 0, share, low), np.where(size > 0, share, high)
    some = size > 0
    tail = (1 - level) / 2
    for limit, chance in ((low, tail), (high, 1 - tail)):
        counts = np.ceil(bdtrik(chance, size[some], share) - 1e-9)
        limit[some] = np.clip(counts / size[some], 0, 1)
    return low, high
