"""The database as one file, consistent while the server writes, and back."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from paragraph8.kernel.problem import Problem
from paragraph8.server.backup.places import POSTGRESQL, SQLITE, Place
from paragraph8.server.backup.reading import PostgresSource, SqliteSource, reading
from paragraph8.server.backup.state import State, state_of

INSTALLED = Path("/usr/lib/postgresql")
# Names of the member of the backup, by engine.
NAMES = {SQLITE: "database.sqlite", POSTGRESQL: "database.pgdump"}
LONGEST_REASON = 500


def dump(place: Place, folder: Path) -> tuple[Path, State]:
    """A consistent copy of the database in a new file of `folder`, and what it holds.

    Raises Problem backup.database_damaged, backup.no_program, backup.program_failed.
    """
    file = folder / NAMES[place.engine]
    if place.engine == SQLITE:
        _copy(place, file)
        with reading(Place(SQLITE, str(file)), shared=False) as source:
            return file, state_of(source, SQLITE)
    with reading(place) as source:
        assert isinstance(source, PostgresSource)
        arguments = ["--format=custom", f"--snapshot={source.export()}", f"--file={file}"]
        run("pg_dump", arguments, place.environment)
        return file, state_of(source, POSTGRESQL)


def load(file: Path, place: Place) -> None:
    """Put a dump into its place, where nothing may be; of SQLite the file itself is moved.

    Raises Problem backup.no_program, backup.program_failed.
    """
    if place.engine == SQLITE:
        file.chmod(0o600)
        file.replace(place.name)
        return
    whole = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    run("pg_restore", [*whole, f"--dbname={place.name}", str(file)], place.environment)


def _copy(place: Place, file: Path) -> None:
    """SQLite's online backup, in one step: one state, and the writers go on."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    copy = sqlite3.connect(file, isolation_level=None)
    try:
        with reading(place) as source:
            assert isinstance(source, SqliteSource)
            source.connection.backup(copy, pages=-1)
        # The copy is one file, without a log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(5)")]
    except sqlite3.DatabaseError as error:
        raise Problem("backup.database_damaged", file=place.name, reason=error) from error
    finally:
        copy.close()
    if found != ["ok"]:
        told = "; ".join(found)[:LONGEST_REASON]
        raise Problem("backup.database_damaged", file=place.name, reason=told)


def program(name: str) -> Path:
    """A program of the newest PostgreSQL that is installed. Raises Problem backup.no_program."""
    versions = (path for path in INSTALLED.glob("*/bin") if path.parent.name.isdigit())
    newest = sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    found = shutil.which(name)
    for path in [*(folder / name for folder in newest), *([Path(found)] if found else [])]:
        if path.is_file():
            return path
    raise Problem("backup.no_program", program=name)


def run(name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run a program of PostgreSQL. Raises Problem backup.no_program, backup.program_failed."""
    done = subprocess.run(
        [str(program(name)), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
        check=False,
    )
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()[-LONGEST_REASON:]
        raise Problem("backup.program_failed", program=name, reason=reason)
