"""The bytes of attachments, stored once under their SHA-256 and never changed.

Two stores with one behaviour: a folder (default) and S3-compatible object storage. `keep` returns
when the bytes would survive a power cut; nothing may be acknowledged before that.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Kept:
    """What was stored: content hash and size in bytes."""

    sha256: str
    size: int


class FileStore(Protocol):
    """Where files are kept."""

    def keep(self, pieces: Iterable[bytes]) -> Kept:
        """Store the bytes; a second time changes nothing."""

    def read(self, sha256: str) -> Iterator[bytes]:
        """The bytes in pieces. FileNotFoundError if they are not there."""

    def names(self) -> Iterator[str]:
        """The hashes of all files."""


class FolderStore:
    """A folder: `ab/abcdef…`. File and folder are both synced before `keep` returns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, pieces: Iterable[bytes]) -> Kept:
        """Store the bytes; a second time changes nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, partial = tempfile.mkstemp(dir=self.folder, prefix=".partial-")
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    digest.update(piece)
                    size += len(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            kept = Kept(digest.hexdigest(), size)
            self._put_in_place(partial, self._path(kept.sha256))
        finally:
            Path(partial).unlink(missing_ok=True)
        return kept

    def read(self, sha256: str) -> Iterator[bytes]:
        """The bytes in pieces. FileNotFoundError if they are not there."""
        with self._path(sha256).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def names(self) -> Iterator[str]:
        """The hashes of all files, sorted."""
        if self.folder.is_dir():
            for folder in sorted(path for path in self.folder.iterdir() if len(path.name) == 2):
                yield from sorted(path.name for path in folder.iterdir())

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def _put_in_place(self, partial: str, place: Path) -> None:
        if not place.parent.is_dir():
            place.parent.mkdir(exist_ok=True)
            _sync_folder(self.folder)
        if place.exists():
            # It may be another thread's that is not yet synced: sync it before saying it is kept.
            with place.open("rb") as file:
                os.fsync(file.fileno())
        else:
            os.replace(partial, place)
        _sync_folder(place.parent)


class ObjectStore:
    """A bucket of S3-compatible storage; a put that was answered is durable by its contract."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self.client, self.bucket, self.prefix = client, bucket, prefix

    def keep(self, pieces: Iterable[bytes]) -> Kept:
        """Store the bytes; a second time changes nothing."""
        digest, size = hashlib.sha256(), 0
        with tempfile.SpooledTemporaryFile(max_size=8 * PIECE) as file:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                file.write(piece)
            file.seek(0)
            kept = Kept(digest.hexdigest(), size)
            self.client.put_object(Bucket=self.bucket, Key=self._key(kept.sha256), Body=file)
        return kept

    def read(self, sha256: str) -> Iterator[bytes]:
        """The bytes in pieces. FileNotFoundError if they are not there."""
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=self._key(sha256))
        except self.client.exceptions.NoSuchKey:
            raise FileNotFoundError(sha256) from None
        yield from answer["Body"].iter_chunks(PIECE)

    def names(self) -> Iterator[str]:
        """The hashes of all files, sorted."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self.prefix
        )
        for page in pages:
            for entry in page.get("Contents", ()):
                yield entry["Key"].removeprefix(self.prefix)

    def _key(self, sha256: str) -> str:
        return f"{self.prefix}{sha256}"


@cache
def file_store() -> FileStore:
    """The store that the settings name."""
    place: str = settings.P8_ATTACHMENTS
    if not place.startswith("s3://"):
        return FolderStore(Path(place))
    # Imported here: a laptop's server needs no object storage, and the library takes 40 MB.
    import boto3

    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    client = boto3.client("s3", endpoint_url=settings.P8_S3_ENDPOINT or None)
    return ObjectStore(client, bucket, f"{prefix}/" if prefix else "")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
