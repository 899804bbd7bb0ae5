"""A database read whole, in one consistent state, row by row, without Django's models.

Rows come with their values as the database writes them, so that two databases can be compared
exactly. Both engines answer the same questions; values of one engine are compared with values of
the same engine only.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from paragraph8.server.backup.places import SQLITE, Place
from paragraph8.server.record.sqlite.writer import writer_of

AT_ONCE = 2_000
# What PostgreSQL's texts of values depend on.
FIXED = "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL bytea_output = 'hex';"
TABLES_OF_POSTGRES = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL),
       coalesce(a.attnum = ANY (i.indkey) AND array_length(i.indkey, 1) = 1, false)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE c.relkind IN ('r', 'p')
ORDER BY c.relname, a.attname
"""

Cells = tuple[Any, ...]
Row = tuple[Any, Cells]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns by name, and the statement that reads key and columns by key."""

    name: str
    columns: tuple[str, ...]
    select: str


class Source(Protocol):
    """One state of a database; what is written after it was opened is not seen."""

    version: str

    def tables(self) -> dict[str, Table]:
        """All tables by name."""

    def query(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement, a few at a time."""


def rows_of(source: Source, table: Table) -> Iterator[Row]:
    """Key and cells of every row, keys ascending."""
    for key, *cells in source.query(table.select):
        yield key, tuple(cells)


def content_hash(source: Source, table: Table) -> tuple[int, str]:
    """The number of rows, and SHA-256 over the names of the columns and all rows by key."""
    digest, count = hashlib.sha256(packed(table.columns)), 0
    for _, cells in rows_of(source, table):
        digest.update(packed(cells))
        count += 1
    return count, digest.hexdigest()


def packed(cells: Sequence[Any]) -> bytes:
    """Cells as bytes: other cells give other bytes."""
    return b"".join(_packed_cell(cell) for cell in cells)


def _packed_cell(cell: Any) -> bytes:
    if cell is None:
        return b"-"
    if isinstance(cell, bytes):
        return b"b%d:%b" % (len(cell), cell)
    kind = "t" if isinstance(cell, str) else "n"
    text = str(cell).encode() if kind == "t" else repr(cell).encode()
    return b"%b%d:%b" % (kind.encode(), len(text), text)


@contextmanager
def reading(place: Place, shared: bool = True) -> Iterator[Source]:
    """A database, opened to be read.

    shared   a server may be writing to it
    """
    if place.engine == SQLITE:
        with _sqlite(Path(place.name), shared) as connection:
            yield SqliteSource(connection)
        return
    # Imported here: a server on SQLite needs no library for PostgreSQL.
    import psycopg

    with psycopg.connect(**place.arguments) as session:  # type: ignore[arg-type]
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        session.read_only = True
        yield PostgresSource(session)
        session.rollback()


@contextmanager
def _sqlite(path: Path, shared: bool) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        for pragma in ("query_only = ON", "wal_autocheckpoint = 0"):
            connection.execute(f"PRAGMA {pragma}")
        # A reading transaction: it sees one state, and no writer waits for it.
        connection.execute("BEGIN DEFERRED")
        yield connection
        connection.execute("COMMIT")
    finally:
        if shared:
            _close_in_turn(connection, path)
        else:
            connection.close()


def _close_in_turn(connection: sqlite3.Connection, path: Path) -> None:
    """Closing the last connection moves the log into the database: only the writer may."""
    writer = writer_of(str(path))
    writer.take()
    try:
        connection.close()
    finally:
        writer.give_back()


class SqliteSource:
    """A database of SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.version = f"SQLite {sqlite3.sqlite_version}"

    def tables(self) -> dict[str, Table]:
        """All tables by name, without SQLite's own."""
        names = [
            str(name)
            for (name,) in self.query(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
                " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
            )
        ]
        return {name: self._table(name) for name in names}

    def query(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement."""
        yield from self.connection.execute(sql)

    def _table(self, name: str) -> Table:
        facts = list(self.query(f"PRAGMA table_info({_quoted(name)})"))
        columns = tuple(sorted(str(fact[1]) for fact in facts))
        keys = [str(fact[1]) for fact in facts if fact[5]]
        key = _quoted(keys[0]) if len(keys) == 1 else "rowid"
        listed = ", ".join(map(_quoted, columns))
        return Table(name, columns, f"SELECT {key}, {listed} FROM {_quoted(name)} ORDER BY {key}")


class PostgresSource:
    """A database of PostgreSQL; every value is read as the server writes it."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.session.execute(FIXED)
        ((version,),) = self.query("SELECT current_setting('server_version')")
        self.version = f"PostgreSQL {version}"

    def export(self) -> str:
        """A name under which pg_dump sees this very state."""
        ((name,),) = self.query("SELECT pg_export_snapshot()")
        return str(name)

    def tables(self) -> dict[str, Table]:
        """All tables of the schema by name."""
        found: dict[str, list[tuple[str, str, bool]]] = {}
        for table, column, kind, is_key in self.query(TABLES_OF_POSTGRES):
            found.setdefault(table, []).append((column, kind, is_key))
        return {name: _postgres_table(name, columns) for name, columns in found.items()}

    def query(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement, a few at a time."""
        with self.session.cursor(name="p8_reading") as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(sql)
            yield from cursor


def _postgres_table(name: str, columns: list[tuple[str, str, bool]]) -> Table:
    keys = [(column, kind) for column, kind, is_key in columns if is_key]
    key = f"md5({_quoted(name)}::text)"
    if keys:
        column, kind = keys[0]
        whole = kind in ("bigint", "integer", "smallint")
        # By code points, as Python compares.
        its = f"{_quoted(name)}.{_quoted(column)}"
        key = its if whole else f'{its}::text COLLATE "C"'
    names = tuple(column for column, _, _ in columns)
    listed = ", ".join(f"{_quoted(column)}::text" for column in names)
    return Table(name, names, f"SELECT {key}, {listed} FROM {_quoted(name)} ORDER BY {key}")


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))
