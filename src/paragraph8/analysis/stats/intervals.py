"""Naive intervals for shares: right only where every observation is independent of the others."""

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paragraph8.kernel.problem import Problem


def wilson(
    k: ArrayLike, n: ArrayLike, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Score interval for shares. NAIVE: forms of one team are not independent.

        k       observations with the problem, 0..n, one per item
        n       observations with an answer, 0 or more, one per item
        level   confidence, between 0 and 1
    Returns the low and the high end, 0..1, one per item; NaN where n is 0. The interval is never
    empty and never leaves 0..1; without any problem its low end is exactly 0.
    Assumes that OBSERVATIONS ARE INDEPENDENT and alike. Several forms of one team break that, and
    then the interval is too narrow: `clusters.bootstrap_shares` is the honest one.

    Problems: analysis.bad_parameter.
    Source: Wilson, J. Am. Statist. Assoc. 22 (1927), 209-212; Newcombe, Statist. Med. 17 (1998),
        857-872, method 3.
    """
    check_level(level)
    problems, answers = checked_counts("k", k, n)
    share = _over(problems, answers)
    low, high = wilson_limits(share, _over(np.ones_like(answers), answers), two_sided_z(level))
    # Exact at the ends, where rounding would leave a dust of 1e-19.
    return np.where(problems == 0, share, low), np.where(problems == answers, share, high)


def newcombe(
    k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Interval for share 1 - share 2. NAIVE: forms of one team are not independent.

        k1, k2   observations with the problem in each group, one per item
        n1, n2   observations with an answer in each group, 0 or more, one per item
        level    confidence, between 0 and 1
    Returns the low and the high end, -1..1, one per item; NaN where a group has no answers.
    Assumes that OBSERVATIONS ARE INDEPENDENT within a group and between the groups. Several forms
    of one team break both: `differences.bootstrap_differences` is the honest one.

    Problems: analysis.bad_parameter.
    Source: Newcombe, Statist. Med. 17 (1998), 873-890, method 10.
    """
    share_1, share_2 = _over(*checked_counts("k1", k1, n1)), _over(*checked_counts("k2", k2, n2))
    low_1, high_1 = wilson(k1, n1, level)
    low_2, high_2 = wilson(k2, n2, level)
    difference = share_1 - share_2
    return (
        difference - np.hypot(share_1 - low_1, high_2 - share_2),
        difference + np.hypot(high_1 - share_1, share_2 - low_2),
    )


def wilson_limits(
    share: NDArray[np.float64],
    inverse_size: NDArray[np.float64],
    quantile: float | NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The score interval for a share of 1 / `inverse_size` independent observations.

        share          0..1, one per item
        inverse_size   0 (a size beyond bounds) or more; the size need not be a whole number
        quantile       of the standard normal, or of t where the size was estimated
    Returns the low and the high end, 0..1; NaN where an argument is.
    """
    spread = quantile**2 * inverse_size
    middle = (share + spread / 2) / (1 + spread)
    half = np.sqrt(spread * share * (1 - share) + spread**2 / 4) / (1 + spread)
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def two_sided_z(level: float) -> float:
    """The point of the standard normal that |z| stays below with the chance `level`."""
    # SciPy's agrees to 15 digits, and takes half a second to import.
    return NormalDist().inv_cdf((1 + level) / 2)


def check_level(level: float) -> None:
    """Refuse what is no confidence."""
    if not 0 < level < 1:  # written so that NaN fails too
        raise Problem(
            "analysis.bad_parameter",
            parameter="level",
            value=level,
            expected="a confidence between 0 and 1",
        )


def checked_counts(
    parameter: str, k: ArrayLike, n: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Problems and answers as numbers; refuses more problems than answers."""
    problems, answers = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if not ((problems >= 0) & (problems <= answers) & np.isfinite(answers)).all():
        raise Problem(
            "analysis.bad_parameter",
            parameter=parameter,
            value="negative, or more than its n, at some items",
            expected="observations with the problem, from 0 to the observations with an answer",
        )
    return problems, answers


def _over(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    share = np.full(np.broadcast(top, bottom).shape, np.nan)
    np.divide(top, bottom, out=share, where=bottom > 0)
    return share
