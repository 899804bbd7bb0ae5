"""What the tests are told beside the list: the election, and tables from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final, Literal

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.fields import LIST
from paragraph8.voterlist.quality.identifiers import KINDS


@dataclass(frozen=True, slots=True)
class Context:
    """The election, and what the list says of itself.

    election_day       ages are those of this day
    voting_age         completed years
    legal_max_station  most entries of a station by law; None: no such law
    id_kind            key of `identifiers.KINDS`; None: numbers that say nothing of the person
    dates              order of day, month and year in the column `entered`
    table              name of the table of records
    earlier            name of the table of an earlier version of the list; None: there is none
    deaths             name of the table of a register of deaths; None: there is none
    deaths_since       from this day on deaths may not have been taken out of the list
    """

    election_day: date
    voting_age: int = 18
    legal_max_station: int | None = None
    id_kind: str | None = None
    dates: Literal["ymd", "dmy", "mdy"] = "ymd"
    table: str = LIST
    earlier: str | None = None
    deaths: str | None = None
    deaths_since: date | None = None

    def __post_init__(self) -> None:
        known = (None, "none", *KINDS)
        _require(self.id_kind in known, "id_kind", self.id_kind, f"one of {', '.join(KINDS)}")
        _require(self.voting_age > 0, "voting_age", self.voting_age, "completed years, 1 or more")
        most = self.legal_max_station
        _require(most is None or most > 0, "legal_max_station", most, "entries, 1 or more")
        since = self.deaths_since
        _require(
            since is None or since < self.election_day,
            "deaths_since", since, "a day before election day",
        )  # fmt: skip

    @property
    def day(self) -> int:
        """Election day as yyyymmdd."""
        return number_of(self.election_day)


@dataclass(frozen=True, slots=True)
class Extras:
    """Tables from elsewhere; a test that needs one that is missing does not run.

    pairs            row_a, row_b, kind; score or probability where there is one: probable
                     duplicates; kind "household" for pairs that a family explains
    earlier_pairs    row, earlier_row: entries of one person in both versions
    death_pairs      row, death_row: entries found in a register of deaths
    population       area, sex, age_low, age_high, persons, uncertainty: eligible people; the area
                     "all" alone for all together
    life_table       sex, age, person_years: people alive at an age in the life table; the last
                     age of each sex is open
    official_deaths  area, sex, age_low, age_high, deaths, uncertainty: since `deaths_since`
    neighbours       area, station, other_area, other_station: stations that touch
    Sexes are "male" and "female"; ages are completed years, both ends included, age_high empty
    for an open band; an uncertainty is one standard error, in persons.
    """

    pairs: pl.DataFrame | None = None
    earlier_pairs: pl.DataFrame | None = None
    death_pairs: pl.DataFrame | None = None
    population: pl.DataFrame | None = None
    life_table: pl.DataFrame | None = None
    official_deaths: pl.DataFrame | None = None
    neighbours: pl.DataFrame | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            given = getattr(self, field.name)
            if given is None:
                continue
            lacking = [name for name in COLUMNS[field.name] if name not in given.columns]
            expected = f"a table with {', '.join(COLUMNS[field.name])}"
            _require(not lacking, field.name, f"without {', '.join(lacking)}", expected)


BANDS: Final = ("area", "sex", "age_low", "age_high")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "pairs": ("row_a", "row_b"),
    "earlier_pairs": ("row", "earlier_row"),
    "death_pairs": ("row", "death_row"),
    "population": (*BANDS, "persons", "uncertainty"),
    "life_table": ("sex", "age", "person_years"),
    "official_deaths": (*BANDS, "deaths", "uncertainty"),
    "neighbours": ("area", "station", "other_area", "other_station"),
}


def number_of(day: date) -> int:
    """The day as yyyymmdd."""
    return day.year * 10_000 + day.month * 100 + day.day


def _require(holds: bool, parameter: str, value: object, expected: str) -> None:
    if not holds:
        raise Problem(
            "analysis.bad_parameter", parameter=parameter, value=str(value), expected=expected
        )
