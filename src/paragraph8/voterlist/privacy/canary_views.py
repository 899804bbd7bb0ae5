"""Bytes with their escapes and encodings undone, so that a name in them can be read."""

import html
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping

DEPTH = 2
# Around an escape so much is looked at: more than any name has letters that need none.
MARGIN = 80
SHORTEST_BASE64 = 11
URL_SAFE = bytes.maketrans(b"-_", b"+/")
UNICODE_ESCAPE = re.compile(rb"\\+u([0-9A-Fa-f]{4})")
HTML_ESCAPE = re.compile(rb"&#?[0-9A-Za-z]{1,8};")
TAG = re.compile(rb"<[/!?A-Za-z][^<>]{0,2000}>")
HEX_RUN = re.compile(rb"(?:[0-9A-Fa-f]{2}[ :-]?){8,}")
BASE64_RUN = re.compile(rb"(?:[A-Za-z0-9+/_-]++(?:\r?\n[ \t]*+)?+)++")

Undo = Callable[[bytes], Iterator[bytes]]


def views(data: bytes, depth: int = DEPTH) -> Iterator[tuple[str, bytes]]:
    """The bytes, and what is left when escapes and encodings of bytes are undone; two of them, one
    within another, at most. Each with the names of what was undone."""
    yield "", data
    if not depth:
        return
    for name, undo in UNDOING.items():
        for undone in undo(data):
            for inner, result in views(undone, depth - 1):
                yield " > ".join(part for part in (name, inner) if part), result


def _escapes(escape: re.Pattern[bytes], sign: Callable[[re.Match[bytes]], bytes]) -> Undo:
    """Undoes escapes, and gives what stands around them: elsewhere there is nothing new."""

    def undo(data: bytes) -> Iterator[bytes]:
        near = _near(data, escape)
        if near:
            yield escape.sub(sign, near)

    return undo


def _near(data: bytes, escape: re.Pattern[bytes]) -> bytes:
    """The parts of the data that are near an escape."""
    parts: list[list[int]] = []
    for found in escape.finditer(data):
        start, end = max(found.start() - MARGIN, 0), found.end() + MARGIN
        if parts and start <= parts[-1][1]:
            parts[-1][1] = end
        else:
            parts.append([start, end])
    return b"\n".join(data[start:end] for start, end in parts)


def _byte_of(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 16)])


def _sign_of(found: re.Match[bytes]) -> bytes:
    return chr(int(found[1], 16)).encode("utf-8", "replace")


def _entity_of(found: re.Match[bytes]) -> bytes:
    return html.unescape(found[0].decode("ascii")).encode("utf-8", "replace")


def _byte_or_nothing(found: re.Match[bytes]) -> bytes:
    # Quoted-printable ends a line that goes on with nothing but the sign.
    return _byte_of(found) if found[1] else b""


def _without_tags(data: bytes) -> Iterator[bytes]:
    if b"\0" in data:  # no text
        return
    undone, count = TAG.subn(b"", data)
    if count:
        yield undone


def _from_hex(data: bytes) -> Iterator[bytes]:
    runs = [re.sub(rb"[^0-9A-Fa-f]", b"", run) for run in HEX_RUN.findall(data)]
    for start in (0, 1) if runs else ():
        parts = (run[start:].decode("ascii") for run in runs)
        yield b"\n".join(bytes.fromhex(part[: len(part) // 2 * 2]) for part in parts)


def _from_base64(data: bytes) -> Iterator[bytes]:
    """Decoded from each of four places: other text may stand before it without a gap."""
    runs = [re.sub(rb"\s", b"", run) for run in BASE64_RUN.findall(data)]
    runs = [run for run in runs if len(run) >= SHORTEST_BASE64]
    for start in range(4) if runs else ():
        yield b"\n".join(_base64_bytes(run[start:]) for run in runs)


def _base64_bytes(run: bytes) -> bytes:
    # One sign alone beyond a group of four holds no byte.
    whole = run[:-1] if len(run) % 4 == 1 else run
    return b64decode(whole.translate(URL_SAFE) + b"=" * (-len(whole) % 4))


UNDOING: Mapping[str, Undo] = {
    "percent-encoding": _escapes(re.compile(rb"%([0-9A-Fa-f]{2})"), _byte_of),
    "quoted-printable": _escapes(re.compile(rb"=(?:([0-9A-Fa-f]{2})|\r?\n)"), _byte_or_nothing),
    "escapes of bytes": _escapes(re.compile(rb"\\x([0-9A-Fa-f]{2})"), _byte_of),
    "escapes of Unicode": _escapes(UNICODE_ESCAPE, _sign_of),
    "escapes of HTML": _escapes(HTML_ESCAPE, _entity_of),
    "between tags": _without_tags,
    "hexadecimal": _from_hex,
    "base64": _from_base64,
}
