"""Which encoding a text is in, and where two have been put together."""

import codecs
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from paragraph8.kernel.problem import Problem

UTF_8: Final = "utf-8"

# Letters by their frequency per thousand in the Russian National Corpus, rounded.
_RUSSIAN: Final = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (
            *(110, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19),
            *(17, 17, 16, 16, 14, 12, 10, 9, 7, 6, 5, 4, 3, 3, 1, 1),
        ),
        strict=True,
    )
)
# Roughly: letters of Arabic texts by rank, and those that Persian adds.
_ARABIC: Final = {
    **dict.fromkeys("ال", 110),
    **dict.fromkeys("يمونرت", 55),
    **dict.fromkeys("بعهدسفح", 35),
    **dict.fromkeys("كقةجشصأىخإ", 15),
    **dict.fromkeys("طضذغزثظئؤءآپچژگک", 5),
}
_LATIN: Final = dict.fromkeys("éèêëàâäáãåæçîïíôöóõøœùûüúñßýşğıčšžćđłąęńśźżőű", 20)
_CYRILLIC: Final = _RUSSIAN | dict.fromkeys("әғқңөұүһі", 8)

# The first of equals is taken.
_CANDIDATES: Final = {
    "cp1251": _CYRILLIC,
    "koi8-r": _CYRILLIC,
    "cp866": _CYRILLIC,
    "kz1048": _CYRILLIC,
    "cp1252": _LATIN,
    "cp1256": _ARABIC,
}
_OTHER_LETTER, _NO_LETTER = 0.2, 0.01  # per thousand

# Pairs of bytes that are a letter in UTF-8. In encodings of one byte a letter they are a capital
# and a rare sign: three in a row are no text. One is enough where the alphabet is Latin.
_LEADS: Final = (0xC3, 0xDF)
_LATIN_LEADS: Final = (0xC3, 0xC5)
_TRAILS: Final = (0x80, 0xBF)
_RUN_OF_PAIRS: Final = 3
_BLOCK_BYTES: Final = 1 << 18
_LATIN_CODECS: Final = ("iso8859-1", "iso8859-15", "iso8859-2", "iso8859-9", "cp1252", "cp1250")
_ONE_BYTE: Final = ("cp125", "cp866", "cp855", "koi8", "iso8859", "kz1048", "ptcp154", "mac-cyr")
_SAMPLE_BYTES: Final = 20_000
_LONGEST_LINE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Encodings:
    """Lines with letters outside ASCII: how many are valid UTF-8, how many not, and what the
    latter are in all likelihood."""

    utf_8: int
    others: int
    guess: str


def likely_encoding(text: bytes) -> str:
    """The encoding of one byte a letter in which these bytes are the likeliest names.

    Compares how frequent the letters would be in Russian, Kazakh, Arabic and Western European
    languages. Assumes that the bytes are not valid UTF-8.
    """
    sample = text[:_SAMPLE_BYTES]
    return max(_CANDIDATES, key=lambda name: _likelihood(sample, name, _CANDIDATES[name]))


def _likelihood(text: bytes, encoding: str, frequencies: dict[str, int]) -> float:
    decoded = text.decode(encoding, "replace")
    score = 0.0
    for before, letter in zip(" " + decoded, decoded, strict=False):
        if letter.isascii():
            continue
        frequency: float = frequencies.get(
            letter.lower(), _OTHER_LETTER if letter.isalpha() else _NO_LETTER
        )
        # Within a word the alphabet does not change, and letters with accents stand apart.
        if before.isalpha() and before.isascii() == (frequencies is not _LATIN):
            frequency = _OTHER_LETTER
        if before.islower() and letter.isupper():
            frequency = _OTHER_LETTER
        score += math.log(frequency)
    return score


def count_encodings(pieces: Iterator[bytes]) -> Encodings:
    """Count the lines of a file, given in pieces that may end anywhere."""
    utf_8 = others = 0
    sample = b""
    for line in _lines(pieces):
        if line.isascii():
            continue
        try:
            line.decode()
            utf_8 += 1
        except UnicodeDecodeError:
            others += 1
            sample += line if len(sample) < _SAMPLE_BYTES else b""
    return Encodings(utf_8, others, likely_encoding(sample) if others else UTF_8)


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
        if len(rest) > _LONGEST_LINE:
            yield rest
            rest = b""
    yield rest


def utf8_inside(text: bytes, encoding: str) -> int | None:
    """Where UTF-8 stands in a text of one byte a letter, if it does.

    None for other encodings, and where the line around it is no valid UTF-8 after all.
    """
    codec = codecs.lookup(encoding).name
    if not codec.startswith(_ONE_BYTE):
        return None
    at = _first_run(
        text, *((_LATIN_LEADS, 1) if codec in _LATIN_CODECS else (_LEADS, _RUN_OF_PAIRS))
    )
    if at is None:
        return None
    begin, end = text.rfind(b"\n", 0, at) + 1, text.find(b"\n", at)
    try:
        text[begin : end if end >= 0 else len(text)].decode()
    except UnicodeDecodeError:
        return None
    return at


def _first_run(text: bytes, leads: tuple[int, int], pairs: int) -> int | None:
    """Where that many pairs of a lead and a trail first follow one another."""
    for start in range(0, len(text), _BLOCK_BYTES):
        # Blocks overlap by a run, so that none is cut in two.
        size = min(_BLOCK_BYTES + 2 * pairs, len(text) - start)
        signs = np.frombuffer(text, np.uint8, size, start)
        is_pair = _between(signs[:-1], *leads) & _between(signs[1:], *_TRAILS)
        run = is_pair
        for n in range(1, pairs):
            run = run[: len(is_pair) - 2 * n] & is_pair[2 * n :]
        if run.any():
            return start + int(run.argmax())
    return None


def _between(signs: npt.NDArray[np.uint8], lowest: int, highest: int) -> npt.NDArray[np.bool_]:
    return (signs >= lowest) & (signs <= highest)


def explained(problem: Problem, found: Encodings) -> Problem:
    """The problem of a wrong encoding, or of two encodings if that is what the file holds."""
    if not (found.utf_8 and found.others):
        return problem
    says_utf_8 = codecs.lookup(str(problem.facts["encoding"])).name == UTF_8
    return Problem(
        "voterlist.mixed_encoding",
        **problem.facts,
        others=found.others if says_utf_8 else found.utf_8,
        lines=found.utf_8 + found.others,
        guess=found.guess if says_utf_8 else UTF_8,
    )
