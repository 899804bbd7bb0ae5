"""The drill: restore a backup beside the running server and compare everything.

A backup that was never restored is a hope. The drill restores it as `p8 restore` would, into a
folder or a database that is removed afterwards, and compares every row, link and byte with the
server. Reports that came since are counted; what the backup holds must still be here as it was.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.backup.age import Identity
from paragraph8.server.backup.compare import Line, compare_tables
from paragraph8.server.backup.home_files import ATTACHMENT, SECRET_MEMBER, SNAPSHOTS
from paragraph8.server.backup.manifest import Entry
from paragraph8.server.backup.newest import newest_backup, note_newest
from paragraph8.server.backup.places import SQLITE, Place, place_at, place_of_settings
from paragraph8.server.backup.reading import Source, reading
from paragraph8.server.backup.restore import VERB as RESTORED
from paragraph8.server.backup.restore import Restored, bring_back
from paragraph8.server.backup.state import broken_chains
from paragraph8.server.backup.workplace import workplace
from paragraph8.server.record.files import file_store
from paragraph8.server.record.journal import record
from paragraph8.server.record.models import JournalEntry

VERB = "backup.drilled"
MADE = "backup.made"
LONGEST_NAME = 63
COLUMNS = ("in backup", "added since", "changed since", "gone since", "DIFFERENT")


@dataclass(frozen=True)
class Drill:
    """A drill that was carried through; it passed if nothing differs."""

    file: Path
    created: str
    lines: tuple[Line, ...]

    @property
    def differs(self) -> int:
        """How many things differ that must not."""
        return sum(line.differs for line in self.lines)

    @property
    def differences(self) -> tuple[str, ...]:
        """The first differences of every part, as sentences without personal data."""
        return tuple(sentence for line in self.lines for sentence in line.named)


def drill(file: Path | None, identity: Identity) -> Drill:
    """Restore `file`, or the newest backup of this server, and compare it with the server.

    Raises Problem backup.none_yet, backup.running, backup.no_drill_database and those of
    `restore`: a backup that cannot be restored has failed as well.
    """
    file = file or _newest_file()
    home = Path(settings.P8_HOME)
    live = place_of_settings(connection.settings_dict)
    with workplace(home) as work, _place_beside(live, work / "home") as place:
        restored = bring_back(file, identity, work / "home", place)
        lines = tuple(_compare(restored, live, home))
    done = Drill(file, restored.manifest.created, lines)
    _tell(done, restored, home)
    return done


def as_table(done: Drill) -> str:
    """The comparison as a text: a line for each part that holds something, then what differs."""
    rows = [
        (line.part, line.held, line.added, line.changed, line.gone, line.differs)
        for line in done.lines
        if line.held or line.added or line.differs
    ]
    width = max(len(row[0]) for row in rows)
    text = [f"Backup of {done.created}: {done.file.name}", ""]
    text.append(f"{'':{width}} " + " ".join(f"{head:>13}" for head in COLUMNS))
    text += [
        f"{part:{width}} " + " ".join(f"{number:>13,}" for number in numbers)
        for part, *numbers in rows
    ]
    text.append("")
    text += [f"DIFFERENT: {sentence}" for sentence in done.differences]
    unnamed = done.differs - len(done.differences)
    if unnamed:
        text.append(f"DIFFERENT: {unnamed:,} more")
    if not done.differs:
        text.append("Restored and compared: everything in the backup is here as it was.")
    return "\n".join(text) + "\n"


def _newest_file() -> Path:
    newest = newest_backup(Path(settings.P8_HOME))
    if newest is None:
        raise Problem("backup.none_yet")
    return Path(newest.file)


@contextmanager
def _place_beside(live: Place, home: Path) -> Iterator[Place]:
    """An empty database beside the live one, of the same kind, removed on leaving."""
    if live.engine == SQLITE:
        yield place_at(home, "")
        return
    import psycopg
    from psycopg import sql

    end = f"_drill_{secrets.token_hex(4)}"
    beside = live.called(live.name[: LONGEST_NAME - len(end)] + end)
    name = sql.Identifier(beside.name)
    make = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(name)
    remove = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name)
    with psycopg.connect(**live.arguments, autocommit=True) as session:  # type: ignore[arg-type]
        try:
            session.execute(make)
        except psycopg.Error as error:
            raise Problem("backup.no_drill_database", name=beside.name, reason=error) from error
        try:
            yield beside
        finally:
            session.execute(remove)


def _compare(restored: Restored, live: Place, home: Path) -> Iterator[Line]:
    with reading(restored.place) as backup, reading(live) as here:
        yield from compare_tables(backup, here)
        yield _chains(restored, backup, here)
    yield _attachments(restored)
    yield _home(restored, home)
    yield _origin(restored)


def _chains(restored: Restored, backup: Source, here: Source) -> Line:
    """Both sets of chains link by link, and each old head inside the chain that is here now."""
    line = Line("chains", held=len(restored.state.chains))
    for side, source in (("backup", backup), ("server", here)):
        for sentence in broken_chains(source):
            line.differ(f"{side}: {sentence}")
    lengths = sorted({int(told["length"]) for told in restored.state.chains.values()}) or [0]
    heads = here.query(
        "SELECT c.name, k.number, k.hash FROM record_link k JOIN record_chain c"
        f" ON c.id = k.chain_id WHERE k.number IN ({', '.join(map(str, lengths))})"
    )
    now = {(name, int(number)): hash for name, number, hash in heads}
    for name, told in restored.state.chains.items():
        if told["length"] and now.get((name, told["length"])) != told["head"]:
            line.differ(f"chain {name}: the head of the backup is not in the server's chain")
    return line


def _attachments(restored: Restored) -> Line:
    """Every attachment of the backup against the bytes in the server's store."""
    line = Line("attachments")
    held = set[str]()
    for entry in restored.manifest.members:
        match = ATTACHMENT.fullmatch(entry.name)
        if match is None:
            continue
        held.add(match[1])
        if match[1] in restored.damaged:
            line.differ(f"attachment {match[1]} was damaged before it was backed up")
        else:
            _compare_attachment(line, match[1])
    line.held = len(held)
    line.added = sum(1 for name in file_store().names() if name not in held)
    return line


def _compare_attachment(line: Line, sha256: str) -> None:
    try:
        if _hash_of(file_store().read(sha256)) != sha256:
            line.differ(f"attachment {sha256}: its bytes are not what was backed up")
    except FileNotFoundError:
        line.differ(f"attachment {sha256} is not here")
    except OSError as error:
        line.differ(f"attachment {sha256} cannot be read: {error.strerror}")


def _home(restored: Restored, home: Path) -> Line:
    """Snapshots never change; certificates do. The secret must be the server's."""
    line = Line("files of the home")
    entries = {entry.name: entry for entry in restored.manifest.members}
    for member, path in restored.state.home.items():
        line.held += 1
        if not _is_here(home / path, entries[member]):
            if path.startswith(f"{SNAPSHOTS}/"):
                line.differ(f"{path} is not what was backed up")
            else:
                line.changed += 1
    line.held += 1
    secret = hashlib.sha256(settings.SECRET_KEY.encode()).hexdigest()
    if entries[SECRET_MEMBER].sha256 != secret:
        line.differ("the server signs with another secret than the backup holds")
    return line


def _is_here(path: Path, entry: Entry) -> bool:
    try:
        with path.open("rb") as file:
            return _hash_of(iter(lambda: file.read(1 << 16), b"")) == entry.sha256
    except OSError:
        return False


def _origin(restored: Restored) -> Line:
    """Whether this server's journal knows the backup: anyone with the public key can seal one."""
    line = Line("journal of backups", held=1)
    known = JournalEntry.objects.filter(
        verb__in=(MADE, RESTORED), details__manifest=restored.manifest.sha256
    )
    if not known.exists():
        line.differ("the journal of this server has no line of this backup")
    return line


def _hash_of(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _tell(done: Drill, restored: Restored, home: Path) -> None:
    record(VERB, "backup", by=None, manifest=restored.manifest.sha256, differs=done.differs)
    newest = newest_backup(home)
    if newest is not None and newest.manifest_sha256 == restored.manifest.sha256:
        drilled = timezone.now().isoformat(timespec="seconds")
        note_newest(home, replace(newest, drilled=drilled, differs=done.differs))
