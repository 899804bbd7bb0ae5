"""Cells that hold several things: whole names and addresses, parted once per distinct cell."""

from collections.abc import Callable, Sequence
from typing import Final

import duckdb
import polars as pl

from paragraph8.voterlist.fields import NAMES, ROLES
from paragraph8.voterlist.normalise import split_addresses, split_full_names
from paragraph8.voterlist.read.mapping import FULL_NAME, GIVEN_FIRST, ListMapping

_ADDRESS: Final = "address"
_PARTS_OF_ADDRESS: Final = ("locality", "street", "house", "flat")
_BATCH: Final = 200_000

_Splitter = Callable[[Sequence[str]], pl.DataFrame]


def split_cells(con: duckdb.DuckDBPyConnection, mapping: ListMapping) -> None:
    """Put surname, given and patronymic in the place of full_name in `<name>_raw`, and beside an
    address its locality, street, house and flat, unless streets have a column of their own.

    A part that an own column holds already is left to it. See `split_full_names` and
    `split_addresses` for what is assumed about the order of words.
    """
    mapped = {*mapping.columns, *mapping.constants}
    if mapping.full_name:
        first = mapping.name_order == GIVEN_FIRST
        _split(con, mapping.name, FULL_NAME, NAMES, _of_given_first if first else split_full_names)
    if _ADDRESS in mapped and "street" not in mapped:
        parts = tuple(part for part in _PARTS_OF_ADDRESS if part not in mapped)
        _split(con, mapping.name, _ADDRESS, parts, split_addresses)


def _of_given_first(cells: Sequence[str]) -> pl.DataFrame:
    """Names whose last word is the surname: it is put first, with the comma that says so."""
    turned = [cell if "," in cell else _turned(cell) for cell in cells]
    return split_full_names(turned).with_columns(raw=pl.Series(cells, dtype=pl.String))


def _turned(cell: str) -> str:
    *others, last = cell.split()
    return f"{last}, {' '.join(others)}" if others else cell


def _split(
    con: duckdb.DuckDBPyConnection,
    name: str,
    column: str,
    parts: tuple[str, ...],
    splitter: _Splitter,
) -> None:
    _run(
        con,
        f"CREATE OR REPLACE TABLE {name}_cell AS SELECT row_number() OVER () AS id, raw FROM "
        f"(SELECT DISTINCT {column} AS raw FROM {name}_raw WHERE {column} IS NOT NULL)",
    )
    columns = ", ".join(f"{part} VARCHAR" for part in parts)
    _run(con, f"CREATE OR REPLACE TABLE {name}_part (raw VARCHAR, {columns})")
    ((cells,),) = con.execute(f"SELECT count(*) FROM {name}_cell").fetchall()
    for start in range(1, cells + 1, _BATCH):
        _add_parts(con, name, parts, start, splitter)
    _join_back(con, name, column, parts)
    for table in (f"{name}_cell", f"{name}_part"):
        _run(con, f"DROP TABLE {table}")


def _add_parts(
    con: duckdb.DuckDBPyConnection,
    name: str,
    parts: tuple[str, ...],
    start: int,
    splitter: _Splitter,
) -> None:
    where = f"id BETWEEN {start} AND {start + _BATCH - 1}"
    cells = con.sql(f"SELECT raw FROM {name}_cell WHERE {where}").pl()["raw"].to_list()
    con.register("incoming", splitter(cells).to_arrow())
    try:
        filled = ", ".join(f"nullif({part}, '')" for part in parts)
        _run(con, f"INSERT INTO {name}_part SELECT raw, {filled} FROM incoming")
    finally:
        con.unregister("incoming")


def _join_back(
    con: duckdb.DuckDBPyConnection, name: str, column: str, parts: tuple[str, ...]
) -> None:
    """The raw table with the parts, its columns in the order of the roles."""
    found = con.sql(f"SELECT * FROM {name}_raw LIMIT 0").columns
    chosen = [
        f"part.{role}" if role in parts else f"list.{role}"
        for role in ROLES
        if role in parts or role in found
    ]
    _run(
        con,
        f"CREATE TABLE {name}_joined AS SELECT list.row, {', '.join(chosen)} FROM {name}_raw list "
        f"LEFT JOIN {name}_part part ON list.{column} = part.raw",
    )
    _run(con, f"DROP TABLE {name}_raw")
    _run(con, f"ALTER TABLE {name}_joined RENAME TO {name}_raw")


def _run(con: duckdb.DuckDBPyConnection, statement: str) -> None:
    con.execute(statement).fetchall()
