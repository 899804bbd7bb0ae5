"""Where a station lies: its highest area."""

import polars as pl

from paragraph8.tables.tables import Tables

# Deeper than any country's areas. Areas that lie in each other in a circle have no highest one.
MOST_LEVELS = 20


def stations_with_top_area(tables: Tables) -> pl.DataFrame:
    """election, station, kind, channels, and `area`: the name of the highest area it lies in."""
    stations = tables["station"].select("election", "station", "kind", "channels", "area")
    named = stations.join(
        areas_with_top(tables), on=["election", "area"], how="left", maintain_order="left"
    )
    return named.with_columns(area=pl.col("top").fill_null("")).drop("top")


def areas_with_top(tables: Tables) -> pl.DataFrame:
    """election, area, and `top`: the name of the highest area that it is, or lies in."""
    levels = tables["area"].select("election", "area", "parent", "name")
    up = levels.drop_nulls("parent").select("election", "parent", at="area")
    climbing = levels.select("election", "area", at="area")
    for _ in range(MOST_LEVELS):
        climbed = climbing.join(up, on=["election", "at"], how="left", maintain_order="left")
        if climbed["parent"].null_count() == climbed.height:
            break
        climbing = climbed.with_columns(at=pl.coalesce("parent", "at")).drop("parent")
    named = levels.filter(pl.col("parent").is_null()).select("election", at="area", top="name")
    return climbing.join(named, on=["election", "at"], how="left", maintain_order="left").drop("at")


def areas_west_to_east(tables: Tables, election: str) -> list[str]:
    """Names of the highest areas by the middle of their stations, west first; in the order of their
    codes (numbers as numbers) where stations have no position."""
    top = tables["area"].filter((pl.col("election") == election) & pl.col("parent").is_null())
    placed = stations_with_top_area(tables).join(
        tables["station"].select("election", "station", "longitude"), on=["election", "station"]
    )
    middle = (
        placed.filter(pl.col("election") == election)
        .group_by("area")
        .agg(pl.col("longitude").median())
        .rename({"area": "name"})
    )
    number = pl.col("area").cast(pl.Int64, strict=False)
    ordered = top.join(middle, on="name", how="left").sort(
        "longitude", number, "area", nulls_last=True
    )
    return ordered["name"].unique(maintain_order=True).to_list()
