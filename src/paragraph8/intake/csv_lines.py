"""From bytes to lines: decoding, line ends and control characters, before any cell is cut."""

import codecs
import re

from paragraph8.intake.controls import without_controls
from paragraph8.kernel.problem import Problem

# Text encodings in name only: they are quadratic, make lone surrogates, or always fail.
_NOT_FOR_FILES = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"}
_SUGGESTED = "an encoding of text, for instance utf-8 or cp1251"

_PIECE_BYTES = 1 << 16
_ASCII_CONTROLS = bytes([*range(9), *range(11, 32), 127])
_LATIN_CONTROLS = re.compile(rb"\xc2[\x80-\x9f]")


def normalised(file: str, content: bytes, encoding: str) -> bytes:
    """The text as UTF-8 without byte order mark, with \\n for every line end and no controls.

    CRLF, LF and a lone CR all end a line, also inside a quoted cell: an editor counts them so.

    Problems: intake.wrong_encoding, mapping.bad_value.
    """
    text = _as_utf8(file, content, encoding)
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if _has_controls(text):
        text = without_controls(text.decode()).encode()
    return text


def _has_controls(text: bytes) -> bool:
    return _LATIN_CONTROLS.search(text) is not None or any(
        len(piece.translate(None, delete=_ASCII_CONTROLS)) < len(piece)
        for piece in (text[n : n + _PIECE_BYTES] for n in range(0, len(text), _PIECE_BYTES))
    )


def _as_utf8(file: str, content: bytes, encoding: str) -> bytes:
    codec = _codec_name(file, encoding)
    if codec in ("utf-8", "utf-8-sig"):
        codec, content = "utf-8", content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as fault:
        before = content[: fault.start].decode(codec, "replace")
        raise Problem(
            "intake.wrong_encoding",
            file=file,
            line=1 + len(re.findall(r"\r\n|\r|\n", before)),
            byte=f"0x{content[fault.start]:02X}",
            encoding=encoding,
        ) from fault
    return content if codec == "utf-8" else text.removeprefix("\ufeff").encode("utf-8", "replace")


def _codec_name(file: str, encoding: str) -> str:
    """Python's own name of the encoding; the mapping is at fault if there is none."""
    try:
        name = codecs.lookup(encoding).name
        if name not in _NOT_FOR_FILES:
            b"a".decode(name, "replace")  # refuses codecs that are no encodings of text, as rot13
    except (LookupError, ValueError):
        name = ""
    if not name or name in _NOT_FOR_FILES:
        raise Problem(
            "mapping.bad_value",
            file=file,
            where="[file] encoding",
            value=encoding,
            expected=_SUGGESTED,
        )
    return name
