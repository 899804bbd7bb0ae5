"""Dates of birth: read in a stated order, and what is wrong with those that are no dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.normalise.empty import AROUND, EMPTY
from paragraph8.voterlist.normalise.letters import EASTERN_DIGITS

ORDERS: Final = ("ymd", "dmy", "mdy")
PROBLEMS: Final = ("", "missing", "impossible", "two_digit_year", "unreadable")
# Years in which a voter can have been born; others are slips of the pen.
YEARS: Final = (1800, 2100)

_PARTS: Final = r"^(\d{1,4})[./\- ,]+(\d{1,2})[./\- ,]+(\d{1,4})$"
_COMPACT: Final = r"^\d{8}$"
_YEAR_ALONE: Final = r"^\d{4}$"
_ZEROS: Final = r"^[0./\- ]+$"
_TIME: Final = r"(?:T|\s+)\d{1,2}:\d{2}.*$"
_YEAR_WORD: Final = r"\s*(?:г|года|ж|жылы|жыл|туылған|y)?\.?$"

# Where year, month and day stand: among the parts, and in eight digits.
_PLACES: Final = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}
_CUTS: Final = {"ymd": (0, 4, 6), "dmy": (4, 2, 0), "mdy": (4, 0, 2)}
_NAMES: Final = ("year", "month", "day")


@dataclass(frozen=True, slots=True)
class BirthDate:
    """One date of birth, as far as the cell gives it."""

    day: int | None  # yyyymmdd
    year: int | None  # four digits
    problem: str  # "" or one of PROBLEMS


def birth_date(raw: str | None, order: str) -> BirthDate:
    """Read one date of birth; see `birth_dates`."""
    _, day, year, problem = birth_dates([raw], order).row(0)
    return BirthDate(day, year, problem)


def birth_dates(values: Sequence[str | None], order: str) -> pl.DataFrame:
    """Read dates of birth written in one order.

        values   raw cells; None counts as missing
        order    "ymd", "dmy" or "mdy"; parts that begin with a year of four digits are always ymd
    Parted by . / - , or space, or eight digits without a sign; a time of day is left out. Numbers
    of days, as spreadsheets keep dates, are not guessed at.
    Returns one row per value, in the order given:
        raw          String
        birth        Int32     yyyymmdd; null if there is no real and complete date
        birth_year   Int16     null if no year of four digits was given, or none that can be
        problem      String    ""; missing; impossible: no such day, or no such century;
                               two_digit_year: a day of an unknown century; unreadable: no date
    A year alone has a birth_year, no birth and no problem.
    Assumes that THE WHOLE COLUMN IS WRITTEN IN THIS ORDER; see `date_orders`.

    Problems: analysis.bad_parameter.
    """
    if order not in ORDERS:
        raise Problem(
            "analysis.bad_parameter", parameter="order", value=order, expected=", ".join(ORDERS)
        )
    raw = pl.Series("raw", values, dtype=pl.String)
    return (
        raw.to_frame().lazy().with_columns(_cleaned()).pipe(_parted, order).pipe(_judged).collect()
    )


def date_orders(values: Sequence[str | None]) -> dict[str, float]:
    """The share of dates, 0..1, that each order would make impossible; 0 without dates.

    Counted among the cells that can be read as a date in some order. An order with a share near 0
    beside others far above it is the order of the column; two shares near 0 leave it open.
    """
    read = {order: birth_dates(values, order) for order in ORDERS}
    is_year = (pl.col("problem") == "") & pl.col("birth").is_null()
    is_date = ~pl.col("problem").is_in(["missing", "unreadable"]) & ~is_year
    impossible = pl.col("problem") == "impossible"
    # A share of none is no number.
    shares = {
        order: frame.filter(is_date).select(impossible.mean().fill_null(0.0)).item()
        for order, frame in read.items()
    }
    return {order: float(share) for order, share in shares.items()}


def _cleaned() -> pl.Expr:
    western = [str(at % 10) for at in range(len(EASTERN_DIGITS))]
    text = pl.col("raw").fill_null("").str.strip_chars(AROUND)
    text = text.str.replace_many(list(EASTERN_DIGITS), western)
    return text.str.replace(_TIME, "").str.replace(_YEAR_WORD, "").alias("text")


def _parted(frame: pl.LazyFrame, order: str) -> pl.LazyFrame:
    text = pl.col("text")
    groups = text.str.extract_groups(_PARTS)
    parts = [groups.struct.field(str(number)) for number in (1, 2, 3)]
    begins_with_year = parts[0].str.len_chars() == 4
    return frame.with_columns(
        pl.when(text.str.contains(_COMPACT))
        .then(text.str.slice(cut, 4 if name == "year" else 2))
        .when(begins_with_year)
        .then(parts[at])
        .otherwise(parts[place])
        .alias(name)
        for at, (name, place, cut) in enumerate(
            zip(_NAMES, _PLACES[order], _CUTS[order], strict=True)
        )
    )


def _judged(frame: pl.LazyFrame) -> pl.LazyFrame:
    text, year, day = pl.col("text"), pl.col("year"), pl.col("day")
    digits, is_year = year.str.len_chars(), text.str.contains(_YEAR_ALONE)
    # Two digits are tried in a leap year: 29 February is possible in an unknown century.
    tried = pl.when(digits == 2).then(pl.lit("2000")).otherwise(year)
    iso = pl.concat_str(tried, "month", "day", separator="-")
    is_real = iso.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    number = [pl.col(name).cast(pl.Int32, strict=False) for name in _NAMES]
    is_real &= (digits == 2) | number[0].is_between(*YEARS)
    is_date = is_real & (digits == 4) & (day.str.len_chars() <= 2)
    problem = (
        pl.when(_says_nothing(text))
        .then(pl.lit("missing"))
        .when(is_year & text.cast(pl.Int32, strict=False).is_between(*YEARS))
        .then(pl.lit(""))
        .when(year.is_null())
        .then(pl.lit("unreadable"))
        .when(~is_real | ~digits.is_in([2, 4]) | (day.str.len_chars() > 2))
        .then(pl.lit("impossible"))
        .when(digits == 2)
        .then(pl.lit("two_digit_year"))
        .otherwise(pl.lit(""))
    )
    given_year = (
        pl.when(is_year).then(text.cast(pl.Int32, strict=False)).when(digits == 4).then(number[0])
    )
    return frame.select(
        "raw",
        pl.when(is_date).then(number[0] * 10_000 + number[1] * 100 + number[2]).alias("birth"),
        pl.when(given_year.is_between(*YEARS)).then(given_year).cast(pl.Int16).alias("birth_year"),
        problem.alias("problem"),
    )


def _says_nothing(text: pl.Expr) -> pl.Expr:
    has_signs_only = ~text.str.contains(r"[\p{L}\p{N}]")
    is_word = text.str.to_lowercase().is_in(sorted(EMPTY))
    return has_signs_only | is_word | text.str.contains(_ZEROS)
