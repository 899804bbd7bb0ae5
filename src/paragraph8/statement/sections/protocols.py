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
    yield from _areas_table(context)
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


def _areas_table(context: Context) -> Iterator[Block]:
    """Protocols that do not satisfy a rule, by area and rule; only rules that fail somewhere."""
    tallies = [
        tally
        for tally in context.results[NAME].checks
        if tally.election == context.subject.election
        and tally.source == "published"
        and not tally.rule.startswith(BETWEEN_SOURCES)
    ]
    failing = [tally.rule for tally in tallies if not tally.area and tally.failed]
    by_place = {(tally.area, tally.rule): tally for tally in tallies}
    areas = [name for name in _top_areas(context) if any((name, r) in by_place for r in failing)]
    if not failing or not areas:
        return
    rows = []
    for name in areas:
        here = [by_place[name, rule] for rule in failing]
        protocols = max(tally.checked + tally.not_checkable for tally in here)
        rows.append(
            (
                Cell(name),
                Cell(f"{protocols:,}"),
                *(Cell(f"{t.failed:,}" if t.checked else "–") for t in here),
            )
        )
    columns = (
        Column("Area"),
        Column("Protocols", numeric=True),
        *(Column(rule.removeprefix("protocol."), numeric=True) for rule in failing),
    )
    caption = context.text(
        "Protocols that do not satisfy a rule, by area, {{date:election}}. A dash says that the "
        "rule cannot be checked there.",
        "table of areas",
    )
    yield Table("table-areas", caption, columns, tuple(rows))


def _top_areas(context: Context) -> list[str]:
    """Names of the highest areas, in the order of their codes (numbers as numbers)."""
    areas = context.tables["area"].filter(
        (pl.col("election") == context.subject.election) & pl.col("parent").is_null()
    )
    number = pl.col("area").cast(pl.Int64, strict=False)
    return areas.sort(number, "area", nulls_last=True)["name"].to_list()


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
