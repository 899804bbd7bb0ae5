"""Where a station lies: its highest area."""

import polars as pl

from paragraph8.tables.tables import Tables


def stations_with_top_area(tables: Tables) -> pl.DataFrame:
    """election, station, kind, channels, and `area`: the name of the highest area it lies in."""
    levels = tables["area"].select("election", "area", "parent", "name")
    climbing = tables["station"].select("election", "station", "kind", "channels", "area")
    top = levels.filter(pl.col("parent").is_null()).select("election", "area", "name")
    up = levels.filter(pl.col("parent").is_not_null()).select("election", "area", "parent")
    while up.height and climbing.join(up, on=["election", "area"], how="semi").height:
        climbing = (
            climbing.join(up, on=["election", "area"], how="left", maintain_order="left")
            .with_columns(area=pl.coalesce("parent", "area"))
            .drop("parent")
        )
    named = climbing.join(top, on=["election", "area"], how="left", maintain_order="left")
    return named.with_columns(area=pl.col("name").fill_null("")).drop("name")


def areas_with_top(tables: Tables) -> pl.DataFrame:
    """election, area, and `top`: the name of the highest area that it is, or lies in."""
    levels = tables["area"].select("election", "area", "parent", "name")
    up = levels.drop_nulls("parent").select("election", "area", "parent")
    climbing = levels.select("election", "area", at="area")
    while climbing.join(
        up, left_on=["election", "at"], right_on=["election", "area"], how="semi"
    ).height:
        climbing = (
            climbing.join(up, left_on=["election", "at"], right_on=["election", "area"], how="left")
            .with_columns(at=pl.coalesce("parent", "at"))
            .drop("parent")
        )
    named = levels.filter(pl.col("parent").is_null()).select("election", at="area", top="name")
    return climbing.join(named, on=["election", "at"], how="left").drop("at")


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
