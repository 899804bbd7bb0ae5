"""Tables from elsewhere that the tests of a list are put beside: small, and without names."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from paragraph8.cli.files import read_all
from paragraph8.intake.limits import Limits
from paragraph8.intake.readers import RawRows, read_rows
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.quality.context import COLUMNS, Extras

NUMBERS: Final[Mapping[str, pl.DataType]] = {
    "age_low": pl.Int64(),
    "age_high": pl.Int64(),
    "age": pl.Int64(),
    "persons": pl.Int64(),
    "deaths": pl.Int64(),
    "person_years": pl.Float64(),
    "uncertainty": pl.Float64(),
    "size": pl.Int64(),
    "households": pl.Int64(),
}
# An empty cell means something there: an open band, and a number that is known exactly.
MAY_BE_EMPTY: Final = ("age_high", "uncertainty", "setting")
SEXES: Final = ("male", "female")
MOST: Final = 1e12
# What stands beside the keys of a row.
COUNTS: Final = (
    "persons", "deaths", "person_years", "uncertainty", "size", "households", "setting",
)  # fmt: skip


def read_extras(files: Mapping[str, Path | None]) -> Extras:
    """Name of a table of `Extras` -> its file; None for a table that was not given.

    Raises Problem analysis.bad_parameter, and those of `read_rows`.
    """
    given = {
        name: read_table(name, file, COLUMNS[name])
        for name, file in files.items()
        if file is not None
    }
    return Extras(**given)


def read_table(name: str, file: Path, wanted: Sequence[str]) -> pl.DataFrame:
    """One table with the wanted columns, whole numbers where NUMBERS says so.

    name   of the option that takes it
    What its cells say is never repeated: a list may have been given by mistake.
    Raises Problem analysis.bad_parameter, and those of `read_rows`.
    """
    read = _rows(name, file)
    if lacking := [column for column in wanted if column not in read.rows.columns]:
        raise _unusable(name, f"{file.name}, without {', '.join(lacking)}",
                        f"a table with the columns {', '.join(wanted)}")  # fmt: skip
    if read.ragged:
        row = read.ragged[0][0]
        raise _unusable(name, f"{file.name}, row {row}", "as many cells as the header has")
    if read.rows.is_empty():
        raise _unusable(name, f"{file.name}, without a row", "a row for each line of the table")
    typed = read.rows.select("source_row", *(_typed(column) for column in wanted))
    _check(name, file.name, typed)
    keys = [column for column in wanted if column not in COUNTS]
    if (again := typed.filter(pl.struct(keys).is_duplicated())).height:
        row = again["source_row"][1]
        raise _unusable(name, f"{file.name}, row {row}", f"{', '.join(keys)} together once")
    whole = [pl.col(column).cast(NUMBERS[column]) for column in wanted if column in NUMBERS]
    exact = [pl.col(column).fill_null(0.0) for column in wanted if column == "uncertainty"]
    return typed.select(wanted).with_columns(whole).with_columns(exact)


def _rows(name: str, file: Path) -> RawRows:
    try:
        return read_rows(file.name, read_all([file], Limits())[file.name])
    except Problem as problem:
        if problem.code != "intake.duplicate_column":
            raise
        # Where a list without a header was given, what would be named is a person.
        raise _unusable(name, file.name, "a header that names each column once") from None


def _typed(column: str) -> pl.Expr:
    """The column as numbers; what is none becomes NaN, so that it differs from an empty cell."""
    if column not in NUMBERS:
        return pl.col(column)
    number = pl.col(column).cast(pl.Float64, strict=False)
    return pl.when(pl.col(column).is_not_null()).then(number.fill_null(float("nan"))).alias(column)


def _check(name: str, file: str, rows: pl.DataFrame) -> None:
    for column in rows.columns[1:]:
        bad = pl.col(column).is_null() if column not in MAY_BE_EMPTY else pl.lit(False)
        expected = "a cell that is not empty"
        if column in NUMBERS:
            whole = NUMBERS[column] == pl.Int64
            number = pl.col(column)
            wrong = ~number.is_between(0, MOST)
            if whole:
                wrong |= number != number.floor()
            bad |= wrong.fill_null(False)
            expected = f"a {'whole ' if whole else ''}number from 0"
        elif column == "sex":
            bad |= ~pl.col(column).is_in(SEXES)
            expected = " or ".join(SEXES)
        if (found := rows.filter(bad)).height:
            row = found["source_row"][0]
            raise _unusable(name, f"{file}, row {row}, column {column}", expected)


def _unusable(name: str, value: str, expected: str) -> Problem:
    option = f"--{name.replace('_', '-')}"
    return Problem("analysis.bad_parameter", parameter=option, value=value, expected=expected)
