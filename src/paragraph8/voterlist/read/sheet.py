"""XLSX into the raw table, through the guard and the reader that all workbooks go through."""

import hashlib
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl

from paragraph8.intake.limits import Limits, check_size
from paragraph8.intake.raw_rows import SOURCE_ROW
from paragraph8.intake.xlsx_reader import read_xlsx
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.read.columns import checked_header
from paragraph8.voterlist.read.mapping import ListMapping
from paragraph8.voterlist.read.table import ROW, RawTable, Read

_MAX_BYTES, _MAX_UNPACKED_BYTES = 400_000_000, 2_000_000_000


def read_sheet(
    con: duckdb.DuckDBPyConnection, path: Path, mapping: ListMapping, limits: Limits
) -> Read:
    """Make `<name>_raw` from one sheet; cells that are dates in the sheet become ISO texts.

    Problems: those of `read_xlsx`, voterlist.missing_column, voterlist.duplicate_column.
    """
    limits = sheet_limits(limits)
    check_size(path.name, path.stat().st_size, limits)
    content = path.read_bytes()
    rows = _rows(path.name, content, mapping, limits)
    header_row = mapping.options.header_row
    names = [name for name in rows.columns if name != SOURCE_ROW]
    header = checked_header(path.name, header_row, names, mapping)
    table = RawTable(con, mapping, header, limits)
    table.begin()
    columns = [
        pl.col(name).alias(column) for name, column in zip(names, header.sql_names(), strict=True)
    ]
    table.add(rows.select((pl.col(SOURCE_ROW).cast(pl.Int64) - header_row).alias(ROW), *columns))
    last = int(rows[SOURCE_ROW][-1]) if rows.height else header_row
    return Read(
        sha256=hashlib.sha256(content).hexdigest(),
        format="xlsx",
        header=header,
        rows=table.rows,
        empty_rows=last - header_row - table.rows,
        dates=mapping.dates,
    )


def sheet_limits(limits: Limits) -> Limits:
    """The limits of a workbook, which is held in memory as a whole; a sheet has a million rows."""
    return replace(
        limits,
        max_bytes=min(limits.max_bytes, _MAX_BYTES),
        max_unpacked_bytes=min(limits.max_unpacked_bytes, _MAX_UNPACKED_BYTES),
    )


def _rows(file: str, content: bytes, mapping: ListMapping, limits: Limits) -> pl.DataFrame:
    try:
        return read_xlsx(file, content, mapping.options, limits).rows
    except Problem as problem:
        if problem.code != "intake.duplicate_column":
            raise
        # Said again without the cell: where a sheet has no header, it is somebody's name.
        column = str(problem.facts["column"])
        raise Problem(
            "voterlist.duplicate_column",
            file=file,
            row=mapping.options.header_row,
            column=column if column in mapping.headers() else "(one that is not mapped)",
        ) from None
