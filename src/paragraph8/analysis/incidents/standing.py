"""The line of fact: what a level of verification allows a mission to say.

Numbers of different standings are never added up, compared in a share, or put into one base.
"""

import polars as pl

from paragraph8.kernel.sql import literal

FACT, RECEIVED, ALLEGED, REFUTED = "fact", "received", "alleged", "refuted"
# From the strongest to the weakest.
STANDINGS = (FACT, RECEIVED, ALLEGED, REFUTED)
UNVERIFIED = "unverified"
STANDING_OF = {
    "observed": FACT,
    "corroborated": FACT,
    "credible": RECEIVED,
    UNVERIFIED: ALLEGED,
    "refuted": REFUTED,
}
LEVELS = tuple(STANDING_OF)
# What follows "of the" in a sentence.
REPORTS_OF = {
    FACT: "reports observed or corroborated",
    RECEIVED: "reports received from a single credible source",
    ALLEGED: "allegations not verified",
    REFUTED: "reports that were refuted",
}
EVENTS_OF = {
    FACT: "events observed or corroborated",
    RECEIVED: "events known from a single credible source",
    ALLEGED: "events that are alleged only",
    REFUTED: "events that were refuted",
}


def levels_of(standing: str) -> tuple[str, ...]:
    """The levels of one standing, the strongest first."""
    return tuple(level for level in LEVELS if STANDING_OF[level] == standing)


def with_level(reports: pl.DataFrame, verification: str) -> pl.DataFrame:
    """Adds level, level_stated and standing.

    verification   column with what the report says of its level
    A level that is missing, or that no codebook has, counts as unverified, and is not stated.
    """
    said = pl.col(verification)
    stated = said.is_in(LEVELS).fill_null(False)
    level = pl.when(stated).then(said).otherwise(pl.lit(UNVERIFIED))
    return reports.with_columns(level=level, level_stated=stated).with_columns(
        standing=pl.col("level").replace_strict(STANDING_OF, return_dtype=pl.String)
    )


def level_sql(verification: str) -> str:
    """SQL for the level, as `with_level` makes it."""
    levels = ", ".join(literal(level) for level in LEVELS)
    return f"CASE WHEN {verification} IN ({levels}) THEN {verification} ELSE '{UNVERIFIED}' END"
