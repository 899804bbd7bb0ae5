"""People with names, birth dates and addresses: the truth from which lists are copied."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.voterlist.generate.cultures import Culture, Forms, Given, culture
from paragraph8.voterlist.generate.families import LARGEST, NO_ONE, SIBSHIPS, Families, families
from paragraph8.voterlist.generate.kin import brothers
from paragraph8.voterlist.generate.settings import Settings

Ints = NDArray[np.int32]
WIFE_KEEPS_HER_NAME = 0.12


@dataclass(frozen=True, slots=True)
class Pools:
    """All texts of names of all cultures in use, and where each culture's begin."""

    cultures: tuple[Culture, ...]
    given: pl.Series
    given_start: NDArray[np.int64]  # culture, sex - 1
    surname: pl.Series
    surname_start: NDArray[np.int64]
    patronymic: pl.Series
    patronymic_start: NDArray[np.int64]
    roots: NDArray[np.int64]  # surnames of each culture
    fathers: NDArray[np.int64]  # male given names of each culture


@dataclass(frozen=True, slots=True)
class People:
    """One row per person, sorted by household; households are sorted by station.

    given, father   numbers of names within the culture (father: of male names)
    root, style     surname; patronymic is its style, -1 for none
    """

    pools: Pools
    culture: NDArray[np.int8]
    household: Ints
    sex: NDArray[np.int8]
    birth: Ints
    given: Ints
    father: Ints
    root: Ints
    style: NDArray[np.int8]
    patronymic: NDArray[np.int8]

    def surname_codes(self, rows: NDArray[np.int64], root: Ints, style: NDArray[np.int8]) -> Ints:
        """Codes in pools.surname of these people, were their root and style these."""
        c = self.culture[rows]
        block = style.astype(np.int64) * 2 + self.sex[rows] - 1
        return (self.pools.surname_start[c] + block * self.pools.roots[c] + root).astype(np.int32)

    def given_codes(self, rows: NDArray[np.int64]) -> Ints:
        """Codes in pools.given."""
        start = self.pools.given_start[self.culture[rows], self.sex[rows] - 1]
        return (start + self.given[rows]).astype(np.int32)

    def patronymic_codes(self, rows: NDArray[np.int64], style: NDArray[np.int8]) -> Ints:
        """Codes in pools.patronymic, -1 for none."""
        c = self.culture[rows]
        block = style.astype(np.int64) * 2 + self.sex[rows] - 1
        codes = self.pools.patronymic_start[c] + block * self.pools.fathers[c] + self.father[rows]
        return np.where(style < 0, -1, codes).astype(np.int32)


def pools(settings: Settings) -> Pools:
    """The names of the cultures of these settings."""
    used = tuple(culture(name, settings.stock) for name in settings.cultures)
    given, given_start = _joined([n for c in used for n in (c.male.names, c.female.names)])
    surname, surname_start = _joined([_flat(c.surnames) for c in used])
    patronymic, patronymic_start = _joined(
        [_flat(c.patronymics) if c.patronymics else () for c in used]
    )
    return Pools(
        used,
        given,
        given_start.reshape(-1, 2),
        surname,
        surname_start,
        patronymic,
        patronymic_start,
        np.array([len(c.surname_shares) for c in used]),
        np.array([len(c.male.names) for c in used]),
    )


def _flat(forms: Forms) -> tuple[str, ...]:
    return tuple(name for by_sex in forms.text for names in by_sex for name in names)


def _joined(parts: list[tuple[str, ...]]) -> tuple[pl.Series, NDArray[np.int64]]:
    starts = np.cumsum([0, *(len(part) for part in parts)])[:-1]
    return pl.Series([name for part in parts for name in part], dtype=pl.String), starts


def people(settings: Settings, rng: np.random.Generator) -> People:
    """Exactly `people` people in households."""
    stock = pools(settings)
    made = families(settings, rng)
    count = len(made.role)
    shares = list(settings.cultures.values())
    kind = rng.choice(len(shares), size=count, p=shares).astype(np.int8)
    elder, other = brothers(made, kind, settings, rng)
    given = _given_names(made, kind, stock, settings, rng)
    for names, rows in _each(kind[other], made.sex[other, 0], stock):
        same = rows[given[elder[rows], 0] == given[other[rows], 0]]
        given[other[same], 0] = (given[other[same], 0] + 1) % len(names.names)
    father = _fathers_names(made, given, kind, stock, rng)
    _share_fathers(made, father, elder, other)
    root, style = _surnames(made, kind, stock, (elder, other), rng)
    patronymic = _patronymic_styles(kind, stock, rng)
    patronymic[other] = patronymic[elder]
    there = made.role != " "
    household, place = np.nonzero(there)
    cut = slice(0, settings.people)
    household, place = household[cut], place[cut]
    at = (household, place)
    return People(
        stock,
        kind[household],
        household.astype(np.int32),
        made.sex[at],
        made.birth[at],
        given[at],
        father[at],
        root[at],
        style[at],
        patronymic[household],
    )


def _years(birth: Ints) -> NDArray[np.float64]:
    return 1970 + birth / 365.2425


def drawn_names(
    names: Given, years: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int32]:
    """A given name for each year of birth: Zipf's law times the fashion."""
    drawn = np.zeros(len(years), np.int32)
    spans = np.clip(((years - 1900) // 6).astype(np.int64), 0, 20)
    for span in np.unique(spans).tolist():
        rows = np.flatnonzero(spans == span)
        middle = 1903.0 + 6 * span
        weights = names.weight * (0.02 + np.exp(-(((middle - names.peak) / 14.0) ** 2)))
        drawn[rows] = np.searchsorted(np.cumsum(weights / weights.sum()), rng.random(len(rows)))
    return np.minimum(drawn, len(names.names) - 1)


def _each(
    kind: NDArray[np.int8], sex: NDArray[np.int8], stock: Pools
) -> list[tuple[Given, NDArray[np.int64]]]:
    """Rows of each culture and sex with its stock of given names."""
    parts = []
    for number, one in enumerate(stock.cultures):
        for code, names in ((1, one.male), (2, one.female)):
            parts.append((names, np.flatnonzero((kind == number) & (sex == code))))
    return parts


def _given_names(
    made: Families,
    kind: NDArray[np.int8],
    stock: Pools,
    settings: Settings,
    rng: np.random.Generator,
) -> Ints:
    given = np.full(made.role.shape, NO_ONE, np.int32)
    sibship = np.full(made.role.shape, NO_ONE, np.int8)
    for role, number in SIBSHIPS.items():
        sibship[made.role == role] = number
    for place in range(LARGEST):
        sex = made.sex[:, place]
        years = _years(made.birth[:, place])
        for names, rows in _each(kind, sex, stock):
            given[rows, place] = drawn_names(names, years[rows], rng)
        _rhyme(given, sibship, made, place, kind, stock, settings, rng)
        _namesakes(given, made, place, settings.namesakes, rng)
        for names, rows in _each(kind, sex, stock):
            _tell_apart(given, sibship, made, place, rows, len(names.names))
    return given


def _rhyme(
    given: Ints,
    sibship: NDArray[np.int8],
    made: Families,
    place: int,
    kind: NDArray[np.int8],
    stock: Pools,
    settings: Settings,
    rng: np.random.Generator,
) -> None:
    """Some siblings of one sex get a name that begins like the one of the sibling before."""
    if place == 0:
        return
    before = place - 1
    alike = (sibship[:, place] >= 0) & (sibship[:, place] == sibship[:, before])
    alike &= made.sex[:, place] == made.sex[:, before]
    chance = np.where(made.twin[:, place], 2 * settings.rhyming, settings.rhyming)
    alike &= rng.random(len(alike)) < chance
    for names, rows in _each(kind, made.sex[:, place], stock):
        rows = rows[alike[rows]]
        order = np.argsort(names.group, kind="stable")
        starts = np.searchsorted(names.group[order], np.arange(names.group.max() + 2))
        group = names.group[given[rows, before]]
        size = starts[group + 1] - starts[group]
        drawn = (rng.random(len(rows)) ** 2 * size).astype(np.int64)
        given[rows, place] = order[starts[group] + drawn]


def _namesakes(
    given: Ints, made: Families, place: int, share: float, rng: np.random.Generator
) -> None:
    """Some grandsons carry the name of their grandfather in the house."""
    if place < 2:
        return
    role, before = made.role[:, place], made.role[:, :place]
    lucky = (made.sex[:, place] == 1) & (rng.random(len(role)) < share)
    rows = np.flatnonzero(lucky & (role == "G"))
    given[rows, place] = given[rows, 0]
    for elder in range(1, place):
        man = np.isin(before[:, elder], ("P", "F")) & (made.sex[:, elder] == 1)
        rows = np.flatnonzero(lucky & (role == "C") & man)
        given[rows, place] = given[rows, elder]


def _tell_apart(
    given: Ints,
    sibship: NDArray[np.int8],
    made: Families,
    place: int,
    rows: NDArray[np.int64],
    count: int,
) -> None:
    """No two siblings share a given name, and no son his father's: the next free one is taken."""
    for _ in range(2 * LARGEST):
        clash = np.zeros(len(rows), np.bool_)
        for before in range(place):
            same = (given[rows, place] == given[rows, before]) & (
                made.sex[rows, place] == made.sex[rows, before]
            )
            siblings = (sibship[rows, place] >= 0) & (sibship[rows, place] == sibship[rows, before])
            clash |= same & (siblings | (made.father[rows, place] == before))
        if not clash.any():
            return
        given[rows[clash], place] = (given[rows[clash], place] + 1) % count


def _fathers_names(
    made: Families, given: Ints, kind: NDArray[np.int8], stock: Pools, rng: np.random.Generator
) -> Ints:
    """The given name of everybody's father; siblings have one father."""
    father = np.zeros(made.role.shape, np.int32)
    men = np.ones(len(kind), np.int8)
    everyone = np.arange(len(kind))
    for place in range(LARGEST):
        years = _years(made.birth[:, place]) - 28
        for names, rows in _each(kind, men, stock):
            father[rows, place] = drawn_names(names, years[rows], rng)
        for before in range(place):
            for roles in ("HB", "CS", "G"):
                siblings = np.isin(made.role[:, place], list(roles))
                siblings &= np.isin(made.role[:, before], list(roles))
                father[siblings, place] = father[siblings, before]
    # In two rounds: a head's father may stand after the head.
    for place in range(LARGEST):
        here = made.father[:, place]
        known = here >= 0
        father[known, place] = given[everyone[known], here[known]]
    return father


def _share_fathers(
    made: Families, father: Ints, elder: NDArray[np.int64], other: NDArray[np.int64]
) -> None:
    """Brothers in two households have one father; so have their brothers and sisters there."""
    for place in range(LARGEST):
        siblings = np.isin(made.role[other, place], ("H", "B"))
        father[other[siblings], place] = father[elder[siblings], 0]


def _surnames(
    made: Families,
    kind: NDArray[np.int8],
    stock: Pools,
    kin: tuple[NDArray[np.int64], NDArray[np.int64]],
    rng: np.random.Generator,
) -> tuple[Ints, NDArray[np.int8]]:
    """One surname for a household and its kin; wives and mothers of heads may have another."""
    root = np.zeros(made.role.shape, np.int32)
    style = np.zeros(made.role.shape, np.int8)
    own_root, own_style = other_surnames(kind, stock, rng)
    own_root[kin[1]], own_style[kin[1]] = own_root[kin[0]], own_style[kin[0]]
    root[:], style[:] = own_root[:, None], own_style[:, None]
    women = np.isin(made.role, ("W", "M")) | ((made.role == "P") & (made.sex == 2))
    households, places = np.nonzero(women & (rng.random(made.role.shape) < WIFE_KEEPS_HER_NAME))
    root[households, places], style[households, places] = other_surnames(
        kind[households], stock, rng
    )
    return root, style


def other_surnames(
    kind: NDArray[np.int8], stock: Pools, rng: np.random.Generator
) -> tuple[Ints, NDArray[np.int8]]:
    """A surname for each: its root and its style."""
    root, style = np.zeros(len(kind), np.int32), np.zeros(len(kind), np.int8)
    for number, one in enumerate(stock.cultures):
        rows = np.flatnonzero(kind == number)
        drawn = np.searchsorted(np.cumsum(one.surname_shares), rng.random(len(rows)))
        root[rows] = np.minimum(drawn, len(one.surname_shares) - 1)
        shares = one.surnames.shares
        style[rows] = rng.choice(len(shares), size=len(rows), p=shares)
    return root, style


def _patronymic_styles(
    kind: NDArray[np.int8], stock: Pools, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Of each household: -1 where none is used."""
    style = np.full(len(kind), NO_ONE, np.int8)
    for number, one in enumerate(stock.cultures):
        rows = np.flatnonzero(kind == number)
        if one.patronymics:
            shares = one.patronymics.shares
            drawn = rng.choice(len(shares), size=len(rows), p=shares)
            none = rng.random(len(rows)) < one.missing_patronymic
            style[rows] = np.where(none, NO_ONE, drawn)
    return style
