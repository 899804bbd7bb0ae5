"""L14: sizes of stations beside the legal limit and beside each other."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.voterlist.quality.audit import ENTRY, Audit
from paragraph8.voterlist.quality.rows import frame_of, shaped, together

# The median absolute deviation of a normal distribution, in standard deviations.
MAD_OF_NORMAL = 0.6745
ABOVE, FAR = "Above the legal limit.", "Far from the median of the stations."


def robust_z(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances from the median in median absolute deviations, scaled to the normal.

    Returns NaN throughout where half of the values or more are the median.
    Source: Iglewicz & Hoaglin, How to Detect and Handle Outliers (1993).
    """
    if not len(values):
        return values
    away = values - np.median(values)
    spread = float(np.median(np.abs(away)))
    return MAD_OF_NORMAL * away / spread if spread > 0 else np.full(len(values), np.nan)


def sizes(audit: Audit) -> pl.DataFrame:
    """L14. Entries per station, those above the legal limit, and those far from the median."""
    counted = audit.ask(
        f"SELECT area, station, count(*) AS n FROM {ENTRY} WHERE station >= 0"
        " GROUP BY area, station ORDER BY area, station"
    )
    size = counted["n"].to_numpy().astype(np.float64)
    far = np.nan_to_num(np.abs(robust_z(size))) > audit.limits.robust_z
    legal = audit.context.legal_max_station
    above = size > legal if legal else np.zeros(len(size), dtype=bool)
    notes = [" ".join(word for word, holds in ((ABOVE, a), (FAR, f)) if holds) or None
             for a, f in zip(above.tolist(), far.tolist(), strict=True)]  # fmt: skip
    median = float(np.median(size)) if len(size) else None
    stations = shaped(
        audit.coded(counted).with_columns(
            measure=pl.lit("entries"),
            value=pl.col("n").cast(pl.Float64),
            expected=pl.lit(median, pl.Float64),
            unit=pl.lit("entries"),
            note=pl.Series(notes, dtype=pl.String),
        )
    )
    return together([frame_of(_whole(size, above, far, legal, median)), stations])


def _whole(
    size: NDArray[np.float64],
    above: NDArray[np.bool_],
    far: NDArray[np.bool_],
    legal: int | None,
    median: float | None,
) -> list[dict[str, object]]:
    stations = len(size)
    largest = float(size.max()) if stations else None
    low, high = np.quantile(size, (0.05, 0.95)) if stations else (None, None)
    rows: list[dict[str, object]] = [
        {"measure": "median", "denominator": stations, "value": median, "unit": "entries"},
        {"measure": "p05", "denominator": stations, "value": low, "unit": "entries"},
        {"measure": "p95", "denominator": stations, "value": high, "unit": "entries"},
        {"measure": "largest", "denominator": stations, "value": largest, "unit": "entries"},
        {"measure": "far_from_median", "n": int(far.sum()), "denominator": stations,
         "value": float(far.sum()), "unit": "stations"},
    ]  # fmt: skip
    over: dict[str, object] = {"measure": "above_legal_limit", "unit": "stations"}
    if legal is None:
        return [*rows, {**over, "note": "Not run: no legal limit was given."}]
    n = int(above.sum())
    return [*rows, {**over, "n": n, "denominator": stations, "value": float(n), "expected": 0.0}]
