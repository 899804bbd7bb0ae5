"""Names of people: one key for all spellings of a name, and a looser root."""

import re
from collections.abc import Sequence
from typing import Final

from paragraph8.voterlist.normalise.patronymics import (
    DAUGHTER_OR_SON,
    father_of,
    name_behind,
    part_children,
)
from paragraph8.voterlist.normalise.romanise import NAMES, Keyed, join_words, romanise
from paragraph8.voterlist.normalise.turkish import FULL_KEYS

# Words beside a surname that are no part of the family's own name, in canonical spelling.
_PARTICLES: Final = """
van von fon der de di da del dela dos das du la le el al bin ibn ben abu bint ter af ap mak
"""
PARTICLES: Final = frozenset(_PARTICLES.split())

_SURNAME_ENDINGS: Final = """
skaia ckaia ski cki ska cka ov ova ev eva in ina ovich evich ovna evna uli ulu kizi gizi ogli oglu
ugli tegi zade zada
"""
_ENDINGS: Final = frozenset(_SURNAME_ENDINGS.split())
_LENGTHS: Final = (5, 4, 3, 2)
_SWALLOWING: Final = frozenset(("ev", "eva", "evich", "evna"))
_SHORTEST_ROOT: Final = 3

# Given names that are one name in two customs, as keys.
_ONE_NAME: Final = {
    **FULL_KEYS,
    "aleksander": "aleksandr",
    "aleksandre": "aleksandr",
    "julia": "iulia",
    "juri": "iuri",
    "ludmila": "liudmila",
}
# Ляззат is Russian for Ләззат: the letter after л only shows that л is soft. Лиана is not Лана.
_SOFT_L: Final = re.compile("lia(?=[bcdfghjklmprstvz])")
# Абдулла and Абдолла, Зейнулла and Зейнолла: Arabic -ullah in two customs.
_SHORTEST_OF_GOD: Final = 6

_MAIDEN_NAME: Final = re.compile(r"(?<=\w)\s*\(.*")


def surname_keys(values: Sequence[str]) -> Keyed:
    """Keys and roots of surnames, and what their letters were. A name in brackets is left out."""
    shown = [_MAIDEN_NAME.sub("", value) if "(" in value else value for value in values]
    read = romanise(part_children(shown), NAMES)
    return join_words(read.words), [surname_root(words) for words in read.words], read


def given_keys(values: Sequence[str]) -> Keyed:
    """Keys and roots of given names, and what their letters were."""
    read = romanise(values, NAMES)
    joined = join_words(read.words)
    return joined, [given_root(key) for key in joined], read


def patronymic_keys(values: Sequence[str]) -> Keyed:
    """Keys of patronymics, the root of the father's given name, and what the letters were."""
    read = romanise(part_children(values), NAMES)
    fathers = [father_of(words) for words in read.words]
    return join_words(read.words), [given_root(key) for key in fathers], read


def given_root(key: str) -> str:
    """The form that stands for all customs of one given name."""
    key = _ONE_NAME.get(key, key)
    if key.endswith("ula") and len(key) >= _SHORTEST_OF_GOD:
        key = key[:-3] + "ola"
    return _SOFT_L.sub("la", key) if "lia" in key else key


def surname_root(words: str) -> str:
    """The first family name of a surname in canonical words, without endings of sex and origin."""
    family = _first_family_name(words) if " " in words else words
    family = FULL_KEYS.get(family, family)
    for length in _LENGTHS:
        ending = family[-length:]
        if ending in _ENDINGS and len(family) >= _SHORTEST_ROOT + length:
            stem = family[:-length] + ("c" if ending[0] == "c" else "")
            return name_behind(stem) if ending in _SWALLOWING else stem
    return _masculine(family)


def _first_family_name(words: str) -> str:
    parts = words.split(" ")
    if parts[-1] in DAUGHTER_OR_SON:
        return "".join(parts[:-1])
    families = [part for part in parts if part not in PARTICLES and len(part) > 1]
    return families[0] if families else "".join(parts)


def _masculine(family: str) -> str:
    # Белая meets Белый, and Толстая meets Толстой.
    if family.endswith("aia") and len(family) >= _SHORTEST_ROOT + 3:
        return family[:-3] + "i"
    if family.endswith("oi") and len(family) >= _SHORTEST_ROOT + 2:
        return family[:-2] + "i"
    return family
