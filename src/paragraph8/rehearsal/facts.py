"""Facts of 19 September 2004 as published, with their sources; unknown ones stay unknown."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Region:
    """A region: name, a place in it (degrees), and its simulated share of the stations."""

    name: str
    longitude: float
    latitude: float
    weight: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rehearsal takes from publications.

    votes         contestant code -> votes of the list vote; contestants: code -> name
    registered    voters, derived from votes cast and the published turnout
    statements    who said how many observers there were: term, observers, and what they gave
    not_obtained  what is unknown here -> in words; nothing in the rehearsal stands for it
    """

    election: str
    country: str
    title: str
    election_day: date
    contestants: Mapping[str, str]
    votes: Mapping[str, int]
    valid: int
    invalid: int
    registered: int
    list_seats: int
    threshold_share: float
    stations: int
    electronic_stations: int
    regions: tuple[Region, ...]
    statements: tuple[Mapping[str, Any], ...]
    not_obtained: Mapping[str, str]


@cache
def published_facts() -> Facts:
    """The facts file of this package."""
    file = resources.files("paragraph8.rehearsal") / "facts.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    election, lists = content["election"], content["list_votes"]
    return Facts(
        election=election["id"],
        country=election["country"],
        title=election["title"],
        election_day=election["election_day"],
        contestants={entry["code"]: entry["name"] for entry in content["contestant"]},
        votes={entry["code"]: entry["votes"] for entry in content["contestant"]},
        valid=lists["valid"],
        invalid=lists["invalid"],
        registered=lists["registered"],
        list_seats=content["seats"]["list"],
        threshold_share=content["seats"]["threshold_share"],
        stations=content["stations"]["all"],
        electronic_stations=content["stations"]["electronic"],
        regions=tuple(Region(**entry) for entry in content["region"]),
        statements=tuple(content["observers"]),
        not_obtained=content["not_obtained"],
    )
