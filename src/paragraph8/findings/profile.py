"""Profiles: the shares behind the words isolated … widespread, by publisher and date."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from paragraph8.kernel.figure import Figure
from paragraph8.kernel.finding import Scope
from paragraph8.kernel.problem import Problem


@dataclass(frozen=True, slots=True)
class Profile:
    """A publisher's thresholds. Shares are half-open: a share equal to a threshold is below it."""

    name: str
    publisher: str
    published_on: str
    isolated_share: float
    isolated_cases: int
    few_share: float
    some_share: float
    frequent_share: float
    counts_below_base: int
    smallest_base: int


@cache
def profiles() -> dict[str, Profile]:
    """All profiles by name."""
    file = resources.files("paragraph8.findings") / "profiles.toml"
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["profile"]
    return {entry["name"]: Profile(**entry) for entry in entries}


def find_profile(name: str) -> Profile:
    """The profile of this name. Raises Problem analysis.bad_parameter."""
    if name not in profiles():
        known = f"one of {', '.join(profiles())}"
        raise Problem("analysis.bad_parameter", parameter="profile", value=name, expected=known)
    return profiles()[name]


def scope_of(figure: Figure, profile: Profile, in_most_areas: bool) -> Scope:
    """The scope word for a count out of a base.

    in_most_areas   whether the share lies above the profile's `frequent_share` in most areas;
                    "widespread" is never said without it. NOT_SCALED where there is no case, or a
                    base smaller than the profile's `smallest_base`.
    """
    if not figure.numerator or (figure.denominator or 0) < profile.smallest_base:
        return Scope.NOT_SCALED
    share = figure.numerator / (figure.denominator or 1)
    if share <= profile.isolated_share and figure.numerator <= profile.isolated_cases:
        return Scope.ISOLATED
    if share <= profile.few_share:
        return Scope.FEW
    if share <= profile.some_share:
        return Scope.SOME
    if share <= profile.frequent_share or not in_most_areas:
        return Scope.FREQUENT
    return Scope.WIDESPREAD
