"""Observers of the rehearsal: teams, where they were sent, and which visits they made."""

from dataclasses import astuple, dataclass

import numpy as np
import polars as pl

from paragraph8.rehearsal.country import Country
from paragraph8.rehearsal.facts import Facts
from paragraph8.rehearsal.names import team_name
from paragraph8.rehearsal.routes import Places, election_day
from paragraph8.tables.contracts import BY_NAME

SHORT_TERM, LONG_TERM = 305, 16
TEAMS_PER_REGION = 6  # at least; the others go where it falls
STATES = (
    "AL", "AM", "AT", "AZ", "BA", "BE", "BG", "BY", "CA", "CH", "CZ", "DE", "DK", "EE", "ES", "FI",
    "FR", "GB", "GE", "HU", "IE", "IT", "KG", "LT", "LV", "MD", "NL", "NO", "PL", "RO", "RU", "SE",
    "TR", "US",
)  # fmt: skip
INSTITUTIONS = {"ODIHR": 0.6, "OSCE PA": 0.25, "PACE": 0.15}
VISIT = {
    "team": pl.Int64, "form": pl.String, "station": pl.Int64, "area": pl.String,
    "arrived": pl.Int64, "departed": pl.Int64, "seen": pl.String, "repeat": pl.Boolean,
    "stage": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Observers:
    """Teams and plan as contract tables, and the visits that were made.

    team     in the order of their numbers, short-term teams first
    visits   one row per form: form, team (0..), station (place in `station`, -1 without one), area
             (region), arrived, departed (minutes after midnight of election day), seen, repeat,
             stage (of an e-voting add-on)
    """

    team: pl.DataFrame
    deployment: pl.DataFrame
    visits: pl.DataFrame


def make_observers(
    facts: Facts, country: Country, rng: np.random.Generator, seed: int
) -> Observers:
    """Teams of two, one of three; each opens, visits, counts and follows the tabulation."""
    team = _teams([region.name for region in facts.regions], rng, seed)
    codes, places = country.station["station"], Places(country)
    visits: list[tuple[object, ...]] = []
    plan: list[tuple[object, ...]] = []
    short = team.filter(~pl.col("long_term"))
    for number, (name, area) in enumerate(short.select("team", "area").rows()):
        day = election_day(places, area, rng)
        visits += [(number, *astuple(visit)) for visit in day.visits]
        plan += [
            (facts.election, name, stop, codes[at], form)
            for stop, (form, at) in enumerate(day.plan, start=1)
        ]
    contract = BY_NAME["deployment"]
    deployment = contract.shape(pl.DataFrame(plan, schema=contract.schema, orient="row"))
    return Observers(team, deployment, pl.DataFrame(visits, schema=VISIT, orient="row"))


def _teams(regions: list[str], rng: np.random.Generator, seed: int) -> pl.DataFrame:
    sizes = [2] * (SHORT_TERM // 2)
    sizes[-1] += SHORT_TERM % 2
    spare = len(sizes) - TEAMS_PER_REGION * len(regions)
    homes = [*regions * TEAMS_PER_REGION, *rng.choice(regions, spare).tolist()]
    rng.shuffle(homes)
    # Eight places, from which each long-term team covers two regions.
    bases = regions[::2][: LONG_TERM // 2]
    members = [(size, home, False) for size, home in zip(sizes, homes, strict=True)]
    members += [(2, base, True) for base in bases]
    rows = []
    for number, (size, area, long_term) in enumerate(members):
        # Each of the states sent somebody.
        first = STATES[number : number + 1] or rng.choice(STATES, 1).tolist()
        others = rng.permutation([state for state in STATES if state != first[0]])[: size - 1]
        rows.append(
            {
                "team": team_name(seed, number),
                "observers": size,
                "nationalities": ";".join(sorted([first[0], *others.tolist()])),
                "institution": str(rng.choice(list(INSTITUTIONS), p=list(INSTITUTIONS.values()))),
                "area": area,
                "long_term": long_term,
            }
        )
    return pl.DataFrame(rows, schema=BY_NAME["team"].schema)
