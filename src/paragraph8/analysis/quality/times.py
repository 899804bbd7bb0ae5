"""Times of a visit: not given, in the wrong order, too near each other, later than the report."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.quality.reports import (
    NO_TIMES,
    Outcome,
    Reports,
    flagged,
    hour,
    visits_of,
)
from paragraph8.analysis.quality.sql import count_query, received_query
from paragraph8.tables.answers import AnswerGrid

Minutes = NDArray[np.float64]


def time_queries(reports: Reports) -> Iterator[Outcome]:
    """no_times, departure_before_arrival, short_visit, future_or_late."""
    limits = reports.limits
    for grid in reports.of(limits.timed_forms):
        yield _no_times(reports, grid)
    for grid in reports.of(limits.visit_forms):
        yield _backwards(reports, grid)
    for grid in reports.of(limits.short_visit_forms):
        yield _short(reports, grid)
    for grid in reports.of(limits.visit_forms):
        yield _before_departure(reports, grid)


def _no_times(reports: Reports, grid: AnswerGrid) -> Outcome:
    given = grid.observations.select(
        pl.col(name).is_null() for name in ("day", "arrived", "departed")
    )
    odd = given.select(pl.any_horizontal(pl.all())).to_series().to_numpy()
    detail = [
        f"not given: {', '.join(n for n, lacks in zip(given.columns, row, strict=True) if lacks)}"
        for row in given.filter(odd).rows()
    ]
    condition = "day IS NULL OR arrived IS NULL OR departed IS NULL"
    sql = count_query(grid.election, grid.form, condition)
    every = np.ones(grid.height, dtype=bool)
    return flagged("no_times", grid, odd, every, detail, sql)


def _backwards(reports: Reports, grid: AnswerGrid) -> Outcome:
    arrived, departed = _times(grid)
    odd = departed < arrived
    sql = count_query(grid.election, grid.form, "departed < arrived")
    known = ~np.isnan(departed - arrived)
    detail = _said(arrived[odd], departed[odd])
    why = {"times missing": ~known}
    return flagged("departure_before_arrival", grid, odd, known, detail, sql, why)


def _short(reports: Reports, grid: AnswerGrid) -> Outcome:
    arrived, departed = _times(grid)
    in_order = departed >= arrived
    limit = reports.limits.short_visit_minutes
    odd = in_order & (departed - arrived < limit)
    condition = f"departed >= arrived AND departed - arrived < {limit:g}"
    sql = count_query(grid.election, grid.form, condition)
    stayed = zip(_said(arrived[odd], departed[odd]), departed[odd] - arrived[odd], strict=True)
    detail = [f"{said}: {minutes:g} min" for said, minutes in stayed]
    return flagged("short_visit", grid, odd, in_order, detail, sql, {NO_TIMES: ~in_order})


def _before_departure(reports: Reports, grid: AnswerGrid) -> Outcome:
    limits = reports.limits
    received = grid.observations["received"].str.replace("Z", "", literal=True)
    stamp = received.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False)
    # Received, as the latest local time that it can have been.
    local = stamp.dt.epoch("s").cast(pl.Float64).to_numpy() / 60 + limits.utc_offset_minutes
    departed = visits_of(reports, grid)["ended"].cast(pl.Float64).to_numpy()
    odd = departed > local + limits.clock_margin_minutes
    known = ~np.isnan(departed - local)
    detail = [
        f"departed {hour(left)}, received {int(left - came)} min before"
        for left, came in zip(departed[odd], local[odd], strict=True)
    ]
    sql = received_query(grid.election, grid.form, limits)
    why = {"departure or time of receipt missing": ~known}
    return flagged("future_or_late", grid, odd, known, detail, sql, why)


def _times(grid: AnswerGrid) -> tuple[Minutes, Minutes]:
    """Arrival and departure, NaN where not given."""
    times = grid.observations.select(pl.col("arrived", "departed").cast(pl.Float64))
    return times["arrived"].to_numpy(), times["departed"].to_numpy()


def _said(arrived: Minutes, departed: Minutes) -> list[str]:
    return [
        f"arrived {hour(came)}, departed {hour(left)}"
        for came, left in zip(arrived, departed, strict=True)
    ]
