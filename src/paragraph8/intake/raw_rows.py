"""The table as text: what every reader returns, and the tidying that all of them share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from paragraph8.kernel.problem import Problem


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How a file is written, as a mapping names it under [file]."""

    delimiter: str = ","
    encoding: str = "utf-8"  # a byte order mark is accepted too
    header_row: int = 1  # 1-based line or sheet row; what stands above it is skipped
    sheet: str | None = None  # XLSX only; None is the first sheet


@dataclass(frozen=True, slots=True)
class RawRows:
    """A file as text, nothing interpreted yet.

    rows      source_row  UInt32  1-based line or sheet row, as an editor or spreadsheet shows it;
                                  the first line of a row whose cells hold line breaks
              one String column per column of the file, surrounding blanks stripped, empty = null
    ragged    (source_row, text of the line) of each row whose cell count differs from the
              header's; they are NOT in `rows`
    """

    file: str
    rows: pl.DataFrame
    ragged: list[tuple[int, str]]


SOURCE_ROW = "source_row"


def column_names(file: str, header: Sequence[str], first_position: int = 1) -> list[str]:
    """Names for the columns: stripped, and "column_N" by position where the header is empty.

    `source_row` counts as taken, since every table gets that column.

    Problems: intake.duplicate_column.
    """
    names = [cell.strip() or f"column_{n}" for n, cell in enumerate(header, first_position)]
    seen = {SOURCE_ROW}
    for name in names:
        if name in seen:
            raise Problem("intake.duplicate_column", file=file, column=name)
        seen.add(name)
    return names


def as_table(
    batches: Iterator[tuple[list[int], list[Sequence[str]]]], names: list[str]
) -> pl.DataFrame:
    """A table from batches of (source rows, cells); batches keep the cells' overhead bounded."""
    frames = [pl.DataFrame(schema={SOURCE_ROW: pl.UInt32} | dict.fromkeys(names, pl.String))]
    for lines, rows in batches:
        series = [pl.Series(SOURCE_ROW, lines, pl.UInt32)]
        series += [
            pl.Series(name, cells, pl.String)
            for name, cells in zip(names, zip(*rows, strict=True), strict=True)
        ]
        frames.append(tidy(pl.DataFrame(series)))
    return pl.concat(frames)


def tidy(table: pl.DataFrame, blank_columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Strip the blanks around every cell, and make empty cells null.

    Stripping costs as much as parsing. A caller who knows which columns have cells that begin or
    end with a blank names them; None is all.
    """
    text = pl.col(pl.String)
    stripped = text if blank_columns is None else pl.col(blank_columns)
    return table.with_columns(stripped.str.strip_chars()).with_columns(
        pl.when(text != "").then(text)
    )


def damaged(file: str, format: str, reason: str) -> Problem:
    """The problem of a file that is not what its ending says."""
    return Problem("intake.damaged_file", file=file, format=format, reason=reason)
