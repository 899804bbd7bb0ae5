"""A whole name in one cell, parted in surname, given name and patronymic."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import polars as pl

from paragraph8.voterlist.normalise.patronymics import (
    DAUGHTER_OR_SON,
    is_patronymic,
    part_children,
)
from paragraph8.voterlist.normalise.romanise import NAMES, romanise

_ATTACHED_TO_NEXT: Final = re.compile(
    r"(?i)(van|von|der|den|de|di|da|del|della|dos|das|du|bin|ibn|ben|ter|ten|ван|фон|дер|де|ди|да"
    r"|дель|ибн|бен|аль|эль|al|el)[-’']?"
)
# Words as they are written -> in canonical spelling.
_Spelled = Mapping[str, str]

_COMMA: Final = re.compile(r"\s*[,،;]\s*")


@dataclass(frozen=True, slots=True)
class FullName:
    """The parts of a name as they were written; "" where the cell has none."""

    surname: str
    given: str
    patronymic: str


def split_full_name(raw: str) -> FullName:
    """Part a whole name by its patronymic, its comma, its capitals, or else by its order.

        raw   one cell, in any script; for many cells `split_full_names` is far faster
    A patronymic is known by its ending. Before it stands the given name; what else stands before
    that, or after the patronymic, is the surname. Of two words without a patronymic the first is
    the surname, of three or more the second is the given name and the rest the patronymic, unless
    a comma or one word in capitals shows the surname. Particles in small letters (van, de, ибн) go
    with the next word, оглы and қызы with the one before.

    Assumes that WITHOUT OTHER SIGNS THE SURNAME COMES FIRST, as it does in lists. Never raises.
    """
    return _split(raw, _spelled_words([raw]))


def split_full_names(values: Sequence[str | None]) -> pl.DataFrame:
    """Part many whole names as `split_full_name` does; None is an empty cell.

    Returns one row per value, in the order given: raw, surname, given, patronymic, all String.
    """
    cells = ["" if value is None else value for value in values]
    spelled = _spelled_words(cells)
    parts = [_split(cell, spelled) for cell in cells]
    return pl.DataFrame(
        {
            "raw": pl.Series(values, dtype=pl.String),
            "surname": pl.Series([part.surname for part in parts], dtype=pl.String),
            "given": pl.Series([part.given for part in parts], dtype=pl.String),
            "patronymic": pl.Series([part.patronymic for part in parts], dtype=pl.String),
        }
    )


def _spelled_words(cells: Iterable[str]) -> _Spelled:
    words = sorted({word for cell in cells for word in _COMMA.sub(" ", cell).split()})
    return dict(zip(words, romanise(part_children(words), NAMES).words, strict=True))


def _split(raw: str, spelled: _Spelled) -> FullName:
    head, _, tail = _COMMA.sub(",", raw.strip()).strip(",").partition(",")
    units = _units(head, spelled)
    if tail:
        given, patronymic = _given_and_patronymic(_units(tail.replace(",", " "), spelled), spelled)
        return FullName(" ".join(units), given, patronymic)
    if len(units) < 2:
        return FullName(" ".join(units), "", "")
    return _by_patronymic(units, spelled) or _by_capitals(units) or _by_order(units)


def _units(text: str, spelled: _Spelled) -> list[str]:
    units: list[str] = []
    waiting: list[str] = []
    for word, after in pairwise([*text.split(), ""]):
        if units and not waiting and spelled[word] in DAUGHTER_OR_SON:
            units[-1] += " " + word
        elif _is_particle(word, after):
            waiting.append(word)
        elif spelled[word]:
            units.append(" ".join([*waiting, word]))
            waiting = []
    return units + ([" ".join(waiting)] if waiting else [])


def _is_particle(word: str, after: str) -> bool:
    # Ван and Де with a capital are families of their own, but for Van de Berg.
    if not _ATTACHED_TO_NEXT.fullmatch(word):
        return False
    return word.islower() or bool(_ATTACHED_TO_NEXT.fullmatch(after))


def _given_and_patronymic(units: list[str], spelled: _Spelled) -> tuple[str, str]:
    at = _patronymic_at(units, spelled)
    if at is None:
        return " ".join(units), ""
    return " ".join(units[:at] + units[at + 1 :]), units[at]


def _patronymic_at(units: list[str], spelled: _Spelled) -> int | None:
    # Абрамович Роман Аркадьевич, Роман Аркадьевич Абрамович: a surname may look like one too.
    words = [" ".join([spelled[word] for word in unit.split(" ")]) for unit in units]
    found = [at for at, unit in enumerate(words) if at > 0 and is_patronymic(unit)]
    if not found:
        return None
    return 1 if len(found) > 1 and found[0] == 1 else found[-1]


def _by_patronymic(units: list[str], spelled: _Spelled) -> FullName | None:
    at = _patronymic_at(units, spelled)
    if at is None:
        return None
    before, after = units[:at], units[at + 1 :]
    if after:
        return FullName(" ".join(after), " ".join(before), units[at])
    return FullName(" ".join(before[:-1]), before[-1], units[at])


def _by_capitals(units: list[str]) -> FullName | None:
    shouted = [at for at, unit in enumerate(units) if len(unit) > 1 and unit.isupper()]
    if len(shouted) != 1 or shouted[0] == 0:
        return None
    others = units[: shouted[0]] + units[shouted[0] + 1 :]
    return FullName(units[shouted[0]], " ".join(others), "")


def _by_order(units: list[str]) -> FullName:
    # The family of Jan van de Berg is shown by its particle.
    if _ATTACHED_TO_NEXT.fullmatch(units[-1].split(" ")[0]) and " " in units[-1]:
        return FullName(units[-1], " ".join(units[:-1]), "")
    return FullName(units[0], units[1], " ".join(units[2:]))
