"""A search for planted names in everything a folder holds, whatever they were written in.

Tests plant invented people in lists and look for them in all that an audit puts out; a release does
the same. A name that is found leaked. A name that is not found did not leak in any form known here;
pictures of text, encrypted files and forms that nobody thought of are not seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import new as new_hash
from pathlib import Path

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.fields import NAMES
from paragraph8.voterlist.normalise import keys
from paragraph8.voterlist.privacy.canary_contents import contents
from paragraph8.voterlist.privacy.canary_forms import (
    Spellings,
    decoded,
    folded,
    single_bytes,
    spellings,
)
from paragraph8.voterlist.privacy.canary_views import views

# A shorter text turns up by chance in any large picture or archive.
LEAST_SIGNS = 8
HASHES = ("md5", "sha1", "sha256")


@dataclass(frozen=True, slots=True)
class Found:
    """A planted name that came out.

    file   name within the folder, with / between parts
    where  how to get there: members of archives, then what was undone to read it
    name   which of the names, from 1; the name itself is not repeated
    """

    file: str
    where: str
    name: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan saw, and what it could not see.

    found    what leaked
    unread   file, or file and member, and why nobody can say what it holds
    """

    found: tuple[Found, ...]
    unread: tuple[tuple[str, str], ...]


def scan(folder: Path, names: Sequence[str]) -> Scan:
    """Look for names in all files of a folder, in their names and inside archives.

    names   each of at least 8 letters or digits, in any script. Case, blanks, hyphens, accents and
            the usual ways to write Cyrillic letters in Latin ones do not matter

    A name is found as text (UTF-8, UTF-16, Windows-1251 and -1252, KOI8-R, code page 866), in
    base64, hexadecimal, percent-encoding, quoted-printable, the escapes of JSON, Python and HTML,
    between tags, and as its unkeyed MD5, SHA-1 or SHA-256; in ZIP (XLSX, DOCX), gzip, bzip2, xz,
    tar, Parquet and PDF, one within another. A file is read whole into memory.

    Raises analysis.bad_parameter for names that are too short.
    """
    needles = [_needle(name) for name in names]
    digests = [_digests(name) for name in names]
    found: set[Found] = set()
    unread: list[tuple[str, str]] = []
    for path in sorted(folder.rglob("*")):
        file = path.relative_to(folder).as_posix()
        found |= {Found(file, "name of the file", n) for n in _numbers(needles, file)}
        if path.is_symlink():
            unread.append((file, "a link"))
        for content in contents(file, _bytes(path)):
            if content.unread:
                unread.append((content.path, content.unread))
            inside = content.path.removeprefix(file).removeprefix(" > ")
            for view, data in views(content.data):
                for form, number in _hits(data, needles, digests):
                    where = " > ".join(part for part in (inside, view, form) if part)
                    found.add(Found(file, where, number))
    order = sorted(found, key=lambda f: (f.file, f.where, f.name))
    return Scan(tuple(order), tuple(unread))


def find_canaries(folder: Path, names: Sequence[str]) -> tuple[Found, ...]:
    """What `scan` found. Look at its `unread` as well before you say that nothing leaked."""
    return scan(folder, names).found


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else b""


def _hits(
    data: bytes, needles: Sequence[Spellings], digests: Sequence[Sequence[bytes]]
) -> Iterator[tuple[str, int]]:
    """Encoding or form, and number of the name."""
    for encoding, text in decoded(data):
        yield from ((encoding, number) for number in _numbers(needles, text))
    for encoding, letters in single_bytes(data):
        for number, needle in enumerate(needles, 1):
            if any(spelling in letters for spelling in needle.encoded[encoding]):
                yield encoding, number
    for number, hashes in enumerate(digests, 1):
        if any(spelling in data for spelling in hashes):
            yield "hash of the name", number


def _numbers(needles: Sequence[Spellings], text: str) -> list[int]:
    texts = folded(text)
    return [number for number, needle in enumerate(needles, 1) if needle.in_any(texts)]


def _needle(name: str) -> Spellings:
    """The name as it is, with the other way to write ё, and as the audit's own keys."""
    signs = min(len(text) for text in folded(name))
    if signs < LEAST_SIGNS:
        # The name is not repeated: whoever scans for real ones must not find them in a log.
        raise Problem(
            "analysis.bad_parameter",
            parameter="names",
            value=f"a name of {signs} signs",
            expected=f"at least {LEAST_SIGNS} letters or digits after folding",
        )
    ways = [name, name.lower().replace("ё", "йо")]
    for kind in NAMES:
        ways += keys(kind, [name]).select("key", "root").row(0)
    return spellings(ways, LEAST_SIGNS)


def _digests(name: str) -> list[bytes]:
    """Bytes and digits of the unkeyed hashes of the usual spellings."""
    spellings = {name, name.lower(), name.upper(), name.title(), *folded(name)}
    raw = [new_hash(kind, text.encode()).digest() for kind in HASHES for text in spellings]
    return [*raw, *(digest.hex().encode() for digest in raw)]
