"""When the newest backup was made and the newest drill passed, for the start page and its alarm."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext

from paragraph8.server.backup.workplace import write_whole

FILE = "backup-newest.json"
OLDEST = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest backup that this server made.

    file       where it was written; it may have been moved away since
    made       ISO 8601, UTC
    sha256     of the file
    damaged    attachments that were not what their name says when it was made
    drilled    when a drill last compared it with the server, "" if never
    differs    differences that this drill found
    """

    file: str
    made: str
    size: int
    sha256: str
    manifest_sha256: str
    damaged: int = 0
    drilled: str = ""
    differs: int = 0

    def age(self, now: datetime) -> timedelta:
        """How long ago it was made."""
        return now - datetime.fromisoformat(self.made)


def newest_backup(home: Path) -> Newest | None:
    """The newest backup of the server with this home folder; None if there was none."""
    try:
        return Newest(**json.loads((home / FILE).read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        # A note that cannot be read is no backup to rely on.
        return None


def note_newest(home: Path, newest: Newest) -> None:
    """Remember the newest backup."""
    write_whole(home / FILE, (json.dumps(asdict(newest), indent=1) + "\n").encode())


def alarm(home: Path, now: datetime) -> str:
    """What the office must be told about its backups, "" if all is well."""
    newest = newest_backup(home)
    if newest is None:
        return gettext("There is no backup of this server yet. Make one: p8 backup")
    hours = int(newest.age(now).total_seconds() // 3600)
    if newest.age(now) > OLDEST:
        return gettext("The newest backup is %(hours)d hours old. Make one: p8 backup") % {
            "hours": hours
        }
    if newest.damaged:
        return gettext(
            "When the newest backup was made, %(count)d attachments were not what was received. "
            "Restore them from an older backup."
        ) % {"count": newest.damaged}
    if newest.differs:
        return gettext(
            "The newest backup was restored and differs from this server in %(count)d places. "
            "Run p8 backup --drill and read its table."
        ) % {"count": newest.differs}
    return ""
