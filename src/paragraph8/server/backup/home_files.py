"""What of the home folder goes into a backup besides database and attachments.

Snapshots, the authority of the local network that phones trust, the public keys of the backups,
and the server's secret: receipts and cookies are signed with it, so a restored server without it
would be another server to every phone. It is in the backup because the backup is sealed for a key
that is kept away from the server; who opens it holds everything anyway.
"""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from paragraph8.server.backup.manifest import Manifest

SNAPSHOTS, SECRETS, KEYS = "snapshots", "secrets", "backup-keys"
SECRET_KEY = f"{SECRETS}/secret_key"
SECRET_MEMBER = "secret_key"
MEMBERS = "home"
ATTACHMENTS = "attachments"
ATTACHMENT = re.compile(r"attachments/[0-9a-f]{2}/([0-9a-f]{64})")
HASH = re.compile(r"[0-9a-f]{64}")
# A snapshot in the making, a certificate being written, a lock.
UNFINISHED = re.compile(r"new-.*|\..*|.*\.(lock|partial)")


def home_files(home: Path) -> Iterator[str]:
    """Paths in the home folder, `/` between their parts, sorted; the secret is not among them."""
    for top in (SECRETS, SNAPSHOTS):
        for path in sorted((home / top).rglob("*")):
            inside = path.relative_to(home)
            finished = not any(UNFINISHED.fullmatch(part) for part in inside.parts)
            if finished and path.is_file() and inside.as_posix() != SECRET_KEY:
                yield inside.as_posix()
    if (home / KEYS).is_file():
        yield KEYS


def safe_path(path: str) -> PurePosixPath:
    """A path in the home folder that a backup may name. Raises ValueError for another."""
    parts = PurePosixPath(path).parts
    if not parts or parts[0] not in (SNAPSHOTS, SECRETS, KEYS) or ".." in parts:
        raise ValueError(f"{path!r} is no place of a backup's file")
    return PurePosixPath(path)


def attachment_member(sha256: str) -> str:
    """The name in a backup of a file of the attachment store."""
    return f"{ATTACHMENTS}/{sha256[:2]}/{sha256}"


def damaged_in(manifest: Manifest) -> tuple[str, ...]:
    """Attachments whose bytes do not have the hash that is their name."""
    named = ((ATTACHMENT.fullmatch(entry.name), entry) for entry in manifest.members)
    return tuple(
        match[1] for match, entry in named if match is not None and match[1] != entry.sha256
    )
