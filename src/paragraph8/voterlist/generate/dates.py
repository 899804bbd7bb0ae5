"""Dates of birth in days since 1970, as text, and with the errors that typists make."""

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

Days = NDArray[np.int32]
MISSING = np.int32(-(2**31) + 1)
ATTEMPTS = 12
# Which digit of yyyymmdd is wrong, counted from the last; the century never is.
DIGITS = (0.25, 0.1, 0.2, 0.05, 0.25, 0.15)
POWERS = np.array([1, 10, 100, 1000, 10_000, 100_000])
DATE_FORM = "%d.%m.%Y"


def parts(days: Days) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Year, month and day."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return year, months.astype(np.int64) % 12 + 1, (dates - months).astype(np.int64) + 1


def days_of(
    year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]
) -> tuple[Days, NDArray[np.bool_]]:
    """Days since 1970, and whether there is such a date."""
    legal = (month >= 1) & (month <= 12) & (day >= 1)
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    dates = months.astype("datetime64[D]") + (day - 1)
    legal &= dates.astype("datetime64[M]") == months
    return dates.astype(np.int64).astype(np.int32), legal


def day_month_swapped(days: Days) -> Days:
    """Day and month exchanged where the result is a date."""
    year, month, day = parts(days)
    swapped, legal = days_of(year, day, month)
    return np.where(legal, swapped, days)


def wrong_digit(days: Days, latest: date, rng: np.random.Generator) -> Days:
    """One digit of day, month or year replaced; the result is a date from 1900 to `latest`.

    Where a dozen attempts give no date, it stays as it was.
    """
    end = int(np.datetime64(latest, "D").astype(int))
    result = days.copy()
    left = np.arange(len(days))
    for _ in range(ATTEMPTS):
        year, month, day = parts(days[left])
        number = (year * 100 + month) * 100 + day
        place = rng.choice(6, size=len(left), p=DIGITS)
        power = POWERS[place]
        digit = number // power % 10
        other = (digit + rng.integers(1, 10, len(left))) % 10
        number = number + (other - digit) * power
        made, legal = days_of(number // 10_000, number // 100 % 100, number % 100)
        legal &= (number // 10_000 >= 1900) & (made <= end)
        result[left[legal]] = made[legal]
        left = left[~legal]
        if not len(left):
            break
    return result


def dates_as_text(days: Days, form: str) -> pl.Series:
    """Text in a strftime form; null where missing."""
    used, place = np.unique(days, return_inverse=True)
    days_used = pl.Series(used).set(pl.Series(used == MISSING), None)
    text = days_used.cast(pl.Date).dt.strftime(form)
    return text.gather(place)
