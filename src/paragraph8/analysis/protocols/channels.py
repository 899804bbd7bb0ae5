"""Voting on paper and by machine: how much of each, and does the protocol repeat the machine?"""

from collections.abc import Iterator, Mapping

import polars as pl

from paragraph8.analysis.protocols.agreement import (
    OPTIONS,
    agreement_figures,
    compare,
    direction_figures,
    evidence_name,
    evidence_rows,
    sign_figures,
    sign_table,
)
from paragraph8.analysis.protocols.compare import STATION, Side
from paragraph8.analysis.protocols.parameters import levels
from paragraph8.analysis.protocols.sql import field_total_query
from paragraph8.analysis.protocols.sql_votes import both_channels_query, by_contestant_query
from paragraph8.analysis.stats.spread import spread
from paragraph8.kernel.figure import Evidence, Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.grid import groups, protocol_grid
from paragraph8.tables.tables import Tables

NAME = "protocols.channels"
LIMITS = (
    "Voters choose their channel, so different votes on paper and by machine show who chose which; "
    "they are no sign of error.",
    "A protocol that repeats the machine's memory need not be a count: it may be a copy.",
    "Another election beside this one shows what was recorded under other procedures; it is no "
    "measure of what ought to have been recorded.",
)
PROTOCOL, MEMORY = Side("published", "machine"), Side("machine_memory", "machine")
PAPER_BOX, MACHINE_BOX = "ballots_in_box:paper", "ballots_in_box:machine"


def channels(tables: Tables, parameters: Parameters) -> Result:
    """Describe paper and machine voting side by side, and compare protocol with machine memory.

    Needs protocol, protocol_figure, protocol_vote, contestant, station. Figures by election:
        both                stations with ballots in the box and by machine, of all stations
        ballots[channel]    ballots by channel, of all ballots
        median_machine_share   over stations with both
        by_contestant       stations whose protocol gives each contestant's votes on paper AND by
                            machine, of the stations with both: zero means not checkable
        differ, absolute, median, largest, large [options]   protocol against machine memory
        higher, lower, sign_p [contestant]   to which side they differ
        stations_higher, stations_lower      the same for the sum over contestants of a station
        level[level]                         contestants by what the sign test says of them
    parameters["levels"] holds the p-values of the words unusual and incompatible.
    Assumes for the sign test that STATIONS ERR INDEPENDENTLY; common instructions break it.
    """
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    grid = protocol_grid(tables).filter(pl.col("source") == PROTOCOL.source)
    figures: list[Figure] = []
    evidence: dict[str, pl.DataFrame] = {}
    notes: list[str] = []
    if PAPER_BOX in grid.columns and MACHINE_BOX in grid.columns:
        both = _stations_with_both(grid)
        evidence["paper_and_machine"] = both
        figures += _channel_figures(maker, grid, both)
        notes += _contestant_notes(figures)
    else:
        notes.append("No protocol gives ballots on paper and by machine apart.")
    for options in OPTIONS:
        comparison = compare(tables, PROTOCOL, MEMORY, options)
        figures += agreement_figures(maker, comparison, PROTOCOL, MEMORY, options)
        if comparison.by_station.is_empty():
            continue
        evidence[evidence_name(PROTOCOL, MEMORY, options)] = evidence_rows(comparison, tables)
        if options == "all":
            signs = sign_table(comparison, tables, levels(parameters))
            evidence[f"signs {PROTOCOL.source} {MEMORY.source}"] = signs
            figures += sign_figures(maker, signs, PROTOCOL, MEMORY)
            figures += direction_figures(maker, comparison, signs, PROTOCOL, MEMORY)
    return Result(
        NAME, tables.snapshot, tuple(figures), LIMITS, (), evidence, tuple(notes), parameters
    )


def _stations_with_both(grid: pl.DataFrame) -> pl.DataFrame:
    paper, machine = pl.col(PAPER_BOX), pl.col(MACHINE_BOX)
    by_contestant = (
        pl.col("votes:paper").is_not_null() & pl.col("votes:machine").is_not_null()
        if {"votes:paper", "votes:machine"} <= set(grid.columns)
        else pl.lit(False)
    )
    return (
        grid.filter((paper > 0) & (machine > 0))
        .select(
            "election",
            "contest",
            "area",
            "station",
            "kind",
            paper_ballots=paper,
            machine_ballots=machine,
            machine_share=machine / (paper + machine),
            by_contestant=by_contestant,
        )
        .sort(STATION)
    )


def _channel_figures(
    maker: FigureMaker, grid: pl.DataFrame, both: pl.DataFrame
) -> Iterator[Figure]:
    for scope, stations in groups(grid):
        where = {key: value for key, value in scope.items() if key != "source"}
        here = both.join(stations, on=STATION, how="semi")
        evidence = Evidence("paper_and_machine", where, "machine_share")
        yield maker.count(
            "both",
            here.height,
            "stations",
            denominator=stations.height,
            base="stations",
            query=both_channels_query("count(*)", scope),
            evidence=evidence,
            where=where,
        )
        paper, machine = (int(stations[c].sum()) for c in (PAPER_BOX, MACHINE_BOX))
        for channel, ballots in (("paper", paper), ("machine", machine)):
            yield maker.count(
                "ballots",
                ballots,
                "ballots",
                denominator=paper + machine,
                base="ballots",
                evidence=evidence,
                query=field_total_query("ballots_in_box", channel, scope),
                where={**where, "channel": channel},
            )
        yield from _both_figures(maker, here, scope, evidence)


def _both_figures(
    maker: FigureMaker, both: pl.DataFrame, scope: Mapping[str, str], evidence: Evidence
) -> Iterator[Figure]:
    where = {key: value for key, value in scope.items() if key != "source"}
    base = "stations with paper and machine ballots"
    yield maker.count(
        "by_contestant",
        int(both["by_contestant"].sum()),
        "stations",
        denominator=both.height,
        base=base,
        query=by_contestant_query(scope),
        evidence=evidence,
        where=where,
    )
    shares = spread(both["machine_share"].to_numpy())
    if shares.median is not None:
        share = "median(machine / (paper + machine))"
        yield maker.number(
            "median_machine_share",
            shares.median,
            "share",
            base=base,
            query=both_channels_query(share, scope),
            evidence=evidence,
            where=where,
        )


def _contestant_notes(figures: list[Figure]) -> Iterator[str]:
    for figure in figures:
        if figure.name.endswith(".by_contestant") and figure.denominator and not figure.value:
            yield (
                f"{figure.dimensions['election']}: paper against machine by contestant is not "
                "checkable: no protocol in these data gives both."
            )
