"""A list's file into its raw table: the one way in, whatever the format."""

from pathlib import Path

import duckdb

from paragraph8.intake.limits import Limits, check_size
from paragraph8.intake.raw_rows import damaged
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.read.columns import unused
from paragraph8.voterlist.read.mapping import FULL_NAME, ListMapping, mapping_hash
from paragraph8.voterlist.read.parquet import read_parquet
from paragraph8.voterlist.read.sheet import read_sheet
from paragraph8.voterlist.read.source import LIST_LIMITS, Source
from paragraph8.voterlist.read.split import split_cells
from paragraph8.voterlist.read.table import Read
from paragraph8.voterlist.read.text import read_text

__all__ = ["ENDINGS", "load"]

_TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz")
ENDINGS = (*_TEXT, ".xlsx", ".parquet")


def load(
    con: duckdb.DuckDBPyConnection,
    name: str,
    path: Path,
    mapping: ListMapping,
    limits: Limits = LIST_LIMITS,
) -> Source:
    """Make the table `<name>_raw` from a file: row BIGINT, and a VARCHAR for every mapped role.

    `row` is the 1-based place below the header: row r of a sheet stands in sheet row r + header
    row, of a CSV on that line. Cells are as in the file, without the blanks around them; an empty
    cell is NULL. Rows without a filled cell are counted and left out, so numbers may have gaps.
    A whole name is parted into surname, given and patronymic, a whole address into locality,
    street, house and flat; see `split_cells`.
    Rows with another number of cells than the header stay in, cell by cell from the left, and in
    `<name>_fault` (row, kind, cells, raw); their area, station, page and serial only where
    another row has the same, for cells may have moved. Every row is a row of the table or an empty
    one.

    Nothing is left in the database when a problem is raised.

    Problems: intake.empty_file, intake.file_too_large, intake.damaged_file,
        intake.truncated_gzip, intake.expands_too_far, intake.wrong_encoding,
        intake.too_many_rows, intake.too_many_cells, intake.missing_sheet, mapping.bad_value,
        voterlist.missing_column, voterlist.duplicate_column, voterlist.unusable_column,
        voterlist.other_encoding, voterlist.mixed_encoding, voterlist.ragged, voterlist.no_names.
    """
    if name != mapping.name:
        raise ValueError(f"the mapping of {mapping.name} was given for {name}")
    if not path.is_file():
        raise damaged(path.name, "a voter list", "there is no such file")
    check_size(path.name, path.stat().st_size, limits)
    try:
        read = _read(con, path, mapping, limits)
        if read.rows == 0:
            raise Problem("voterlist.no_names", file=path.name, empty=read.empty_rows)
        split_cells(con, mapping)
    except Problem:
        for table in (f"{name}_raw", f"{name}_fault"):
            con.execute(f"DROP TABLE IF EXISTS {table}").fetchall()
        raise
    return _source(path, mapping, read)


def _read(con: duckdb.DuckDBPyConnection, path: Path, mapping: ListMapping, limits: Limits) -> Read:
    name = path.name.lower()
    if name.endswith(".parquet"):
        return read_parquet(con, path, mapping, limits)
    if name.endswith(_TEXT):
        return read_text(con, path, mapping, limits)
    if name.endswith(".xlsx"):
        return read_sheet(con, path, mapping, limits)
    raise damaged(path.name, "a voter list", f"its ending is none of {', '.join(ENDINGS)}")


def _source(path: Path, mapping: ListMapping, read: Read) -> Source:
    return Source(
        list=mapping.name,
        file=path.name,
        sha256=read.sha256,
        bytes=path.stat().st_size,
        format=read.format,
        rows=read.rows,
        empty_rows=read.empty_rows,
        faults=read.faults,
        encoding=read.encoding,
        columns_used={**mapping.columns, **_whole_name(mapping)},
        columns_unused=unused(read.header, mapping),
        dates=read.dates,
        id_kind=mapping.id_kind,
        supplier=mapping.supplier,
        legal_basis=mapping.legal_basis,
        received=mapping.received,
        mapping_sha256=mapping_hash(mapping),
    )


def _whole_name(mapping: ListMapping) -> dict[str, tuple[str, ...]]:
    return {FULL_NAME: mapping.full_name} if mapping.full_name else {}
