"""Was the protocol posted, as counting forms say, and what became of the numbers there?"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from paragraph8.analysis.protocols.chain_numbers import POSTED, Line
from paragraph8.analysis.protocols.sql_chain import changed_later_query, posting_query
from paragraph8.kernel.figure import Evidence, Figure, Kind
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.problem import Problem
from paragraph8.tables.answers import CELL_STATES, STATE_WORDS, AnswerGrid, answer_grids
from paragraph8.tables.tables import Tables

ITEM, FORM, POSTING = "C38", "counting", "posting"
IS_POSTED, NOT_POSTED = "posted", "not posted"
IN_HAND, NO_COPY = "in hand", "none"
CHANGED, SAME, NOTHING = "changed", "unchanged", "not compared"
CONTRADICTION = "not posted, yet there is a posted copy"
STATION_UNKNOWN = "station not in the list"
# Figure, what the form says, whether there is a posted copy, base, the condition in SQL.
COPIES = (
    ("copy_in_hand", IS_POSTED, IN_HAND, "counts where a protocol was posted", "in_hand"),
    ("no_copy", IS_POSTED, NO_COPY, "counts where a protocol was posted", "NOT in_hand"),
    ("contradicted", NOT_POSTED, IN_HAND, "counts where no protocol was posted", "in_hand"),
)


def counts_late(parameters: Parameters) -> bool:
    """Whether reports received after the freeze count. Raises Problem analysis.bad_parameter."""
    late = parameters.get("observation", {}).get("late", False)
    if not isinstance(late, bool):
        raise Problem(
            "analysis.bad_parameter",
            parameter="observation.late",
            value=late,
            expected="true or false",
        )
    return late


def counting_grids(tables: Tables, late: bool) -> list[AnswerGrid]:
    """The counting forms of each election that answer whether a protocol was posted."""
    return [
        grid
        for (_, form), grid in sorted(answer_grids(tables, late).items())
        if form == FORM and (grid.verdicts(ITEM) >= 0).any()
    ]


def posting_table(tables: Tables, line: Line, grid: AnswerGrid) -> pl.DataFrame:
    """One row per counted form that says whether a protocol was posted: election, area, station
    (null if not in the list), observation, form_says, station_taken_as, posted_copy (in hand,
    none), numbers (changed, unchanged, not compared), flag.

    station_taken_as   not posted, if any form of the station says so
    """
    verdict = grid.verdicts(ITEM)
    asked = grid.observations.with_columns(not_posted=pl.Series(verdict == 1)).filter(
        pl.Series(verdict >= 0)
    )
    here = pl.col("election") == grid.election
    copies = tables["protocol"].filter(here & (pl.col("source") == POSTED))
    steps = line.steps.filter(here)
    changes = steps.filter((pl.col("difference") != 0) & ~pl.col("alone"))
    place = pl.col("station")
    known = place.is_not_null()
    taken_as = pl.when(known).then(pl.col("not_posted").any().over("station"))
    in_hand = place.is_in(copies["station"].unique().implode())
    contradiction = (pl.col("not_posted") & in_hand).fill_null(False)
    numbers = (
        pl.when(place.is_in(changes["station"].unique().implode()))
        .then(pl.lit(CHANGED))
        .when(place.is_in(steps["station"].unique().implode()))
        .then(pl.lit(SAME))
        .otherwise(pl.lit(NOTHING))
    )
    return asked.select(
        "election",
        "area",
        "station",
        "observation",
        form_says=_in_words(pl.col("not_posted")),
        station_taken_as=_in_words(taken_as),
        posted_copy=pl.when(in_hand)
        .then(pl.lit(IN_HAND))
        .when(known)
        .then(pl.lit(NO_COPY))
        .otherwise(pl.lit(STATION_UNKNOWN)),
        numbers=numbers,
        flag=pl.when(contradiction).then(pl.lit(CONTRADICTION)).otherwise(pl.lit("")),
    ).sort("station", "observation", nulls_last=True)


def posting_figures(
    maker: FigureMaker, grid: AnswerGrid, posting: pl.DataFrame, late: bool
) -> Iterator[Figure]:
    """Figures of one election:

    posted, not_posted   of the counts observed, where the question was answered
    copy_in_hand, no_copy   of the counts where one was posted: there is, or is no, posted copy
    contradicted         of the counts where none was posted: there is a posted copy
    changed_later[posting]   stations whose numbers differ at some step, of those compared
    """
    yield from _said_figures(maker, grid, posting, late)
    if (posting["posted_copy"] == IN_HAND).any():
        yield from _copy_figures(maker, grid, posting, late)
    yield from _later_figures(maker, grid, posting, late)


def _said_figures(
    maker: FigureMaker, grid: AnswerGrid, posting: pl.DataFrame, late: bool
) -> Iterator[Figure]:
    silent = grid.state_of(ITEM)[grid.verdicts(ITEM) < 0]
    reasons = {STATE_WORDS[CELL_STATES[s]]: int((silent == s).sum()) for s in np.unique(silent)}
    for name, words, condition in (
        ("posted", IS_POSTED, "NOT problem"),
        ("not_posted", NOT_POSTED, "problem"),
    ):
        yield maker.share(
            name,
            posting.filter(pl.col("form_says") == words).height,
            posting.height,
            base="counts observed",
            excluded=reasons,
            query=posting_query(grid.election, ITEM, _problem(grid), late, condition),
            evidence=Evidence(POSTING, {"election": grid.election, "form_says": words}),
            where={"election": grid.election},
        )


def _copy_figures(
    maker: FigureMaker, grid: AnswerGrid, posting: pl.DataFrame, late: bool
) -> Iterator[Figure]:
    where = {"election": grid.election}
    for name, words, copy, base, condition in COPIES:
        of_them = posting.filter(pl.col("form_says") == words)
        known = of_them.drop_nulls("station")
        if known.height:
            yield maker.share(
                name,
                known.filter(pl.col("posted_copy") == copy).height,
                known.height,
                base=base,
                excluded={STATION_UNKNOWN: of_them.height - known.height},
                query=posting_query(
                    grid.election,
                    ITEM,
                    _problem(grid),
                    late,
                    f"{'NOT ' if words == IS_POSTED else ''}problem AND {condition}",
                ),
                evidence=Evidence(POSTING, {**where, "form_says": words, "posted_copy": copy}),
                where=where,
            )


def _later_figures(
    maker: FigureMaker, grid: AnswerGrid, posting: pl.DataFrame, late: bool
) -> Iterator[Figure]:
    stations = posting.drop_nulls("station").unique("station")
    for words, dimension in ((NOT_POSTED, "not_posted"), (IS_POSTED, "posted")):
        taken = stations.filter(pl.col("station_taken_as") == words)
        compared = taken.filter(pl.col("numbers") != NOTHING)
        if compared.height:
            changed = {"election": grid.election, "station_taken_as": words, "numbers": CHANGED}
            yield maker.count(
                "changed_later",
                compared.filter(pl.col("numbers") == CHANGED).height,
                "stations",
                kind=Kind.OBSERVATION_SHARE,
                denominator=compared.height,
                base=f"compared stations where, by the forms, the protocol was {words}",
                excluded={"no number in several sources": taken.height - compared.height},
                query=changed_later_query(
                    grid.election, ITEM, _problem(grid), late, words == IS_POSTED
                ),
                evidence=Evidence(POSTING, changed),
                where={"election": grid.election, "posting": dimension},
            )


def _in_words(not_posted: pl.Expr) -> pl.Expr:
    words = {True: NOT_POSTED, False: IS_POSTED}
    return not_posted.replace_strict(words, return_dtype=pl.String, default=None)


def _problem(grid: AnswerGrid) -> list[str]:
    return str(grid.codebook[ITEM]["problem"] or "yes").split(";")
