"""How a count or a share is spread over stations."""

from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray

from paragraph8.kernel.problem import Problem


@dataclass(frozen=True, slots=True)
class Spread:
    """Distribution over the stations that have a value; None where there is no such station.

    `total` to `largest` have the unit of the values.
    """

    n: int  # stations with a value
    total: float | None
    mean: float | None
    median: float | None
    quartile_low: float | None
    quartile_high: float | None
    largest: float | None
    zero: int | None  # stations whose value is exactly 0
    missing: int  # stations without a value, in none of the above


def spread(values: NDArray[np.float64]) -> Spread:
    """Describe how a count or a share is distributed over stations.

        values   float   one per station, any unit; NaN where the station has no value

    Returns a Spread. Missing values are left out and counted, never read as zero. Quartiles are
    interpolated linearly: the low one lies a quarter of the way from the first to the last of
    the ordered values, so it need not be a value that any station has. With n = 0 all but `n` and
    `missing` is None; with one value the mean, the median, the quartiles and the largest are it.
    Assumes ONE VALUE PER STATION. For a share, `mean` is the mean of the stations' shares, NOT
    the share of the total: a small station weighs as much as a large one.

    Problems: analysis.bad_parameter.
    Source: Hyndman & Fan, Sample Quantiles in Statistical Packages, Am. Statistician 50 (1996),
        361-365, definition 7.
    """
    column = np.asarray(values, dtype=np.float64)
    _check_column(column)
    known = column[~np.isnan(column)]
    n, missing = len(known), len(column) - len(known)
    if n == 0:
        return Spread(0, None, None, None, None, None, None, None, missing)
    # Exactly rounded, so that the order of the stations cannot change the last digit.
    total = fsum(known)
    quartile_low, median, quartile_high = np.quantile(known, (0.25, 0.5, 0.75), method="linear")
    return Spread(
        n=n,
        total=total,
        mean=total / n,
        median=float(median),
        quartile_low=float(quartile_low),
        quartile_high=float(quartile_high),
        largest=float(known.max()),
        zero=int(np.count_nonzero(known == 0)),
        missing=missing,
    )


def _check_column(column: NDArray[np.float64]) -> None:
    if column.ndim != 1:
        raise Problem(
            "analysis.bad_parameter",
            parameter="values",
            value=f"an array of {column.ndim} dimensions",
            expected="one column, a value per station",
        )
    if np.isinf(column).any():
        raise Problem(
            "analysis.bad_parameter",
            parameter="values",
            value="infinite at some stations",
            expected="finite numbers, or NaN where there is none",
        )
