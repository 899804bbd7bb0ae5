"""Cells of any script in one canonical ASCII spelling, all cells at a time.

Cells are joined to one text with a line each, so that a rule runs over all of them in one call:
that is several times faster than a call per cell.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from paragraph8.voterlist.normalise.letters import MARKS, UNKNOWN
from paragraph8.voterlist.normalise.scripts import repair_word, script_of
from paragraph8.voterlist.normalise.spelling import (
    canonical,
    from_any,
    from_cyrillic,
    from_latin,
    single_letters,
    without_spare_spaces,
)

# For the regular expressions of Polars, which look at all cells at once.
_PLAIN_CYRILLIC: Final = r"^[ '’\-]*[\u0400-\u04ff][\u0400-\u04ff '’\-]*$"
_PLAIN_LATIN: Final = (
    r"^[ '’\-]*[A-Za-z\u00c0-\u024f\u1e00-\u1eff][A-Za-z\u00c0-\u024fə\u1e00-\u1effʻʼ '’‘`\-]*$"
)
_CYRILLIC_LETTER: Final = re.compile(r"[\u0400-\u052f\u1c80-\u1c8f]")
_LATIN_LETTER: Final = re.compile(r"[A-Za-z\u00aa-\u02af\u1e00-\u1eff]")
# Letters of every other script; the few signs among them do no harm.
_OTHER_LETTER: Final = re.compile(
    r"[\u0370-\u03ff\u0530-\u1c7f\u1c90-\u1dff\u1f00-\u1fff\u2c00-\U0010ffff]"
)
_CYRILLIC_AND_SIGNS: Final = re.compile(
    r"[\x00-@\[-`{-\x7f№]*[\u0400-\u0481][\x00-@\[-`{-\x7f№\u0400-\u0481\u048a-\u04ff]*"
)
_DIGIT: Final = re.compile(r"\d")

_Spell = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Style:
    """How the cells of a column are to be read."""

    cyrillic: _Spell
    latin: _Spell
    repair_digits: bool  # read a digit among the letters of a word as the letter it looks like


NAMES: Final = Style(
    lambda text: canonical(from_cyrillic(text)), lambda text: canonical(from_latin(text)), True
)
PLACES: Final = Style(NAMES.cyrillic, NAMES.latin, False)
# Letters of a house or a code stand for themselves: nothing is collapsed.
CODES: Final = Style(
    lambda text: without_spare_spaces(from_cyrillic(text)),
    lambda text: without_spare_spaces(from_any(text)),
    False,
)


@dataclass(frozen=True, slots=True)
class Romanised:
    """Cells in canonical ASCII words, and what their letters were; all lists of equal length."""

    words: list[str]  # [a-z0-9 ]*, one space between words
    scripts: list[str]  # of most letters
    mixed: list[bool]  # letters of two scripts in one word
    unknown: list[int]  # letters that no table knew


# What each kind of cell comes to: keys, roots, and how the cells were read.
Keyed = tuple[list[str], list[str], Romanised]


def romanise(values: Sequence[str], style: Style) -> Romanised:
    """Write cells in the canonical ASCII spelling in which alphabets and conventions meet.

        values   raw cells; distinct ones, for speed
        style    NAMES, PLACES or CODES
    Returns a Romanised, in the order given.
    Assumes that LATIN SPELLINGS FOLLOW THE CUSTOMS OF THE REGION: j before a vowel is Ж as zh is,
    y and i are one letter, ý is У. Spellings by other customs keep a key of their own.

    Source: own; Kazakh Latin alphabets of 2017, 2018 and 2021; BGN/PCGN 1947 and
        1979; ICAO Doc 9303 part 3.
    """
    lines = _one_line_each(values)
    count = len(lines)
    read = Romanised([""] * count, ["none"] * count, [False] * count, [0] * count)
    groups, others = _plain(lines)
    for script, plain in groups.items():
        for at in plain:
            read.scripts[at] = script
    groups["uneven"] = []
    for at in others:
        read.scripts[at] = _script(lines[at])
        groups[_group(lines[at], style)].append(at)
    for name, spell in (("cyrillic", style.cyrillic), ("latin", style.latin)):
        group = groups[name]
        for at, words in zip(group, _spelled([lines[at] for at in group], spell), strict=True):
            read.words[at] = words
    _spell_uneven(lines, groups["uneven"], style, read)
    _take_out_unknown(read)
    return read


def join_words(words: Sequence[str]) -> list[str]:
    """The words of each cell as one, in which a letter doubled by the joining stands once."""
    return single_letters("\n".join(words).replace(" ", "")).split("\n") if words else []


def _one_line_each(values: Sequence[str]) -> list[str]:
    if not values:
        return []
    text = "\n".join(values)
    if text.count("\n") != len(values) - 1:
        text = "\n".join([" ".join(value.split()) for value in values])
    return unicodedata.normalize("NFC", text).split("\n")


def _plain(lines: Sequence[str]) -> tuple[dict[str, list[int]], list[int]]:
    """Where the cells of one alphabet and few signs stand, and where those to be looked at."""
    cells = pl.Series(lines, dtype=pl.String)
    cyrillic, latin = cells.str.contains(_PLAIN_CYRILLIC), cells.str.contains(_PLAIN_LATIN)
    groups = {"cyrillic": cyrillic.arg_true().to_list(), "latin": latin.arg_true().to_list()}
    return groups, (~(cyrillic | latin) & (cells != "")).arg_true().to_list()


def _script(line: str) -> str:
    # As script_of, which counts letter by letter, for cells of which one look tells as much.
    if line.isascii():
        return "latin" if _LATIN_LETTER.search(line) else "none"
    return "cyrillic" if _CYRILLIC_AND_SIGNS.fullmatch(line) else script_of(line)


def _group(line: str, style: Style) -> str:
    """The rules that a whole line can go by; "uneven" where each word must be looked at."""
    is_cyrillic = bool(_CYRILLIC_LETTER.search(line))
    is_latin = bool(_LATIN_LETTER.search(line))
    if is_cyrillic and (is_latin or _OTHER_LETTER.search(line)):
        return "uneven"
    if is_latin and _OTHER_LETTER.search(line):
        return "uneven"
    if style.repair_digits and (is_cyrillic or is_latin) and _DIGIT.search(line):
        return "uneven"
    return "cyrillic" if is_cyrillic else "latin"


def _spelled(lines: Iterable[str], spell: _Spell) -> list[str]:
    text = "\n".join(lines)
    return spell(text).split("\n") if text else []


def _spell_uneven(
    lines: Sequence[str], uneven: Sequence[int], style: Style, read: Romanised
) -> None:
    words_of: dict[int, list[str]] = {}
    for at in uneven:
        repaired = [
            repair_word(word, read.scripts[at], style.repair_digits)
            for word in lines[at].translate(MARKS).split()
        ]
        words_of[at] = [word for word, _ in repaired]
        read.mixed[at] = any(is_mixed for _, is_mixed in repaired)
    words = {word for line in words_of.values() for word in line}
    cyrillic = sorted(word for word in words if _CYRILLIC_LETTER.search(word))
    latin = sorted(words.difference(cyrillic))
    spelled = dict(zip(cyrillic, _spelled(cyrillic, style.cyrillic), strict=True))
    spelled |= dict(zip(latin, _spelled(latin, style.latin), strict=True))
    for at, of_line in words_of.items():
        read.words[at] = " ".join(filter(None, (spelled[word] for word in of_line)))


def _take_out_unknown(read: Romanised) -> None:
    if UNKNOWN not in "\n".join(read.words):
        return
    for at, words in enumerate(read.words):
        if UNKNOWN in words:
            read.unknown[at] = words.count(UNKNOWN)
            read.words[at] = " ".join(words.replace(UNKNOWN, "").split())
