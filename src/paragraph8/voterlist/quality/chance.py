"""What chance alone makes of a count."""

from math import ceil, isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, nbdtrik, pdtrik

from paragraph8.kernel.problem import Problem

# Below this much more than its mean a variance is that of a Poisson count.
NO_EXCESS = 1e-9


def poisson_interval(
    count: ArrayLike, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Exact interval for the mean behind counts of rare events.

        count   0 or more, one per item
        level   confidence, between 0 and 1
    Returns the low and the high end, in events. Without any event the low end is 0.
    Assumes that EVENTS COME INDEPENDENTLY. One clerk or one building behind many breaks that, and
    the interval is too narrow.

    Source: Garwood, Biometrika 28 (1936), 437-442.
    """
    seen = np.asarray(count, dtype=np.float64)
    tail = (1 - level) / 2
    low = np.where(seen > 0, gammaincinv(np.maximum(seen, 1), tail), 0.0)
    return low, gammaincinv(seen + 1, 1 - tail)


def count_range(mean: float, variance: float, level: float) -> tuple[float, float]:
    """Between which counts a count with this mean and variance lies with the chance `level`.

    Returns the low and the high end, whole numbers; each tail has at most (1 - level) / 2. A
    variance up to the mean is taken for that of a Poisson count, a larger one for that of a
    negative binomial count.
    Problems: analysis.bad_parameter.
    """
    if not (mean >= 0 and isfinite(mean) and isfinite(variance)):
        raise Problem(
            "analysis.bad_parameter", parameter="mean", value=mean, expected="a number from 0"
        )
    if mean == 0:
        return 0.0, 0.0
    tail = (1 - level) / 2
    excess = variance - mean
    if excess <= NO_EXCESS * mean:
        low, high = pdtrik(tail, mean), pdtrik(1 - tail, mean)
    else:
        size = mean**2 / excess
        chance = mean / variance
        none = chance**size
        # Where nought alone has that much chance the inverse has no value.
        low = nbdtrik(tail, size, chance) if none < tail else 0.0
        high = nbdtrik(1 - tail, size, chance) if none < 1 - tail else 0.0
    return float(max(0, ceil(low - 1e-6))), float(max(0, ceil(high - 1e-6)))
