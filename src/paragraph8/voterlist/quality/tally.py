"""Counts of entries by area, station and group, and their shares beside those of the whole list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from paragraph8.analysis.stats.intervals import wilson
from paragraph8.voterlist.quality.audit import ENTRY, Audit
from paragraph8.voterlist.quality.funnel import funnel
from paragraph8.voterlist.quality.limits import Limits
from paragraph8.voterlist.quality.rows import ALL, shaped, together

UNUSUAL = "Unusual beside the other places of this list."
ALL_ENTRIES = "TRUE"


@dataclass(frozen=True, slots=True)
class Share:
    """Entries for which `holds`, of those for which `base` does: conditions in SQL."""

    holds: str
    base: str = ALL_ENTRIES


@dataclass(frozen=True, slots=True)
class Unit:
    """How a share is written: `per` entries, in words."""

    per: float
    words: str


PER_THOUSAND = Unit(1000, "per 1,000 entries")
PER_TEN_THOUSAND = Unit(10_000, "per 10,000 entries")
SHARE = Unit(1, "share")


def tally(
    audit: Audit,
    shares: Mapping[str, Share],
    source: str = ENTRY,
    group: str = f"'{ALL}'",
    places: bool = True,
) -> pl.DataFrame:
    """Counts by measure, area, station and group.

        shares   measure -> condition and base
        source   table, or a SELECT in brackets, with the columns of the entries
        group    SQL: the group of an entry
        places   False for the whole list only
    Returns measure, area, station, group, n, denominator. An area's row takes all its stations
    together, the row "all" all areas.
    """
    columns = ", ".join(
        f"count(*) FILTER (WHERE ({s.base}) AND ({s.holds})) AS n_{at},"
        f" count(*) FILTER (WHERE {s.base}) AS of_{at}"
        for at, s in enumerate(shares.values())
    )
    levels = _levels(audit) if places else [()]
    sets = ", ".join(f"({', '.join((*level, 'member'))})" for level in levels)
    named = "".join(f"{name}, " for name in levels[-1])
    counted = audit.ask(
        f'SELECT {named}member AS "group", {columns} FROM'
        f" (SELECT *, {group} AS member FROM {source}) AS e GROUP BY GROUPING SETS ({sets})"
    )
    return _long(audit, counted, tuple(shares))


def _levels(audit: Audit) -> list[tuple[str, ...]]:
    """The whole list, areas, stations: the columns that each is grouped by, the finest last."""
    levels: list[tuple[str, ...]] = [()]
    if audit.has("area"):
        levels.append(("area",))
    if audit.has("station"):
        levels.append(("area", "station"))
    return levels


def _long(audit: Audit, counted: pl.DataFrame, measures: tuple[str, ...]) -> pl.DataFrame:
    missing = [
        pl.lit(None, dtype=pl.Int32).alias(name)
        for name in ("area", "station")
        if name not in counted.columns
    ]
    coded = audit.coded(counted.with_columns(missing))
    parts = [
        coded.select(
            pl.lit(measure).alias("measure"),
            "area",
            "station",
            "group",
            n=pl.col(f"n_{at}"),
            denominator=pl.col(f"of_{at}"),
        )
        for at, measure in enumerate(measures)
    ]
    return pl.concat(parts).sort("measure", "group", "area", "station")


def share_rows(
    counts: pl.DataFrame, limits: Limits, unit: Unit, expected: float | None = None
) -> pl.DataFrame:
    """Rows of `list_test` from counts of `tally`.

        expected   share that the whole list should have, 0..1; None for no expectation
    `low` and `high` are Wilson's interval. The row of a place is put beside the whole list: its
    `expected` is the list's share and the limits are those of the funnel. One more row per measure
    and group counts the stations that are unusual.
    """
    low, high = wilson(counts["n"].to_numpy(), counts["denominator"].to_numpy(), limits.level)
    of = pl.col("denominator")
    rows = shaped(
        counts.with_columns(
            value=pl.when(of > 0).then(unit.per * pl.col("n") / of),
            low=pl.Series(unit.per * low),
            high=pl.Series(unit.per * high),
            expected=pl.lit(None if expected is None else unit.per * expected, pl.Float64),
            unit=pl.lit(unit.words),
        )
    )
    parts = rows.partition_by("measure", "group", maintain_order=True)
    return together(_beside(part, limits, unit) for part in parts)


def _beside(rows: pl.DataFrame, limits: Limits, unit: Unit) -> pl.DataFrame:
    """Rows of one measure and group with each place put beside the whole list."""
    whole = rows.filter((pl.col("area") == ALL) & (pl.col("station") == ALL))
    stations = rows.filter(pl.col("station") != ALL)
    areas = rows.filter((pl.col("area") != ALL) & (pl.col("station") == ALL))
    parts: list[pl.DataFrame] = [whole]
    for places in (areas, stations):
        if not places.is_empty():
            parts.append(_funnelled(places, limits, unit))
    if not stations.is_empty():
        parts.append(_counted(parts[-1], whole))
    return together(parts)


def _funnelled(places: pl.DataFrame, limits: Limits, unit: Unit) -> pl.DataFrame:
    found = funnel(places["n"].to_numpy(), places["denominator"].to_numpy(), limits)
    notes = [UNUSUAL if unusual else None for unusual in found.unusual]
    return places.with_columns(
        expected=pl.Series(np.where(np.isnan(found.low), np.nan, unit.per * found.share)),
        expected_low=pl.Series(unit.per * found.low),
        expected_high=pl.Series(unit.per * found.high),
        note=pl.Series(notes, dtype=pl.String),
    )


def _counted(stations: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """One row: how many stations are unusual."""
    unusual = stations.filter(pl.col("note") == UNUSUAL).height
    measure, group = whole.select("measure", "group").row(0)
    return shaped(
        pl.DataFrame(
            {
                "measure": [f"{measure}_unusual_stations"],
                "group": [group],
                "n": [unusual],
                "denominator": [stations.filter(pl.col("denominator") > 0).height],
                "value": [float(unusual)],
                "unit": ["stations"],
            }
        )
    )


def any_of(conditions: Iterable[str]) -> str:
    """SQL: at least one of the conditions; false for none."""
    return " OR ".join(conditions) or "FALSE"
