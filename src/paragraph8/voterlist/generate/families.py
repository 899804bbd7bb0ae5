"""Households: who lives together, how old they are, and who is whose father."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paragraph8.voterlist.generate.settings import Settings

LARGEST = 6
SIZES = (0.24, 0.30, 0.20, 0.15, 0.07, 0.04)
YOUNGEST, OLDEST = 18.01, 103.0
# Who would be younger or older than these is spread over some years beside them, on average.
SPREAD_YOUNG, SPREAD_OLD = 2.0, 2.5
NO_ONE = -1
# A household in letters: H head, W wife, C child, S son with children here, G grandchild (his),
# F father, M mother and P one parent of the head, B brother or sister of the head.
TEMPLATES: dict[int, dict[str, float]] = {
    1: {"H": 1.0},
    2: {"HW": 0.70, "HC": 0.15, "HP": 0.08, "HB": 0.07},
    3: {"HWC": 0.62, "HWP": 0.13, "HCC": 0.08, "HBB": 0.07, "HPC": 0.10},
    4: {"HWCC": 0.58, "HWPC": 0.20, "HWSG": 0.12, "HBBB": 0.03, "HWFM": 0.07},
    5: {"HWCCC": 0.50, "HWPCC": 0.25, "HWSGG": 0.10, "HWCSG": 0.15},
    6: {"HWCCCC": 0.30, "HWPCCC": 0.30, "HWFMCC": 0.20, "HWCSGG": 0.20},
}
SIBSHIPS = {"H": 0, "B": 0, "C": 1, "S": 1, "G": 2}


@dataclass(frozen=True, slots=True)
class Families:
    """Households, one row each; columns are places in the household, template "" filled with " ".

    role    letter of the template, " " where nobody is
    sex     1 male, 2 female
    birth   days since 1970
    father  place of the father in the household, -1 if he is not there
    twin    born with the sibling before
    """

    role: NDArray[np.str_]
    sex: NDArray[np.int8]
    birth: NDArray[np.int32]
    father: NDArray[np.int8]
    twin: NDArray[np.bool_]


def families(settings: Settings, rng: np.random.Generator) -> Families:
    """Households that together hold `people` people or a few more."""
    count = int(settings.people / 2.6 * 1.02) + 20
    sizes = rng.choice(np.arange(1, LARGEST + 1), size=count, p=SIZES)
    enough = int(np.searchsorted(np.cumsum(sizes), settings.people)) + 1
    sizes = sizes[:enough]
    made = _empty(len(sizes))
    day = int(np.datetime64(settings.election_day, "D").astype(int))
    for size, templates in TEMPLATES.items():
        households = np.flatnonzero(sizes == size)
        drawn = rng.choice(len(templates), size=len(households), p=list(templates.values()))
        for number, template in enumerate(templates):
            _fill(made, households[drawn == number], template, settings, day, rng)
    return made


def _empty(count: int) -> Families:
    shape = (count, LARGEST)
    return Families(
        np.full(shape, " ", dtype="U1"),
        np.zeros(shape, np.int8),
        np.zeros(shape, np.int32),
        np.full(shape, NO_ONE, np.int8),
        np.zeros(shape, np.bool_),
    )


def _fill(
    made: Families,
    rows: NDArray[np.int64],
    template: str,
    settings: Settings,
    day: int,
    rng: np.random.Generator,
) -> None:
    """Write the households of one template."""
    size = len(template)
    sex = rng.integers(1, 3, (len(rows), size)).astype(np.int8)
    for place, role in enumerate(template):
        if role in "SF" or (role == "H" and "W" in template):
            sex[:, place] = 1
        elif role in "WM":
            sex[:, place] = 2
        elif (role == "H" and "C" in template) or role == "P":
            sex[:, place] = np.where(rng.random(len(rows)) < 0.75, 2, 1)
    age, twin = _ages(template, len(rows), settings, rng)
    birth = (day - np.ceil(_voters(age, rng) * 365.2425)).astype(np.int32)
    birth = _heaped(birth, settings.first_january, rng)
    for place in range(1, size):
        before = _sibling_before(template, place)
        if before != NO_ONE:
            birth[:, place] = np.where(twin[:, place], birth[:, before], birth[:, place])
    made.role[rows, :size] = list(template)
    made.sex[rows, :size] = sex
    made.birth[rows, :size] = birth
    made.twin[rows, :size] = twin
    made.father[rows, :size] = _fathers(template, sex)


def _ages(
    template: str, count: int, settings: Settings, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Ages in years, from the youngest generation upwards so that each can be a voter's."""
    age = np.zeros((count, len(template)))
    twin = np.zeros((count, len(template)), np.bool_)
    base = 18.0 + (
        rng.gamma(2.6, 11.5, count) if template in ("H", "HW") else rng.gamma(2.2, 6.0, count)
    )
    places = {role: [i for i, r in enumerate(template) if r == role] for role in set(template)}
    eldest = np.full(count, 0.0)
    if "G" in places:
        youngest = 18.0 + rng.gamma(1.2, 2.0, count)
        grown = _sibship(age, twin, places["G"], youngest, settings, rng)
        age[:, places["S"][0]] = eldest = grown + 20.0 + rng.gamma(2.0, 2.5, count)
        for place in places.get("C", []):
            age[:, place] = _voters(eldest - 1.0 - rng.exponential(4.0, count), rng)
    elif "C" in places:
        youngest = 18.0 + rng.gamma(1.2, 2.5 if "P" in places or "F" in places else 6.0, count)
        eldest = _sibship(age, twin, places["C"], youngest, settings, rng)
    parent = eldest + 18.5 + rng.gamma(2.5, 3.0, count)
    head = np.where(eldest > 0, parent, base)
    age[:, 0] = head
    if "W" in places:
        older = rng.normal(2.5, 3.5, count)
        age[:, 0] = np.where(eldest > 0, np.maximum(head + older, eldest + 18.0), head)
        age[:, 1] = np.where(eldest > 0, head, _voters(head - older, rng))
    if "B" in places:
        _sibship(age, twin, [0, *places["B"]], head, settings, rng)
    for role, gap in (("P", 21.0), ("F", 22.0), ("M", 20.0)):
        for place in places.get(role, []):
            age[:, place] = age[:, 0] + gap + rng.gamma(2.0, 3.0, count)
    # Generations add up to more years than people live: who would be too old is made less so.
    over = age > 90
    return np.where(over, _voters(74.0 + rng.gamma(2.0, 5.0, age.shape), rng), age), twin


def _voters(age: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Ages of voters: who is outside them gets one near their end, and not all the same."""
    young = YOUNGEST + rng.exponential(SPREAD_YOUNG, age.shape)
    old = OLDEST - np.minimum(rng.exponential(SPREAD_OLD, age.shape), 4 * SPREAD_OLD)
    return np.where(age < YOUNGEST, young, np.where(age > OLDEST, old, age))


def _sibship(
    age: NDArray[np.float64],
    twin: NDArray[np.bool_],
    places: list[int],
    youngest: NDArray[np.float64],
    settings: Settings,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Ages of siblings from the youngest up; returns the eldest's."""
    age[:, places[0]] = now = youngest
    born_with = np.zeros(len(now), np.bool_)
    for place in places[1:]:
        chance = np.where(born_with, settings.triplets, settings.twins)
        born_with = rng.random(len(now)) < chance
        now = np.where(born_with, now, now + 1.01 + rng.exponential(2.5, len(now)))
        age[:, place] = now
        twin[:, place] = born_with
    return now


def _sibling_before(template: str, place: int) -> int:
    sibship = SIBSHIPS.get(template[place], NO_ONE)
    before = [i for i in range(place) if SIBSHIPS.get(template[i], -2) == sibship]
    return before[-1] if before else NO_ONE


def _fathers(template: str, sex: NDArray[np.int8]) -> NDArray[np.int8]:
    """The place of each member's father, where he lives here."""
    father = np.full(sex.shape, NO_ONE, np.int8)
    for place, role in enumerate(template):
        if role in "CS":
            father[:, place] = np.where(sex[:, 0] == 1, 0, NO_ONE)
        elif role == "G":
            father[:, place] = template.index("S")
        elif role in "HB":
            for other in (i for i, r in enumerate(template) if r in "FP"):
                father[:, place] = np.where(sex[:, other] == 1, other, NO_ONE)
    return father


def _heaped(birth: NDArray[np.int32], share: float, rng: np.random.Generator) -> NDArray[np.int32]:
    """Some births put down as the first of January of their year."""
    years = birth.astype("datetime64[D]").astype("datetime64[Y]")
    first = years.astype("datetime64[D]").astype(np.int32)
    return np.where(rng.random(birth.shape) < share, first, birth).astype(np.int32)
