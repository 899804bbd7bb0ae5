"""The parts of a submission's request: its XML and its files.

Each file is in the file store, durable, when `read_parts` returns. A request that breaks off gives
what was complete before the break: the XML of a report is kept even if its photos never come.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import multipart

from paragraph8.server.record.files import FileStore, Kept

XML_PART = "xml_submission_file"
INCOMPLETE_PART = "*isIncomplete*"
MOST_PARTS = 210
PIECE = 1 << 16
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file that came: its name there, its type, and where its bytes are."""

    name: str
    content_type: str
    kept: Kept


@dataclass
class Parts:
    """What a request held. `broken` is a problem code if it did not end as it should."""

    xml: bytes | None = None
    files: list[FilePart] = field(default_factory=list)
    broken: str = ""


def read_parts(body: IO[bytes], content_type: str, store: FileStore) -> Parts:
    """All parts of a multipart body. Never raises for what a client sent."""
    parts = Parts()
    kind, options = multipart.parse_options_header(content_type)
    if kind != "multipart/form-data" or not options.get("boundary"):
        parts.broken = "openrosa.not_multipart"
        return parts
    parser = multipart.PushMultipartParser(
        options["boundary"], max_segment_count=MOST_PARTS, max_header_size=8192
    )
    try:
        events = parser.parse_blocking(body.read, PIECE)
        for event in events:
            if isinstance(event, multipart.MultipartSegment):
                _take(event, _bytes_of_segment(events), parts, store)
    except multipart.MultipartError:
        parts.broken = "openrosa.broken_multipart"
    return parts


def _bytes_of_segment(events: Iterator[object]) -> Iterator[bytes]:
    """The bytes up to the end of the segment that has just begun."""
    for event in events:
        if event is None:
            return
        assert isinstance(event, bytes | bytearray)
        yield bytes(event)


def _take(
    segment: multipart.MultipartSegment, content: Iterator[bytes], parts: Parts, store: FileStore
) -> None:
    name = segment.name or segment.filename or ""
    if name == XML_PART:
        parts.xml = b"".join(content)
    elif name == INCOMPLETE_PART:
        # Not believed: what is missing is computed from the form and the XML.
        for _ in content:
            pass
    else:
        kept = store.keep(content)
        kind = (segment.content_type or "")[:100]
        parts.files.append(FilePart(readable_name(name), kind, kept))


def readable_name(name: str) -> str:
    """A file name as text that can be stored and shown: no folders, no control characters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in base if sign.isprintable())[:LONGEST_NAME] or "unnamed"
