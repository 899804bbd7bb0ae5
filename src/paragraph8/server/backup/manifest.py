"""What a backup holds: names, sizes, hashes, format. The last member of the archive."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

FORMAT, VERSION = "paragraph8-backup", 1
MANIFEST = "manifest.json"
# Some 700,000 members. What is read into memory from a file of others must have an end.
LONGEST_MANIFEST = 128 * 1024 * 1024
# What fits in a tar header without extensions, which a reader then need not know.
LONGEST_NAME = 100
NAME = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9_-])?(/[a-z0-9]([a-z0-9._-]*[a-z0-9_-])?)*")


class BadName(ValueError):
    """A member's name that cannot be used, with the reason as its text."""


@dataclass(frozen=True)
class Entry:
    """One member as it was sealed."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """All members, in the order of the archive, and when the backup was made (as given)."""

    created: str
    members: tuple[Entry, ...]

    def to_json(self) -> bytes:
        """One text for one content."""
        head = {"format": FORMAT, "version": VERSION, "created": self.created}
        members = [asdict(entry) for entry in self.members]
        return (json.dumps(head | {"members": members}, indent=0) + "\n").encode()

    @property
    def sha256(self) -> str:
        """The hash of its text: of the whole content, the same for the same members."""
        return hashlib.sha256(self.to_json()).hexdigest()


class Names:
    """The names met so far, so that each is given once and none is the folder of another."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._folders: set[str] = set()

    def add(self, name: str) -> None:
        """Raises BadName: not lower-case ASCII letters, digits, `.`, `_`, `-` in parts joined by
        `/`, too long, given before, or a folder of another."""
        if len(name) > LONGEST_NAME:
            raise BadName(f"it has more than {LONGEST_NAME} characters")
        if not NAME.fullmatch(name):
            raise BadName("only a-z, 0-9, and . _ - within, in parts joined by / are allowed")
        folders = {str(folder) for folder in PurePosixPath(name).parents} - {"."}
        if name in self._names or name in self._folders or folders & self._names:
            raise BadName("it was given before, or is the folder of another")
        self._names.add(name)
        self._folders |= folders


def read_manifest(content: bytes) -> Manifest:
    """The manifest. Raises ValueError, with the reason, for another format or version too."""
    document = json.loads(content)
    if not isinstance(document, dict):
        raise ValueError("its manifest is not an object")
    made_as = (document.get("format"), document.get("version"))
    if made_as != (FORMAT, VERSION):
        raise ValueError(f"it is {made_as}, this software reads {(FORMAT, VERSION)}")
    created, members = document.get("created"), document.get("members")
    if not isinstance(created, str) or not isinstance(members, list):
        raise ValueError("it lacks created or members")
    return Manifest(created, tuple(_entries(members)))


def _entries(members: Iterable[object]) -> Iterator[Entry]:
    for member in members:
        if not isinstance(member, dict) or set(member) != {"name", "size", "sha256"}:
            raise ValueError("a member has other facts than name, size and sha256")
        yield Entry(**member)
