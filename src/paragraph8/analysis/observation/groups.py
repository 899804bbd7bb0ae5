"""Questions that belong together, numbers of cases, presence: read from groups.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

Collapse = Literal["sum", "max"]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one form about one thing; `says` names what a problem among them is."""

    name: str
    form: str
    says: str
    items: tuple[str, ...]


@cache
def groups_of(form: str) -> tuple[Group, ...]:
    """The groups of a form."""
    entries = [Group(**{**e, "items": tuple(e["items"])}) for e in _content()["any_of"]]
    return tuple(group for group in entries if group.form == form)


def case_items() -> dict[str, Collapse]:
    """Item -> how its numbers become one number of a station."""
    cases: dict[str, Collapse] = _content()["cases"]
    return cases


def presence_items() -> tuple[str, ...]:
    """Items that count agents or groups of observers present."""
    return tuple(_content()["presence"]["items"])


@cache
def _content() -> dict[str, Any]:
    file = resources.files("paragraph8.analysis.observation") / "groups.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
