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
