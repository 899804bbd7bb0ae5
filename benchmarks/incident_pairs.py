"""How well incident reports are joined into events, on rehearsal missions whose truth is known.

    python benchmarks/incident_pairs.py

A pair is two counted reports. True pairs are of one event of the rehearsal; found are those among
them that got into one event; false are pairs in one event that are of different events. Tables: by
mission; by window; by window with second reports blurred as those of real teams are (another
category, no station, another time), which the rehearsal itself does not do; and the pairs that are
not joined but listed for a person to tell.
"""

import sys
from dataclasses import dataclass

import numpy as np
import polars as pl

from paragraph8.analysis.incidents.matching import doubtful_pairs, events_of, like_pairs
from paragraph8.analysis.incidents.settings import defaults
from paragraph8.analysis.incidents.told import FORM, told_incidents
from paragraph8.rehearsal.mission import rehearsal_tables
from paragraph8.rehearsal.reports import Reports
from paragraph8.tables.answers import answer_grids
from paragraph8.tables.tables import Tables

SEEDS = range(2004, 2014)
WINDOWS = (5, 15, 30, 60, 120, 240)
# How second reports are blurred: chances, and the spread of their times in minutes.
OTHER_CATEGORY, NO_STATION, MINUTES_OFF = 0.2, 0.3, 45


@dataclass(frozen=True, slots=True)
class Mission:
    """One rehearsal: the reports as the analysis sees them, and the true event of each."""

    seed: int
    told: pl.DataFrame
    truth: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of reports: of one event in truth, of these found, and joined falsely."""

    reports: int
    true: int
    found: int
    false: int


def mission(seed: int, tables: Tables, told: Reports) -> Mission:
    """The counted incident reports of a rehearsal, and observation, event of its truth."""
    ((_, grid),) = [(key, grid) for key, grid in answer_grids(tables).items() if key[1] == FORM]
    reports = told_incidents(tables, grid, defaults().inner_consent)
    return Mission(seed, reports, told.incidents.reports.select("observation", "event"))


def score(told: pl.DataFrame, truth: pl.DataFrame, window: int) -> Pairs:
    """Pairs of these reports when joined with this window."""
    events = events_of(told, like_pairs(told, window)).select("observation", made="event")
    both = told.select("observation").join(truth, on="observation").join(events, on="observation")
    pairs = both.join(both, how="cross", suffix="_other").filter(
        pl.col("observation") < pl.col("observation_other")
    )
    one, joined = pl.col("event") == pl.col("event_other"), pl.col("made") == pl.col("made_other")
    return Pairs(
        both.height,
        pairs.filter(one).height,
        pairs.filter(one & joined).height,
        pairs.filter(~one & joined).height,
    )


def blurred(told: pl.DataFrame, truth: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The reports, those that tell of an event again as a team would that saw it otherwise."""
    rng = np.random.default_rng([seed, 7])
    second = truth.filter(~pl.col("event").is_first_distinct())["observation"]
    again = told["observation"].is_in(second.implode()).to_numpy()
    n = told.height
    other = again & (rng.random(n) < OTHER_CATEGORY)
    nowhere = again & (rng.random(n) < NO_STATION)
    off = np.where(again, rng.normal(0, MINUTES_OFF, n).round(), 0).astype(np.int64)
    return told.with_columns(
        categories=pl.when(pl.Series(other)).then(pl.lit("other")).otherwise("categories"),
        station=pl.when(~pl.Series(nowhere)).then("station"),
        named=pl.when(pl.Series(nowhere)).then("region").otherwise("named"),
        minute=pl.col("minute") + pl.Series(off),
    )


def offered(told: pl.DataFrame, truth: pl.DataFrame, window: int) -> tuple[int, int]:
    """Pairs listed for a person: how many are of one event, how many are not."""
    pairs = (
        doubtful_pairs(told, window)
        .join(truth, on="observation")
        .join(truth.rename({"observation": "other", "event": "event_other"}), on="other")
    )
    one = pairs.filter(pl.col("event") == pl.col("event_other")).height
    return one, pairs.height - one


def summed(scores: list[Pairs]) -> Pairs:
    """All missions together."""
    columns = ("reports", "true", "found", "false")
    return Pairs(*(sum(getattr(score, name) for score in scores) for name in columns))


def row(label: str, pairs: Pairs) -> str:
    """One line of a table."""
    return f"| {label} | {pairs.reports} | {pairs.true} | {pairs.found} | {pairs.false} |"


def main() -> None:
    """Print the tables of docs/method/incidents.md."""
    made = ((seed, rehearsal_tables(seed)) for seed in SEEDS)
    missions = [mission(seed, tables, told) for seed, (tables, _, told) in made]
    usual = defaults().window_minutes
    head = "| {} | reports | true pairs | found | false |\n|---|---|---|---|---|"
    by_seed = [score(m.told, m.truth, usual) for m in missions]
    lines = [
        head.format("seed"),
        *(row(str(m.seed), s) for m, s in zip(missions, by_seed, strict=True)),
    ]
    lines += [row("all", summed(by_seed)), "", head.format("window, minutes")]
    for window in WINDOWS:
        scores = [score(m.told, m.truth, window) for m in missions]
        lines.append(row(str(window), summed(scores)))
    lines += ["", head.format("window, minutes; blurred")]
    for window in WINDOWS:
        scores = [score(blurred(m.told, m.truth, m.seed), m.truth, window) for m in missions]
        lines.append(row(str(window), summed(scores)))
    lines += ["", "| listed for a person | of one event | of different events |", "|---|---|---|"]
    for label, frames in (
        ("as the rehearsal writes", [m.told for m in missions]),
        ("blurred", [blurred(m.told, m.truth, m.seed) for m in missions]),
    ):
        pairs = [offered(f, m.truth, usual) for f, m in zip(frames, missions, strict=True)]
        lines.append(f"| {label} | {sum(p[0] for p in pairs)} | {sum(p[1] for p in pairs)} |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
