"""Limits of the tests of list quality: read from limits.toml, changed one by one by a mission."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

from paragraph8.kernel.problem import Problem


@dataclass(frozen=True, slots=True)
class Limits:
    """By publisher and date.

    level                  confidence of intervals, 0..1
    funnel_level           share of places within the limits of a funnel, were all alike, 0..1
    funnel_places          from so many places on their own spread widens the funnel
    false_discovery_rate   of places singled out, how many may be false alarms, 0..1
    robust_z               distance from the median that is called unusual, in robust deviations
    coincidences_prior     all cohorts together weigh as so many shared dates in each cohort
    uniform_prior          the even calendar weighs as so many shared dates in the whole list
    heaped_prior           births on 1 January expected of a name before its own share counts half
    oldest_age             entries older than so many years are counted, completed years
    tail_age               the old-age tail that is put beside a life table begins here
    reference_age, reference_years   ages from which the tail is expected
    age_bands              first ages of the bands, rising
    crowded_entries, many_surnames   an address with more entries, or more roots of surnames
    boundary_entries       pairs of stations with at least so many equal entries are counted
    most_neighbours        pairs of stations on one street, at most, for the street to mean anything
    consecutive_span       numbers that differ by at most so much are consecutive
    order_share            a list is in an order if so many of its neighbours are, 0..1
    block_entries          a run of misplaced entries, or of one day, from so many on is a block
    ratio_low, ratio_high  entries per eligible person between which nothing is singled out
    """

    publisher: str
    published_on: str
    level: float
    funnel_level: float
    funnel_places: int
    false_discovery_rate: float
    robust_z: float
    coincidences_prior: float
    uniform_prior: float
    heaped_prior: float
    oldest_age: int
    tail_age: int
    reference_age: int
    reference_years: int
    age_bands: tuple[int, ...]
    crowded_entries: int
    many_surnames: int
    boundary_entries: int
    most_neighbours: int
    consecutive_span: int
    order_share: float
    block_entries: int
    ratio_low: float
    ratio_high: float


WORDS = ("publisher", "published_on")
SHARES = ("level", "funnel_level", "false_discovery_rate", "order_share")


def limits_of(changes: Mapping[str, object]) -> Limits:
    """The limits of limits.toml, with these changed. Problems: analysis.bad_parameter."""
    known = asdict(_published())
    return Limits(**{**known, **{n: _checked(n, v, known) for n, v in changes.items()}})


def _checked(name: str, value: object, known: Mapping[str, object]) -> object:
    if name not in known or name in WORDS:
        names = ", ".join(f.name for f in fields(Limits) if f.name not in WORDS)
        raise _bad(name, value, f"one of {names}")
    if name == "age_bands":
        return _bands(value)
    whole = isinstance(known[name], int)
    number = isinstance(value, int) or (isinstance(value, float) and not whole)
    if not number or isinstance(value, bool):
        raise _bad(name, value, "a whole number" if whole else "a number")
    above = float(str(value))
    if name in SHARES and not 0 < above < 1:
        raise _bad(name, value, "a share between 0 and 1")
    if not above > 0:
        raise _bad(name, value, "a number above 0")
    return value


def _bands(value: object) -> tuple[int, ...]:
    ages = tuple(value) if isinstance(value, list | tuple) else ()
    rising = all(isinstance(age, int) and age >= 0 for age in ages) and list(ages) == sorted(
        set(ages)
    )
    if not ages or not rising:
        raise _bad("age_bands", value, "first ages of the bands, rising")
    return ages


@cache
def _published() -> Limits:
    file = resources.files("paragraph8.voterlist.quality") / "limits.toml"
    entries = tomllib.loads(file.read_text(encoding="utf-8"))
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in entries.items()
    }
    return Limits(**known)


def _bad(name: str, value: object, expected: str) -> Problem:
    parameter = f"voterlist_quality.{name}"
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
