"""What was decided of each row, by row number: for review, case files, work on invented lists."""

import polars as pl

from paragraph8.voterlist.duplicates.find import Duplicates
from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.records import CENTIBITS

PERSON, HOUSEHOLD = "person", "household"
# In the folder of an audit; row numbers only, and still no aggregate.
DECISIONS = "decisions.parquet"


def decisions_frame(engine: Engine) -> pl.DataFrame:
    """paper_row, electronic_row, category, score (bits), fields: each row of each list once.

    `fields` names what differs in a linked pair, "surname:spelling, birth:digit"; "" where nothing
    does or where there is no partner.
    """
    decided = engine.frame("SELECT paper_row, electronic_row, category, score FROM decision")
    changed = (
        engine.frame("SELECT row_a, row_b, field, kind FROM change")
        .sort("row_a", "row_b", "field")
        .group_by("row_a", "row_b", maintain_order=True)
        .agg(fields=pl.concat_str("field", pl.lit(":"), "kind").str.join(", "))
    )
    return (
        decided.join(
            changed,
            left_on=["paper_row", "electronic_row"],
            right_on=["row_a", "row_b"],
            how="left",
        )
        .with_columns(pl.col("score") / CENTIBITS, pl.col("fields").fill_null(""))
        .sort("paper_row", "electronic_row", nulls_last=True)
    )


def duplicates_frame(found: Duplicates) -> pl.DataFrame:
    """row_a, row_b, score (bits), kind: pairs of one person, and pairs that a family explains."""
    return pl.concat(
        [
            found.pairs.with_columns(kind=pl.lit(PERSON)),
            found.families.with_columns(kind=pl.lit(HOUSEHOLD)),
        ]
    ).sort("row_a", "row_b")
