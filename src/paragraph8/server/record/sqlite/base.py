"""Django's SQLite backend; what differs is that a write takes the one-writer lock."""

import re
from typing import Any

from django.db.backends.sqlite3 import base

from paragraph8.server.record.sqlite.writer import writer_of

READS = re.compile(r"\s*(SELECT|PRAGMA|EXPLAIN|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)\b", re.I)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection: transactions and single writing statements wait for their turn."""

    _writing = False

    def take_turn(self) -> None:
        """Become the writer. The same connection never waits for itself."""
        if not self._writing:
            writer_of(str(self.settings_dict["NAME"])).take()
            self._writing = True

    def end_turn(self) -> None:
        """Let another connection write."""
        if self._writing:
            self._writing = False
            writer_of(str(self.settings_dict["NAME"])).give_back()

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor that takes its turn before a writing statement outside a transaction."""
        cursor = self.connection.cursor(factory=TurnTakingCursor)
        cursor.wrapper = self
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self.end_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()
        finally:
            self.end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self.end_turn()

    def _close(self) -> None:
        # Closing the last connection moves the log into the database: a write like any other.
        self.take_turn()
        try:
            super()._close()
        finally:
            self.end_turn()


class TurnTakingCursor(base.SQLiteCursorWrapper):
    """Django's cursor; a single writing statement outside a transaction takes its turn."""

    wrapper: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        """One statement."""
        if self.wrapper.in_atomic_block or READS.match(query):
            return super().execute(query, params)
        self.wrapper.take_turn()
        try:
            return super().execute(query, params)
        finally:
            self.wrapper.end_turn()

    def executemany(self, query: str, param_list: Any) -> Any:
        """One statement for many rows."""
        if self.wrapper.in_atomic_block:
            return super().executemany(query, param_list)
        self.wrapper.take_turn()
        try:
            return super().executemany(query, param_list)
        finally:
            self.wrapper.end_turn()
