"""Opening a sealed backup: nothing is believed before it is checked.

The archive is decrypted in one thread and taken apart in another, so that neither the memory nor
the disk ever holds it whole in the clear beside what comes out.
"""

import hashlib
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import RawIOBase
from itertools import zip_longest
from pathlib import Path
from threading import Thread
from typing import BinaryIO, NoReturn

from paragraph8.kernel.problem import Problem
from paragraph8.server.backup.age import Damaged, Identity, WrongKey, decrypt
from paragraph8.server.backup.manifest import (
    LONGEST_MANIFEST,
    MANIFEST,
    BadName,
    Entry,
    Manifest,
    Names,
    read_manifest,
)

CHUNK = 1024 * 1024


def open_sealed(file: Path, identity: Identity, folder: Path) -> Manifest:
    """Put the members into a new folder, which appears only when every hash was right.

    Members are written into `FOLDER.partial` first; on any fault that is removed.

    Raises backup.folder_exists, backup.wrong_key, backup.damaged, backup.unsafe_member,
    backup.unknown_format, backup.altered, file.not_usable.
    """
    if folder.exists():
        raise Problem("backup.folder_exists", folder=folder)
    unchecked = folder.with_name(f"{folder.name}.partial")
    try:
        unchecked.mkdir(mode=0o700)
    except OSError as error:
        raise Problem("file.not_usable", file=unchecked, reason=error.strerror) from error
    try:
        manifest = _checked(file, identity, lambda name: _create(unchecked / name))
        (unchecked / MANIFEST).write_bytes(manifest.to_json())
        os.sync()
        unchecked.replace(folder)
        os.sync()
    except OSError as error:
        raise Problem("file.not_usable", file=folder, reason=error.strerror) from error
    finally:
        shutil.rmtree(unchecked, ignore_errors=True)
    return manifest


def check_sealed(file: Path, identity: Identity) -> Manifest:
    """Everything that open_sealed checks, without writing anything. Raises as it does."""
    try:
        return _checked(file, identity, lambda _: Path(os.devnull).open("wb"))
    except OSError as error:
        raise Problem("file.not_usable", file=file, reason=error.strerror) from error


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _checked(file: Path, identity: Identity, create: Callable[[str], BinaryIO]) -> Manifest:
    with _decrypted(file, identity) as stream:
        return _Archive(file, stream, create).read()


@contextmanager
def _decrypted(file: Path, identity: Identity) -> Iterator[BinaryIO]:
    """The archive as a stream. A fault of the encryption is told rather than what it led to."""
    reading, writing = os.pipe()
    worker = _Decryption(file, identity, writing)
    worker.start()
    try:
        # Closing this end, also on the way out of a fault, ends the worker.
        with open(reading, "rb") as stream:
            yield stream
    except (Problem, OSError):
        worker.finish()
        raise
    worker.finish()


class _Decryption(Thread):
    """Decrypts into a pipe."""

    def __init__(self, file: Path, identity: Identity, writing: int) -> None:
        super().__init__(name="decryption", daemon=True)
        self._file, self._identity, self._writing = file, identity, writing
        self._failure: Problem | OSError | None = None

    def run(self) -> None:
        try:
            with open(self._writing, "wb", buffering=0) as out, self._file.open("rb") as sealed:
                decrypt(iter(partial(sealed.read, CHUNK), b""), _all_into(out), self._identity)
        except WrongKey:
            self._failure = Problem("backup.wrong_key", file=self._file)
        except Damaged as error:
            self._failure = Problem("backup.damaged", file=self._file, reason=error)
        except BrokenPipeError:
            pass  # the other side has seen enough
        except OSError as error:
            self._failure = error

    def finish(self) -> None:
        """Wait for the end and raise what went wrong, if anything did."""
        self.join()
        if self._failure:
            raise self._failure


def _all_into(out: RawIOBase) -> Callable[[bytes], None]:
    def write(piece: bytes) -> None:
        rest = memoryview(piece)
        while rest:
            rest = rest[out.write(rest) :]

    return write


class _Archive:
    """A tar stream, taken apart member by member."""

    def __init__(self, file: Path, stream: BinaryIO, create: Callable[[str], BinaryIO]) -> None:
        self._file, self._stream, self._create = file, stream, create
        self._names = Names()
        self._names.add(MANIFEST)

    def read(self) -> Manifest:
        """All members given to `create`; the manifest, which lists exactly these."""
        found: list[Entry] = []
        while (header := self._header()).name != MANIFEST:
            self._check_name(header)
            found.append(self._member(header))
        manifest = self._manifest(header.size)
        self._end()
        for entry, listed in zip_longest(found, manifest.members):
            if entry != listed:
                name = (entry or listed).name
                raise Problem("backup.altered", file=self._file, name=name)
        return manifest

    def _header(self) -> tarfile.TarInfo:
        block = self._exactly(tarfile.BLOCKSIZE)
        try:
            header = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError) as error:
            raise Problem("backup.unknown_format", file=self._file, reason=error) from None
        if header.type != tarfile.REGTYPE:
            self._refuse(header, "it is not a plain file")
        if header.size < 0:
            self._refuse(header, "its size is negative")
        return header

    def _check_name(self, header: tarfile.TarInfo) -> None:
        try:
            self._names.add(header.name)
        except BadName as error:
            self._refuse(header, str(error))

    def _refuse(self, header: tarfile.TarInfo, reason: str) -> NoReturn:
        raise Problem("backup.unsafe_member", file=self._file, name=header.name, reason=reason)

    def _member(self, header: tarfile.TarInfo) -> Entry:
        digest, left = hashlib.sha256(), header.size
        with self._create(header.name) as out:
            while left:
                piece = self._exactly(min(CHUNK, left))
                digest.update(piece)
                out.write(piece)
                left -= len(piece)
        self._padding(header.size)
        return Entry(header.name, header.size, digest.hexdigest())

    def _manifest(self, size: int) -> Manifest:
        if size > LONGEST_MANIFEST:
            reason = f"its manifest has more than {LONGEST_MANIFEST:,} bytes"
            raise Problem("backup.unknown_format", file=self._file, reason=reason)
        content = self._exactly(size)
        self._padding(size)
        try:
            return read_manifest(content)
        except (ValueError, RecursionError) as error:
            raise Problem("backup.unknown_format", file=self._file, reason=error) from None

    def _padding(self, size: int) -> None:
        self._exactly(-size % tarfile.BLOCKSIZE)

    def _end(self) -> None:
        while rest := self._stream.read(CHUNK):
            if rest.strip(b"\0"):
                reason = "something stands after its manifest"
                raise Problem("backup.unknown_format", file=self._file, reason=reason)

    def _exactly(self, size: int) -> bytes:
        content = self._stream.read(size)
        if len(content) < size:
            reason = "the archive in it ends early"
            raise Problem("backup.unknown_format", file=self._file, reason=reason)
        return content
