"""Which visits ask an item: what the place decides, and how often answers lead to it."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.rehearsal.planted import BY_PLACE, Planted, Where, answer_chances
from paragraph8.tables.codebook_conditions import Clause
from paragraph8.tables.codebook_reader import Item

# Answered on every form: it cannot be sent without, the visit decides it, or others hang on it.
CERTAIN = (
    "H5", "H6", "H9", "H13", "H15", "E0", "O22", "V25", "V26",
    "V25b_not_on_list", "V25b_other_station", "V25b_no_valid_id", "V25b_already_signed",
    "V25b_list_problem", "V25b_other",
)  # fmt: skip


def known_chance(item: Item) -> float:
    """How often an item that is asked is answered with more than "not known" or "n/a"."""
    if item.id in CERTAIN:
        return 1.0
    chances = answer_chances()
    unknown = chances["unknown"] if can_be_unknown(item) else 0.0
    without = chances["not_applicable"] if item.type == "yes_no_na" else 0.0
    return 1 - chances["missing"] - unknown - without


def can_be_unknown(item: Item) -> bool:
    """Whether the form offers "not known" for it."""
    if item.choices:
        return any(choice.value == "dk" for choice in item.choices)
    return item.type in ("yes_no", "yes_no_na", "integer", "decimal", "rating")


def asked_chance(
    item: Item, planted: Planted, visits: pl.DataFrame, where: Where
) -> NDArray[np.float64]:
    """The chance, for each visit of the form, that the item is asked.

    0 or 1 where the place decides. After a planted item it is the chance of the answer that leads
    on. A condition on a number is taken as fulfilled: there the chance is too high.
    """
    asked = np.ones(visits.height)
    if item.whole:
        asked *= (visits["seen"] == "start").to_numpy()
    clauses = item.asked_if.clauses if item.asked_if else ()
    chances = [_chance(clause, planted, visits, where) for clause in clauses]
    if chances and item.asked_if:
        join = np.multiply if item.asked_if.every else np.maximum
        asked *= join.reduce(chances)
    return asked


def _chance(
    clause: Clause, planted: Planted, visits: pl.DataFrame, where: Where
) -> NDArray[np.float64]:
    if clause.item in BY_PLACE:
        return _held(clause, visits, where).astype(float)
    places: Mapping[str, int] = {item.id: place for place, item in enumerate(planted.items)}
    if clause.item not in places:
        return np.ones(visits.height)
    before = planted.items[places[clause.item]]
    chance = planted.chances[places[clause.item]]
    leads_on: NDArray[np.float64] = known_chance(before) * np.where(
        clause.value in (before.problem or ("yes",)), chance, 1 - chance
    )
    return leads_on


def _held(clause: Clause, visits: pl.DataFrame, where: Where) -> NDArray[np.bool_]:
    held: NDArray[np.bool_] = np.zeros(visits.height, dtype=bool)
    if clause.item in ("E0", "H9"):
        held = (visits[{"E0": "stage", "H9": "seen"}[clause.item]] == clause.value).to_numpy()
    elif clause.value == "electronic":
        held = where.electronic
    return held
