"""The forms behind the shares: one row for each problem that a form reports."""

from collections.abc import Collection

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.observation.groups import case_items, groups_of
from paragraph8.analysis.observation.stage import Stage, any_of

PLACE = ("observation", "station", "area", "setting")


def problem_rows(stage: Stage, items: Collection[str] | None = None) -> pl.DataFrame:
    """election, form, item, observation, station, area, setting: where a form gives the problem
    answer (or "yes" to a neutral question), to these items or to all."""
    wanted = np.array([items is None or item in items for item in stage.items], dtype=bool)
    item, form = np.nonzero((stage.verdicts == 1) & wanted[:, None])
    seen = stage.grid.observations.select(PLACE)
    names = pl.Series("item", list(stage.items), dtype=pl.String)
    rows = seen[form.tolist()] if len(form) else seen.clear()
    return rows.select(
        election=pl.lit(stage.election),
        form=pl.lit(stage.form),
        item=names.gather(item) if len(item) else pl.lit("", dtype=pl.String),
        observation=pl.col("observation"),
        station=pl.col("station"),
        area=pl.col("area"),
        setting=pl.col("setting"),
    )


def group_rows(stage: Stage) -> pl.DataFrame:
    """election, form, group, observation, station, area, setting: forms with at least one problem
    among the questions of a group."""
    rows = [_empty("group")]
    for group in groups_of(stage.form):
        members = [stage.verdict(item) for item in group.items if item in stage.items]
        if members:
            some, _ = any_of(members)
            rows.append(_of(stage, some == 1, "group", group.name))
    return pl.concat(rows)


def case_rows(stage: Stage) -> pl.DataFrame:
    """election, form, item, observation, station, area, setting, cases: forms that gave a number of
    cases above nought."""
    rows = [_empty("item").with_columns(cases=pl.lit(None, dtype=pl.Float64))]
    for item in case_items():
        if stage.grid.has(item):
            numbers = stage.grid.numbers(item)
            some = numbers > 0
            cases = pl.Series("cases", numbers[some], dtype=pl.Float64)
            rows.append(_of(stage, some, "item", item).with_columns(cases))
    return pl.concat(rows)


def _of(stage: Stage, which: NDArray[np.bool_], column: str, name: str) -> pl.DataFrame:
    seen = stage.grid.observations.select(PLACE).filter(pl.Series(which, dtype=pl.Boolean))
    return seen.select(
        pl.lit(stage.election).alias("election"),
        pl.lit(stage.form).alias("form"),
        pl.lit(name).alias(column),
        *PLACE,
    )


def _empty(column: str) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(("election", "form", column, *PLACE), pl.String))
