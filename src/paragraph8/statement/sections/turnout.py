"""Participation by area, described."""

from collections.abc import Iterator

import polars as pl

from paragraph8.analysis.turnout.participation import NAME
from paragraph8.statement.charts.shapes import dots_with_ranges
from paragraph8.statement.documents.model import Block, Cell, Column, Table
from paragraph8.statement.sections.context import Context
from paragraph8.tables.words import STATION_KINDS


def participation(context: Context) -> Iterator[Block]:
    """Turnout of areas with the middle half of their stations, and a table by kind of station."""
    rows = context.evidence(NAME, "turnout")
    if rows.is_empty():
        return
    published = rows.filter(pl.col("source") == "published").drop_nulls("turnout")
    by_area = (
        published.filter(pl.col("area") != "")
        .group_by("area", maintain_order=True)
        .agg(
            turnout=pl.col("voted").sum() / pl.col("electorate").sum(),
            low=pl.col("turnout").quantile(0.25, "linear"),
            high=pl.col("turnout").quantile(0.75, "linear"),
        )
    )
    yield _table(context)
    if by_area.height:
        yield context.chart(
            "turnout",
            dots_with_ranges(by_area, "area", "turnout", "low", "high", "turnout"),
            "What turnout do the protocols record, by area?",
            "A dot for the turnout of each area and a line for the range in which the middle "
            "part of its stations lies.",
            "Turnout is persons who voted of voters on the list or added. The line runs from the "
            "lower to the upper quartile of the area's stations; the dot weighs them by their "
            "voters, so it can lie outside the line.",
        )


def _table(context: Context) -> Table:
    rows = []
    for kind in ("all", *STATION_KINDS):
        where = {"source": "published", "stations": kind}
        turnout = context.figure(f"{NAME}.turnout", **where)
        if turnout is None or not turnout.denominator:
            continue
        median = context.figure(f"{NAME}.median", **where)
        rows.append(
            (
                Cell(kind),
                Cell(f"{turnout.denominator:,}"),
                context.cell(turnout),
                Cell(f"{100 * turnout.value / turnout.denominator:.1f}"),
                Cell(f"{100 * median.value:.1f}" if median else "–", median.id if median else ""),
                context.cell(context.figure(f"{NAME}.over_list", **where)),
            )
        )
    columns = (
        Column("Kind of station"),
        Column("On the list or added", numeric=True),
        Column("Voted", numeric=True),
        Column("Turnout, per cent", numeric=True),
        Column("Median of stations, per cent", numeric=True),
        Column("Stations over their list", numeric=True),
    )
    caption = context.text(
        "Participation as the protocols record it, {{date:election}}, by kind of station.",
        "table of participation",
    )
    return Table("table-turnout", caption, columns, tuple(rows))
