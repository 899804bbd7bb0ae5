"""Profiles: by publisher and date, the limits behind words, numerals and small cells."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from paragraph8.kernel.problem import Problem

DEFAULT_PROFILE = "paragraph8-2026"


@dataclass(frozen=True, slots=True)
class Profile:
    """A publisher's limits. Shares are half-open: a share equal to a limit is below it.

    isolated_share … frequent_share   shares behind the words isolated to widespread
    smallest_base          below it no word for the reach is used
    counts_below_base      below it counts are printed in place of per cent
    all_but_at_most        "all but k of the n" where at most so many are left; 0: never
    count_with_per_cent    whether per cent stand in brackets behind the count
    percent_observations, percent_teams   an area shows per cent only from these on
    least_observations, least_teams       an area below these is not shown by itself
    weak_share             a figure is weak if more of those asked did not know or did not answer
    sensitive_points, sensitive_team_points   per cent points by which equal teams, or one team,
                           move a figure that is called sensitive to teams
    false_discovery_rate   of differences singled out, how many may be false alarms
    """

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
    all_but_at_most: int
    count_with_per_cent: bool
    percent_observations: int
    percent_teams: int
    least_observations: int
    least_teams: int
    weak_share: float
    sensitive_points: float
    sensitive_team_points: float
    false_discovery_rate: float


@cache
def profiles() -> dict[str, Profile]:
    """All profiles by name. One that leaves a limit out has that of the first."""
    file = resources.files("paragraph8.tables") / "profiles.toml"
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["profile"]
    return {entry["name"]: Profile(**{**entries[0], **entry}) for entry in entries}


def find_profile(name: str) -> Profile:
    """The profile of this name. Raises Problem analysis.bad_parameter."""
    if name not in profiles():
        known = f"one of {', '.join(profiles())}"
        raise Problem("analysis.bad_parameter", parameter="profile", value=name, expected=known)
    return profiles()[name]


def profile_of(parameters: Mapping[str, Any]) -> Profile:
    """The profile that an analysis is to use: the mission's, or the default one."""
    return find_profile(str(parameters.get("profile", DEFAULT_PROFILE)))
