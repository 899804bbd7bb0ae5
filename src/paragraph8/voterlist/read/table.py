"""The raw table and the table of its faults, filled piece by piece."""

from dataclasses import dataclass, field
from typing import Final

import duckdb
import polars as pl

from paragraph8.intake.limits import Limits, check_shape
from paragraph8.voterlist.read.columns import Header, raw_roles, role_expressions
from paragraph8.voterlist.read.mapping import ListMapping
from paragraph8.voterlist.read.source import EXAMPLES, RowFault

ROW: Final = "row"
FAULT_SCHEMA: Final = {ROW: pl.Int64, "kind": pl.String, "cells": pl.Int32, "raw": pl.String}


@dataclass(frozen=True, slots=True)
class Read:
    """What reading a file has found, beside the raw table; see Source."""

    sha256: str
    format: str
    header: Header
    rows: int
    empty_rows: int
    dates: str | None
    faults: tuple[RowFault, ...] = ()
    encoding: str = ""


@dataclass(slots=True)
class RawTable:
    """Fills `<name>_raw` from frames with the columns row, c0, c1, … of the file.

    `<name>_fault` (row, kind, cells, raw) keeps the text of the rows whose cells do not fit the
    header. Rows with no filled cell are counted and left out.
    """

    con: duckdb.DuckDBPyConnection
    mapping: ListMapping
    header: Header
    limits: Limits
    rows: int = 0
    empty_rows: int = 0
    fault_rows: dict[str, list[int]] = field(default_factory=dict)
    fault_counts: dict[str, int] = field(default_factory=dict)

    def begin(self) -> None:
        """Make both tables, empty."""
        columns = ", ".join(f"{role} VARCHAR" for role in raw_roles(self.mapping))
        self._run(f"CREATE OR REPLACE TABLE {self.mapping.name}_raw (row BIGINT, {columns})")
        self._run(
            f"CREATE OR REPLACE TABLE {self.mapping.name}_fault "
            "(row BIGINT, kind VARCHAR, cells INTEGER, raw VARCHAR)"
        )

    def add(self, frame: pl.DataFrame) -> None:
        """Add rows. Raises intake.too_many_rows, intake.too_many_cells."""
        columns = self.header.sql_names()
        filled = frame.filter(~pl.all_horizontal(pl.col(columns).is_null()))
        self.empty_rows += frame.height - filled.height
        self.rows += filled.height
        check_shape(self.header.file, self.rows, len(columns), self.limits)
        texts = {column: column for column in columns}
        roles = ", ".join(role_expressions(self.header, self.mapping, texts))
        self._insert("raw", filled, f"row, {roles}")

    def add_faults(self, faults: pl.DataFrame) -> None:
        """Add rows of FAULT_SCHEMA; the list has their cells already."""
        if faults.is_empty():
            return
        for (kind,), rows in faults.group_by("kind", maintain_order=True):
            known = self.fault_rows.setdefault(str(kind), [])
            known += rows[ROW].head(EXAMPLES - len(known)).to_list()
            self.fault_counts[str(kind)] = self.fault_counts.get(str(kind), 0) + rows.height
        self._insert("fault", faults, "row, kind, cells, raw")

    def distrust_places(self) -> None:
        """Empty the area, station, page and serial of faulty rows that no sound row has.

        Cells of such a row may have moved. A name under the header of stations would leave the
        audit as the name of one, and a national number as the last of the serial numbers.
        """
        raw, fault = f"{self.mapping.name}_raw", f"{self.mapping.name}_fault"
        if not self.fault_rows:
            return
        for place in ("area", "station", "page", "serial"):
            if place in self.mapping.columns:
                faulty = f"SELECT row FROM {fault}"
                self._run(
                    f"UPDATE {raw} SET {place} = NULL WHERE row IN ({faulty}) AND {place} NOT IN "
                    f"(SELECT {place} FROM {raw} WHERE {place} IS NOT NULL "
                    f"AND row NOT IN ({faulty}))"
                )

    def faults(self) -> tuple[RowFault, ...]:
        """The faults so far, by kind."""
        return tuple(
            RowFault(kind, self.fault_counts[kind], tuple(rows))
            for kind, rows in sorted(self.fault_rows.items())
        )

    def _insert(self, table: str, frame: pl.DataFrame, select: str) -> None:
        self.con.register("incoming", frame.to_arrow())
        try:
            self._run(f"INSERT INTO {self.mapping.name}_{table} SELECT {select} FROM incoming")
        finally:
            self.con.unregister("incoming")

    def _run(self, statement: str) -> None:
        # DuckDB 2 streams: a result that nobody reads makes the next call fail.
        self.con.execute(statement).fetchall()
