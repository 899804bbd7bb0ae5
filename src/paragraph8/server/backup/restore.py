"""Bringing a server back from a backup, into a home and a database that hold nothing.

Nothing is believed before it was checked: the seal, every hash, then the loaded database row by
row against what it held when the backup was made. Only then is it migrated.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import django
from django.apps import apps

from paragraph8 import __version__
from paragraph8.kernel.problem import Problem
from paragraph8.server.backup.age import Identity
from paragraph8.server.backup.dump import NAMES, load
from paragraph8.server.backup.home_files import (
    ATTACHMENT,
    ATTACHMENTS,
    SECRET_KEY,
    SECRET_MEMBER,
    damaged_in,
    safe_path,
)
from paragraph8.server.backup.manifest import Manifest
from paragraph8.server.backup.opened import open_sealed
from paragraph8.server.backup.places import POSTGRESQL, Place, place_at
from paragraph8.server.backup.reading import reading
from paragraph8.server.backup.state import STATE, State, broken_chains, read_state, state_of
from paragraph8.server.record.files import FileStore, FolderStore, file_store

SETTINGS = "paragraph8.server.site.settings"
ALIAS = "restored"
WORK = "restoring"
VERB = "backup.restored"
# A volume that was just made has one.
NOTHING = {"lost+found"}


@dataclass(frozen=True)
class Restored:
    """A server that was brought back.

    damaged   attachments that were damaged before the backup was made; they were left out
    """

    home: Path
    place: Place
    manifest: Manifest
    state: State
    attachments: int
    damaged: tuple[str, ...]


def restore(
    file: Path,
    identity: Identity,
    home: Path,
    database_url: str = "",
    store: FileStore | None = None,
) -> Restored:
    """Restore a backup into an empty home and an empty database; on a fault the home is empty.

    database_url   "" for SQLite in the home, else of an empty database of PostgreSQL
    store          where attachments go; the default is the folder in the home

    Where Django is not set up yet, it is, for this home and database, and attachments go where
    P8_ATTACHMENTS says.

    Raises Problem backup.target_not_empty, backup.other_database, backup.newer_software,
    backup.restored_differs, backup.no_program, backup.program_failed, file.not_usable and those of
    `open_sealed`.
    """
    place = place_at(home, database_url)
    restored = bring_back(file, identity, home, place, store)
    _tell(restored)
    return restored


def bring_back(
    file: Path, identity: Identity, home: Path, place: Place, store: FileStore | None = None
) -> Restored:
    """All of `restore` but the line in the journal. Raises as it does."""
    home = home.resolve()
    refuse_full(home, place)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        try:
            return _bring_back(file, identity, home, place, store)
        except BaseException:
            _empty(home)
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise Problem("file.not_usable", file=error.filename or home, reason=reason) from error


def refuse_full(home: Path, place: Place) -> None:
    """Raises Problem backup.target_not_empty for a home or a database that holds something."""
    if home.exists() and (not home.is_dir() or {path.name for path in home.iterdir()} - NOTHING):
        raise Problem("backup.target_not_empty", place=home)
    if place.engine == POSTGRESQL:
        with reading(place) as source:
            if source.tables():
                raise Problem("backup.target_not_empty", place=f"the database {place.name}")


def _bring_back(
    file: Path, identity: Identity, home: Path, place: Place, store: FileStore | None
) -> Restored:
    opened = home / WORK
    manifest = open_sealed(file, identity, opened)
    try:
        state = read_state((opened / STATE).read_bytes())
        paths = {member: safe_path(path) for member, path in state.home.items()}
    except (ValueError, FileNotFoundError) as error:
        raise Problem("backup.unknown_format", file=file, reason=error) from None
    if state.engine != place.engine:
        raise Problem("backup.other_database", file=file, made=state.engine, here=place.engine)
    paths[SECRET_MEMBER] = PurePosixPath(SECRET_KEY)
    for member, path in paths.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (opened / member).replace(home / path)
    theirs = _set_up_django(home, place)
    _refuse_newer(file, state)
    damaged = damaged_in(manifest)
    store = store or theirs or FolderStore(home / ATTACHMENTS)
    kept = _keep_attachments(opened, manifest, damaged, store)
    load(opened / NAMES[state.engine], place)
    shutil.rmtree(opened)
    _compare(file, place, state)
    with _django_at(place):
        _migrate()
    _make_private(home)
    return Restored(home, place, manifest, state, kept, damaged)


def _empty(home: Path) -> None:
    """The home as it was found."""
    for path in home.iterdir():
        if path.is_dir() and path.name not in NOTHING:
            shutil.rmtree(path, ignore_errors=True)
        elif path.is_file():
            path.unlink()


def _set_up_django(home: Path, place: Place) -> FileStore | None:
    """In a process of its own: the settings of the server that is being restored, and its store."""
    if apps.ready:
        return None
    if place.engine == POSTGRESQL:
        # The file was just taken from the backup; a server on PostgreSQL is told it.
        os.environ.setdefault("P8_SECRET", (home / SECRET_KEY).read_text(encoding="utf-8"))
    set_up(home)
    return file_store()


def set_up(home: Path) -> None:
    """Set Django up for the server with this home, unless it is set up already."""
    if apps.ready:
        return
    os.environ["P8_HOME"] = str(home.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


def _refuse_newer(file: Path, state: State) -> None:
    from django.db.migrations.loader import MigrationLoader

    known = set[str]()
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        known |= {f"{app}.{name}", *(f"{a}.{n}" for a, n in migration.replaces)}
    unknown = [name for name in state.migrations if name not in known]
    if unknown:
        made = state.software.get("paragraph8", "?")
        shown = ", ".join(unknown[:3])
        raise Problem(
            "backup.newer_software", file=file, made=made, here=__version__, unknown=shown
        )


def _keep_attachments(
    opened: Path, manifest: Manifest, damaged: tuple[str, ...], store: FileStore
) -> int:
    """Move the attachments into the store, one by one, so that the disk holds each once."""
    kept = 0
    for entry in manifest.members:
        match = ATTACHMENT.fullmatch(entry.name)
        if match is None:
            continue
        path = opened / entry.name
        if match[1] not in damaged:
            with path.open("rb") as file:
                store.keep(iter(lambda file=file: file.read(1 << 16), b""))  # type: ignore[misc]
            kept += 1
        path.unlink()
    return kept


def _compare(file: Path, place: Place, state: State) -> None:
    with reading(place) as source:
        now = state_of(source, place.engine)
        wrong = [name for name in state.tables if now.tables.get(name) != state.tables[name]]
        wrong += sorted(set(now.tables) - set(state.tables))
        wrong += [
            f"chain {name}" for name in state.chains if now.chains[name] != state.chains[name]
        ]
        wrong += broken_chains(source)
    if wrong:
        raise Problem("backup.restored_differs", file=file, what="; ".join(wrong[:5]))


@contextmanager
def _django_at(place: Place) -> Iterator[None]:
    """The database under a name of Django's own, which its settings do not list."""
    from django.db import connections
    from django.db.utils import load_backend

    told = place.settings(connections["default"].settings_dict)
    connections[ALIAS] = load_backend(told["ENGINE"]).DatabaseWrapper(told, ALIAS)
    try:
        yield
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", database=ALIAS, verbosity=0, interactive=False)


def _tell(restored: Restored) -> None:
    from django.utils import timezone

    from paragraph8.server.record.models import JournalEntry

    details: dict[str, Any] = {
        "manifest": restored.manifest.sha256,
        "created": restored.manifest.created,
        "damaged": len(restored.damaged),
    }
    with _django_at(restored.place):
        JournalEntry.objects.using(ALIAS).create(
            at=timezone.now(), by=None, verb=VERB, subject="backup", details=details
        )
    _make_private(restored.home)


def _make_private(home: Path) -> None:
    """Folders 0700, files 0600: what was restored is read by its owner alone."""
    for folder, _, files in os.walk(home):
        Path(folder).chmod(0o700)
        for name in files:
            (Path(folder) / name).chmod(0o600)
