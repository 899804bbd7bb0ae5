"""Submissions as bodies of POSTs: the order of files, their split, and the encoding of parts."""

import hashlib
import mimetypes
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

XML_PART, MORE_PART = "xml_submission_file", "*isIncomplete*"
# A POST is ended after more files than this.
MANY = 100
File = tuple[str, bytes]
# What Collect adds to Android's own list.
TYPES = {"amr": "audio/amr", "oga": "audio/ogg", "ogv": "video/ogg", "webm": "video/webm"}


@dataclass(frozen=True)
class Chunk:
    """The attachments of one POST, and whether more POSTs follow."""

    files: tuple[File, ...]
    incomplete: bool


def in_order(instance: bytes, files: Mapping[str, bytes]) -> list[File]:
    """Files as the instance names them from top to bottom, then the others by name."""
    values = [(node.text or "").strip() for node in ET.fromstring(instance).iter()]
    named = [value for value in dict.fromkeys(values) if value in files]
    names = named + sorted(set(files) - set(named))
    return [(name, files[name]) for name in names]


def split(xml_size: int, files: Sequence[File], limit: int) -> list[Chunk]:
    """The POSTs of a submission; the instance counts in each, and each has a file if there is one.

    A POST ends before a file that would exceed `limit` bytes, or with its 101st file.
    """
    chunks: list[Chunk] = []
    here: list[File] = []
    size = xml_size
    for at, file in enumerate(files):
        here.append(file)
        size += len(file[1])
        if at + 1 < len(files) and (len(here) > MANY or size + len(files[at + 1][1]) > limit):
            chunks.append(Chunk(tuple(here), incomplete=True))
            here, size = [], xml_size
    return [*chunks, Chunk(tuple(here), incomplete=False)]


def content_type(name: str) -> str:
    """The type that goes with a file's extension."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    guessed = mimetypes.types_map.get(f".{extension}")
    return TYPES.get(extension) or guessed or "application/octet-stream"


def _quoted(name: str) -> str:
    return name.replace("\n", "%0A").replace("\r", "%0D").replace('"', "%22")


def _part(name: str, content: bytes, file: str | None = None, kind: str | None = None) -> bytes:
    disposition = f'form-data; name="{_quoted(name)}"'
    if file is not None:
        disposition += f'; filename="{_quoted(file)}"'
    lines = [f"Content-Disposition: {disposition}"]
    if kind is not None:
        lines.append(f"Content-Type: {kind}")
    lines.append(f"Content-Length: {len(content)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + content + b"\r\n"


def encode(instance: bytes, name: str, chunk: Chunk) -> tuple[str, bytes]:
    """Content-Type and body of a POST.

    The boundary comes from the content, so that a retry has identical bytes.
    """
    parts = [_part(XML_PART, instance, name, "text/xml")]
    parts += [_part(file, content, file, content_type(file)) for file, content in chunk.files]
    if chunk.incomplete:
        parts.append(_part(MORE_PART, b"yes"))
    boundary = str(uuid.UUID(bytes=hashlib.sha256(b"".join(parts)).digest()[:16]))
    mark = f"--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + part for part in parts) + mark + b"--\r\n"
    return f"multipart/form-data; boundary={boundary}", body
