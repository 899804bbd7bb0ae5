"""Do the audited list, observers and the protocol give the same numbers of one station?"""

from collections.abc import Iterator

import polars as pl

from paragraph8.analysis.voterlist.station_numbers_evidence import (
    FAILURES,
    NUMBERS_TABLE,
    failures_table,
    numbers_table,
)
from paragraph8.analysis.voterlist.station_numbers_figures import check_figures, list_figures
from paragraph8.analysis.voterlist.station_numbers_rules import RULES, all_checks, tallies
from paragraph8.analysis.voterlist.station_numbers_sources import (
    NOT_GIVEN,
    counts_late,
    sources_of,
)
from paragraph8.kernel.check import Verdict
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.contracts_list_audit import ANY
from paragraph8.tables.tables import Tables

NAME = "voterlist.station_numbers"
LIMITS = (
    "A difference between numbers of a station shows that they were not reconciled; it does not "
    "show which of them is right, nor why they differ.",
    "Numbers that agree do not show that the same names stood on the list, nor that they are what "
    "happened at the station.",
    "A list that was copied before voting may differ from the list at opening because names were "
    "lawfully entered or struck out in between.",
    "Observers saw part of a day at some stations: voters turned away at other times or places are "
    "not in their numbers, and a voter whom several teams saw is counted by each of them.",
    "Voters turned away and names on one list only stand side by side; it is not shown that they "
    "are the same people, nor that the one led to the other.",
    "A name on both lists where one channel does not lock the other at once shows what was open to "
    "that voter; it does not show that anyone voted in both.",
)


def station_numbers(tables: Tables, parameters: Parameters) -> Result:
    """Hold names at opening, names at closing, voters and ballots of each station against each
    other, by source: the audited lists, observers, and each source of protocols.

    Needs station, list_comparison; uses protocol, protocol_figure, area, and the forms of opening,
    voting and e-voting. Checks: `RULES`, each without tolerance. Their tallies count protocols, or
    stations of each comparison of lists. Figures:
        fail [rule, source]       stations where the check fails, of those where it can be made
        largest [rule, source]    the largest of these differences
    and by election and comparison of lists:
        audited, observed         stations that the lists name; those where observers said whether
                                  voters were turned away
        turned_away, not_on_list, wrongly_refused   voters, at the observed stations
        one_list [category]       entries on one list only, at the observed stations
        exposure [lock]           names on both lists at stations with both channels, by whether
                                  observers saw that a channel locks the other at once
    Assumes that lists and stations use THE SAME CODES, and that `registered` of a protocol does not
    hold those added on the day.
    Raises Problem analysis.bad_parameter.
    """
    late = counts_late(parameters)
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    sources = sources_of(tables, late)
    checks = all_checks(tables, sources)
    figures: list[Figure] = []
    for rule in RULES:
        figures += check_figures(maker, rule, checks, late)
    figures += list_figures(maker, tables, sources, late)
    evidence = {
        NUMBERS_TABLE: numbers_table(tables, sources, checks),
        FAILURES: failures_table(checks),
    }
    return Result(
        NAME,
        tables.snapshot,
        tuple(figures),
        LIMITS,
        tuple(tallies(checks)),
        evidence,
        tuple(_notes(tables, checks)),
        parameters,
    )


def _notes(tables: Tables, checks: pl.DataFrame) -> Iterator[str]:
    possible = checks.filter(pl.col("verdict") != Verdict.NOT_CHECKABLE)["rule"]
    if silent := sorted({rule.id for rule in RULES} - set(possible)):
        yield f"No station has the numbers that these checks need: {', '.join(silent)}."
    listed = tables["list_comparison"].filter(pl.col("field") == ANY)
    nowhere = pl.col("station") == NOT_GIVEN
    if n := listed.filter(nowhere)["entries"].sum():
        yield f"Entries for which the lists give no station, counted nowhere here: {n:,}."
    unknown = listed.filter(~nowhere).join(
        tables["station"], on=["election", "station"], how="anti"
    )
    if n := unknown.select("election", "station").n_unique():
        yield f"Stations that the lists name and the table of stations does not have: {n:,}."
