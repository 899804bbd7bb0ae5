"""Counted reports of incidents as one frame: what, where, when, how known, how far verified."""

import polars as pl

from paragraph8.analysis.incidents.places import in_region, regions
from paragraph8.analysis.incidents.standing import with_level
from paragraph8.tables.answers import AnswerGrid
from paragraph8.tables.tables import Tables

FORM = "incident"
HAPPENED_ON, HAPPENED_AT, CONSENT = "X1a", "X1b", "X16b"
DATE, TIME = r"^\d{4}-\d{2}-\d{2}$", r"^([01]?\d|2[0-3]):[0-5]\d$"
MINUTES_OF_DAY = 24 * 60


def told_incidents(tables: Tables, grid: AnswerGrid, inner_consent: str) -> pl.DataFrame:
    """The counted incident reports of one election, in the order of their ids.

    Columns: observation, team; station (in the register) or stated (a code that is not); named
    (code of the area, of the station if there is one), region; categories (joined by ;, null if
    none), how_known, severity (1..4), ongoing, effect; level, level_stated, standing; day and
    minute (when it happened, minutes since 1970-01-01 on the clock of the place; null if not
    known); inner (the source allows internal use only).
    Time is X1a with X1b; the day of the form and the arrival stand in for what is missing.
    """
    stations = tables["station"].filter(election=grid.election)
    raw = tables["observation"].select("observation", named_area="area")
    here = (
        grid.observations.select(
            "observation", "team", "station", "station_stated", "day", "arrived"
        )
        .join(raw, on="observation", how="left", maintain_order="left")
        .join(
            stations.select("station", station_area="area"),
            on="station",
            how="left",
            maintain_order="left",
        )
        .join(
            tables["incident"],
            left_on="observation",
            right_on="incident",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            named=pl.coalesce("station_area", "named_area"),
            happened_on=pl.Series(grid.texts(HAPPENED_ON), dtype=pl.String),
            happened_at=pl.Series(grid.texts(HAPPENED_AT), dtype=pl.String),
            inner=pl.Series(grid.texts(CONSENT), dtype=pl.String).eq_missing(inner_consent),
        )
        .with_columns(said_day=_said_day())
        .with_columns(minute=_minute(), day=pl.coalesce("said_day", "day"))
    )
    placed = in_region(with_level(here, "verification"), "named", regions(tables, grid.election))
    return placed.select(
        "observation",
        "team",
        "station",
        pl.when(pl.col("station").is_null()).then("station_stated").alias("stated"),
        "named",
        "region",
        "categories",
        "how_known",
        "severity",
        "ongoing",
        "effect",
        "level",
        "level_stated",
        "standing",
        "day",
        "minute",
        "inner",
    )


def _said_day() -> pl.Expr:
    said = pl.when(pl.col("happened_on").str.contains(DATE)).then("happened_on")
    return said.str.to_date("%Y-%m-%d", strict=False)


def _minute() -> pl.Expr:
    parts = pl.when(pl.col("happened_at").str.contains(TIME)).then("happened_at").str.split(":")
    clock = parts.list.get(0).cast(pl.Int64) * 60 + parts.list.get(1).cast(pl.Int64)
    # An arrival stands in only where it is of the day on which the incident is said to have been.
    of_that_day = pl.col("said_day").is_null() | (pl.col("said_day") == pl.col("day"))
    arrival = pl.when(of_that_day).then("arrived")
    days = pl.coalesce("said_day", "day").cast(pl.Int32).cast(pl.Int64)
    return days * MINUTES_OF_DAY + pl.coalesce(clock, arrival)


def categories_of(told: pl.DataFrame) -> pl.DataFrame:
    """observation, category: a row for each category that a report names."""
    return (
        told.select("observation", category=pl.col("categories").str.split(";"))
        .explode("category")
        .filter(pl.col("category").is_not_null() & (pl.col("category") != ""))
        .unique(maintain_order=True)
    )
