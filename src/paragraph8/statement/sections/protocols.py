"""Counting: rules that protocols do not satisfy, and where the stations lie."""

from collections.abc import Iterator

import polars as pl

from paragraph8.analysis.protocols.arithmetic import NAME
from paragraph8.statement.charts.shapes import bars, station_map
from paragraph8.statement.documents.model import Block, Cell, Column, Table
from paragraph8.statement.sections.context import Context

# Two decimals are a kilometre: enough for a map, and no station's address.
MAP_DECIMALS = 2
# These compare sources and have a section of their own.
BETWEEN_SOURCES = ("protocol.C8", "protocol.C9")


def counting(context: Context) -> Iterator[Block]:
    """The table of rules, the chart of failures, and the map of stations with a failure."""
    failed = [f for f in context.figures(f"{NAME}.fail") if f.dimensions["source"] == "published"]
    if not failed:
        return
    yield _rules_table(context)
    rows = pl.DataFrame(
        [
            {"rule": context.references.rules[f.dimensions["rule"]], "fails": int(f.value)}
            for f in failed
            if f.value and not f.dimensions["rule"].startswith(BETWEEN_SOURCES)
        ]
    )
    if rows.height:
        yield context.chart(
            "rules",
            bars(rows, "rule", "fails", "protocols that do not satisfy the rule"),
            "Which rules on a protocol's own numbers are not satisfied?",
            "A bar for each rule that some protocols do not satisfy; the numbers stand in the "
            "table of rules.",
            "Base: for each rule the protocols on which it can be checked, in the table of rules. "
            "Rules between sources are left out here.",
        )
    yield from _map(context)


def _rules_table(context: Context) -> Table:
    rows = []
    for figure in context.figures(f"{NAME}.fail", source="published"):
        rule = figure.dimensions["rule"]
        size = context.figure(f"{NAME}.difference", source="published", rule=rule)
        missing = sum(figure.excluded.values())
        rows.append(
            (
                Cell(rule.removeprefix("protocol.")),
                Cell(context.references.rules[rule]),
                Cell(f"{figure.denominator:,}"),
                Cell(f"{missing:,}"),
                context.cell(figure),
                context.cell(size, "count"),
            )
        )
    columns = (
        Column("Rule"),
        Column("What must hold"),
        Column("Checked", numeric=True),
        Column("Not checkable", numeric=True),
        Column("Not satisfied", numeric=True),
        Column("Sum of differences", numeric=True),
    )
    caption = context.text(
        "Rules on the numbers of each protocol, {{date:election}}. Checked, not checkable and not "
        "satisfied count protocols.",
        "table of rules",
    )
    return Table("table-rules", caption, columns, tuple(rows))


def _map(context: Context) -> Iterator[Block]:
    stations = context.tables["station"].filter(
        (pl.col("election") == context.subject.election)
        # Positions of stations abroad are not usable in these sources.
        & (pl.col("kind") != "abroad")
        & pl.col("longitude").is_not_null()
        & pl.col("latitude").is_not_null()
    )
    failures = context.evidence(NAME, "rule_failures")
    if stations.is_empty() or failures.is_empty():
        return
    failing = failures.filter((pl.col("source") == "published") & pl.col("within"))
    marked = stations.join(failing, on="station", how="semi")
    yield context.chart(
        "map",
        station_map(_points(stations), _points(marked)),
        "Where are stations whose protocol does not satisfy a rule?",
        "A map of all stations as pale dots; those whose protocol does not satisfy a rule on its "
        "own numbers are marked. The stations are listed in the data.",
        "Stations in the country with a position in the data, drawn to about a kilometre; nothing "
        "is said of stations abroad.",
    )


def _points(stations: pl.DataFrame) -> list[list[float]]:
    rounded = stations.select(
        pl.col("longitude").round(MAP_DECIMALS), pl.col("latitude").round(MAP_DECIMALS)
    )
    return [list(row) for row in rounded.unique().sort("longitude", "latitude").rows()]
