"""Voter registration: voters added on election day."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from paragraph8.analysis.voterlist.additions import NAME
from paragraph8.statement.charts.shapes import histogram
from paragraph8.statement.documents.model import Block, Cell, Column, Table
from paragraph8.statement.sections.context import Context
from paragraph8.tables.words import STATION_KINDS

BIN_VOTERS = 2
LAST_BIN_VOTERS = 40


def additions(context: Context) -> Iterator[Block]:
    """A table by kind of station, and the distribution over ordinary stations."""
    rows = []
    for kind in ("all", *STATION_KINDS):
        where = {"source": "published", "stations": kind}
        added = context.figure(f"{NAME}.added", **where)
        if added is None:
            continue
        stations = context.figure(f"{NAME}.stations_with", **where)
        rows.append(
            (
                Cell(kind),
                Cell(f"{stations.denominator:,}" if stations else "–"),
                context.cell(stations),
                context.cell(added),
                Cell(_percent(added.numerator, added.denominator)),
                context.cell(context.figure(f"{NAME}.median", **where)),
                context.cell(context.figure(f"{NAME}.largest", **where)),
            )
        )
    if not rows:
        return
    columns = (
        Column("Kind of station"),
        Column("Stations", numeric=True),
        Column("That added voters", numeric=True),
        Column("Voters added", numeric=True),
        Column("Of those who voted, per cent", numeric=True),
        Column("Median per station", numeric=True),
        Column("Largest", numeric=True),
    )
    caption = context.text(
        "Voters added to the list on election day, {{date:election}}, by kind of station.",
        "table of additions",
    )
    yield Table("table-additions", caption, columns, tuple(rows))
    bins = _bins(context.evidence(NAME, "list_additions"))
    if bins.height:
        yield context.chart(
            "additions",
            histogram(bins, "low", "high", "stations", "voters added at a station", "stations"),
            "How many voters did ordinary stations add?",
            "A histogram of ordinary stations by the number of voters added on election day.",
            "Base: ordinary stations; stations that added more than the scale holds are counted "
            "in its last bar.",
        )


def _bins(rows: pl.DataFrame) -> pl.DataFrame:
    if rows.is_empty():
        return pl.DataFrame()
    ordinary = rows.filter((pl.col("kind") == "ordinary") & (pl.col("source") == "published"))
    values = ordinary["added"].drop_nulls().to_numpy()
    if not values.size:
        return pl.DataFrame()
    edges = np.arange(0, LAST_BIN_VOTERS + BIN_VOTERS, BIN_VOTERS)
    counts, _ = np.histogram(np.minimum(values, edges[-1] - 1), edges)
    return pl.DataFrame({"low": edges[:-1], "high": edges[1:], "stations": counts})


def _percent(numerator: int | None, denominator: int | None) -> str:
    return f"{100 * (numerator or 0) / denominator:.1f}" if denominator else "–"
