"""What turnout do protocols record, by area and kind of station?"""

from collections.abc import Iterator, Mapping

import polars as pl

from paragraph8.analysis.stats.spread import spread
from paragraph8.analysis.turnout.sql import ALL_KINDS, turnout_query
from paragraph8.kernel.figure import Evidence, Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.grid import groups, protocol_grid
from paragraph8.tables.tables import Tables

NAME = "turnout.participation"
LIMITS = (
    "Turnout is described, not judged: high or even turnout has many causes.",
    "The base is the list with those added on the day; an announced turnout may use another base.",
    "Stations without an electorate of their own (postal counting districts) have no turnout.",
)
# Who took part, by the first of these that a protocol gives.
VOTED = ("voted:all", "signatures:all", "issued:paper")
BOXES = ("ballots_in_box:paper", "ballots_in_box:machine", "ballots_in_box:all")


def participation(tables: Tables, parameters: Parameters) -> Result:
    """Turnout = those who took part / (voters on the list + added), by election and source (and
    contest, where there are several).

    Those who took part: persons who voted; where a protocol lacks it, signatures, then ballots
    issued, then ballots in the boxes. Needs protocol, protocol_figure, station, area. Figures:
        turnout [stations (a kind, or all) or area]     over all stations of it together
        median, quartile_low, quartile_high [stations]   of the stations' turnout
        over_list                  stations where more took part than were on the list
    Excluded: stations whose protocol lacks a number, or with no electorate.
    """
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    grid = protocol_grid(tables)
    took_part = _took_part(grid)
    if "registered:all" not in grid.columns or took_part is None:
        note = "No protocol gives both a list and those who took part."
        return Result(NAME, tables.snapshot, (), LIMITS, notes=(note,), parameters=parameters)
    added = pl.col("added:all").fill_null(0) if "added:all" in grid.columns else pl.lit(0)
    rows = grid.select(
        "election",
        "contest",
        "source",
        "area",
        "station",
        "kind",
        voted=took_part,
        electorate=pl.col("registered:all") + added,
    ).with_columns(
        turnout=pl.when(pl.col("electorate") > 0).then(pl.col("voted") / pl.col("electorate"))
    )
    figures: list[Figure] = []
    for where, here in groups(rows):
        figures += _figures(maker, here, {**where, "stations": ALL_KINDS})
        for kind in here["kind"].unique().sort():
            of_kind = here.filter(pl.col("kind") == kind)
            figures += _figures(maker, of_kind, {**where, "stations": kind})
        for area in here["area"].unique().sort():
            if area:
                of_area = here.filter(pl.col("area") == area)
                figures += _total(maker, of_area, {**where, "area": area})
    evidence = {"turnout": rows.sort("election", "contest", "source", "station")}
    return Result(
        NAME, tables.snapshot, tuple(figures), LIMITS, evidence=evidence, parameters=parameters
    )


def _took_part(grid: pl.DataFrame) -> pl.Expr | None:
    given = [pl.col(column) for column in VOTED if column in grid.columns]
    boxes = [column for column in BOXES if column in grid.columns]
    if boxes:
        some_box = pl.any_horizontal(pl.col(boxes).is_not_null())
        given.append(pl.when(some_box).then(pl.sum_horizontal(boxes)))
    return pl.coalesce(given) if given else None


def _total(maker: FigureMaker, rows: pl.DataFrame, where: Mapping[str, str]) -> Iterator[Figure]:
    usable = rows.drop_nulls("turnout")
    if usable.is_empty():
        return
    in_table = _in_table(where)
    no_list = rows.filter(pl.col("electorate") == 0).height
    yield maker.count(
        "turnout",
        int(usable["voted"].sum()),
        "voters",
        denominator=int(usable["electorate"].sum()),
        base="voters on the list or added",
        excluded={
            "no electorate of its own": no_list,
            "a number is missing": rows.height - usable.height - no_list,
        },
        query=turnout_query("sum(took_part)", where),
        evidence=Evidence("turnout", in_table, "turnout"),
        where=where,
    )


def _in_table(where: Mapping[str, str]) -> dict[str, str]:
    """The columns of the evidence by which a figure's stations are found."""
    names = {"stations": "kind"}
    return {names.get(key, key): value for key, value in where.items() if value != ALL_KINDS}


def _figures(maker: FigureMaker, rows: pl.DataFrame, where: Mapping[str, str]) -> Iterator[Figure]:
    yield from _total(maker, rows, where)
    usable = rows.drop_nulls("turnout")
    found = spread(usable["turnout"].to_numpy())
    in_table = _in_table(where)
    evidence = Evidence("turnout", in_table, "turnout")
    for name, level, value in (
        ("median", 0.5, found.median),
        ("quartile_low", 0.25, found.quartile_low),
        ("quartile_high", 0.75, found.quartile_high),
    ):
        if value is not None:
            yield maker.number(
                name,
                value,
                "share",
                base="stations with an electorate",
                excluded={"no turnout": rows.height - usable.height},
                query=turnout_query(f"quantile_cont(took_part / electorate, {level})", where),
                evidence=evidence,
                where=where,
            )
    if usable.height:
        yield maker.count(
            "over_list",
            usable.filter(pl.col("turnout") > 1).height,
            "stations",
            denominator=usable.height,
            base="stations with an electorate",
            query=turnout_query("count(*) FILTER (took_part > electorate)", where),
            evidence=evidence,
            where=where,
        )
