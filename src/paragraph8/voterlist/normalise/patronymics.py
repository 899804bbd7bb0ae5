"""The father's name in a patronymic: Nurlan in Нұрланұлы, Нурланович, Nurlanqyzy, Nurlan oglu."""

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

# Words for a son or a daughter in canonical spelling; glued to the name they are its ending.
_GLUED: Final = ("kizi", "gizi", "ogli", "oglu", "ugli", "zada", "zade", "uli", "ulu")
_GENITIVE: Final = ("dze", "asuli")
DAUGHTER_OR_SON: Final = frozenset(_GLUED + _GENITIVE)
_RUSSIAN: Final = ("ovich", "evich", "ovna", "evna", "ovic", "evic")
_ENDINGS: Final = frozenset(_RUSSIAN + _GLUED)
_SWALLOWING: Final = frozenset(("evich", "evna", "evic"))
_LENGTHS: Final = (5, 4, 3)
_OLD: Final = re.compile(r"(?<=sla)(?:vich|una)\Z")  # Вячеславич, Ярославна
_SHORTEST_NAME: Final = 2

_IRREGULAR: Final = {
    **dict.fromkeys(("ilich", "ilinichna", "ilichna"), "ilia"),
    **dict.fromkeys(("nikitich", "nikitichna"), "nikita"),
    **dict.fromkeys(("lukich", "lukinichna", "lukichna"), "luka"),
    **dict.fromkeys(("fomich", "fominichna", "fomichna"), "foma"),
    **dict.fromkeys(("kuzmich", "kuzminichna", "kuzmichna"), "kuzma"),
    **dict.fromkeys(("savich", "savichna"), "sava"),
    **dict.fromkeys(("paulovich", "paulovna"), "pavel"),
    **dict.fromkeys(("lvovich", "lvovna"), "lev"),
    **dict.fromkeys(("samoilovich", "samoilovna"), "samuil"),
    **dict.fromkeys(("silich", "silichna"), "sila"),
    **dict.fromkeys(("iakovlevich", "iakovlevna"), "iakov"),
}

# Before -евич stands a name in -й, or in a soft or hushing consonant, or in -и, -і or -ы. Hard
# consonants take -ович, so what stands there after any but these has lost its -й or -и.
_HUSHING: Final = ("sh", "ch", "j", "c")
_SOFT_R: Final = frozenset(("igor", "lazar", "cezar"))
_NAMES_IN_LI: Final = frozenset(("vasil", "savel", "kornel", "avrel", "iul"))
_LI: Final = ("al", "ol")  # Виталий, Анатолий, Ғали; but Камиль, Рафаэль
# Names that end in the vowel that is seen; after other vowels an -й is lost.
_NAMES_IN_VOWEL: Final = (
    *("ola", "ula", "mirza", "koja", "aga", "musa", "isa", "mustafa", "murtaza", "hamza", "sapa"),
    *("ia", "u"),
)
_NAMES_IN_OLAI: Final = frozenset(("nikola", "mikola", "ermola"))

# Қызы after a name in -қ or -к doubles the letter; as a word of its own it leaves the name whole.
_DAUGHTER: Final = re.compile(r"(?i)(?<=\w\w)-?[кқгkqg][ыyıi][зz][ыyıi]\b")
# Ұлы after a name in -у doubles it as well.
_SON: Final = re.compile(r"(?i)(?<=\w[уuýúw])-?[ұуuūú][лl][ыyı]\b")


def part_children(values: Sequence[str]) -> list[str]:
    """Write a word for daughter or son apart where joining would lose a letter."""
    parted = list(values)
    for at in pl.Series(parted, dtype=pl.String).str.contains(_MAYBE_CHILD).arg_true():
        parted[at] = _SON.sub(_apart, _DAUGHTER.sub(_apart, parted[at]))
    return parted


# In the regular expressions of Polars: a cheap look that misses no match of the two above.
_MAYBE_CHILD: Final = r"(?i)[ыyıiİ][зz][ыyıiİ]|[лl][ыyıİ]"


def _apart(child: re.Match[str]) -> str:
    return " " + child.group().lstrip("-")


def father_of(words: str) -> str:
    """The key of the father's name in a patronymic of canonical words; its own key if it has none.

    Assumes that THE FATHER'S NAME IS SPELLED AS A GIVEN NAME WOULD BE. Where the ending has
    swallowed a letter that no rule gives back, the father has a key of his own.
    """
    first, _, last = words.rpartition(" ")
    if first and last in DAUGHTER_OR_SON:
        father = first.replace(" ", "")
        return father[:-1] if last in _GENITIVE and father[-1] == "s" else father
    joined = words.replace(" ", "")
    if joined in _IRREGULAR:
        return _IRREGULAR[joined]
    length = _length_of_ending(joined)
    if not length:
        return _OLD.sub("v", joined) if "sla" in joined else joined
    stem = joined[:-length]
    return name_behind(stem) if joined[-length:] in _SWALLOWING else stem


def _length_of_ending(joined: str) -> int:
    """Letters of the ending of a patronymic; 0 if there is none, or too little before it."""
    for length in _LENGTHS:
        if joined[-length:] in _ENDINGS and len(joined) >= _SHORTEST_NAME + length:
            return length
    return 0


def is_patronymic(words: str) -> bool:
    """Whether canonical words end as patronymics do: -ovich, -ovna, uli, kizi, ogli ..."""
    joined = words.replace(" ", "")
    if joined in _IRREGULAR or (" " in words and words.split(" ")[-1] in DAUGHTER_OR_SON):
        return True
    return _length_of_ending(joined) > 0


def name_behind(stem: str) -> str:
    """The name of which -ев or -евич has left a stem, as far as rules can tell.

    Абаев is of Абай, Мусаев of Муса, Алиев of Али, Васильевич of Василий, Игоревич of Игорь.
    """
    last = stem[-1]
    if last in "aeou":
        whole = stem.endswith(_NAMES_IN_VOWEL) and stem not in _NAMES_IN_OLAI
        return stem if whole else stem + "i"
    if last == "i" or stem.endswith(_HUSHING) or stem in _SOFT_R:
        return stem
    if last == "l" and stem not in _NAMES_IN_LI and not stem.endswith(_LI):
        return stem
    return stem + "i"
