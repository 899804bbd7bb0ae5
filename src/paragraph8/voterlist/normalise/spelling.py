"""The rules of spelling: letters of each script to ASCII, and ASCII to its canonical form.

Every function takes a text of many lines, a cell each, and keeps the lines. Patterns begin with a
fixed letter where they can and look back from there: the search for it is far faster.
"""

import re
from string import ascii_lowercase
from typing import Final

import polars as pl

from paragraph8.voterlist.normalise import devanagari, georgian_keys
from paragraph8.voterlist.normalise.letters import CYRILLIC, LATIN


def _rules(*rules: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), instead) for pattern, instead in rules)


def from_cyrillic(text: str) -> str:
    """Spell Cyrillic text in ASCII: soft signs vanish, but ье and ъе become ie."""
    # Ё is typed as Е throughout, but not in Бахтиёр.
    text = text.lower().replace("иё", "ио").replace("ё", "е")
    if "ь" in text or "ъ" in text:
        text = text.replace("ье", "ие").replace("ъе", "ие")
    return text.translate(CYRILLIC).replace("'", "")


# Latin

# A word is searched from its first letter only: from each letter, a long one would take for ever.
_TURKIC_WORD: Final = re.compile(r"(?<![^\n ])[^\n əğş]*+[əğş][^\n ]*+")
_C_ALONE: Final = re.compile("c(?!h)")
_DEVANAGARI: Final = re.compile("[\u0900-\u097f]")
_WORD_WITH_SIGN: Final = re.compile(r"(?<![^\n ])[^\n ']*+'[^\n ]*+")
_SIGN_OF_2017: Final = re.compile(r"[aougiyc]'")
_S_BEFORE_VOWEL: Final = re.compile("s'(?=[aeiou])")

_LATIN_RULES: Final = _rules(
    (r"tz(?!h)", "ts"),  # Katz; but Akhmetzhan
    (r"x(?=m)(?<=\blax)", "ksh"),  # Hindi Laxmi, Laxman
    (r"x(?=[mtrdln])", "kh"),  # Uzbek Axmedov, Baxtiyor
    (r"x(?=[aou])(?<=\bx)", "kh"),  # Uzbek Xasan; but Xenia
    (r"c(?=[eiy]|(?:ov|ev|in|yn)a?\b|oj\b)", "ts"),  # Kuznecov, Coj
    (r"c(?=an\b)(?<!\bdunc)", "zh"),  # Turkish Can, Ercan: not Kaan and Erkan
    (r"z\b(?<=[lnr]z)", "ts"),  # German Schulz, Franz, Schwarz
    (r"ch(?=m)(?:(?<=\bach)|(?<=\brach))", "kh"),  # German and Polish Achmed, Rachmanow
    (r"th(?:(?<=\bth)|\b)", "t"),  # Thomas, Elizabeth; but Bolathan
    (r"yo(?<=[bcdfghjklmnprstvwz]yo)", "e"),  # Pyotr, Fyodor; but Yolanda, Baxtiyor
    (r"j(?<=\b[bfgklmnprstvz]j)", "i"),  # Ljubov
    (r"ja\b(?<=[bdfglmnprstvz]ja)", "ia"),  # Natalja
    (r"j\b(?:(?<=[eiouy]j)|(?<=laj))", "i"),  # Sergej, Nikolaj; but Hindi Raj, Pankaj
)
# The first go before the rules and the last after them: the j of zh is not the j of the rules.
_FIRST_GROUPS: Final = (
    ("shch", "sh"),
    ("tsch", "ch"),
    ("tch", "ch"),
    ("chr", "kr"),
    ("tc", "ts"),
)
_LAST_GROUPS: Final = (("zh", "j"), ("sz", "sh"), ("cz", "ch"), ("ck", "k"), ("ph", "f"))
_SAME_LETTERS: Final = str.maketrans({"y": "i", "w": "v", "q": "k", "x": "ks"})


def from_latin(text: str) -> str:
    """Spell Latin text with letters that mean what they mean in `from_cyrillic`.

    Scripts that have no rules of their own go this way too, by their customary Latin spelling.
    """
    text = georgian_keys.in_latin(text)
    if _DEVANAGARI.search(text):
        text = devanagari.in_latin(text)
    text = text.replace("İ", "i").lower()
    if not text.isascii():
        text = _TURKIC_WORD.sub(_spell_turkic, text)
    text = text.translate(LATIN)
    if "'" in text:
        text = _WORD_WITH_SIGN.sub(_spell_signs, text)
    for group, instead in _FIRST_GROUPS:
        text = text.replace(group, instead)
    for pattern, instead in _LATIN_RULES:
        text = pattern.sub(instead, text)
    for group, instead in _LAST_GROUPS:
        text = text.replace(group, instead)
    return _C_ALONE.sub("k", text).translate(_SAME_LETTERS)


def from_any(text: str) -> str:
    """Write text of any script but Cyrillic in ASCII, letter by letter."""
    return text.lower().translate(LATIN).replace("'", "")


def _spell_turkic(word: re.Match[str]) -> str:
    # Only alphabets in which c is Дж and x is Х have these letters.
    return _C_ALONE.sub("zh", word.group()).replace("x", "kh")


def _spell_signs(word: re.Match[str]) -> str:
    # The alphabet of 2017 wrote ш as s'; in other spellings the sign only shows a soft sound.
    spelled = word.group()
    if _SIGN_OF_2017.search(spelled):
        spelled = spelled.replace("s'", "sh").replace("c'", "ch").replace("y'", "u")
    return _S_BEFORE_VOWEL.sub("sh", spelled).replace("'", "")


# All scripts

_GROUPS: Final = (
    ("sch", "sh"),
    ("tch", "ch"),
    ("kkh", "h"),
    ("kh", "h"),
    ("gh", "g"),
    ("chh", "ch"),
    ("dj", "j"),
    ("tts", "c"),
    ("ts", "c"),
    ("ou", "u"),
    ("oo", "u"),
)
_SOUNDS: Final = _rules(
    (r"ie(?:(?<=\bie)|(?<=[aeou]ie)|(?=v))", "e"),  # Yerlan, Andreyev, Васильев
    (r"aui(?=[bcdfghjklmnprstvz])", "au"),  # Бауыржан and Баурджан
    (r"av(?=[bcdfghjklmnprstz])", "au"),  # Давлет and Даулет
)
_LONG_E: Final = re.compile("ee(?![vn])")
# Андреев keeps both: there the letters are of two syllables.
_SINGLE: Final = [letter for letter in ascii_lowercase if letter != "e"]
_DOUBLE: Final = [2 * letter for letter in _SINGLE]


def canonical(text: str) -> str:
    """Collapse spellings of one sound: kh and h, double letters, iy and i, ayev and aev."""
    for group, instead in _GROUPS:
        text = text.replace(group, instead)
    text = single_letters(_LONG_E.sub("i", text))
    for pattern, instead in _SOUNDS:
        text = pattern.sub(instead, text)
    return without_spare_spaces(text)


def single_letters(text: str) -> str:
    """Write letters that stand doubled once, but ee."""
    before, after = None, text
    while after != before:
        before = after
        after = pl.Series([before]).str.replace_many(_DOUBLE, _SINGLE).item()
    return after


_SPARE_SPACE: Final = re.compile("^ | $", re.MULTILINE)


def without_spare_spaces(text: str) -> str:
    """One space between words, none at the ends of lines."""
    while "  " in text:
        text = text.replace("  ", " ")
    if text[:1] == " " or text[-1:] == " " or "\n " in text or " \n" in text:
        text = _SPARE_SPACE.sub("", text)
    return text
