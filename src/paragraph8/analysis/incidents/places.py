"""The region that an area, or the words for one, lies in: the name of its highest area."""

import polars as pl

from paragraph8.kernel.sql import Steps, literal
from paragraph8.tables.tables import Tables


def regions(tables: Tables, election: str) -> pl.DataFrame:
    """words, region: what a report may name, and the name of the highest area it lies in.

    Words are the code of an area or, where no code is spelt so, a name that leads to one region
    only. An area that hangs on no highest area is left out.
    """
    areas = tables["area"].filter(election=election).select("area", "parent", "name")
    level = areas.filter(pl.col("parent").is_null()).select("area", "name", region="name")
    found = [level]
    while level.height:
        below = level.select("region", parent="area")
        level = areas.join(below, on="parent").select("area", "name", "region")
        found.append(level)
    by_code = pl.concat(found)
    by_name = (
        by_code.filter(~pl.col("name").is_in(by_code["area"].implode()))
        .group_by("name")
        .agg(pl.col("region").unique())
        .filter(pl.col("region").list.len() == 1)
        .select(words="name", region=pl.col("region").list.first())
    )
    return pl.concat([by_code.select("region", words="area").select("words", "region"), by_name])


def in_region(frame: pl.DataFrame, named: str, places: pl.DataFrame) -> pl.DataFrame:
    """Adds `region` to the frame: of the column `named`; words that lead nowhere stay as they are,
    and "" stands where nothing is named."""
    joined = frame.join(places, left_on=named, right_on="words", how="left", maintain_order="left")
    return joined.with_columns(region=pl.coalesce("region", named, pl.lit("")))


def region_steps(election: str) -> Steps:
    """Steps up to `place` (words, region), as `regions` makes it. First of all steps of a query."""
    of_election = f"election = {literal(election)}"
    return {
        "RECURSIVE top": (
            f"SELECT area, name, name AS region FROM area\nWHERE {of_election} AND parent IS NULL\n"
            "UNION ALL\n"
            "SELECT area.area, area.name, top.region FROM area JOIN top ON area.parent = top.area\n"
            f"WHERE area.{of_election}"
        ),
        "place": (
            "SELECT area AS words, region FROM top\n"
            "UNION ALL\n"
            "SELECT name, min(region) FROM top WHERE name NOT IN (SELECT area FROM top)\n"
            "GROUP BY name HAVING count(DISTINCT region) = 1"
        ),
    }
