"""Which reports contradict themselves, each other, or what can be?"""

from collections.abc import Callable, Iterator

import polars as pl

from paragraph8.analysis.quality.copied import copied_queries
from paragraph8.analysis.quality.figures import any_flag_figure, flagged_figure
from paragraph8.analysis.quality.limits import limits_of
from paragraph8.analysis.quality.marks import mark_queries
from paragraph8.analysis.quality.numbers import number_queries
from paragraph8.analysis.quality.query_list import BY_NAME, QUERIES
from paragraph8.analysis.quality.repeats import repeat_queries
from paragraph8.analysis.quality.reports import Outcome, Reports, reports_of
from paragraph8.analysis.quality.route import route_queries
from paragraph8.analysis.quality.straight import straight_queries
from paragraph8.analysis.quality.times import time_queries
from paragraph8.analysis.quality.unknown import unknown_queries
from paragraph8.analysis.quality.versions import VERSIONS, version_outcomes, version_rows
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.profile import profile_of
from paragraph8.tables.tables import Tables

NAME = "quality.queries"
LIMITS = (
    "A flag is a question to the team or to the desk; it does not say that the form is wrong.",
    "No flag takes a form out of any figure.",
    "What is not given cannot be checked, and a fault that no query asks about is not found.",
    "Forms are alike when they are copied and when the places were alike; a limit says only how "
    "seldom chance alone makes them so.",
)
QUERY_FUNCTIONS: tuple[Callable[[Reports], Iterator[Outcome]], ...] = (
    mark_queries,
    time_queries,
    route_queries,
    repeat_queries,
    straight_queries,
    copied_queries,
    number_queries,
    unknown_queries,
)
FLAGS = {
    "election": pl.String,
    "observation": pl.String,
    "form": pl.String,
    "team": pl.String,
    "station": pl.String,
    "query": pl.String,
    "severity": pl.String,
    "detail": pl.String,
    "other": pl.String,
}


def queries(tables: Tables, parameters: Parameters) -> Result:
    """Flags by query on all reports that no correction replaces and the mission did not take out,
    late ones among them.

    Needs observation, answer, form_item, team; uses station, attachment. Figures, by election, form
    and query:
        flagged     observations flagged, of those that could be checked; for the query between
                    versions: items
        any_flag    observations with at least one flag, of all queried [by election and form]
    Evidence: flags (a row for each observation and query), queries (what each asks, and the
    remedy), versions (items compared between versions of a form).
    No flag excludes anything. Raises Problem analysis.bad_parameter.
    """
    limits, profile = limits_of(parameters), profile_of(parameters)
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    figures: list[Figure] = []
    flags, versions, asked = [], [], []
    for reports in reports_of(tables, limits):
        compared = version_rows(reports, profile.false_discovery_rate)
        outcomes = [o for function in QUERY_FUNCTIONS for o in function(reports)]
        outcomes += version_outcomes(reports, compared)
        of_election = _flags(reports, outcomes)
        figures += [flagged_figure(maker, reports, o) for o in outcomes if o.checked]
        figures += [any_flag_figure(maker, grid, of_election) for grid in reports.grids.values()]
        flags.append(of_election)
        versions.append(compared)
        asked.append(_asked(reports, outcomes))
    evidence = {
        "flags": pl.concat([pl.DataFrame(schema=FLAGS), *flags]),
        "queries": pl.concat([pl.DataFrame(schema=ASKED), *asked]),
        "versions": pl.concat([pl.DataFrame(schema=VERSIONS), *versions]),
    }
    notes = () if figures else ("No report of an observation counts: there is nothing to query.",)
    return Result(
        NAME,
        tables.snapshot,
        tuple(figures),
        LIMITS,
        evidence=evidence,
        notes=notes,
        parameters=parameters,
    )


def _flags(reports: Reports, outcomes: list[Outcome]) -> pl.DataFrame:
    """All flags of an election, by form and observation, in the order of the list of queries."""
    every = [
        outcome.flags.select(
            election=pl.lit(reports.election),
            observation="observation",
            form=pl.lit(outcome.form),
            query=pl.lit(outcome.query),
            severity=pl.lit(BY_NAME[outcome.query].severity),
            detail="detail",
            other="other",
        )
        for outcome in outcomes
    ]
    who = reports.tables["observation"].select("observation", "team", "station")
    if not every:
        return pl.DataFrame(schema=FLAGS)
    flags = pl.concat(every).join(who, on="observation", how="left", maintain_order="left")
    order = pl.col("query").replace_strict(
        list(BY_NAME), list(range(len(BY_NAME))), return_dtype=pl.Int64
    )
    return flags.sort("form", "observation", order, "detail").select(*FLAGS)


ASKED = {
    "election": pl.String,
    "query": pl.String,
    "sentence": pl.String,
    "remedy": pl.String,
    "severity": pl.String,
    "checked": pl.Int64,
    "unchecked": pl.Int64,
    "flagged": pl.Int64,
}


def _asked(reports: Reports, outcomes: list[Outcome]) -> pl.DataFrame:
    """What was asked: every query, how many it could and could not check, how many it flags."""
    rows = []
    for query in QUERIES:
        of_query = [outcome for outcome in outcomes if outcome.query == query.name]
        checked = sum(outcome.checked for outcome in of_query)
        unchecked = sum(sum(outcome.unchecked.values()) for outcome in of_query)
        n = sum(outcome.flags.height for outcome in of_query)
        rows.append((reports.election, query.name, query.sentence, query.remedy, query.severity,
                     checked, unchecked, n))  # fmt: skip
    return pl.DataFrame(rows, schema=ASKED, orient="row")
