"""What is in a file: its bytes, and the bytes of what archives, tables and documents hold."""

import bz2
import gzip
import lzma
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from zipfile import BadZipFile, ZipFile

import polars as pl

DEEPEST = 4
MOST_BYTES = 1_000_000_000
TAR_MARK = slice(257, 262)
SEALED = {
    b"age-encryption.org/": "encrypted with age",
    b"-----BEGIN AGE": "encrypted with age",
    b"\x28\xb5\x2f\xfd": "compressed with Zstandard",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\xd0\xcf\x11\xe0": "an old or encrypted Office document",
}
Packed = gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile
PACKINGS: Mapping[bytes, tuple[str, Callable[[BytesIO], Packed]]] = {
    b"\x1f\x8b": ("gzip", lambda data: gzip.GzipFile(fileobj=data)),
    b"BZh": ("bzip2", bz2.BZ2File),
    b"\xfd7zXZ\0": ("xz", lzma.LZMAFile),
}
PDF_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
DAMAGED = (BadZipFile, EOFError, OSError, zlib.error, lzma.LZMAError, tarfile.TarError)


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes of a file or of a member: `path` leads there; `unread` says why some stay unseen."""

    path: str
    data: bytes
    unread: str | None = None


def contents(path: str, data: bytes, deep: int = DEEPEST) -> Iterator[Content]:
    """The bytes themselves, then whatever is packed inside them, as far as it can be unpacked."""
    closed = _closed(data)
    yield Content(path, data, closed)
    if closed:
        return
    if not deep:
        yield Content(path, b"", "archives in archives, too deep")
        return
    try:
        for name, inner in _packed(data):
            yield from contents(f"{path} > {name}", inner, deep - 1)
    except _Closed as reason:
        yield Content(path, b"", str(reason))
    except DAMAGED:
        yield Content(path, b"", "damaged, or not what it begins as")


class _Closed(Exception):
    """Why a content cannot be read to its end."""


def _closed(data: bytes) -> str | None:
    if data[8:12] == b"DUCK":
        return "a DuckDB database"
    return next((why for mark, why in SEALED.items() if data.startswith(mark)), None)


def _packed(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of what is packed directly in `data`."""
    if data.startswith(b"PK\x03\x04"):
        yield from _zip_members(data)
    elif packing := next((mark for mark in PACKINGS if data.startswith(mark)), None):
        name, opened = PACKINGS[packing]
        with opened(BytesIO(data)) as packed:
            yield name, _bounded(packed)
    elif data[TAR_MARK] == b"ustar":
        yield from _tar_members(data)
    elif data.startswith(b"PAR1"):
        yield "rows", _parquet_rows(data)
    elif b"%PDF-" in data[:1024]:
        yield from _pdf_parts(data)


def _bounded(content: Packed) -> bytes:
    unpacked = content.read(MOST_BYTES + 1)
    if len(unpacked) > MOST_BYTES:
        raise _Closed("unpacks to more than can be searched")
    return unpacked


def _zip_members(data: bytes) -> Iterator[tuple[str, bytes]]:
    with ZipFile(BytesIO(data)) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > MOST_BYTES:
            raise _Closed("unpacks to more than can be searched")
        # Names of members, and what was written beside them.
        yield "names", b"\n".join([archive.comment, *(m.filename.encode() for m in members)])
        for member in members:
            if member.flag_bits & 1:
                raise _Closed("a ZIP with a password")
            try:
                yield member.filename, archive.read(member)
            except NotImplementedError:
                raise _Closed("a ZIP with an unknown compression") from None


def _tar_members(data: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=BytesIO(data)) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content:
                yield member.name, content.read()


def _parquet_rows(data: bytes) -> bytes:
    try:
        rows = pl.read_parquet(BytesIO(data)).iter_rows()
        # Bytes in cells become escapes, which are undone elsewhere.
        return "\n".join(" ".join(map(str, row)) for row in rows).encode()
    except pl.exceptions.PolarsError:
        raise _Closed("a Parquet file that cannot be read") from None


def _pdf_parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    for number, stream in enumerate(PDF_STREAM.findall(data), 1):
        try:
            yield f"stream {number}", zlib.decompressobj().decompress(stream, MOST_BYTES)
        except zlib.error:
            continue  # not compressed this way; its bytes are searched with the file
    try:
        mupdf = import_module("pymupdf")
    except ModuleNotFoundError:
        raise _Closed("text of a PDF; install pymupdf to read it") from None
    try:
        with mupdf.open(stream=data, filetype="pdf") as document:
            if document.needs_pass:
                raise _Closed("a PDF with a password")
            texts = [page.get_text() for page in document]
            yield "text", "\n".join([*texts, str(document.metadata)]).encode()
    except mupdf.FileDataError:
        raise _Closed("a PDF that cannot be read") from None
