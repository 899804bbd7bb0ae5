"""The highest area that a report or a stop of the plan lies in."""

import polars as pl

from paragraph8.tables.places import stations_with_top_area
from paragraph8.tables.tables import Tables

DEEPEST = 20  # levels; a tree that goes further down goes round in a circle


def area_names(tables: Tables, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `area` as the name of the highest area of their station; without a station in
    the list, of the area they state, or that as stated; "" where they state none.

    rows   election, station, area
    """
    stations = stations_with_top_area(tables).select("election", "station", station_area="area")
    return (
        rows.join(stations, on=["election", "station"], how="left", maintain_order="left")
        .join(top_areas(tables), on=["election", "area"], how="left", maintain_order="left")
        .with_columns(area=pl.coalesce("station_area", "top", "area", pl.lit("")))
        .drop("station_area", "top")
    )


def top_areas(tables: Tables) -> pl.DataFrame:
    """election, area, top: the name of the highest area that it lies in, or is."""
    levels = tables["area"].select("election", "area", "parent", "name")
    rows = levels.select("election", "area", at="area")
    up = levels.filter(pl.col("parent").is_not_null()).select("election", "parent", at="area")
    for _ in range(DEEPEST):
        climbed = rows.join(up, on=["election", "at"], how="left", maintain_order="left")
        if climbed["parent"].null_count() == climbed.height:
            break
        rows = climbed.select("election", "area", at=pl.coalesce("parent", "at"))
    tops = levels.filter(pl.col("parent").is_null()).select("election", at="area", top="name")
    named = rows.join(tops, on=["election", "at"], how="inner", maintain_order="left")
    return named.select("election", "area", "top")
