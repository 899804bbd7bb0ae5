"""Three bases that are never confused: observations, stations, observers.

A share has its base in its type, so that a per cent of observers cannot be passed where a per cent
of stations is meant; the press release of 2004 speaks of observers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Base(StrEnum):
    """What the denominator of a share counts."""

    OBSERVATIONS = "observations"
    STATIONS = "stations"
    OBSERVERS = "observers"


@dataclass(frozen=True, slots=True)
class Share:
    """`problems` of `answered`; `excluded`: reason -> how many of the base are in neither."""

    problems: int
    answered: int
    excluded: Mapping[str, int]

    base: ClassVar[Base]


@dataclass(frozen=True, slots=True)
class ObservationShare(Share):
    """One form from one team at one place for one stage is one."""

    base: ClassVar[Base] = Base.OBSERVATIONS


@dataclass(frozen=True, slots=True)
class StationShare(Share):
    """A station is one, however many visits it had: a problem seen once is there, an assessment is
    the last one."""

    base: ClassVar[Base] = Base.STATIONS


@dataclass(frozen=True, slots=True)
class ObserverShare(Share):
    """Members of teams that reported the problem, of members of teams that answered the question.
    Forms are the team's: each of its members stands behind them."""

    base: ClassVar[Base] = Base.OBSERVERS


# Form -> base -> words that can follow "of the".
WORDS: Mapping[str, Mapping[Base, str]] = {
    "opening": {
        Base.OBSERVATIONS: "openings observed",
        Base.STATIONS: "polling stations observed at opening",
        Base.OBSERVERS: "observers who followed an opening",
    },
    "voting": {
        Base.OBSERVATIONS: "observations during voting",
        Base.STATIONS: "polling stations observed during voting",
        Base.OBSERVERS: "observers who followed voting",
    },
    "mobile": {
        Base.OBSERVATIONS: "observations of mobile voting",
        Base.STATIONS: "polling stations whose mobile voting was observed",
        Base.OBSERVERS: "observers who followed mobile voting",
    },
    "counting": {
        Base.OBSERVATIONS: "counts observed",
        Base.STATIONS: "polling stations where the count was observed",
        Base.OBSERVERS: "observers who followed a count",
    },
    "tabulation": {
        Base.OBSERVATIONS: "observations of tabulation",
        Base.STATIONS: "commissions observed at tabulation",
        Base.OBSERVERS: "observers who followed tabulation",
    },
    "evoting": {
        Base.OBSERVATIONS: "observations of electronic voting",
        Base.STATIONS: "polling stations where electronic voting was observed",
        Base.OBSERVERS: "observers who followed electronic voting",
    },
}
OTHER_FORM = {
    Base.OBSERVATIONS: "observations with this form",
    Base.STATIONS: "polling stations observed with this form",
    Base.OBSERVERS: "observers who used this form",
}


def base_words(form: str, base: Base) -> str:
    """How a sentence names the base of a form."""
    return WORDS.get(form, OTHER_FORM)[base]
