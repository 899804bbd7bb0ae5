"""Numbers on the forms of the rehearsal, made from the true result of the station."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paragraph8.tables.codebook_reader import Item

Numbers = NDArray[np.float64]
Texts = NDArray[np.str_]
OPENS, CLOSES = 7 * 60, 20 * 60


@dataclass(frozen=True, slots=True)
class Seen:
    """What n visits of one form find: true numbers of the station, and the times of the visit.

    result   name of a column of `Country.results` -> numbers, one per visit
    votes    contestant -> paper votes, as the station's own count shows them
    fixed    item -> answers that the visit itself decides
    """

    arrived: NDArray[np.int64]
    departed: NDArray[np.int64]
    result: Mapping[str, Numbers]
    votes: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    fixed: Mapping[str, Texts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a number on a form may hang on.

    seen     what the visits find
    values   item -> answers given so far, "" where none was given
    problem  item -> whether the team reports the problem, for planted items
    """

    seen: Seen
    values: Mapping[str, Texts]
    problem: Mapping[str, NDArray[np.bool_]]
    rng: np.random.Generator

    @property
    def visits(self) -> int:
        """How many."""
        return len(self.seen.arrived)

    def number(self, item: str) -> NDArray[np.int64]:
        """The number answered before, 0 where there is none."""
        values = self.values[item]
        return np.where(values == "", "0", values).astype(np.int64)

    def so_far(self, column: str, minutes: NDArray[np.int64]) -> Numbers:
        """Of the day's voters in this column, those who had come by this time of day."""
        return np.floor(self.seen.result[column] * share_voted(minutes))


def share_voted(minutes: NDArray[np.int64] | float) -> Numbers:
    """The share of the day's voters who had voted by this minute after midnight."""
    # Busiest before noon.
    along = np.clip((np.asarray(minutes) - OPENS) / (CLOSES - OPENS), 0, 1)
    share: Numbers = 1 - (1 - along) ** 1.7
    return share


Make = Callable[[Sheet], Numbers]


def _of(column: str) -> Make:
    return lambda sheet: sheet.seen.result[column]


def _at_arrival(column: str) -> Make:
    return lambda sheet: sheet.so_far(column, sheet.seen.arrived)


def _at_departure(column: str) -> Make:
    return lambda sheet: sheet.so_far(column, sheet.seen.departed)


def _poisson(mean: float, least: int = 0) -> Make:
    return lambda sheet: least + sheet.rng.poisson(mean, sheet.visits).astype(float)


def _binomial(n: int, chance: float) -> Make:
    return lambda sheet: sheet.rng.binomial(n, chance, sheet.visits).astype(float)


def _between(least: int, most: int) -> Make:
    return lambda sheet: sheet.rng.integers(least, most, sheet.visits, endpoint=True).astype(float)


def _part_of(item: str, chance: float) -> Make:
    return lambda sheet: sheet.rng.binomial(sheet.number(item), chance).astype(float)


# Why voters were turned away, and how often; together they are all who were.
REASONS = {
    "V25b_not_on_list": 0.55,
    "V25b_other_station": 0.2,
    "V25b_no_valid_id": 0.12,
    "V25b_already_signed": 0.01,
    "V25b_list_problem": 0.1,
    "V25b_other": 0.02,
}


def _reason(item: str) -> Make:
    names = list(REASONS)
    before, after = names[: names.index(item)], names[names.index(item) :]
    chance = REASONS[item] / sum(REASONS[name] for name in after)

    def make(sheet: Sheet) -> Numbers:
        left = sheet.number("V25a") - sum(sheet.number(name) for name in before)
        return sheet.rng.binomial(left, min(chance, 1.0)).astype(float)

    return make


def _signatures(sheet: Sheet) -> Numbers:
    """As many as ballots issued; fewer where the team reports more ballots than signatures."""
    issued = sheet.seen.result["issued"]
    short = 1 + sheet.rng.poisson(2, sheet.visits)
    return np.where(sheet.problem["C17"], np.maximum(issued - short, 0), issued)


def _above_signatures(sheet: Sheet) -> Numbers:
    signed = np.where(sheet.values["C9"] == "", np.nan, sheet.number("C9"))
    difference = sheet.seen.result["issued"] - signed
    return np.where(np.isnan(difference), 1 + sheet.rng.poisson(2, sheet.visits), difference)


def made_up_number(item: Item, sheet: Sheet) -> Numbers:
    """A small number, for items that no rule of this module names."""
    return sheet.rng.poisson(0.3 if item.problem else 2.0, sheet.visits).astype(float)


# Item -> the item whose number it is a part of: without the whole, no part is told.
WHOLE = {"H12b": "H12a", "E1b": "E1a", "T20b": "T20a", "V25c": "V25a",
         **dict.fromkeys(REASONS, "V25a")}  # fmt: skip

NUMBERS: Mapping[str, Make] = {
    "H10": _of("registered"),
    "H11a": _at_arrival("voted"),
    "H11b": _at_departure("voted"),
    "H12a": _between(5, 9),
    "H12b": _part_of("H12a", 0.63),
    "O5": _binomial(10, 0.45),
    "O6": _poisson(1.2),
    "O12": _of("received"),
    "O17a": _poisson(0.4, 1),
    "O17b": _poisson(0.2, 1),
    "O22_main": _of("registered"),
    "O22_electronic": _of("on_electronic_list"),
    "V10": _binomial(10, 0.42),
    "V11a": _poisson(1.1),
    "V25a": _poisson(1.7, 1),
    **{reason: _reason(reason) for reason in REASONS},
    "V25c": _part_of("V25a", 0.3),
    "V26": _at_departure("added"),
    "V35a": _poisson(1.4, 1),
    "V48b": _poisson(14, 1),
    "V50b": _of("mobile"),
    "V56a": _poisson(0.15),
    "C6a": _binomial(10, 0.45),
    "C6b": _poisson(1.2),
    "C9": _signatures,
    "C11a": _of("unused"),
    "C11b": _of("spoiled"),
    "C17a": _above_signatures,
    "C23a": _of("invalid_paper"),
    "C41_registered": _of("registered"),
    "C41_added": _of("added"),
    "C41_received": _of("received"),
    "C41_issued": _of("issued"),
    "C41_unused": _of("unused"),
    "C41_spoiled": _of("spoiled"),
    "C41_ballots_in_box": _of("issued"),
    "C41_ballots_in_mobile_box": _of("mobile"),
    "C41_valid": _of("valid_paper"),
    "C41_invalid": _of("invalid_paper"),
    "C41_evotes": _of("electronic"),
    "T1d": _between(35, 140),
    "T4a": _binomial(10, 0.5),
    "T4b": _poisson(1.5),
    "T10a": _poisson(1.1),
    "T10b": _poisson(0.5),
    "T14a": _poisson(0.2),
    "T20a": _poisson(0.6),
    "T20b": _part_of("T20a", 0.6),
    "E1a": _between(2, 5),
    "E1b": _part_of("E1a", 0.9),
    "E11a": _at_departure("electronic"),
    "E11b": _at_departure("voted"),
    "E12a": _of("on_electronic_list"),
    "E12b": _of("registered"),
    "E13": _poisson(0.5),
    "E23a": _poisson(0.35),
    "E23c": _poisson(12, 1),
    "M4a": lambda sheet: sheet.seen.result["mobile"] + sheet.rng.integers(2, 12, sheet.visits),
    "M4b": _of("mobile"),
}
