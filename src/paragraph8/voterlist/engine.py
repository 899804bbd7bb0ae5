"""Engine: runs the audit's SQL. One text for all engines; `spark` has the other one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb
import polars as pl

from paragraph8.kernel.problem import Problem

THREADS = 2
MEMORY = "4GB"


class Engine(Protocol):
    """What the audit asks of a database. SQL is written in DuckDB's dialect, and only in what
    sqlglot can say in Spark's as well; string distances see ASCII keys only, for DuckDB counts
    bytes where Spark counts characters.
    """

    def table(self, name: str, select: str) -> None:
        """Make (or replace) the table `name` from a SELECT."""

    def drop(self, *names: str) -> None:
        """Forget tables, if they exist."""

    def put(self, name: str, frame: pl.DataFrame) -> None:
        """Make (or replace) the table `name` from a frame."""

    def frame(self, select: str) -> pl.DataFrame:
        """The rows of a SELECT."""

    def row(self, select: str) -> tuple[Any, ...]:
        """The one row of a SELECT."""

    def columns(self, name: str) -> tuple[str, ...]:
        """Columns of a table; none if there is no such table."""


def quiet(step: str) -> None:
    """In place of showing what step an audit is at."""


def without(table: str, links: str, column: str) -> str:
    """SELECT the rows of a table that no row of `links` names in its column."""
    return (
        f"SELECT r.* FROM {table} r LEFT JOIN {links} l ON l.{column} = r.row"
        f" WHERE l.{column} IS NULL"
    )


class Duck:
    """DuckDB in this process, with a limit of memory and a folder to spill into."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def table(self, name: str, select: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {select}").fetchall()

    def drop(self, *names: str) -> None:
        for name in names:
            self.connection.execute(f"DROP TABLE IF EXISTS {name}").fetchall()

    def put(self, name: str, frame: pl.DataFrame) -> None:
        self.connection.register("incoming", frame.to_arrow())
        try:
            self.table(name, "SELECT * FROM incoming")
        finally:
            self.connection.unregister("incoming")

    def frame(self, select: str) -> pl.DataFrame:
        found: pl.DataFrame = self.connection.sql(select).pl()
        return found

    def row(self, select: str) -> tuple[Any, ...]:
        found: Sequence[tuple[Any, ...]] = self.connection.execute(select).fetchall()
        return found[0]

    def columns(self, name: str) -> tuple[str, ...]:
        found = self.connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
            [name],
        ).fetchall()
        return tuple(column for (column,) in found)


def open_duck(
    folder: Path | None, memory: str = MEMORY, threads: int = THREADS, *, small: bool = False
) -> Duck:
    """A DuckDB of our own: a file in `folder`, which it also spills into, or in memory only.

    memory   limit as DuckDB writes it, "4GB"; what does not fit is spilled into `folder`
    threads  processors to use
    small    the lists are short: tables stay in memory, where they are made faster
    Raises Problem analysis.bad_parameter for a limit that DuckDB does not understand.
    """
    # Without a folder nothing is spilled: rows of a list would lie where nobody looks for them.
    spill: Mapping[str, Any] = {"temp_directory": str(folder / "spill") if folder else ""}
    try:
        connection = duckdb.connect(
            str(folder / "store.duckdb") if folder and not small else ":memory:",
            config={
                "memory_limit": memory,
                "threads": str(threads),
                # Every table that needs an order carries row numbers.
                "preserve_insertion_order": "false",
                "autoload_known_extensions": "false",
                "autoinstall_known_extensions": "false",
                **spill,
            },
        )
    except duckdb.Error:
        expected = "an amount as 4GB and a number of processors"
        raise Problem(
            "analysis.bad_parameter",
            parameter="memory, threads",
            value=f"{memory}, {threads}",
            expected=expected,
        ) from None
    # A bar of its own would run into what a command prints.
    connection.execute("SET enable_progress_bar = false").fetchall()
    return Duck(connection)
