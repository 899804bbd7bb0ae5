"""Making a backup: database, attachments, snapshots and the server's secret in one sealed file.

The database is copied first and the store is read afterwards: it only grows, so every file that
the copy names is among those that follow. See `home_files` for why the secret is in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.backup.age import Recipient
from paragraph8.server.backup.dump import NAMES, dump
from paragraph8.server.backup.home_files import (
    ATTACHMENT,
    HASH,
    MEMBERS,
    SECRET_MEMBER,
    attachment_member,
    damaged_in,
    home_files,
)
from paragraph8.server.backup.newest import Newest, note_newest
from paragraph8.server.backup.places import place_of_settings
from paragraph8.server.backup.sealed import Member, Sealed, seal
from paragraph8.server.backup.state import STATE, State
from paragraph8.server.backup.workplace import workplace
from paragraph8.server.record.files import FileStore, FolderStore, file_store
from paragraph8.server.record.journal import record

VERB = "backup.made"
JOURNAL_SUBJECT = "backup"


@dataclass(frozen=True)
class Made:
    """A backup that is on the disk.

    damaged   hashes of attachments whose bytes were no longer those that had been received
    """

    sealed: Sealed
    state: State
    damaged: tuple[str, ...]

    @property
    def attachments(self) -> int:
        """How many attachments it holds."""
        return sum(1 for entry in self.sealed.manifest.members if ATTACHMENT.fullmatch(entry.name))


def make_backup(folder: Path, recipients: Sequence[Recipient], by: Any = None) -> Made:
    """Write `p8-<UTC>.age` into `folder`, whole and on the disk, while the server goes on.

    by   the account that asked for it; None for the machine's own clock

    Raises Problem backup.no_public_key, backup.running, backup.exists, backup.member_changed,
    backup.bad_name, backup.database_damaged, backup.no_program, backup.program_failed,
    file.not_usable.
    """
    if not recipients:
        raise Problem("backup.no_public_key")
    now, home = timezone.now(), Path(settings.P8_HOME)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with workplace(home) as work:
            database, state = dump(place_of_settings(connection.settings_dict), work)
            state = state.with_home(
                {f"{MEMBERS}/{n:06}": path for n, path in enumerate(home_files(home), start=1)}
            )
            members = _members(database, state, home, work)
            stamp = now.isoformat(timespec="seconds")
            sealed = seal(folder / name_at(now), members, stamp, recipients)
    except OSError as error:
        raise Problem("file.not_usable", file=error.filename, reason=error.strerror) from error
    made = Made(sealed, state, damaged_in(sealed.manifest))
    _tell(made, home, now, by)
    return made


def name_at(now: datetime) -> str:
    """The name of a backup made at this instant."""
    return f"p8-{now:%Y%m%dT%H%M%SZ}.age"


def _members(database: Path, state: State, home: Path, work: Path) -> Iterator[Member]:
    yield Member(NAMES[state.engine], database)
    database.unlink()
    yield Member(SECRET_MEMBER, settings.SECRET_KEY.encode())
    for member, path in state.home.items():
        yield Member(member, home / path)
    store = file_store()
    for sha256 in store.names():
        if HASH.fullmatch(sha256):
            source = _at_hand(store, sha256, work)
            yield Member(attachment_member(sha256), source)
            if source.parent == work:
                source.unlink()
    yield Member(STATE, state.to_json())


def _at_hand(store: FileStore, sha256: str, work: Path) -> Path:
    """A file with an attachment's bytes: the store's own, or one fetched for this moment."""
    if isinstance(store, FolderStore):
        return store.folder / sha256[:2] / sha256
    fetched = work / sha256
    with fetched.open("wb") as out:
        for piece in store.read(sha256):
            out.write(piece)
    return fetched


def _tell(made: Made, home: Path, now: datetime, by: Any) -> None:
    sealed = made.sealed
    record(
        VERB,
        JOURNAL_SUBJECT,
        by=by,
        file=sealed.file.name,
        sha256=sealed.sha256,
        manifest=sealed.manifest_sha256,
        size=sealed.size,
        damaged=len(made.damaged),
    )
    note_newest(
        home,
        Newest(
            file=str(sealed.file.resolve()),
            made=now.isoformat(timespec="seconds"),
            size=sealed.size,
            sha256=sealed.sha256,
            manifest_sha256=sealed.manifest_sha256,
            damaged=len(made.damaged),
        ),
    )
