"""The reports that are queried, and what a query says of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.quality.limits import Limits
from paragraph8.kernel.figure import FIGURE, NOTHING
from paragraph8.tables.answers import AnswerGrid, answer_grids
from paragraph8.tables.tables import Tables

MINUTES_OF_DAY = 24 * 60
NO_TIMES = "times missing or out of order"
NO_PLACE = "no station named"
TOO_FEW_ANSWERS = "too few answers that vary"
# Tabulation is seen at a commission, which the area names; elsewhere an area is no place to be at.
AREA_IS_PLACE = "tabulation"


@dataclass(frozen=True, slots=True)
class Reports:
    """All reports of an election that count, whenever they came: a late one is queried too. Those
    replaced by a correction or taken out by the mission are settled already."""

    tables: Tables
    election: str
    grids: Mapping[str, AnswerGrid]
    limits: Limits

    def of(self, forms: Sequence[str]) -> Iterator[AnswerGrid]:
        """Grids of these forms, where there are any."""
        return (self.grids[form] for form in forms if form in self.grids)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one query says of the reports of one form.

    flags      observation, detail (short, without personal data), other (a second observation, or
               null); one row for each observation flagged
    checked    observations that could be checked, those flagged among them
    unchecked  reason -> observations that could not
    sql, gives as `query` and `query_gives` of a figure
    """

    query: str
    form: str
    flags: pl.DataFrame
    checked: int
    unchecked: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    sql: str = ""
    gives: str = FIGURE


NOBODY: Mapping[str, NDArray[np.bool_]] = MappingProxyType({})
FLAGS = {"observation": pl.String, "detail": pl.String, "other": pl.String}


def reports_of(tables: Tables, limits: Limits) -> Iterator[Reports]:
    """One for each election of which a report counts."""
    # Where nothing came late, the grids that other analyses use are the same.
    late = bool(tables["observation"]["late"].any())
    grids = answer_grids(tables, late=late)
    for election in sorted({election for election, _ in grids}):
        yield Reports(
            tables, election, {f: g for (e, f), g in grids.items() if e == election}, limits
        )


def flags_at(
    grid: AnswerGrid,
    places: NDArray[np.int64],
    detail: Sequence[str],
    other: Sequence[str | None] | None = None,
) -> pl.DataFrame:
    """The flags of an Outcome, for observations at these places of the grid."""
    names = grid.observations["observation"].gather(places.astype(np.uint32))
    others = [None] * len(places) if other is None else list(other)
    columns = [names.to_list(), list(detail), others]
    return pl.DataFrame(columns, schema=FLAGS, orient="col")


def flagged(
    query: str,
    grid: AnswerGrid,
    odd: NDArray[np.bool_],
    checkable: NDArray[np.bool_],
    detail: Sequence[str],
    sql: str,
    unchecked: Mapping[str, NDArray[np.bool_]] = NOBODY,
) -> Outcome:
    """The Outcome of a query that looks at each form of a grid by itself.

    odd, checkable   one per observation of the grid; what is odd is checkable
    detail           one per odd observation, in their order
    unchecked        reason -> which observations could not be checked for it
    """
    counts = {reason: int(np.count_nonzero(where)) for reason, where in unchecked.items()}
    return Outcome(
        query,
        grid.form,
        flags_at(grid, np.flatnonzero(odd), detail),
        int(np.count_nonzero(checkable)),
        {reason: n for reason, n in counts.items() if n},
        sql,
    )


def visits_of(reports: Reports, grid: AnswerGrid) -> pl.DataFrame:
    """One row per observation of the grid, in its order: observation, form, team, station, place
    (null where none is named), begun and ended in minutes since 1970, null where not given."""
    day = pl.col("day").cast(pl.Int32).cast(pl.Int64) * MINUTES_OF_DAY
    named = pl.coalesce(
        pl.lit("station ") + pl.col("station"),
        pl.lit("stated ") + pl.col("station_stated"),
        pl.when(pl.col("form") == AREA_IS_PLACE).then(pl.lit("area ") + pl.col("area_stated")),
    )
    stated = reports.tables["observation"].select("observation", area_stated="area")
    seen = grid.observations.join(stated, on="observation", how="left", maintain_order="left")
    return seen.select(
        "observation",
        "form",
        "team",
        "station",
        place=named,
        begun=day + pl.col("arrived"),
        ended=day + pl.col("departed"),
    )


def hour(minutes: float) -> str:
    """Minutes after midnight as a time of day."""
    return f"{int(minutes) // 60 % 24:02}:{int(minutes) % 60:02}"
