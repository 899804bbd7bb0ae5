"""Rows of the contract table `list_test`."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

SCHEMA: Final[Mapping[str, Any]] = {
    "test": pl.String,
    "measure": pl.String,
    "area": pl.String,
    "station": pl.String,
    "group": pl.String,
    "n": pl.Int64,
    "denominator": pl.Int64,
    "value": pl.Float64,
    "expected": pl.Float64,
    "expected_low": pl.Float64,
    "expected_high": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "unit": pl.String,
    "note": pl.String,
}
# Where a column of places or groups takes all together, and where the place is not on the list.
ALL, UNKNOWN = "all", "unknown"
NOT_RUN, NO_UNIT = "not_run", "none"
KEY: Final = ("test", "measure", "area", "station", "group")


def shaped(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every column of `list_test`: a missing place or group is all together, any
    other missing column is empty. NaN becomes empty."""
    lacking = [
        pl.lit(ALL if name in ("area", "station", "group") else None).alias(name)
        for name in SCHEMA
        if name not in frame.columns
    ]
    typed = [pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()]
    return (
        frame.with_columns(lacking).select(typed).with_columns(pl.selectors.float().fill_nan(None))
    )


def frame_of(rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Rows of `list_test` from mappings that need not have every column."""
    filled = [{name: row.get(name) for name in SCHEMA} for row in rows]
    places = [pl.col(name).fill_null(ALL) for name in ("area", "station", "group")]
    return shaped(pl.DataFrame(filled, schema=dict(SCHEMA), orient="row").with_columns(places))


def not_run(why: str) -> pl.DataFrame:
    """The one row of a test that cannot run."""
    return frame_of([{"measure": NOT_RUN, "unit": NO_UNIT, "note": f"Not run: {why}"}])


def together(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """All rows of several frames."""
    return pl.concat([shaped(pl.DataFrame(schema=dict(SCHEMA))), *map(shaped, frames)])
