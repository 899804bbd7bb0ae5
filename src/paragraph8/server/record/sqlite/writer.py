"""The one-writer lock and the one connection that checkpoints.

SQLite before 3.51.3 can lose committed data when two connections write and checkpoint at the same
instant. Here every write of every thread and process of this machine takes one lock, and only one
connection of the process that holds it moves pages from the log into the database. It also ends the
starvation of many writers that wait for each other inside SQLite.
"""

import os
import sqlite3
import threading
from pathlib import Path

from filelock import FileLock

LOG_BYTES_BEFORE_CHECKPOINT = 8_000_000
_writers: dict[str, "Writer"] = {}
_registry = threading.Lock()
# A forked worker makes its own: a lock that was open in its parent would be the parent's.
os.register_at_fork(after_in_child=_writers.clear)


class Writer:
    """The right to write to one database file."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.log = Path(f"{database}-wal")
        self._threads = threading.Lock()
        # One lock object for the process: who holds the thread lock holds it alone.
        self._processes = FileLock(f"{database}.writer", thread_local=False)
        self._checkpointer: sqlite3.Connection | None = None

    def take(self) -> None:
        """Wait until this thread alone, of all processes, may write."""
        self._threads.acquire()
        try:
            self._processes.acquire(poll_interval=0.005)
        except BaseException:
            self._threads.release()
            raise

    def give_back(self) -> None:
        """Let the next one write; first move a long log into the database."""
        try:
            if self._log_bytes() > LOG_BYTES_BEFORE_CHECKPOINT:
                self._checkpoint()
        finally:
            self._processes.release()
            self._threads.release()

    def _log_bytes(self) -> int:
        try:
            return self.log.stat().st_size
        except FileNotFoundError:
            return 0

    def _checkpoint(self) -> None:
        if self._checkpointer is None:
            self._checkpointer = sqlite3.connect(
                self.database, isolation_level=None, check_same_thread=False
            )
            self._checkpointer.execute("PRAGMA synchronous = FULL")
            self._checkpointer.execute("PRAGMA busy_timeout = 0")
        # TRUNCATE waits for no reader (busy_timeout 0): then it does what PASSIVE would do, and
        # the log is cut at the next write that finds no reader.
        self._checkpointer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def writer_of(database: str) -> Writer:
    """The writer of a database file, one in each process."""
    with _registry:
        if database not in _writers:
            _writers[database] = Writer(database)
        return _writers[database]
