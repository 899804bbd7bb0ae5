"""Indices of heaping: how far people, or clerks, prefer some digits."""

from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from paragraph8.kernel.problem import Problem

DIGITS = 10


def whipple(counts: NDArray[np.int64], first: int) -> float | None:
    """Whipple's index of the numbers that end in 0 or 5.

        counts   int   entries at first, first + 1, ...; whole tens of numbers
        first    the first number: an age, or a year of birth
    Returns 100 where numbers ending in 0 and 5 are as frequent as others, 500 where there are no
    others, 0 where there are none; None without entries. The usual ages are 23 to 62.
    Assumes that entries fall or rise EVENLY over each ten numbers.

    Problems: analysis.bad_parameter.
    Source: Shryock & Siegel, The Methods and Materials of Demography (1976), ch. 8.
    """
    _check_tens(counts)
    total = int(counts.sum())
    ends = (first + np.arange(len(counts))) % DIGITS
    preferred = int(counts[(ends == 0) | (ends == 5)].sum())
    return 500 * preferred / total if total else None


def myers(counts: NDArray[np.int64], first: int) -> float | None:
    """Myers' blended index: the least share of entries whose last digit is not their own.

        counts   int   entries at first, first + 1, ...; whole tens of numbers, from twenty on
        first    the first number: an age, or a year of birth
    Returns per cent, 0 to 90: half the sum of the distances of the blended shares of the ten last
    digits from a tenth; None without entries. Each of the first ten numbers is once the start of a
    range one ten shorter than all, so that an even fall or rise is not taken for preference.
    Appending ten empty numbers gives the version of Shryock & Siegel, whose ranges all end alike.

    Problems: analysis.bad_parameter.
    Source: Myers, Trans. Actuarial Soc. America 41 (1940), 402-415.
    """
    blended, _ = _blended(counts, first)
    total = blended.sum()
    return float(50 * np.abs(blended / total - 1 / DIGITS).sum()) if total else None


def myers_by_chance(counts: NDArray[np.int64], first: int) -> float | None:
    """Myers' index that chance alone gives so many entries on average, in per cent.

    Source: mean of an absolute normal deviation; the ten shares taken as independent.
    """
    blended, squares = _blended(counts, first)
    total = blended.sum()
    if not total:
        return None
    size = total**2 / squares.sum()
    return float(50 * DIGITS * sqrt(2 / pi) * sqrt((1 / DIGITS) * (1 - 1 / DIGITS) / size))


def _blended(
    counts: NDArray[np.int64], first: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Blended entries of each last digit, and the sums of their squared weights."""
    _check_tens(counts)
    if len(counts) < 2 * DIGITS:
        raise _bad("at least twenty numbers", len(counts))
    tens = counts.astype(np.float64).reshape(-1, DIGITS)
    lead = np.arange(1, DIGITS + 1)
    weights = np.full(tens.shape, float(DIGITS))
    weights[0], weights[-1] = lead, DIGITS - lead
    blended, squares = (weights * tens).sum(axis=0), (weights**2 * tens).sum(axis=0)
    # The digit of each column; sorted so that digit 0 comes first.
    order = np.argsort((first + np.arange(DIGITS)) % DIGITS)
    return blended[order], squares[order]


def _check_tens(counts: NDArray[np.int64]) -> None:
    if counts.ndim != 1 or len(counts) % DIGITS or not len(counts) or counts.min() < 0:
        raise _bad("counts, 0 or more, of whole tens of numbers", len(counts))


def _bad(expected: str, value: int) -> Problem:
    return Problem(
        "analysis.bad_parameter", parameter="counts", value=f"{value} numbers", expected=expected
    )
