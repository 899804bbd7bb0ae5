"""What an invented pair of lists is made from: sizes, cultures and rates of error."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Literal, get_args

from paragraph8.kernel.problem import Problem

Stock = Literal["rich", "ordinary", "poor"]
Order = Literal["surname", "address", "shuffled"]


@dataclass(frozen=True, slots=True)
class Errors:
    """Chances of each error per record; names_typo per name. All invented.

    Defaults are the rates of the measurement that the project's own aims go back to: a list
    typed from paper. A tenth of them is the default of an electronic list.
    """

    script: float = 0.11  # another ordinary way to write the same letters
    variant: float = 0.01  # another ordinary spelling of a name
    ending: float = 0.01  # surname or patronymic with another ending of the same root
    names_typo: float = 0.03  # for each of surname, given name and patronymic
    optical: float = 0.004  # letters confused by a scanner: other name when read
    look_alike: float = 0.004  # Latin letters that look like the Cyrillic ones
    upper_case: float = 0.06
    new_surname: float = 0.015  # women only
    no_patronymic: float = 0.05
    swapped_names: float = 0.005
    day_month: float = 0.012  # only where the result is a date
    birth_digit: float = 0.02
    no_birth_date: float = 0.01
    moved: float = 0.03
    street_typo: float = 0.03
    house: float = 0.02  # another house
    no_house: float = 0.002
    flat: float = 0.005  # another flat
    no_flat: float = 0.04

    def times(self, factor: float) -> "Errors":
        """Every chance multiplied, at most 1."""
        return Errors(**{f.name: min(1.0, getattr(self, f.name) * factor) for f in fields(self)})


NO_ERRORS = Errors().times(0)
ELECTRONIC = Errors().times(0.1)
TWICE = Errors().times(2)


def _mixed() -> dict[str, float]:
    return {"kazakh": 0.68, "russian": 0.32}


@dataclass(frozen=True, slots=True)
class Settings:
    """How many people, where, with which names, and how well two lists were kept.

    people          people who are 18 or older on `election_day`; a list holds nearly that many
    seed            the same settings with the same seed give the same lists
    cultures        name of a stock of names -> share of households
    country         the stock whose place names are used; None: that with the largest share
    stock           how many surnames there are: the poorer, the more innocent namesakes
    stations        None: one for each 1,500 people
    paper_errors, electronic_errors, second_errors
                    chances of errors; second_errors are those of second entries of a person
    lacking         share of people whom each list lacks, drawn for each list by itself
    second_entries  share of people of a list who stand on it twice
    together        share of moves and gaps that concern a whole household
    near_moves      share of moves that stay within the station
    paper_numbers   whether the paper list states national numbers, too
    paper_order, electronic_order
                    how entries of a station are sorted
    electronic_script
                    "latin": every text of the electronic list is romanised
    second_number   share of second entries that carry the number of the first; others have none
    first_january   share of births put down as 1 January of their year
    twins, triplets chance that the next brother or sister is a twin; that a twin is a triplet
    rhyming         chance that siblings of one sex have names that begin alike; twice for twins
    namesakes       share of grandsons in the house of a grandfather who carry his name
    kin             share of households whose head has a brother at the head of another one
    """

    people: int
    seed: int = 2004
    cultures: Mapping[str, float] = field(default_factory=_mixed)
    country: str | None = None
    stock: Stock = "ordinary"
    stations: int | None = None
    election_day: date = date(2004, 9, 19)
    paper_errors: Errors = Errors()
    electronic_errors: Errors = ELECTRONIC
    second_errors: Errors = TWICE
    lacking: float = 0.03
    second_entries: float = 0.002
    second_number: float = 0.5
    together: float = 0.4
    near_moves: float = 0.3
    paper_numbers: bool = False
    paper_order: Order = "surname"
    electronic_order: Order = "shuffled"
    electronic_script: Literal["native", "latin"] = "native"
    first_january: float = 0.012
    twins: float = 0.015
    triplets: float = 0.02
    rhyming: float = 0.25
    namesakes: float = 0.06
    kin: float = 0.25

    @property
    def station_count(self) -> int:
        """Stations, at least one."""
        return max(1, round(self.people / 1500)) if self.stations is None else self.stations

    @property
    def place_names(self) -> str:
        """The stock that place names are taken from."""
        return self.country or max(self.cultures, key=lambda name: self.cultures[name])


def check(settings: Settings) -> None:
    """Refuse what cannot be made. Problems: analysis.bad_parameter."""
    _require(settings.people >= 1, "people", settings.people, "1 or more")
    _require(settings.station_count >= 1, "stations", settings.stations, "1 or more")
    _require(
        abs(sum(settings.cultures.values()) - 1) < 1e-6,
        "cultures", dict(settings.cultures), "shares that add up to 1",
    )  # fmt: skip
    _require(
        settings.stock in get_args(Stock), "stock", settings.stock, " or ".join(get_args(Stock))
    )
    shares = {f.name: getattr(settings, f.name) for f in fields(settings) if f.type is float}
    for side in ("paper_errors", "electronic_errors", "second_errors"):
        errors = getattr(settings, side)
        shares |= {f"{side}.{f.name}": getattr(errors, f.name) for f in fields(errors)}
    for name, value in shares.items():
        _require(0 <= value <= 1, name, value, "a share from 0 to 1")


def _require(holds: bool, parameter: str, value: object, expected: str) -> None:
    if not holds:
        raise Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
