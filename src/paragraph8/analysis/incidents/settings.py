"""What the analyses of incidents and weekly reports assume, and what a mission may change of it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.problem import Problem

# Entry of the mission file -> the smallest and the largest whole number it may have.
CHANGEABLE = {
    "window_minutes": (0, 24 * 60),
    "first_weekday": (1, 7),
    "days_to_file": (0, 6),
    "stated_within_days": (0, 60),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What `incidents.toml` holds; the meaning of each entry stands there."""

    publisher: str
    published_on: str
    window_minutes: int
    first_weekday: int
    days_to_file: int
    stated_within_days: int
    direct: tuple[str, ...]
    seeing: tuple[str, ...]
    effects: tuple[str, ...]
    effect_not_known: str
    serious_from: int
    inner_categories: tuple[str, ...]
    inner_consent: str


@cache
def defaults() -> Settings:
    """The settings as published."""
    file = resources.files("paragraph8.analysis.incidents") / "incidents.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    entries: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in content.items()
    }
    return Settings(**entries)


def settings_of(parameters: Parameters) -> Settings:
    """The settings with what the mission file changes. Raises Problem analysis.bad_parameter."""
    entry = parameters.get("incidents", {})
    if not isinstance(entry, Mapping):
        raise _bad("incidents", entry, "a table")
    for name, value in entry.items():
        if name not in CHANGEABLE:
            raise _bad(f"incidents.{name}", value, f"one of {', '.join(CHANGEABLE)}")
        low, high = CHANGEABLE[name]
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not low <= value <= high:
            raise _bad(f"incidents.{name}", value, f"a whole number from {low} to {high:,}")
    return replace(defaults(), **entry)


def _bad(parameter: str, value: object, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
