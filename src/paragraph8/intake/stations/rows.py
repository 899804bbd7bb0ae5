"""What lists of stations and of contestants share: reading, faults, and the account of all rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from paragraph8.intake.limits import Limits
from paragraph8.intake.protocols.base import ragged_faults, row_faults
from paragraph8.intake.protocols.cells import NO_FAULTS, number_of, whole_numbers
from paragraph8.intake.readers import FileOptions, RawRows, read_rows
from paragraph8.kernel.problem import Problem

WHOLE_ROW = "*"
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class ListReport:
    """What became of one list: rows = kept + faults of whole rows. `faults` counts cells too."""

    file: str
    rows: int
    kept: int
    faults: int
    unused_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Faults:
    """What could not be read.

    faults   source_row, column ("*" for the row), code, raw; in the order of the file
    cells    source_row -> column -> text, of the rows with a fault; only columns that were asked
             for, since others may hold names of people. A ragged row has its line under "*".
    unread   key -> fields of which the cell has a fault: what is known of them must stand
    """

    faults: pl.DataFrame
    cells: Mapping[int, Mapping[str, str]]
    unread: Mapping[tuple[str, ...], frozenset[str]]


def read_own_columns(file: str, content: bytes, limits: Limits) -> tuple[RawRows, FileOptions]:
    """A file whose columns have our own names; its cells are separated by , ; or tabs.

    Raises the problems of `read_rows`.
    """
    tried = DELIMITERS[:1] if file.lower().endswith(".xlsx") else DELIMITERS
    read = []
    for delimiter in tried:
        options = FileOptions(delimiter=delimiter)
        raw = read_rows(file, content, options, limits)
        if "code" in raw.rows.columns:
            return raw, options
        read.append((raw, options))
    return read[0]


def numbers(
    rows: pl.DataFrame, column: str | None, thousands: str
) -> tuple[pl.Series, pl.DataFrame]:
    """The whole numbers of a column, all null without one, and the faults of its cells."""
    if column is None:
        return pl.Series([None] * rows.height, dtype=pl.Int64), NO_FAULTS
    numbered, wrong = whole_numbers(rows, [column], thousands)
    return numbered[number_of(column)], wrong


def missing_key(
    rows: pl.DataFrame, key: Sequence[str], asked: Sequence[str], code: str
) -> pl.DataFrame:
    """Faults of the rows in which a part of the key is empty."""
    lacking = pl.any_horizontal(pl.col(part).is_null() for part in key)
    return row_faults(rows.filter(lacking), asked, code)


def repeated(rows: pl.DataFrame, key: Sequence[str], code: str) -> pl.DataFrame:
    """Faults of the rows whose key an earlier row has; `rows` are in the order of the file."""
    return rows.filter(~pl.struct(key).is_first_distinct()).select(
        "source_row",
        column=pl.lit(WHOLE_ROW),
        code=pl.lit(code),
        raw=pl.concat_str(key, separator=" / "),
    )


def too_long(rows: pl.DataFrame, text: str, column: str, longest: int) -> pl.DataFrame:
    """Faults of the cells in `text` that are longer than can be kept, named as of `column`."""
    return rows.filter(pl.col(text).str.len_chars() > longest).select(
        "source_row", column=pl.lit(column), code=pl.lit("list.too_long"), raw=pl.col(text)
    )


def unknown_words(rows: pl.DataFrame, column: str, words: Sequence[str]) -> pl.DataFrame:
    """Faults of the cells that hold none of our words; an empty one is no fault."""
    return rows.filter(~pl.col(column).is_in(words)).select(
        "source_row", column=pl.lit(column), code=pl.lit("list.unknown_word"), raw=pl.col(column)
    )


def without(rows: pl.DataFrame, faults: pl.DataFrame) -> pl.DataFrame:
    """The rows that have none of these faults."""
    return rows.join(faults, on="source_row", how="anti", maintain_order="left")


def gather(
    raw: RawRows,
    kept: pl.DataFrame,
    key: Sequence[str],
    parts: Sequence[pl.DataFrame],
    fields: Mapping[str, str],
    asked: set[str],
) -> Faults:
    """All faults of a list.

    kept     source_row and key of the rows that are kept; faults of cells count only in these
    parts    faults; those of whole rows have the column "*"
    fields   field -> the column it is read from
    asked    columns that the declaration asks for
    """
    of_rows = pl.concat(
        [NO_FAULTS, *(part.filter(pl.col("column") == WHOLE_ROW) for part in parts)]
    )
    of_cells = pl.concat([NO_FAULTS, *parts]).filter(pl.col("column") != WHOLE_ROW)
    of_cells = of_cells.join(kept, on="source_row", how="semi")
    faults = pl.concat([of_rows, of_cells, ragged_faults(raw)]).sort(
        "source_row", "column", maintain_order=True
    )
    columns = [c for c in raw.rows.columns if c in asked]
    wrong = raw.rows.join(faults, on="source_row", how="semi").select("source_row", *columns)
    cells = {
        row.pop("source_row"): {name: text for name, text in row.items() if text is not None}
        for row in wrong.to_dicts()
    }
    cells |= {row: {WHOLE_ROW: text} for row, text in raw.ragged}
    return Faults(faults, cells, _unread(kept, key, of_cells, fields))


def refuse_useless(raw: RawRows, kept: pl.DataFrame, faults: pl.DataFrame, what: str) -> None:
    """Raises Problem intake.nothing_in_list for a file of which not a single row can be kept."""
    if kept.height:
        return
    first = faults.row(0, named=True) if faults.height else {}
    raise Problem(
        "intake.nothing_in_list",
        file=raw.file,
        rows=raw.rows.height + len(raw.ragged),
        what=what,
        row=first.get("source_row", 1),
        raw=first.get("raw") or "",
    )


def report(raw: RawRows, kept: int, faults: int, asked: set[str]) -> ListReport:
    """The account of a list."""
    unused = tuple(c for c in raw.rows.columns if c not in {*asked, "source_row"})
    return ListReport(raw.file, raw.rows.height + len(raw.ragged), kept, faults, unused)


def _unread(
    kept: pl.DataFrame, key: Sequence[str], of_cells: pl.DataFrame, fields: Mapping[str, str]
) -> dict[tuple[str, ...], frozenset[str]]:
    # The key has a `code` of its own.
    faulty = of_cells.select("source_row", faulty=pl.col("column"))
    its = faulty.join(kept, on="source_row").select(*key, "faulty").rows()
    found: dict[tuple[str, ...], set[str]] = {}
    for *name, column in its:
        lost = {field for field, its_column in fields.items() if its_column == column}
        found.setdefault(tuple(name), set()).update(lost)
    return {name: frozenset(lost) for name, lost in found.items()}
