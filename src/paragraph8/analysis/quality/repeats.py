"""The same visit reported more than once, and the same photograph."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.quality.pairs import Partners, overlapping
from paragraph8.analysis.quality.reports import (
    NO_PLACE,
    Outcome,
    Reports,
    flags_at,
    visits_of,
)
from paragraph8.analysis.quality.sql import photo_query, twice_query
from paragraph8.tables.answers import AnswerGrid

NAMED_ITEMS = 8
NO_ARRIVAL = "arrival missing"
# Begin at the same minute, or the later one before the earlier one ends: a touch is not enough.
A_TOUCH = 0.5


def repeat_queries(reports: Reports) -> Iterator[Outcome]:
    """sent_twice, duplicate_photo."""
    for grid in reports.of(reports.limits.visit_forms):
        yield _sent_twice(reports, grid)
    yield from _photographs(reports)


def same_visit(visits: pl.DataFrame) -> Partners:
    """For each report of one form (rows of `visits_of`) another of the same team, place and time.

    The same time: they begin at the same minute, or the later begins before the earlier ends.
    """
    rows = visits.with_row_index("row").drop_nulls(["place", "begun"])
    rows = rows.with_columns(till=pl.max_horizontal("begun", "ended"))
    rows = rows.sort("team", "place", "begun", "row")
    group = rows.select(pl.struct("team", "place").rle_id().cast(pl.Int64)).to_series().to_numpy()
    row = rows["row"].cast(pl.Int64).to_numpy()
    begun, till = (rows[name].cast(pl.Float64).to_numpy() for name in ("begun", "till"))
    found = Partners(visits.height)
    # Those that begin together are looked at as if they lasted at least that touch.
    lasting = np.maximum(till, begun + A_TOUCH)
    for one, other in overlapping(group, begun, lasting, A_TOUCH):
        found.add(row[one], row[other], np.zeros(len(one)))
    return found


def _sent_twice(reports: Reports, grid: AnswerGrid) -> Outcome:
    visits = visits_of(reports, grid)
    found = same_visit(visits)
    odd, partner = found.odd, found.first[found.odd]
    names = grid.observations["observation"].gather(partner.astype(np.uint32)).to_list()
    detail = found.more(_differences(grid, odd, partner))
    placed, timed = visits["place"].is_not_null(), visits["begun"].is_not_null()
    why = {NO_PLACE: int((~placed).sum()), NO_ARRIVAL: int((placed & ~timed).sum())}
    return Outcome(
        "sent_twice",
        grid.form,
        flags_at(grid, odd, detail, names),
        int((placed & timed).sum()),
        {reason: n for reason, n in why.items() if n},
        twice_query(grid.election, grid.form),
    )


def _differences(grid: AnswerGrid, one: NDArray[np.int64], other: NDArray[np.int64]) -> list[str]:
    differ = (grid.values[:, one] != grid.values[:, other]) | (
        grid.states[:, one] != grid.states[:, other]
    )
    said = []
    for column in differ.T:
        items = [grid.items[int(place)] for place in np.flatnonzero(column)]
        if not items:
            said.append("the same in every answer")
        elif len(items) <= NAMED_ITEMS:
            said.append(f"differs in {', '.join(items)}")
        else:
            said.append(f"differs in {len(items)} answers, {', '.join(items[:NAMED_ITEMS])} …")
    return said


def _photographs(reports: Reports) -> Iterator[Outcome]:
    queried = pl.concat(
        grid.observations.select("observation", "form") for grid in reports.grids.values()
    )
    sent = reports.tables["attachment"].join(queried, on="observation", how="inner")
    by_photo = sent.group_by("sha256", "observation", "form").agg(item=pl.col("item").min())
    # Of several reports with it the first is named, and beside the first the next.
    shared = by_photo.sort("observation").with_columns(
        times=pl.len().over("sha256"),
        first=pl.col("observation").first().over("sha256"),
        next=pl.col("observation").get(1, null_on_oob=True).over("sha256"),
    )
    shared = shared.filter(pl.col("times") > 1).with_columns(
        other=pl.when(pl.col("observation") == pl.col("first")).then("next").otherwise("first")
    )
    rows = shared.sort("observation", "item").group_by("observation", maintain_order=True).agg(
        pl.col("form", "other").first(), detail="photograph " + pl.col("item").str.join(", ")
    )  # fmt: skip
    for form, of_form in sent.partition_by("form", as_dict=True).items():
        yield Outcome(
            "duplicate_photo",
            str(form[0]),
            rows.filter(form=form[0]).select("observation", "detail", "other"),
            of_form["observation"].n_unique(),
            sql=photo_query(reports.election, list(reports.grids), str(form[0])),
        )
