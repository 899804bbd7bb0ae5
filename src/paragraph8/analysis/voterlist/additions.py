"""How many voters were added to the list on election day, and where?"""

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from paragraph8.analysis.stats.spread import spread
from paragraph8.kernel.figure import Evidence, Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.kernel.sql import matches
from paragraph8.tables.grid import groups, protocol_grid
from paragraph8.tables.tables import Tables

NAME = "voterlist.additions"
LIMITS = (
    "A number of added voters does not show why they were added: at stations abroad, on ships or "
    "with a mobile box additions are how voting is meant to work.",
    "It does not show whether anyone who was added also voted elsewhere.",
)
ALL_KINDS = "all"


def additions(tables: Tables, parameters: Parameters) -> Result:
    """Voters added on election day: total, distribution over stations, share of those who voted.

    Needs protocol, protocol_figure, station. Figures by election, source and kind of stations
    ("all" too):
        added             voters added, of those who voted
        stations_with     stations that added at least one voter, of those that give the number
        median, quartile_high, largest   voters added per station
    Excluded: stations whose protocol lacks the number of added voters or of those who voted.
    Assumes that `added` counts entries on the day of voting only.
    """
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    grid = protocol_grid(tables)
    if not {"added:all", "voted:all"} <= set(grid.columns):
        note = "No protocol gives voters added on election day beside those who voted."
        return Result(NAME, tables.snapshot, (), LIMITS, notes=(note,), parameters=parameters)
    rows = grid.select(
        "election",
        "contest",
        "source",
        "area",
        "station",
        "kind",
        added="added:all",
        voted="voted:all",
        share_of_voted=pl.when(pl.col("voted:all") > 0).then(
            pl.col("added:all") / pl.col("voted:all")
        ),
    )
    figures: list[Figure] = []
    for group, here in groups(rows):
        for kind in (ALL_KINDS, *here["kind"].unique().sort()):
            of_kind = here if kind == ALL_KINDS else here.filter(pl.col("kind") == kind)
            figures += _figures(maker, of_kind, {**group, "stations": kind})
    evidence = {"list_additions": rows.sort("election", "contest", "source", "station")}
    return Result(
        NAME, tables.snapshot, tuple(figures), LIMITS, evidence=evidence, parameters=parameters
    )


def _figures(maker: FigureMaker, rows: pl.DataFrame, where: Mapping[str, str]) -> Iterator[Figure]:
    given = rows.drop_nulls(["added", "voted"])
    if given.is_empty():
        return
    in_table = {key: value for key, value in where.items() if key != "stations"}
    if where["stations"] != ALL_KINDS:
        in_table["kind"] = where["stations"]
    evidence = Evidence("list_additions", in_table, "added")
    query = _query(where)
    base = "stations" if where["stations"] == ALL_KINDS else f"{where['stations']} stations"
    missing = {"the protocol lacks the number": rows.height - given.height}
    yield maker.count(
        "added",
        int(given["added"].sum()),
        "voters",
        denominator=int(given["voted"].sum()),
        base="persons who voted",
        excluded=missing,
        query=query("sum(a.value)"),
        evidence=evidence,
        where=where,
    )
    found = spread(given["added"].to_numpy().astype(float))
    yield maker.count(
        "stations_with",
        found.n - (found.zero or 0),
        "stations",
        denominator=found.n,
        base=base,
        excluded=missing,
        query=query("count(*) FILTER (a.value > 0)"),
        evidence=evidence,
        where=where,
    )
    for name, value, sql in (
        ("median", found.median, "median(a.value)"),
        ("quartile_high", found.quartile_high, "quantile_cont(a.value, 0.75)"),
        ("largest", found.largest, "max(a.value)"),
    ):
        if value is not None:
            yield maker.number(
                name,
                value,
                "voters",
                base=base,
                excluded=missing,
                query=query(sql),
                evidence=evidence,
                where=where,
            )


def _query(where: Mapping[str, str]) -> Callable[[str], str]:
    """SQL for a value over stations that give both numbers; `a` is the figure added, `v` voted."""
    scope = {f"p.{key}": value for key, value in where.items() if key != "stations"}
    if where["stations"] != ALL_KINDS:
        scope["s.kind"] = where["stations"]
    rows = (
        "FROM protocol p JOIN station s USING (election, station)\n"
        "JOIN protocol_figure a ON a.protocol = p.protocol AND a.field = 'added'"
        " AND a.channel = 'all'\n"
        "JOIN protocol_figure v ON v.protocol = p.protocol AND v.field = 'voted'"
        " AND v.channel = 'all'\n"
        f"WHERE {matches(scope)} AND p.copy = 1"
    )
    return lambda value: f"SELECT {value}\n{rows}"
