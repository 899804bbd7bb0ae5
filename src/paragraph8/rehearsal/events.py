"""Incidents of the rehearsal: what happened, and the reports of it, some by two teams."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from paragraph8.rehearsal.filled import GIVEN, MISSING, PLACE_TYPES, SKIPPED, WITHHELD
from paragraph8.rehearsal.names import observation_name
from paragraph8.rehearsal.truth import Truth
from paragraph8.tables.codebook_reader import codebook_form

EVENTS, SEEN_BY_TWO = 58, 8
CATEGORIES = {
    "obstruction": 0.22, "threat": 0.14, "secrecy": 0.12, "registration": 0.14,
    "tampering": 0.08, "vote_buying": 0.07, "public_resources": 0.08, "campaign_freedom": 0.05,
    "technical": 0.1,
}  # fmt: skip
# How far a report is verified, how often, and how its team knows then.
VERIFIED = {
    "observed": (0.42, ("seen_both", "seen_one")),
    "corroborated": (0.12, ("told_direct", "document")),
    "credible": (0.2, ("told_direct",)),
    "unverified": (0.22, ("told_others", "media")),
    "refuted": (0.04, ("told_others",)),
}
EFFECTS = ("none", "none", "none", "delay", "unknown", "stopped")
IN_STATION = 0.7


@dataclass(frozen=True, slots=True)
class Incidents:
    """Reports of incidents, and which of them speak of one event.

    reports   event, observation, team, station, area, minute, category, how_known, verification,
              severity, ongoing, effect
    """

    reports: pl.DataFrame


def make_incidents(truth: Truth, seed: int) -> Incidents:
    """Events at places that teams visited; some are reported by two teams, in other words."""
    rng = np.random.default_rng([seed, truth.seed, 2])
    visits = truth.visits["voting"]
    rows: list[dict[str, object]] = []
    for event in range(EVENTS):
        visit = visits.row(int(rng.integers(visits.height)), named=True)
        verification, how_known = verified(rng)
        first = {
            "event": event,
            "team": visit["team"],
            "station": visit["station"] if rng.random() < IN_STATION else -1,
            "area": visit["area"],
            "minute": int(visit["arrived"]) + int(rng.integers(0, 30)),
            "category": str(rng.choice(list(CATEGORIES), p=list(CATEGORIES.values()))),
            "how_known": how_known,
            "verification": verification,
            "severity": int(rng.choice([1, 2, 3, 4], p=(0.3, 0.45, 0.2, 0.05))),
            "ongoing": bool(rng.random() < 0.15),
            "effect": str(rng.choice(EFFECTS)),
        }
        rows.append(first)
        if event < SEEN_BY_TWO:
            rows.append(first | _as_told(first["team"], first["minute"], visit["area"], truth, rng))
    names = [observation_name(seed, "incident", number) for number in range(len(rows))]
    return Incidents(pl.DataFrame(rows).with_columns(observation=pl.Series(names)))


def verified(rng: np.random.Generator) -> tuple[str, str]:
    """How far a report is verified, and how its team knows."""
    chances = [chance for chance, _ in VERIFIED.values()]
    verification = str(rng.choice(list(VERIFIED), p=chances))
    return verification, str(rng.choice(VERIFIED[verification][1]))


def _as_told(
    team: int, minute: int, area: str, truth: Truth, rng: np.random.Generator
) -> dict[str, object]:
    """What another team of the region makes of an event: some minutes off, and only told of it."""
    others = truth.observers.team.with_row_index("number").filter(
        pl.col("area") == area, ~pl.col("long_term"), pl.col("number") != team
    )
    return {
        "team": int(rng.choice(others["number"].to_numpy())),
        "minute": minute + int(rng.integers(-12, 13)),
        "how_known": "told_direct",
        "verification": str(rng.choice(["credible", "unverified"])),
        "severity": int(rng.integers(1, 4)),
    }


def incident_answers(incidents: Incidents, day: str) -> pl.DataFrame:
    """The answers of these reports: observation, item, state, value."""
    reports = incidents.reports
    there = pl.col("station") >= 0
    given = {
        "X1a": pl.lit(day),
        "X1b": pl.format(
            "{}:{}", _two_digits(pl.col("minute") // 60), _two_digits(pl.col("minute") % 60)
        ),
        "X3": pl.when(there).then(pl.lit("in_station")).otherwise(pl.lit("road")),
        "X4": pl.col("category"),
        "X5": pl.col("how_known"),
        "X6": pl.col("verification"),
        "X10a": pl.col("severity").cast(pl.String),
        "X10b": pl.when("ongoing").then(pl.lit("yes")).otherwise(pl.lit("no")),
        "X11": pl.col("effect"),
        "X19": pl.lit("no"),
        "H15": pl.lit("yes"),
    }
    # All but the narrative; no station outside the register is named.
    others = {"X17": WITHHELD, "X3b": SKIPPED}
    asked = [item.id for item in codebook_form("incident").items if item.type not in PLACE_TYPES]
    nothing = pl.lit(None, dtype=pl.String)
    return pl.concat(
        reports.select(
            "observation",
            item=pl.lit(item),
            state=pl.lit(GIVEN if item in given else others.get(item, MISSING)),
            value=given.get(item, nothing),
        )
        for item in asked
    )


def _two_digits(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).str.zfill(2)
