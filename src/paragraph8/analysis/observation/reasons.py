"""Which problems set the forms with a negative assessment apart from the others?"""

import numpy as np
import polars as pl

from paragraph8.analysis.observation.overall import OVERALL
from paragraph8.analysis.observation.stage import Stage

SCHEMA = {
    "election": pl.String,
    "form": pl.String,
    "item": pl.String,
    "problems_if_negative": pl.Int64,
    "answered_if_negative": pl.Int64,
    "problems_if_positive": pl.Int64,
    "answered_if_positive": pl.Int64,
}


def reason_rows(stage: Stage) -> pl.DataFrame:
    """One row per problem: how many of the forms assessed negatively report it, and how many of the
    others. A problem as common in both is no reason for the assessment, however common it is."""
    overall = OVERALL.get(stage.form, "")
    if overall not in stage.items:
        return pl.DataFrame(schema=SCHEMA)
    assessed = stage.verdict(overall)
    problems, answered = stage.verdicts == 1, stage.verdicts >= 0
    counts = {
        f"{what}_if_{word}": (flags & (assessed == code)).sum(axis=1).astype(np.int64)
        for word, code in (("negative", 1), ("positive", 0))
        for what, flags in (("problems", problems), ("answered", answered))
    }
    rows = pl.DataFrame(
        {"election": stage.election, "form": stage.form, "item": list(stage.items), **counts}
    )
    named = [
        bool(stage.item(item)["problem"]) and stage.item(item)["supports"] != "rating"
        for item in stage.items
    ]
    return rows.filter(pl.Series(named)).select(list(SCHEMA))
