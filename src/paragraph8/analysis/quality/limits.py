"""Limits of the queries to teams: read from limits.toml, changed one by one by a mission."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.problem import Problem
from paragraph8.tables.words import FORMS


@dataclass(frozen=True, slots=True)
class Limits:
    """By publisher and date. Minutes and kilometres are whole or broken numbers, shares 0..1.

    timed_forms            forms that ask for the times of arrival and departure
    short_visit_forms, short_visit_minutes   a visit of these forms below so many minutes is short
    utc_offset_minutes     how far the local time of the stations is ahead of UTC, at most
    clock_margin_minutes   a report may be received so long before the departure it tells of
    visit_forms            forms of which each is a visit to a place
    overlap_minutes        visits to different places that share less are rounded times, not odd
    route_forms            forms that make a team's route; add-ons are filled in beside them
    travel_kmh             no team goes faster, measured along the shortest way over the ground
    travel_least_km, travel_slack_minutes   nearer stations are not compared; times are that rough
    informative_other_share, informative_answers   answers of a question vary if the commonest
                           leaves at least this share to others, of at least so many answers
    alike_answers          forms are compared from so many answers on, given in both of them
    alike_most_forms       teams with more forms of a kind are not compared pair by pair
    copied_agreement, copied_expected   share of answers that agree, and pairs that chance would
                           bring about: forms at least that alike and at most that likely
    copied_common_share    equal forms of more than this share of all are of a common kind
    straight_agreement, straight_forms, straight_expected   the same for many forms of a team
    polarity_answers       versions of a form are compared from so many answers each
    polarity_difference, polarity_mirror   shares at least that far from each other, and from
                           mirroring each other at most that far
    polarity_draws         relabellings drawn in the test of versions
    """

    publisher: str
    published_on: str
    timed_forms: tuple[str, ...]
    short_visit_forms: tuple[str, ...]
    short_visit_minutes: float
    utc_offset_minutes: float
    clock_margin_minutes: float
    visit_forms: tuple[str, ...]
    overlap_minutes: float
    route_forms: tuple[str, ...]
    travel_kmh: float
    travel_least_km: float
    travel_slack_minutes: float
    informative_other_share: float
    informative_answers: int
    alike_answers: int
    alike_most_forms: int
    copied_agreement: float
    copied_expected: float
    copied_common_share: float
    straight_agreement: float
    straight_forms: int
    straight_expected: float
    polarity_answers: int
    polarity_difference: float
    polarity_mirror: float
    polarity_draws: int


WORDS = ("publisher", "published_on")
SHARES = (
    "informative_other_share",
    "copied_agreement",
    "copied_common_share",
    "straight_agreement",
    "polarity_difference",
    "polarity_mirror",
)
# Local time is behind UTC in the west.
SIGNED = ("utc_offset_minutes",)
# Where nought would compare everything with everything, or nothing with nothing.
FROM_ONE = (
    "overlap_minutes",
    "travel_kmh",
    "informative_answers",
    "alike_answers",
    "straight_forms",
    "polarity_answers",
    "polarity_draws",
)


def limits_of(parameters: Parameters) -> Limits:
    """The limits that an analysis is to use: those of limits.toml, changed by the mission.

    Raises Problem analysis.bad_parameter.
    """
    given = parameters.get("quality", {})
    if not isinstance(given, Mapping):
        raise _bad("quality", given, "limits by name")
    known = asdict(_published())
    changed = {name: _checked(name, value, known) for name, value in given.items()}
    return Limits(**{**known, **changed})


def _checked(name: str, value: object, known: Mapping[str, object]) -> object:
    if name not in known or name in WORDS:
        raise _bad(f"quality.{name}", value, f"one of {', '.join(set_by_a_mission())}")
    if isinstance(known[name], tuple):
        if not isinstance(value, list | tuple) or not all(form in FORMS for form in value):
            raise _bad(f"quality.{name}", value, "a list of forms")
        return tuple(dict.fromkeys(value))
    kind = next(str(f.type) for f in fields(Limits) if f.name == name)
    fits = isinstance(value, int) or (isinstance(value, float) and "float" in kind)
    if isinstance(value, bool) or not fits or not _in_range(name, value):
        raise _bad(f"quality.{name}", value, _range(name))
    return value


def set_by_a_mission() -> tuple[str, ...]:
    """Names of the limits that a mission may change."""
    return tuple(f.name for f in fields(Limits) if f.name not in WORDS)


def _in_range(name: str, value: object) -> bool:
    number = float(str(value))
    if name in SHARES:
        return 0 <= number <= 1
    return name in SIGNED or number >= (1 if name in FROM_ONE else 0)


def _range(name: str) -> str:
    if name in SHARES:
        return "a share from 0 to 1"
    if name in SIGNED:
        return "a number"
    return "a number from 1" if name in FROM_ONE else "a number from 0"


@cache
def _published() -> Limits:
    file = resources.files("paragraph8.analysis.quality") / "limits.toml"
    entries = tomllib.loads(file.read_text(encoding="utf-8"))
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in entries.items()
    }
    return Limits(**known)


def _bad(parameter: str, value: object, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
