"""Rows behind the figures of the chain: what changed where, at which step, and for whom."""

import polars as pl

from paragraph8.analysis.protocols.chain_numbers import (
    ENDS,
    NEIGHBOURS,
    NUMBER,
    OBSERVERS,
    VOTES,
    Line,
    compared,
    numbers_said,
    pair_stations,
)
from paragraph8.analysis.protocols.compare import STATION
from paragraph8.tables.places import stations_with_top_area
from paragraph8.tables.tables import Tables

CONTESTANT = ["election", "contest", "contestant"]
CHANGED = ["channel", "before", "after", "difference"]


def steps_table(tables: Tables, line: Line) -> pl.DataFrame:
    """Stations of every pair: election, area, contest, station, step, between (none, any: sources
    that may stand between), numbers_compared, numbers_differing, votes_differing, outcome."""
    parts = [
        pair_stations(compared(line.numbers, pair)).with_columns(
            step=pl.lit(pair.step), between=pl.lit(pair.where["between"])
        )
        for pair in (*NEIGHBOURS, ENDS)
    ]
    return with_area(tables, pl.concat(parts)).select(
        "election", "area", *STATION[1:], "step", "between",
        "numbers_compared", "numbers_differing", "votes_differing", "outcome",
    )  # fmt: skip


def changes_table(tables: Tables, line: Line) -> pl.DataFrame:
    """Numbers that differ from the next source that gives them: election, area, contest, station,
    step, what, contestant, name, channel, before, after, difference (after - before), alone (yes:
    the observers' copy stands alone; no)."""
    differing = line.steps.filter(pl.col("difference") != 0).sort(*STATION, "place", *NUMBER[3:])
    alone = pl.when("alone").then(pl.lit("yes")).otherwise(pl.lit("no"))
    return _named(tables, differing.with_columns(alone=alone)).select(
        "election", "area", *STATION[1:], "step", "what", "contestant", "name", *CHANGED, "alone"
    )


def direct_table(tables: Tables, line: Line) -> pl.DataFrame:
    """Numbers that differ between the observers' copy and the published protocol, whatever stands
    between: the columns of `changes_table` but step and alone."""
    differing = compared(line.numbers, ENDS).filter(pl.col("difference") != 0).sort(NUMBER)
    return _named(tables, differing).select(
        "election", "area", *STATION[1:], "what", "contestant", "name", *CHANGED
    )


def contestant_table(tables: Tables, line: Line) -> pl.DataFrame:
    """By step and contestant, in ballot order: election, contest, step, ballot_order, contestant,
    name, stations (compared), stations_differing, net_votes (after - before, over all of them)."""
    votes = line.steps.filter(pl.col("what") == VOTES)
    differing = pl.col("station").filter(pl.col("difference") != 0)
    return (
        votes.group_by(*CONTESTANT, "place", "step")
        .agg(
            stations=pl.col("station").n_unique().cast(pl.Int64),
            stations_differing=differing.n_unique().cast(pl.Int64),
            net_votes=pl.col("difference").sum(),
        )
        .join(_contestants(tables), on=CONTESTANT, how="left")
        .sort("election", "contest", "place", "ballot_order", "contestant")
        .select(
            "election", "contest", "step", "ballot_order", "contestant", "name",
            "stations", "stations_differing", "net_votes",
        )
    )  # fmt: skip


def copies_table(tables: Tables) -> pl.DataFrame:
    """Numbers in which a further observers' copy differs from the first: election, area, contest,
    station, copy, what, contestant, name, channel, before (of the first), after, difference."""
    sheets = tables["protocol"].filter(pl.col("source") == OBSERVERS)
    several = sheets.filter(pl.col("copy") > 1)
    sheets = sheets.join(several, on=STATION, how="semi").select(*STATION, "copy", "protocol")
    numbers = numbers_said(tables, sheets)
    first = numbers.filter(pl.col("copy") == 1).select(*NUMBER, before="value")
    differing = (
        numbers.filter(pl.col("copy") > 1)
        .join(first, on=NUMBER)
        .with_columns(after="value", difference=pl.col("value") - pl.col("before"))
        .filter(pl.col("difference") != 0)
        .sort(*STATION, "copy", *NUMBER[3:])
    )
    return _named(tables, differing).select(
        "election", "area", *STATION[1:], "copy", "what", "contestant", "name", *CHANGED
    )


def with_area(tables: Tables, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the area of their station, "" where it is not known."""
    places = stations_with_top_area(tables).select("election", "station", "area")
    return rows.join(
        places, on=["election", "station"], how="left", maintain_order="left"
    ).with_columns(pl.col("area").fill_null(""))


def _named(tables: Tables, rows: pl.DataFrame) -> pl.DataFrame:
    return with_area(tables, rows).join(
        _contestants(tables), on=CONTESTANT, how="left", maintain_order="left"
    )


def _contestants(tables: Tables) -> pl.DataFrame:
    return tables["contestant"].select(*CONTESTANT, "ballot_order", "name")
