"""What the mission's lists do not have: stations and questions."""

from collections.abc import Iterator

import polars as pl

from paragraph8.analysis.quality.reports import Outcome, Reports, flagged
from paragraph8.analysis.quality.sql import item_query, station_query
from paragraph8.tables.answers import AnswerGrid

NAMED_ITEMS = 8


def unknown_queries(reports: Reports) -> Iterator[Outcome]:
    """unknown_station, unknown_item."""
    stations = reports.tables["station"].filter(election=reports.election)["station"]
    odd_items = _unknown_items(reports)
    for grid in reports.grids.values():
        # Without a list every station would be unknown.
        if stations.len():
            yield _station(grid, stations)
        yield _items(grid, odd_items)


def _station(grid: AnswerGrid, stations: pl.Series) -> Outcome:
    seen = grid.observations
    listed, stated = seen["station"], seen["station_stated"]
    outside = listed.is_not_null() & ~listed.is_in(stations.to_list())
    odd = outside | (listed.is_null() & stated.is_not_null())
    named = listed.is_not_null() | stated.is_not_null()
    codes = seen.select(pl.coalesce("station", "station_stated")).to_series().filter(odd)
    return flagged(
        "unknown_station",
        grid,
        odd.to_numpy(),
        named.to_numpy(),
        [f"stated {code}" for code in codes],
        station_query(grid.election, grid.form),
        {"no station named": (~named).to_numpy()},
    )


def _unknown_items(reports: Reports) -> pl.DataFrame:
    """observation, items: what it answers and the codebook does not have."""
    answer, known = reports.tables["answer"], reports.tables["form_item"]["item"].to_list()
    asked = answer.select(pl.col("item").unique())
    # The code of a contestant stands behind the item of the votes.
    question = pl.col("item").str.split("-").list.first()
    strange = asked.filter(~pl.col("item").is_in(known) & ~question.is_in(known))["item"]
    rows = answer.filter(pl.col("item").is_in(strange.to_list())).sort("observation", "item")
    return rows.group_by("observation", maintain_order=True).agg(
        items=pl.col("item").head(NAMED_ITEMS).str.join(", ")
    )


def _items(grid: AnswerGrid, odd_items: pl.DataFrame) -> Outcome:
    named = grid.observations.select("observation").join(
        odd_items, on="observation", how="left", maintain_order="left"
    )["items"]
    odd = named.is_not_null()
    return flagged(
        "unknown_item",
        grid,
        odd.to_numpy(),
        odd.is_not_null().to_numpy(),
        named.drop_nulls().to_list(),
        item_query(grid.election, grid.form),
    )
