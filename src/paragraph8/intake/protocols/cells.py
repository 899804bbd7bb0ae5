"""Cells as numbers and dates; what cannot be read becomes a fault that keeps the raw text."""

from collections.abc import Mapping, Sequence

import polars as pl

# "1.000" is left a fault: in many countries it means a thousand.
WHOLE_NUMBER_WITH_POINT = r"^(-?\d+)\.0{1,2}$"
# More than any station can count; sums of such numbers would not fit their type.
LARGEST_NUMBER = 1_000_000_000
NO_FAULTS = pl.DataFrame(
    schema={"source_row": pl.UInt32, "column": pl.String, "code": pl.String, "raw": pl.String}
)


def number_of(column: str) -> str:
    """The name of a file's column once it is read as numbers: no name that we use ourselves."""
    return f"number in {column}"


def whole_numbers(
    rows: pl.DataFrame, columns: Sequence[str], thousands: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Whole numbers of at least zero beside the texts, and the faults of the cells that are not.

    rows    text columns and `source_row`; null = empty cell, which stays null and is no fault
    Returns `rows` with an Int64 column `number_of` each of these, and faults (source_row, column,
    code, raw). A cell with a fault is null in the numbers. "12.0" and "12.00" are read as 12;
    `thousands` is removed first.
    """
    names = list(dict.fromkeys(columns))
    text = {name: _plain(name, thousands) for name in names}
    numbers = rows.select(text[name].cast(pl.Int64, strict=False).alias(name) for name in names)
    lost = rows.select(pl.col(name).null_count() for name in names).row(0)
    found = numbers.select(pl.col(name).null_count() for name in names).row(0)
    smallest = numbers.select(pl.col(name).min() for name in names).row(0)
    largest = numbers.select(pl.col(name).max() for name in names).row(0)
    suspicious = [
        name
        for name, empty, null, low, high in zip(names, lost, found, smallest, largest, strict=True)
        if null > empty or (low is not None and (low < 0 or high > LARGEST_NUMBER))
    ]
    if not suspicious:
        return _beside(rows, numbers), NO_FAULTS
    numbers = numbers.with_columns(
        rows.select(
            pl.coalesce(
                text[name].cast(pl.Int64, strict=False),
                text[name].str.extract(WHOLE_NUMBER_WITH_POINT).cast(pl.Int64, strict=False),
            ).alias(name)
            for name in suspicious
        )
    )
    faults = [_number_faults(rows, numbers, name) for name in suspicious]
    numbers = numbers.with_columns(
        pl.when(pl.col(name).is_between(0, LARGEST_NUMBER)).then(pl.col(name)).alias(name)
        for name in suspicious
    )
    return _beside(rows, numbers), pl.concat([NO_FAULTS, *faults])


def dates(rows: pl.DataFrame, signed_on: Mapping[str, str]) -> tuple[pl.Series, pl.DataFrame]:
    """The date of each row, and the faults of those that are no date.

    signed_on   {"column", "format"}, or {"year", "month", "day"} naming columns
    """
    if "column" in signed_on:
        raw = pl.col(signed_on["column"])
        date = raw.str.to_date(signed_on["format"], strict=False)
        column = signed_on["column"]
    else:
        parts = [
            pl.col(signed_on[part]).str.replace(r"\.0+$", "") for part in ("year", "month", "day")
        ]
        raw = pl.concat_str(parts, separator="-")
        date = raw.str.to_date("%Y-%m-%d", strict=False)
        column = signed_on["day"]
    read = rows.select("source_row", raw=raw, date=date)
    faults = read.filter(pl.col("raw").is_not_null() & pl.col("date").is_null()).select(
        "source_row",
        column=pl.lit(column),
        code=pl.lit("fault.impossible_date"),
        raw=pl.col("raw"),
    )
    return read["date"], faults


def position(rows: pl.DataFrame, column: str, limit: float) -> tuple[pl.Series, pl.DataFrame]:
    """Degrees between -limit and limit, and the faults of the cells that are not."""
    degrees = pl.col(column).cast(pl.Float64, strict=False)
    usable = pl.when(degrees.is_between(-limit, limit)).then(degrees)
    read = rows.select("source_row", raw=pl.col(column), degrees=usable)
    faults = read.filter(pl.col("raw").is_not_null() & pl.col("degrees").is_null()).select(
        "source_row",
        column=pl.lit(column),
        code=pl.lit("fault.not_a_position"),
        raw=pl.col("raw"),
    )
    return read["degrees"], faults


def _beside(rows: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(numbers.rename(number_of))


def _plain(name: str, thousands: str) -> pl.Expr:
    text = pl.col(name)
    return text.str.replace_all(thousands, "", literal=True) if thousands else text


def _number_faults(rows: pl.DataFrame, numbers: pl.DataFrame, name: str) -> pl.DataFrame:
    both = rows.select("source_row", raw=pl.col(name)).with_columns(number=numbers[name])
    unread = pl.col("raw").is_not_null() & pl.col("number").is_null()
    outside = ~pl.col("number").is_between(0, LARGEST_NUMBER)
    return both.filter(unread | outside).select(
        "source_row",
        column=pl.lit(name),
        code=pl.when(pl.col("number") < 0)
        .then(pl.lit("fault.negative"))
        .when(pl.col("number") > LARGEST_NUMBER)
        .then(pl.lit("fault.too_large"))
        .otherwise(pl.lit("fault.not_a_number")),
        raw=pl.col("raw"),
    )
