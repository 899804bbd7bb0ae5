"""A sealed backup: a tar archive encrypted with age, written and read as a stream.

Members stand in the order given, the manifest last (so that nothing is read twice), headers are
plain ones of GNU tar. `age --decrypt -i KEY FILE | tar -x` opens it without this software, and
`sha256sum` checks it against manifest.json. Memory does not grow with the size of the backup.

age proves that a backup is whole and that nothing in it changed since it was sealed, not who
sealed it: anyone with the public key can seal. Compare `Sealed.manifest_sha256` with what the
server logged.
"""

import hashlib
import os
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from paragraph8.kernel.problem import Problem
from paragraph8.server.backup.age import Recipient, encrypt
from paragraph8.server.backup.manifest import (
    LONGEST_MANIFEST,
    MANIFEST,
    BadName,
    Entry,
    Manifest,
    Names,
)

CHUNK = 1024 * 1024
END = bytes(2 * tarfile.BLOCKSIZE)


@dataclass(frozen=True)
class Member:
    """What goes into a backup: a name inside it, and a file or bytes."""

    name: str
    source: Path | bytes


@dataclass(frozen=True)
class Sealed:
    """A backup that is on the disk."""

    file: Path
    size: int
    sha256: str  # of the encrypted file: compare it after copying
    manifest: Manifest
    manifest_sha256: str  # of the content: the same for the same members


def seal(
    file: Path, members: Iterable[Member], created: str, recipients: Sequence[Recipient]
) -> Sealed:
    """Write a backup for the holders of these keys, whole and on the disk, or not at all.

    `created` is written into the manifest as given. A file that is read must not change meanwhile.

    Raises backup.exists, backup.bad_name, backup.member_changed, backup.no_public_key,
    file.not_usable.
    """
    if not recipients:
        raise Problem("backup.no_public_key")
    if file.exists():
        raise Problem("backup.exists", file=file)
    archive = _Archive(members, created)
    with _whole(file) as out:
        written = _Written(out)
        encrypt(archive.pieces(), written.write, recipients)
    return Sealed(
        file=file,
        size=written.size,
        sha256=written.hash.hexdigest(),
        manifest=archive.manifest,
        manifest_sha256=archive.manifest.sha256,
    )


class _Archive:
    """The tar stream in pieces, and the manifest once it has been read to its end."""

    def __init__(self, members: Iterable[Member], created: str) -> None:
        self._members, self._created = members, created
        self._names, self._entries = Names(), list[Entry]()
        self.manifest = Manifest(created, ())

    def pieces(self) -> Iterator[bytes]:
        self._names.add(MANIFEST)
        for member in self._members:
            try:
                self._names.add(member.name)
            except BadName as error:
                raise Problem("backup.bad_name", name=member.name, reason=error) from None
            if isinstance(member.source, bytes):
                yield from self._bytes(member.name, member.source)
            else:
                yield from self._file(member.name, member.source)
        self.manifest = Manifest(self._created, tuple(self._entries))
        content = self.manifest.to_json()
        if len(content) > LONGEST_MANIFEST:
            reason = f"the manifest has more than {LONGEST_MANIFEST:,} bytes; seal in two parts"
            raise Problem("backup.bad_name", name=MANIFEST, reason=reason)
        yield from self._bytes(MANIFEST, content)
        yield END

    def _bytes(self, name: str, content: bytes) -> Iterator[bytes]:
        digest = hashlib.sha256(content).hexdigest()
        self._entries.append(Entry(name, len(content), digest))
        yield _header(name, len(content))
        yield content
        yield _padding(len(content))

    def _file(self, name: str, source: Path) -> Iterator[bytes]:
        digest = hashlib.sha256()
        with source.open("rb", buffering=0) as opened:
            size = os.fstat(opened.fileno()).st_size
            yield _header(name, size)
            left = size
            while left and (piece := opened.read(min(CHUNK, left))):
                digest.update(piece)
                left -= len(piece)
                yield piece
            if left or os.fstat(opened.fileno()).st_size != size:
                raise Problem("backup.member_changed", file=source)
        yield _padding(size)
        self._entries.append(Entry(name, size, digest.hexdigest()))


class _Written:
    """What was written, counted and hashed on the way."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self.size, self.hash = out, 0, hashlib.sha256()

    def write(self, piece: bytes) -> None:
        self._out.write(piece)
        self.hash.update(piece)
        self.size += len(piece)


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT, "ascii", "strict")


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


@contextmanager
def _whole(file: Path) -> Iterator[BinaryIO]:
    """A partial file that gets its name when it is whole and on the disk."""
    partial = file.with_name(f"{file.name}.partial")
    try:
        partial.unlink(missing_ok=True)  # of a run that was cut off
        with open(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        partial.replace(file)
        _sync_folder(file.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Problem("file.not_usable", file=error.filename or file, reason=reason) from error
    finally:
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
