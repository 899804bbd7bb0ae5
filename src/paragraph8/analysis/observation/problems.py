"""The forms behind the shares: one row for each problem that a form reports."""

from collections.abc import Collection

import numpy as np
import polars as pl

from paragraph8.analysis.observation.stage import Stage


def problem_rows(stage: Stage, items: Collection[str] | None = None) -> pl.DataFrame:
    """election, form, item, observation, station, area, setting: where a form gives the problem
    answer (or "yes" to a neutral question), to these items or to all."""
    wanted = np.array([items is None or item in items for item in stage.items], dtype=bool)
    item, form = np.nonzero((stage.verdicts == 1) & wanted[:, None])
    seen = stage.grid.observations.select("observation", "station", "area", "setting")
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
