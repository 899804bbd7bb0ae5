"""By how much do two lists of the same voters differ, where, and how sure is that?"""

from collections.abc import Iterator, Mapping

import polars as pl

from paragraph8.analysis.stats.spread import spread
from paragraph8.analysis.voterlist.reconciliation_sql import (
    ALONE,
    UNION,
    changed_query,
    counted_side,
    entries_query,
    net_query,
    stations_query,
)
from paragraph8.analysis.voterlist.reconciliation_stations import UNSURE, by_area, by_station
from paragraph8.kernel.figure import Evidence, Figure, Interval, Kind
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.contracts_list_audit import ANY, CATEGORIES, SIDES, UNUSABLE
from paragraph8.tables.tables import Tables

NAME = "voterlist.reconciliation"
LIMITS = (
    "That a name stands on one list only does not show which list is right, nor that anyone was "
    "entered or left out on purpose: people move, marry, come of age and die between the dates of "
    "the lists.",
    "Entries are linked by names, dates and addresses; people who share all of them cannot be told "
    "apart, and a person who is written differently may be taken for somebody else.",
    "Entries of a person that were not recognised as such count as on one list only: the share is "
    "rather too high than too low.",
    "A name on both lists is no vote; whether the same person could vote on both is another "
    "question.",
    "Lists of stations that were not compared may differ more or less.",
)
BOUNDS = "bounds: names that are only probably the same taken for matched, and for not matched"
STATIONS, AREAS, CHANGES = "list stations", "list areas", "list changes"
TOO_LITTLE = "too little is written of the entry to compare it"
Where = Mapping[str, str]


def reconciliation(tables: Tables, parameters: Parameters) -> Result:
    """Net and gross differences of two lists, their categories, and how stations spread.

    Needs list_comparison. Figures by election and comparison:
        entries[side]          names on either list
        net                    names on paper minus names on the electronic list; its sign matters
        category[category]     pairs for what is on both lists, else entries of one; denominator:
                               persons on either list (the union)
        gross, gross[area]     (only paper + only electronic) of the union, 0..1, with bounds
        changed[field, kind]   linked pairs whose particulars differ, of all linked pairs
        stations, stations_differ, stations_paper_longer, stations_electronic_longer
        median_gross, quartile_high_gross, largest_gross     names on one list only, per station
    Net and gross stand side by side always: a net of nought may hide any gross difference. Names at
    another station count in the union, not as a difference of the lists.
    Assumes that both lists were meant to hold the same voters.
    """
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    rows = tables["list_comparison"]
    figures: list[Figure] = []
    stations, areas = [], []
    pairs = rows.select("election", "comparison").unique().sort("election", "comparison")
    for where in pairs.iter_rows(named=True):
        here = rows.filter(**where)
        of_station, of_area = by_station(here), by_area(here)
        figures += _of_lists(maker, here, where)
        figures += _changes(maker, here, where)
        figures += _of_areas(maker, of_area, where)
        figures += _of_stations(maker, of_station, where)
        label = {name: pl.lit(value) for name, value in where.items()}
        stations.append(of_station.select(**label, **{c: pl.col(c) for c in of_station.columns}))
        areas.append(of_area.select(**label, **{c: pl.col(c) for c in of_area.columns}))
    evidence = {
        STATIONS: pl.concat(stations) if stations else pl.DataFrame(),
        AREAS: pl.concat(areas) if areas else pl.DataFrame(),
        CHANGES: _changes_table(rows),
    }
    return Result(
        NAME,
        tables.snapshot,
        tuple(figures),
        LIMITS,
        evidence={name: frame for name, frame in evidence.items() if frame.height},
        parameters=parameters,
    )


def _entries(rows: pl.DataFrame, *categories: str) -> int:
    """Entries of these categories, each counted once."""
    once = pl.col("side") == pl.col("category").map_elements(counted_side, pl.String)
    wanted = pl.col("category").is_in(categories) & (pl.col("field") == ANY)
    return int(rows.filter(wanted & once)["entries"].sum())


def _of_lists(maker: FigureMaker, rows: pl.DataFrame, where: Where) -> Iterator[Figure]:
    whole = rows.filter(pl.col("field") == ANY)
    n = {side: int(whole.filter(side=side)["entries"].sum()) for side in SIDES}
    evidence = Evidence(STATIONS, dict(where), "on_one_list")
    for side in SIDES:
        yield maker.count(
            "entries",
            n[side],
            "names",
            base=f"names on the {side} list",
            query=entries_query({**where, "side": side}),
            evidence=evidence,
            where={**where, "side": side},
        )
    yield maker.number(
        "net",
        n["paper"] - n["electronic"],
        "names",
        base="names on the paper list less names on the electronic list",
        query=net_query(where),
        evidence=evidence,
        where=where,
    )
    union = _entries(rows, *UNION)
    for category in CATEGORIES:
        if category != UNUSABLE and (counted := _entries(rows, category)):
            yield maker.count(
                "category",
                counted,
                "names",
                denominator=union,
                base="persons on either list",
                query=entries_query(where, (category,)),
                evidence=evidence,
                where={**where, "category": category},
            )
    yield from _gross(maker, rows, where, evidence)


def _gross(
    maker: FigureMaker, rows: pl.DataFrame, where: Where, evidence: Evidence
) -> Iterator[Figure]:
    alone, union, unsure = (_entries(rows, *c) for c in (ALONE, UNION, UNSURE))
    unusable = rows.filter(field=ANY, category=UNUSABLE)["entries"].sum()
    if union:
        yield maker.share(
            "gross",
            alone,
            union,
            base="persons on either list",
            kind=Kind.OWN_MEASUREMENT,
            # Two entries taken for two people are both on one list, and one person more.
            interval=Interval(alone / union, (alone + 2 * unsure) / (union + unsure), 1.0, BOUNDS),
            excluded={TOO_LITTLE: int(unusable)},
            query=entries_query(where, ALONE),
            evidence=evidence,
            where=where,
        )


def _of_areas(maker: FigureMaker, areas: pl.DataFrame, where: Where) -> Iterator[Figure]:
    for area in areas.filter(pl.col("persons") > 0).iter_rows(named=True):
        scope = {**where, "area": area["area"]}
        yield maker.share(
            "gross",
            int(area["on_one_list"]),
            int(area["persons"]),
            base="persons on either list",
            kind=Kind.OWN_MEASUREMENT,
            interval=Interval(area["low"], area["high"], 1.0, BOUNDS),
            query=entries_query(scope, ALONE),
            evidence=Evidence(STATIONS, scope, "on_one_list"),
            where=scope,
        )


def _changes_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Linked pairs by particular and kind of change, one row each."""
    return (
        rows.filter((pl.col("field") != ANY) & (pl.col("side") == "paper"))
        .group_by("election", "comparison", "field", "kind")
        .agg(pl.col("entries").sum())
        .sort("election", "comparison", "entries", descending=[False, False, True])
    )


def _changes(maker: FigureMaker, rows: pl.DataFrame, where: Where) -> Iterator[Figure]:
    linked = _entries(rows, *(c for c in UNION if c not in ALONE))
    for _, _, field, kind, entries in _changes_table(rows).rows():
        scope = {**where, "field": field, "kind": kind}
        yield maker.count(
            "changed",
            int(entries),
            "names",
            denominator=linked,
            base="names linked on both lists",
            query=changed_query(where, field, kind),
            evidence=Evidence(CHANGES, scope),
            where=scope,
        )


def _of_stations(maker: FigureMaker, stations: pl.DataFrame, where: Where) -> Iterator[Figure]:
    if stations.is_empty():
        return
    evidence = Evidence(STATIONS, dict(where), "on_one_list")
    net = stations["net"]
    for name, counted, condition in (
        ("stations", stations.height, ""),
        ("stations_differ", int((net != 0).sum()), "paper <> electronic"),
        ("stations_paper_longer", int((net > 0).sum()), "paper > electronic"),
        ("stations_electronic_longer", int((net < 0).sum()), "paper < electronic"),
    ):
        yield maker.count(
            name,
            counted,
            "stations",
            denominator=stations.height,
            base="stations whose lists were compared",
            query=stations_query(where, "count(*)", condition),
            evidence=evidence,
            where=where,
        )
    found = spread(stations["on_one_list"].to_numpy().astype(float))
    for name, value, sql in (
        ("median_gross", found.median, "median(alone)"),
        ("quartile_high_gross", found.quartile_high, "quantile_cont(alone, 0.75)"),
        ("largest_gross", found.largest, "max(alone)"),
    ):
        yield maker.number(
            name,
            float(value or 0),
            "names",
            base="names on one list only, at a station whose lists were compared",
            query=stations_query(where, sql),
            evidence=evidence,
            where=where,
        )
