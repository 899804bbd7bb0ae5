"""Aggregates of a reconciliation: counts by area, station, side and category; nothing else leaves.

The one place where a reconciliation becomes a table of the snapshot.
"""

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.tables.contracts_list_audit import ANY
from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.fields import ELECTRONIC, PAPER
from paragraph8.voterlist.records import Records

NOT_GIVEN = "-"
# A column with nearly as many values as entries is no column of stations: it may hold names.
FEWEST_ENTRIES_OF_A_PLACE = 5
FEW_PLACES = 10


def comparison_rows(
    engine: Engine, records: Records, election: str, comparison: str
) -> pl.DataFrame:
    """Rows for the table `list_comparison` out of the tables `decision` and `change`.

    Every entry of either list is counted in exactly one row with field "any". Rows of a field count
    entries that differ in it, by kind; an entry may stand in several of these.
    Raises Problem voterlist.places_like_names where the column of stations or areas has nearly as
    many values as the list has entries.
    """
    for column in ("area", "station"):
        refuse_personal(records, column)
    parts = [_of_side(engine, records, side) for side in (PAPER, ELECTRONIC)]
    return pl.concat(parts).with_columns(election=pl.lit(election), comparison=pl.lit(comparison))


def refuse_personal(records: Records, column: str) -> None:
    """Raises Problem voterlist.places_like_names if the column can hardly be one of places."""
    values = records.spelling.filter(pl.col("kind") == column)["word"].n_unique()
    if values > FEW_PLACES and values * FEWEST_ENTRIES_OF_A_PLACE > records.total:
        raise Problem(
            "voterlist.places_like_names", column=column, values=values, entries=records.total
        )


def place_names(records: Records, column: str) -> pl.DataFrame:
    """id, name: each area or station by the spelling that most of its entries have."""
    return (
        records.spelling.filter((pl.col("kind") == column) & pl.col("word").is_not_null())
        .sort("entries", "raw", descending=[True, False])
        .group_by("word", maintain_order=True)
        .agg(name=pl.col("raw").first().str.strip_chars())
        .rename({"word": "id"})
    )


def _of_side(engine: Engine, records: Records, side: str) -> pl.DataFrame:
    row, linked = (("paper_row", "row_a"), ("electronic_row", "row_b"))[side == ELECTRONIC]
    whole = (
        f"SELECT r.area, r.station, d.category, '{ANY}' AS field, '{ANY}' AS kind,"
        f" count(*) AS entries FROM decision d JOIN {side} r ON r.row = d.{row}"
        " GROUP BY r.area, r.station, d.category"
    )
    by_field = (
        "SELECT r.area, r.station, d.category, c.field, c.kind, count(*) AS entries FROM change c"
        f" JOIN decision d ON d.paper_row = c.row_a AND d.electronic_row = c.row_b"
        f" JOIN {side} r ON r.row = c.{linked}"
        " GROUP BY r.area, r.station, d.category, c.field, c.kind"
    )
    counted = engine.frame(f"{whole} UNION ALL {by_field}").with_columns(side=pl.lit(side))
    for column in ("area", "station"):
        names = place_names(records, column).rename({"id": column, "name": f"{column}_name"})
        counted = counted.join(
            names.with_columns(pl.col(column).cast(counted.schema[column])), on=column, how="left"
        ).with_columns(pl.col(f"{column}_name").fill_null(NOT_GIVEN).alias(column))
    return counted.select(
        "area", "station", "side", "category", "field", "kind", pl.col("entries").cast(pl.Int64)
    )
