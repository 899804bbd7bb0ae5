"""Figures of the queries: how many reports are flagged, of those that could be checked."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from paragraph8.analysis.quality.query_list import BY_NAME
from paragraph8.analysis.quality.reports import Outcome, Reports
from paragraph8.analysis.quality.sql import ROWS, counted_step
from paragraph8.kernel.figure import INPUT, Evidence, Figure, Kind
from paragraph8.kernel.figure_maker import OBSERVED, FigureMaker
from paragraph8.kernel.sql import query
from paragraph8.tables.answers import AnswerGrid

# How a sentence names the forms of a kind; others by their own word.
FORM_WORDS: Mapping[str, str] = {
    "mobile": "mobile voting",
    "evoting": "electronic voting",
    "own": "the mission's own",
}


def form_words(form: str) -> str:
    """The forms of a kind, in words that can follow "of the"."""
    return f"{FORM_WORDS.get(form, form)} forms"


def flagged_figure(maker: FigureMaker, reports: Reports, outcome: Outcome) -> Figure:
    """Flagged, of those that could be checked."""
    asked = BY_NAME[outcome.query]
    of_items = outcome.query == "polarity_of_versions"
    base = f"{form_words(outcome.form)} {asked.base}"
    where = {"election": reports.election, "form": outcome.form, "query": outcome.query}
    left_out = {} if of_items else reports.grids[outcome.form].left_out
    return observed(
        maker.count(
            "flagged",
            outcome.flags.height,
            "items" if of_items else "forms",
            kind=Kind.OBSERVATION_SHARE,
            denominator=outcome.checked,
            base="items answered often enough in the versions compared" if of_items else base,
            excluded={**outcome.unchecked, **left_out},
            query=outcome.sql,
            query_gives=outcome.gives,
            evidence=Evidence("flags", where),
            where=where,
        )
    )


def any_flag_figure(maker: FigureMaker, grid: AnswerGrid, flags: pl.DataFrame) -> Figure:
    """Forms with at least one flag."""
    where = {"election": grid.election, "form": grid.form}
    found = flags.filter(form=grid.form)["observation"].drop_nulls().n_unique()
    return observed(
        maker.count(
            "any_flag",
            found,
            "forms",
            kind=Kind.OBSERVATION_SHARE,
            denominator=grid.height,
            base=f"{form_words(grid.form)} queried",
            excluded=grid.left_out,
            query=query(counted_step(grid.election, grid.form), ROWS),
            query_gives=INPUT,
            evidence=Evidence("flags", where),
            where=where,
        )
    )


def observed(figure: Figure) -> Figure:
    """The figure, saying that it describes what was observed."""
    return replace(figure, interval=OBSERVED)
