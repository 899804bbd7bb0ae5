"""Spellings and encodings of characters that a planted name is looked for in."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

SINGLE_BYTE = ("cp1251", "cp1252", "koi8-r", "cp866")
PLAIN = re.compile(rb"[\t\n\r\x20-\x7e]*")
# Eight units of UTF-16 whose upper bytes are those of alphabets: Latin to Arabic, India to Lao,
# Georgian, Ethiopic, Latin with marks, punctuation. Other bytes hardly ever look like that.
UPPER = rb"[\x00-\x06\x09-\x0e\x10\x12\x1e\x20]"
UTF_16 = {
    "utf-16-le": re.compile(rb"(?s:(?:." + UPPER + rb"){8,}+.?)"),
    "utf-16-be": re.compile(rb"(?s:(?:" + UPPER + rb".){8,}+.?)"),
}

# What the usual romanisations agree on after FOLDS; й and the like are letters with a mark.
MANY: dict[str, str | int | None] = {
    "ж": "zh",
    "ч": "ch",
    "ш": "sh",
    "щ": "sh",
    "ю": "iu",
    "я": "ia",
    "ъ": None,
    "ь": None,
}
LETTERS = {
    **str.maketrans(
        "абвгдезийклмнопрстуфхцыэєіґәғқңөұүһıəøłđ",
        "abvgdeziiklmnoprstufhcieeigagknouuhiaold",
    ),
    **str.maketrans(MANY),
}
FOLDS = (
    *(("shch", "sh"), ("dzh", "i"), ("zh", "i"), ("dj", "i"), ("kh", "h"), ("gh", "g")),
    *(("ts", "c"), ("tz", "c"), ("tch", "ch"), ("q", "k"), ("w", "u"), ("y", "i"), ("j", "i")),
    ("ie", "e"),
)
MARKS = re.compile("[\u0300-\u036f]")
SEPARATORS = re.compile(r"[\W_]+")
REPEATED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Spellings:
    """What a name looks like.

    folded     in letters and digits alone, as `folded` makes them
    encoded    encoding of one byte a sign -> the same of the name in its own alphabet
    """

    folded: frozenset[str]
    encoded: dict[str, frozenset[bytes]]

    def in_any(self, texts: Iterable[str]) -> bool:
        """Whether one of these folded texts holds the name."""
        return any(spelling in text for text in texts for spelling in self.folded)


def spellings(ways: Iterable[str], least: int) -> Spellings:
    """The spellings of a name that is written in these ways; those shorter than `least` signs
    are left out."""
    every = [text for way in ways for text in (way, SEPARATORS.sub("", way))]
    return Spellings(
        frozenset(text for way in every for text in folded(way) if len(text) >= least),
        {encoding: frozenset(_encoded(every, encoding, least)) for encoding in SINGLE_BYTE},
    )


def folded(text: str) -> tuple[str, str]:
    """Letters and digits alone, without case, marks and script: as they stand, and as the usual
    romanisations would agree.

    The second is coarser than the audit's own keys. The first is there for words that were put
    together without a blank: k before h is no kh then.
    """
    text = _unmarked(text)
    if not text.isascii():
        text = text.translate(LETTERS)
    agreed = text
    for old, new in FOLDS:
        agreed = agreed.replace(old, new)
    return SEPARATORS.sub("", text), REPEATED.sub(r"\1", SEPARATORS.sub("", agreed))


def decoded(data: bytes) -> Iterator[tuple[str, str]]:
    """The bytes as text in UTF-8, whose name is left out, and what of them may be UTF-16."""
    yield "", data.decode("utf-8", "ignore")
    if PLAIN.fullmatch(data):
        return
    for encoding, run in UTF_16.items():
        runs = run.findall(data)
        # A byte before the text that looks like half a sign shifts all that follow.
        for start in (0, 1) if runs else ():
            yield encoding, "\n".join(part[start:].decode(encoding, "replace") for part in runs)


def single_bytes(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The letters and digits among the bytes, in small letters, for each encoding of one byte a
    sign. Tables of bytes, for a search through texts would take ten times as long."""
    if not PLAIN.fullmatch(data):
        for encoding in SINGLE_BYTE:
            yield encoding, data.translate(*_byte_table(encoding))


@cache
def _byte_table(encoding: str) -> tuple[bytes, bytes]:
    """Byte -> the byte of its small letter without marks, and the bytes that are no letters."""
    table, others = bytearray(range(256)), bytearray()
    for value in range(256):
        sign = _unmarked(bytes([value]).decode(encoding, "ignore"))
        if not sign.isalnum():
            others.append(value)
        elif len(small := sign.encode(encoding, "ignore")) == 1:
            table[value] = small[0]
    return bytes(table), bytes(others)


def _encoded(ways: Iterable[str], encoding: str, least: int) -> Iterator[bytes]:
    for way in ways:
        letters = SEPARATORS.sub("", _unmarked(way))
        # Letters without a place in the encoding cannot be written in it.
        code = letters.encode(encoding, "ignore")
        if len(code) == len(letters) >= least:
            yield code


def _unmarked(text: str) -> str:
    text = text.casefold()
    return text if text.isascii() else MARKS.sub("", unicodedata.normalize("NFKD", text))
