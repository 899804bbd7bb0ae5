"""The disk alone, one durable row at a time, and a PostgreSQL that can be killed."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from benchmarks.intake.place import ROOT, children
from benchmarks.intake.report import make_report

# tools is a folder of programs and no package.
sys.path.insert(0, str(ROOT / "tools"))
from postgres import DidNotStart, NotInstalled, postgres

__all__ = [
    "DidNotStart", "NotInstalled", "Postgres", "another_database", "disk_probe", "postgres",
    "raw_postgres", "raw_sqlite",
]  # fmt: skip

TRIES_TO_START, SECONDS_BETWEEN = 60, 0.25
TABLE = "CREATE TABLE raw_insert (id {key}, instance TEXT UNIQUE, xml {blob}, sha256 TEXT, at TEXT)"


def disk_probe(folder: Path, seconds: float = 1.0) -> float:
    """Appends of 2 KB with fdatasync, a second."""
    file = folder / "probe"
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return _a_second(partial(_append, handle), seconds)
    finally:
        os.close(handle)
        file.unlink()


def _append(handle: int) -> None:
    os.write(handle, b"x" * 2048)
    os.fdatasync(handle)


def raw_sqlite(folder: Path, seconds: float = 2.0) -> float:
    """Rows with the XML of a report and a unique key, a transaction each, a second: SQLite FULL."""
    file = folder / "raw.sqlite3"
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(TABLE.format(key="INTEGER PRIMARY KEY", blob="BLOB"))
        insert = "INSERT INTO raw_insert (instance, xml, sha256, at) VALUES (?, ?, ?, ?)"
        return _a_second(lambda: connection.execute(insert, _row()), seconds)
    finally:
        connection.close()
        for path in folder.glob("raw.sqlite3*"):
            path.unlink()


def raw_postgres(url: str, seconds: float = 2.0) -> float:
    """The same on PostgreSQL, from one connection."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE.format(key="BIGSERIAL PRIMARY KEY", blob="BYTEA"))
        insert = "INSERT INTO raw_insert (instance, xml, sha256, at) VALUES (%s, %s, %s, %s)"
        try:
            return _a_second(lambda: connection.execute(insert, _row()), seconds)
        finally:
            connection.execute("DROP TABLE raw_insert")


def another_database(url: str) -> str:
    """An empty database on the same PostgreSQL; its URL."""
    name = f"another_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{url.rpartition('/')[0]}/{name}"


def _row() -> tuple[str, bytes, str, str]:
    return str(uuid.uuid4()), make_report().xml, "0" * 64, "2024-05-12T20:10:00"


def _a_second(work: Callable[[], object], seconds: float) -> float:
    started, count = time.perf_counter(), 0
    while (spent := time.perf_counter() - started) < seconds:
        work()
        count += 1
    return count / spent


class Postgres:
    """A PostgreSQL of `tools/postgres.py` whose processes can be killed and started again.

    Only ever a server that was made for this run: it is killed without asking.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        with psycopg.connect(url) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        assert row is not None
        self.data = Path(row[0])
        self.pid = self._first_pid()
        place = Path(f"/proc/{self.pid}")
        self.command = (place / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        self.owner = place.stat()
        self.tries: list[int] = []
        self._process: subprocess.Popen[bytes] | None = None

    def kill_backend(self, rng: random.Random) -> None:
        """kill -9 of one process below the first; the server ends all others and recovers."""
        if below := children(self.pid):
            _kill(rng.choice(below))

    def kill_first(self) -> None:
        """kill -9 of the first process alone; its children notice later."""
        _kill(self.pid)

    def kill_all(self) -> None:
        """kill -9 of the first process and its children."""
        below = children(self.pid)
        _kill(self.pid)
        for pid in below:
            _kill(pid)

    def supervise(self) -> bool:
        """Start it again if its first process is gone: several tries, while children are dying."""
        if self._alive():
            return False
        for attempt in range(1, TRIES_TO_START + 1):
            self._start()
            until = time.monotonic() + SECONDS_BETWEEN
            while time.monotonic() < until and self._alive():
                time.sleep(0.02)
            if self._alive():
                self.tries.append(attempt)
                return True
        said = (self.data.parent / "log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"PostgreSQL did not start again: {said}")

    def stop(self) -> None:
        """End what was started here."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill_all()
                self._process.wait(20)

    def _alive(self) -> bool:
        if self._process is not None:
            return self._process.poll() is None
        # A dead first process that nobody has waited for counts as running to the next one.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        return Path(f"/proc/{self.pid}").exists()

    def _start(self) -> None:
        as_owner: dict[str, Any] = {
            "user": self.owner.st_uid,
            "group": self.owner.st_gid,
            "extra_groups": [],
        }
        with (self.data.parent / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=self.data.parent,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **(as_owner if os.geteuid() == 0 else {}),
            )
        self.pid = self._process.pid

    def _first_pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
