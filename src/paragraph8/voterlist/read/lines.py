"""From a file of any size to pieces of text that end where a line ends."""

import codecs
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from paragraph8.intake.csv_lines import normalised
from paragraph8.intake.limits import Limits
from paragraph8.intake.raw_rows import damaged
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.read.encodings import utf8_inside

PIECE_BYTES = 1 << 25
_LONGEST_LINE = 1 << 27
_SLICE_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 20
_MAX_MEMBERS = 500_000


@dataclass(slots=True)
class FileBytes:
    """A file read once, and its digest as far as it has been read."""

    path: Path
    piece_bytes: int = PIECE_BYTES
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def pieces(self) -> Iterator[bytes]:
        """The bytes as they stand on the disk."""
        with self.path.open("rb") as content:
            while piece := content.read(self.piece_bytes):
                self.digest.update(piece)
                yield piece


def text_pieces(file: str, pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The text as UTF-8 in pieces of whole lines, each as `csv_lines.normalised` makes it.

    Problems: intake.wrong_encoding, voterlist.other_encoding, mapping.bad_value (encoding),
        intake.damaged_file.
    """
    normalised(file, b"", encoding)  # refuses what is no encoding of text
    lines_before = 0
    rest = b""
    for piece in _utf8(file, pieces, encoding):
        rest += piece
        cut = _cut(rest)
        if cut:
            text = _checked(file, rest[:cut], lines_before)
            yield text
            lines_before += text.count(b"\n")
            rest = rest[cut:]
        elif len(rest) > _LONGEST_LINE:
            raise damaged(file, "CSV", "one line has over a hundred million bytes")
    if rest:
        yield _checked(file, rest, lines_before).rstrip(b"\n") + b"\n"


def _utf8(file: str, pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The bytes in UTF-8, not yet checked where they are said to be UTF-8 already."""
    codec = codecs.lookup(encoding).name
    if codec in ("utf-8", "utf-8-sig"):
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(codec)()
    lines_before = 0
    for piece in pieces:
        _refuse_utf8(file, piece, encoding, lines_before)
        text = _decoded(file, decoder, piece, encoding, lines_before)
        lines_before += _line_ends(text)
        yield text.encode("utf-8", "replace")
    yield _decoded(file, decoder, b"", encoding, lines_before).encode("utf-8", "replace")


def _refuse_utf8(file: str, piece: bytes, encoding: str, lines_before: int) -> None:
    """Encodings of one byte a letter read anything, UTF-8 as nonsense: so it is looked for."""
    at = utf8_inside(piece, encoding)
    if at is not None:
        raise Problem(
            "voterlist.other_encoding",
            file=file,
            line=1 + lines_before + _line_ends(piece[:at].decode("latin-1")),
            byte=f"0x{piece[at]:02X}",
            encoding=encoding,
        )


def _decoded(
    file: str, decoder: codecs.IncrementalDecoder, piece: bytes, encoding: str, lines_before: int
) -> str:
    try:
        return decoder.decode(piece, final=not piece)
    except UnicodeDecodeError as fault:
        before = fault.object[: fault.start].decode(encoding, "replace")
        raise Problem(
            "intake.wrong_encoding",
            file=file,
            line=1 + lines_before + _line_ends(before),
            byte=f"0x{fault.object[fault.start]:02X}",
            encoding=encoding,
        ) from None


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _checked(file: str, text: bytes, lines_before: int) -> bytes:
    try:
        return normalised(file, text, "utf-8")
    except Problem as problem:
        # The line counts from the beginning of the piece. The cause, which is left out, quotes it.
        facts = {**problem.facts, "line": int(str(problem.facts["line"])) + lines_before}
        raise Problem(problem.code, **facts) from None


def _cut(text: bytes) -> int:
    """Where the last whole line ends; 0 if there is none."""
    return text.rfind(b"\n") + 1 or text.rfind(b"\r", 0, len(text) - 1) + 1


def gunzipped(file: str, pieces: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """The unpacked bytes of a gzip file of one or more members; zeros after the last are padding.

    Problems: intake.damaged_file, intake.truncated_gzip, intake.expands_too_far.
    """
    gzip = _Gunzip(file, limits, limits.max_unpacked_bytes)
    chunks: list[bytes] = []
    size = 0
    for piece in pieces:
        for start in range(0, len(piece), _SLICE_BYTES):
            for chunk in gzip.feed(piece[start : start + _SLICE_BYTES]):
                chunks.append(chunk)
                size += len(chunk)
            if size >= PIECE_BYTES:
                yield b"".join(chunks)
                chunks, size = [], 0
    if gzip.member:
        raise Problem("intake.truncated_gzip", file=file)
    yield b"".join(chunks)


@dataclass(slots=True)
class _Gunzip:
    """Unpacks slice by slice: zlib copies what it has not used on every call."""

    file: str
    limits: Limits
    room: int
    member: "zlib._Decompress | None" = None
    members: int = 0

    def feed(self, piece: bytes) -> Iterator[bytes]:
        while piece:
            if self.member is None:
                if self.members and not piece.strip(b"\0"):
                    return
                self._next_member()
            assert self.member is not None
            try:
                chunk = self.member.decompress(piece, min(_CHUNK_BYTES, self.room + 1))
            except zlib.error:
                raise damaged(self.file, "gzip", "its data are broken") from None
            self.room -= len(chunk)
            if self.room < 0:
                limit = self.limits.max_unpacked_bytes
                raise Problem("intake.expands_too_far", file=self.file, limit=limit)
            yield chunk
            piece = self.member.unused_data if self.member.eof else self.member.unconsumed_tail
            if self.member.eof:
                self.member = None

    def _next_member(self) -> None:
        # Members that hold nothing would cost time without ever reaching the limit on bytes.
        self.members += 1
        if self.members > _MAX_MEMBERS:
            raise damaged(self.file, "gzip", f"it is in more than {_MAX_MEMBERS:,} pieces")
        self.member = zlib.decompressobj(wbits=31)
