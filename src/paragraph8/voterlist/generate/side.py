"""One list as it was typed: who stands on it, and what went wrong on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.voterlist.generate.cultures import Culture, culture
from paragraph8.voterlist.generate.dates import MISSING, day_month_swapped, wrong_digit
from paragraph8.voterlist.generate.people import People, other_surnames
from paragraph8.voterlist.generate.places import Places
from paragraph8.voterlist.generate.scripts import LOOK_ALIKES, written
from paragraph8.voterlist.generate.settings import Errors, Settings
from paragraph8.voterlist.generate.text import Text, with_typo

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Change = Callable[[pl.Series], pl.Series]
NAMES = ("surname", "given", "patronymic")
FLAGS = (
    "script", "look_alike", "upper_case", "variant", "ending", "spelling", "optical",
    "surname_changed", "missing_patronymic", "swapped_names", "day_month", "birth_digit",
    "missing_birth_date", "moved", "moved_near", "street_spelling", "house_changed",
    "missing_house", "flat_changed", "missing_flat",
)  # fmt: skip


@dataclass(slots=True)
class Side:
    """Rows of one list. text: field -> cells; birth in days or MISSING; address: a household.

    flags say what was done to a row, one array for each name in FLAGS.
    """

    person: Rows
    second: Mask
    text: dict[str, Text]
    birth: NDArray[np.int32]
    address: NDArray[np.int32]
    flags: dict[str, Mask] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where rows are typed: the truth, the rates of first and second entries, and chance."""

    settings: Settings
    people: People
    places: Places
    first: Errors
    second: Errors
    rng: np.random.Generator


def typed(desk: Desk, person: Rows, second: Mask) -> Side:
    """A row for each of these people with every error but those of script and case."""
    address = desk.people.household[person].copy()
    side = Side(person, second, {}, desk.people.birth[person].copy(), address)
    side.flags = {name: np.zeros(len(person), np.bool_) for name in FLAGS}
    _move(desk, side)
    _true_text(desk, side)
    _changed_names(desk, side)
    _misspelt(desk, side)
    _lost_and_swapped(desk, side)
    _birth(desk, side)
    _address(desk, side)
    return side


def _hit(desk: Desk, side: Side, name: str) -> Mask:
    """Which rows an error strikes, at the rate of first or second entries."""
    rate = np.where(side.second, getattr(desk.second, name), getattr(desk.first, name))
    hit: Mask = desk.rng.random(len(rate)) < rate
    return hit


def _move(desk: Desk, side: Side) -> None:
    """Some people, or whole households, at another address."""
    rng, settings, where = desk.rng, desk.settings, desk.places
    households = len(where.station)
    home = side.address
    alone = _hit(desk, side, "moved")
    alone &= side.second | (rng.random(len(home)) >= settings.together)
    leaves = rng.random(households) < desk.first.moved * settings.together
    target_together = _new_homes(desk, np.arange(households, dtype=np.int32))
    target = np.where(leaves[home] & ~side.second, target_together[home], home)
    rows = np.flatnonzero(alone)
    target[rows] = _new_homes(desk, home[rows])
    other_station = where.station[target] != where.station[home]
    side.flags["moved"] = other_station
    side.flags["moved_near"] = (target != home) & ~other_station
    side.address = target.astype(np.int32)


def _new_homes(desk: Desk, home: NDArray[np.int32]) -> NDArray[np.int32]:
    """The address of another household, in the station or anywhere."""
    rng, where = desk.rng, desk.places
    households = len(where.station)
    last = np.r_[where.first[1:], households]
    station = where.station[home]
    size = last[station] - where.first[station]
    near = where.first[station] + (rng.random(len(home)) * size).astype(np.int64)
    far = rng.integers(0, households, len(home))
    return np.where(rng.random(len(home)) < desk.settings.near_moves, near, far).astype(np.int32)


def _true_text(desk: Desk, side: Side) -> None:
    who, person, where = desk.people, side.person, desk.places
    surname = who.surname_codes(person, who.root[person], who.style[person])
    patronymic = who.patronymic_codes(person, who.patronymic[person])
    side.text = {
        "surname": Text(who.pools.surname, surname),
        "given": Text(who.pools.given, who.given_codes(person)),
        "patronymic": Text(who.pools.patronymic, patronymic),
        "street": Text(where.streets, where.street[side.address].copy()),
        "house": Text(where.houses, where.house[side.address].copy()),
        "flat": Text(where.flats, where.flat[side.address].copy()),
    }


def _changed_names(desk: Desk, side: Side) -> None:
    """New surnames of women, and other endings of the same root."""
    who, rng = desk.people, desk.rng
    new = _hit(desk, side, "new_surname") & (who.sex[side.person] == 2)
    rows = np.flatnonzero(new)
    person = side.person[rows]
    root, style = other_surnames(who.culture[person], who.pools, rng)
    _recode(side, "surname", rows, who.surname_codes(person, root, style), "surname_changed")
    rows = np.flatnonzero(_hit(desk, side, "ending") & ~new)
    halves = rng.random(len(rows)) < 0.5
    for name, some in (("surname", rows[halves]), ("patronymic", rows[~halves])):
        person = side.person[some]
        forms = [getattr(c, f"{name}s") for c in who.pools.cultures]
        count = np.array([len(f.shares) if f else 1 for f in forms])[who.culture[person]]
        if name == "surname":
            style = ((who.style[person] + 1) % count).astype(np.int8)
            codes = who.surname_codes(person, who.root[person], style)
        else:
            own = who.patronymic[person]
            style = np.where(own < 0, own, (own + 1) % count).astype(np.int8)
            codes = who.patronymic_codes(person, style)
        _recode(side, name, some, codes, "ending")


def _recode(side: Side, name: str, rows: Rows, codes: NDArray[np.int32], flag: str) -> None:
    text = side.text[name]
    before = text.at(rows)
    text.codes[rows] = codes
    _mark(side, flag, rows, before, text.at(rows))


def _mark(side: Side, flag: str, rows: Rows, before: pl.Series, after: pl.Series) -> None:
    """Flag the rows whose cell is now another."""
    changed = before.ne_missing(after).to_numpy()
    side.flags[flag][rows] |= changed


def _misspelt(desk: Desk, side: Side) -> None:
    """Variants of names, letters misread by a scanner, typing errors."""
    rng, who = desk.rng, desk.people
    rows = np.flatnonzero(_hit(desk, side, "variant"))
    for name in ("surname", "given"):
        for number, one in enumerate(who.pools.cultures):
            some = rows[who.culture[side.person[rows]] == number]
            _rewrite(side, name, some, _all(one.variants), "variant")
    rows = np.flatnonzero(_hit(desk, side, "optical"))
    drawn = rng.integers(0, 2**16, len(rows))
    kind = who.culture[side.person[rows]]
    for number, one in enumerate(who.pools.cultures):
        for place, (old, new) in enumerate(one.optical):
            some = rows[(kind == number) & (drawn % len(one.optical) == place)]
            for name in ("surname", "given"):
                _rewrite(side, name, some, _first(old, new), "optical")
    for name in NAMES:
        rows = np.flatnonzero(_hit(desk, side, "names_typo"))
        kind = who.culture[side.person[rows]]
        for number, one in enumerate(who.pools.cultures):
            _typos(desk, side, name, rows[kind == number], one, "spelling")


def _first(old: str, new: str) -> Change:
    """Replace the first place where these letters stand."""
    return lambda cells: cells.str.replace(old, new, literal=True)


def _all(spellings: Sequence[tuple[str, str]]) -> Change:
    """Replace each of these spellings by its variant."""
    old, new = zip(*spellings, strict=True)
    return lambda cells: cells.str.replace_many(list(old), list(new))


def _rewrite(side: Side, name: str, rows: Rows, function: Change, flag: str) -> None:
    before = side.text[name].at(rows)
    side.text[name].change(rows, function)
    _mark(side, flag, rows, before, side.text[name].at(rows))


def _typos(desk: Desk, side: Side, name: str, rows: Rows, letters: Culture, flag: str) -> None:
    """One typing error, in letters of this culture, in each of these cells that is not empty."""
    text = side.text[name]
    rows = rows[text.codes[rows] >= 0]
    before = text.at(rows)
    alphabet = np.array([ord(letter) for letter in letters.alphabet], dtype=np.uint32)
    after = with_typo(before, alphabet, desk.rng)
    if letters.capitals:
        after = after.str.slice(0, 1).str.to_uppercase() + after.str.slice(1)
    text.put(rows, after)
    _mark(side, flag, rows, before, after)


def _lost_and_swapped(desk: Desk, side: Side) -> None:
    text = side.text
    lost = _hit(desk, side, "no_patronymic") & (text["patronymic"].codes >= 0)
    text["patronymic"].codes[lost] = -1
    side.flags["missing_patronymic"] = lost
    rows = np.flatnonzero(_hit(desk, side, "swapped_names"))
    surname, given = text["surname"].at(rows), text["given"].at(rows)
    text["surname"].put(rows, given)
    text["given"].put(rows, surname)
    side.flags["swapped_names"][rows] = True


def _birth(desk: Desk, side: Side) -> None:
    """Day and month exchanged, a wrong digit, or no date: one of them at most."""
    rows = np.flatnonzero(_hit(desk, side, "day_month"))
    new = day_month_swapped(side.birth[rows])
    side.flags["day_month"][rows] = new != side.birth[rows]
    side.birth[rows] = new
    rows = np.flatnonzero(_hit(desk, side, "birth_digit") & ~side.flags["day_month"])
    new = wrong_digit(side.birth[rows], desk.settings.election_day, desk.rng)
    side.flags["birth_digit"][rows] = new != side.birth[rows]
    side.birth[rows] = new
    missing = _hit(desk, side, "no_birth_date")
    missing &= ~(side.flags["day_month"] | side.flags["birth_digit"])
    side.birth[missing] = MISSING
    side.flags["missing_birth_date"] = missing


def _address(desk: Desk, side: Side) -> None:
    """Errors of street, house and flat."""
    rng, text = desk.rng, side.text
    country = culture(desk.settings.place_names, desk.settings.stock)
    rows = np.flatnonzero(_hit(desk, side, "street_typo"))
    _typos(desk, side, "street", rows, country, "street_spelling")
    for name, low, high in (("house", 1, 30), ("flat", 1, 40)):
        codes = text[name].codes
        there = codes >= 0
        other = _hit(desk, side, name) & there
        step = rng.integers(low, high, int(other.sum()))
        codes[other] = (codes[other] + step) % len(text[name].values)
        lost = _hit(desk, side, f"no_{name}") & there & ~other
        codes[lost] = -1
        side.flags[f"{name}_changed"], side.flags[f"missing_{name}"] = other, lost


def present(desk: Desk, side: Side, *, latin: bool) -> None:
    """Put names on paper: conventions of script, look-alike letters, capitals; or all in Latin.

    What stood there before and after is the same name: these leave a pair matched.
    """
    rng, who = desk.rng, desk.people
    kind = who.culture[side.person]
    rows = np.flatnonzero(_hit(desk, side, "script"))
    for number, one in enumerate(who.pools.cultures):
        some = np.flatnonzero(kind == number) if latin else rows[kind[rows] == number]
        names = [one.latin] if latin else list(one.conventions)
        shares = [1.0] if latin else list(one.conventions.values())
        drawn = rng.choice(len(names), size=len(some), p=shares)
        for place, convention in enumerate(names):
            for name in NAMES:
                here = some[drawn == place]
                _rewrite(side, name, here, partial(written, convention=convention), "script")
    rows = np.flatnonzero(_hit(desk, side, "look_alike"))
    drawn = rng.integers(0, len(LOOK_ALIKES), len(rows))
    for place, (old, new) in enumerate(LOOK_ALIKES.items()):
        here = rows[drawn == place]
        for name in ("surname", "given"):
            _rewrite(side, name, here, _first(old, new), "look_alike")
    capitals = np.array([one.capitals for one in who.pools.cultures])[kind]
    rows = np.flatnonzero(_hit(desk, side, "upper_case") & capitals)
    for name in NAMES:
        _rewrite(side, name, rows, lambda c: c.str.to_uppercase(), "upper_case")
    if latin:
        for name in ("street", "house"):
            everyone = np.arange(len(side.person))
            side.text[name].change(everyone, partial(written, convention=desk.places.latin))
