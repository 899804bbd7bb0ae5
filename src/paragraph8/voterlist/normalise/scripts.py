"""Which script a cell is written in, and letters of one script that stand in words of another."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

SCRIPTS: Final = (
    "cyrillic",
    "latin",
    "georgian",
    "armenian",
    "arabic",
    "greek",
    "devanagari",
    "other",
    "none",
)

_RANGES: Final = (
    ("cyrillic", 0x0400, 0x052F),
    ("cyrillic", 0x1C80, 0x1C8F),
    ("cyrillic", 0x2DE0, 0x2DFF),
    ("cyrillic", 0xA640, 0xA69F),
    ("latin", 0x0041, 0x024F),
    ("latin", 0x0250, 0x02AF),
    ("latin", 0x1E00, 0x1EFF),
    ("latin", 0xFF21, 0xFF5A),
    ("georgian", 0x10A0, 0x10FF),
    ("georgian", 0x1C90, 0x1CBF),
    ("georgian", 0x2D00, 0x2D2F),
    ("armenian", 0x0530, 0x058F),
    ("arabic", 0x0600, 0x06FF),
    ("arabic", 0x0750, 0x077F),
    ("arabic", 0x08A0, 0x08FF),
    ("arabic", 0xFB50, 0xFDFF),
    ("arabic", 0xFE70, 0xFEFF),
    ("greek", 0x0370, 0x03FF),
    ("greek", 0x1F00, 0x1FFF),
    ("devanagari", 0x0900, 0x097F),
)

# Capitals and small letters apart: Н looks like H, but h looks like һ.
_LATIN: Final = "AaBCcEeHhIiKkMmOoPpTtXxYyƏəSsJjbı"
_CYRILLIC: Final = "АаВСсЕеНһІіКкМмОоРрТтХхУуӘәЅѕЈјві"
_TO_CYRILLIC: Final = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN: Final = str.maketrans(_CYRILLIC + "нҺүҮ", _LATIN + "hHyY")
_DIGITS_IN_CYRILLIC: Final = str.maketrans("013468", "оізчбв")
_DIGITS_IN_LATIN: Final = str.maketrans("0158", "olsb")


def script_of(text: str) -> str:
    """The script of most letters of a text; "none" without letters, the first among equals."""
    counts = Counter(script_of_letter(letter) for letter in text if letter.isalpha())
    return counts.most_common(1)[0][0] if counts else "none"


@cache
def script_of_letter(letter: str) -> str:
    """The script of one letter, by its block in Unicode."""
    code = ord(letter)
    for script, first, last in _RANGES:
        if first <= code <= last:
            return script
    return "other"


def repair_word(word: str, otherwise: str, repair_digits: bool) -> tuple[str, bool]:
    """Put look-alike letters and digits of a word into the script of its other letters.

        word            letters in their own case: H is read as Н, but h as һ
        otherwise       the script to take where the word itself does not tell
        repair_digits   read a digit among letters as the letter it looks like
    Returns the word, and whether it held letters of two scripts.
    Assumes that A WORD IS WRITTEN IN ONE SCRIPT.
    """
    letters = [(letter, script_of_letter(letter)) for letter in word if letter.isalpha()]
    scripts = {script for _, script in letters}
    script = max(scripts, default="none")
    if scripts == {"cyrillic", "latin"}:
        script = _majority(letters, otherwise)
        word = word.translate(_TO_CYRILLIC if script == "cyrillic" else _TO_LATIN)
    if repair_digits and 0 < sum(map(str.isdecimal, word)) < len(letters):
        word = word.translate(_DIGITS_IN_CYRILLIC if script == "cyrillic" else _DIGITS_IN_LATIN)
    return word, len(scripts) > 1


def _majority(letters: Sequence[tuple[str, str]], otherwise: str) -> str:
    # A letter that the other script cannot imitate outweighs any number that it can.
    own = Counter(
        script
        for letter, script in letters
        if ord(letter) not in (_TO_LATIN if script == "cyrillic" else _TO_CYRILLIC)
    )
    everything = Counter(script for _, script in letters)
    for count in (own, everything):
        if count["cyrillic"] != count["latin"]:
            return "cyrillic" if count["cyrillic"] > count["latin"] else "latin"
    return "latin" if otherwise == "latin" else "cyrillic"
