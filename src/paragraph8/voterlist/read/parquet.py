"""Parquet into the raw table: DuckDB reads only the mapped columns, and numbers the rows."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import duckdb

from paragraph8.intake.limits import Limits, check_shape
from paragraph8.intake.raw_rows import damaged
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.sql import literal
from paragraph8.voterlist.fields import BIRTH
from paragraph8.voterlist.read.columns import (
    Header,
    checked_header,
    raw_roles,
    role_expressions,
    trimmed,
)
from paragraph8.voterlist.read.mapping import ListMapping
from paragraph8.voterlist.read.table import Read

_CHUNK_BYTES = 1 << 22
_UNUSABLE = ("BLOB", "BIT", "STRUCT", "MAP", "UNION", "[")
_TIMES = ("TIMESTAMP", "DATE")
_EXACT_WHOLE_NUMBERS = "9007199254740992"  # 2 to the 53rd


def read_parquet(
    con: duckdb.DuckDBPyConnection, path: Path, mapping: ListMapping, limits: Limits
) -> Read:
    """Make `<name>_raw` from a Parquet file; typed dates become ISO texts.

    Problems: intake.damaged_file, intake.expands_too_far, intake.too_many_rows,
        intake.too_many_cells, voterlist.missing_column, voterlist.unusable_column.
    """
    with path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    try:
        return _read(con, path, mapping, limits, sha256)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        # From None and without its text: DuckDB's errors may repeat a cell.
        reason = "it is damaged, encrypted or no Parquet file"
        raise damaged(path.name, "Parquet", reason) from None


def _read(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    mapping: ListMapping,
    limits: Limits,
    sha256: str,
) -> Read:
    file = literal(without_wildcards(str(path)))
    described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({file})").fetchall()
    types = [str(kind) for _, kind, *_ in described]
    header = checked_header(path.name, 1, [str(name) for name, *_ in described], mapping)
    rows = _check_cost(con, path.name, file, len(types), limits)
    texts = _texts(header, types, mapping)
    columns = ", ".join((*header.sql_names(), "file_row"))
    source = f"read_parquet({file}, file_row_number = true) AS source({columns})"
    roles = raw_roles(mapping)
    con.execute(
        f"CREATE OR REPLACE TABLE {mapping.name}_raw AS "
        f"SELECT file_row + 1 AS row, {', '.join(role_expressions(header, mapping, texts))} "
        f"FROM {source}"
    ).fetchall()
    read = tuple(role for role in roles if role not in mapping.constants)
    empty = _drop_empty(con, mapping.name, read, header, source)
    return Read(
        sha256=sha256,
        format="parquet",
        header=header,
        rows=rows - empty,
        empty_rows=empty,
        dates="ymd" if _typed_dates(header, types, mapping) else mapping.dates,
    )


def without_wildcards(path: str) -> str:
    """The path as a pattern that matches itself only."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in path)


def _check_cost(
    con: duckdb.DuckDBPyConnection, name: str, file: str, columns: int, limits: Limits
) -> int:
    """Rows, from the file's own summary, once they are known to stay within the limits."""
    ((rows,),) = con.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata({file})").fetchall()
    ((unpacked,),) = con.execute(
        f"SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata({file})"
    ).fetchall()
    check_shape(name, int(rows), columns, limits)
    if unpacked > limits.max_unpacked_bytes:
        raise Problem("intake.expands_too_far", file=name, limit=limits.max_unpacked_bytes)
    return int(rows)


def _texts(header: Header, types: list[str], mapping: ListMapping) -> Mapping[str, str]:
    used = set(mapping.headers())
    texts = {}
    for column, name, kind in zip(header.sql_names(), header.names, types, strict=True):
        if name in used and any(word in kind for word in _UNUSABLE):
            raise Problem(
                "voterlist.unusable_column", file=header.file, column=name, type=kind.split("(")[0]
            )
        texts[column] = _text(column, kind)
    return texts


def _text(column: str, kind: str) -> str:
    """SQL for the text of a column: dates as ISO writes them, whole numbers without a point."""
    if kind == "VARCHAR":
        return trimmed(column)
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"{column} = trunc({column}) AND abs({column}) <= {_EXACT_WHOLE_NUMBERS}"
        return (
            f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) "
            f"ELSE CAST({column} AS VARCHAR) END"
        )
    if kind.startswith("TIMESTAMP"):
        moment = f"make_timestamp(epoch_us({column}))" if "ZONE" in kind else column
        return (
            f"CASE WHEN {moment} = date_trunc('day', {moment}) "
            f"THEN strftime({moment}, '%Y-%m-%d') ELSE strftime({moment}, '%Y-%m-%dT%H:%M:%S') END"
        )
    return f"CAST({column} AS VARCHAR)"


def _typed_dates(header: Header, types: list[str], mapping: ListMapping) -> bool:
    """Whether the birth date is one column whose type says what is day, month and year."""
    headers = mapping.columns.get(BIRTH, ())
    kinds = [kind for name, kind in zip(header.names, types, strict=True) if name in headers]
    return len(kinds) == 1 and kinds[0].startswith(_TIMES)


def _drop_empty(
    con: duckdb.DuckDBPyConnection,
    name: str,
    roles: tuple[str, ...],
    header: Header,
    source: str,
) -> int:
    """Take rows without any filled cell out of the raw table; how many they were.

    The columns that no role uses are read only if a row is empty in all that are used.
    """
    bare = " AND ".join(f"{role} IS NULL" for role in roles)
    ((candidates,),) = con.execute(f"SELECT count(*) FROM {name}_raw WHERE {bare}").fetchall()
    if not candidates:
        return 0
    filled = " OR ".join(
        f"{trimmed(f'CAST({column} AS VARCHAR)')} IS NOT NULL" for column in header.sql_names()
    )
    ((dropped,),) = con.execute(
        f"DELETE FROM {name}_raw WHERE {bare} AND row NOT IN "
        f"(SELECT file_row + 1 FROM {source} WHERE {filled})"
    ).fetchall()
    return int(dropped)
