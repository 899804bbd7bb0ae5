"""L22: the list beside an earlier version of it: entries added, removed, changed and moved."""

import re
from datetime import date
from typing import Literal

import numpy as np
import polars as pl

from paragraph8.voterlist.quality.audit import ENTRY, Audit, entry_select, quoted
from paragraph8.voterlist.quality.bands import group_sql
from paragraph8.voterlist.quality.rows import ALL, frame_of, not_run, shaped, together
from paragraph8.voterlist.quality.stations import robust_z
from paragraph8.voterlist.quality.tally import PER_THOUSAND, Share, Unit, share_rows, tally

EARLIER, PAIRED, CHANGED = "quality_earlier", "quality_paired", "quality_changed"
WEEK = "quality_week"
NO_EARLIER = "no earlier version of the list was given."
BY_KEYS = (
    "Entries were paired by equal numbers or equal names and dates: added and removed are too many."
)
PER_THOUSAND_EARLIER = Unit(1000, "per 1,000 entries of the earlier list")
PERSON = "surname, given, birth"
# What of an entry can change; a move to another area or station is told apart.
PARTICULARS = ("surname", "given", "patronymic", "birth", "sex", "number")
# Four digits say which number is the year; the order of the mapping says the rest.
PARTS = re.compile(r"\s*(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})(?:\D.*)?", re.DOTALL)
FAR = "Far from the median growth of the stations."


def versions(audit: Audit) -> pl.DataFrame:
    """L22. Entries added, removed, changed and moved since the earlier version."""
    if audit.context.earlier is None:
        return not_run(NO_EARLIER)
    audit.make(EARLIER, entry_select(audit.context.earlier, audit.context.day))
    audit.name_places(EARLIER)
    _pair(audit)
    note = BY_KEYS if audit.extras.earlier_pairs is None else None
    now = _now(audit)
    gone = _gone(audit)
    parts = [now, gone, _growth(audit)]
    if audit.has("entered"):
        parts.append(_weeks(audit))
    return _noted(together(parts), note)


def _noted(rows: pl.DataFrame, note: str | None) -> pl.DataFrame:
    """The note on the rows of the whole list that have none."""
    if note is None:
        return rows
    whole = (pl.col("area") == ALL) & pl.col("measure").is_in(["added", "removed"])
    return rows.with_columns(
        note=pl.when(whole & pl.col("note").is_null()).then(pl.lit(note)).otherwise("note")
    )


def _pair(audit: Audit) -> None:
    """Pairs as given, or of equal numbers with a name in common, then of equal names and dates at
    one station, then anywhere. Of several alike the first is paired with the first."""
    if audit.extras.earlier_pairs is not None:
        audit.put(PAIRED, audit.extras.earlier_pairs.select("row", "earlier_row"))
        return
    known = "(n.given = e.given OR n.surname_root = e.surname_root OR n.birth = e.birth)"
    tiers = {"number": known, "surname, given, birth, place": "TRUE", PERSON: "TRUE"}
    audit.make(PAIRED, f"SELECT row, row AS earlier_row FROM {ENTRY} WHERE FALSE")
    for keys, condition in tiers.items():
        same = " AND ".join(f"n.{key} = e.{key}" for key in ("alike", *keys.split(", ")))
        audit.make(
            f"{PAIRED}_all",
            f"SELECT * FROM {PAIRED} UNION ALL SELECT n.row AS row, e.row AS earlier_row"
            f" FROM ({_left(ENTRY, 'row', keys)}) AS n"
            f" JOIN ({_left(EARLIER, 'earlier_row', keys)}) AS e ON {same} AND {condition}",
        )
        audit.make(PAIRED, f"SELECT * FROM {PAIRED}_all")


def _left(table: str, row: str, keys: str) -> str:
    """SQL: entries not yet paired that have all the keys, numbered among those that share them."""
    known = " AND ".join(f"{key} IS NOT NULL" for key in keys.split(", "))
    return (
        f"SELECT t.*, row_number() OVER (PARTITION BY {keys} ORDER BY t.row) AS alike"
        f" FROM {table} AS t LEFT JOIN {PAIRED} AS p ON p.{row} = t.row"
        f" WHERE p.{row} IS NULL AND {known}"
    )


def _now(audit: Audit) -> pl.DataFrame:
    """What is new in the entries of this list, by place and by age and sex."""
    altered = " OR ".join(f"n.{name} IS DISTINCT FROM e.{name}" for name in PARTICULARS)
    audit.make(
        CHANGED,
        "SELECT n.row, n.area, n.station, n.age, n.sex, e.row IS NULL AS added,"
        f" e.row IS NOT NULL AND ({altered}) AS changed,"
        " e.row IS NOT NULL AND n.place <> e.place AS moved"
        f" FROM {ENTRY} AS n LEFT JOIN {PAIRED} AS p ON p.row = n.row"
        f" LEFT JOIN {EARLIER} AS e ON e.row = p.earlier_row",
    )
    shares = {name: Share(name) for name in ("added", "changed", "moved")}
    whole = tally(audit, shares, CHANGED)
    groups = tally(audit, shares, CHANGED, group_sql(audit), places=False)
    return together(share_rows(rows, audit.limits, PER_THOUSAND) for rows in (whole, groups))


def _gone(audit: Audit) -> pl.DataFrame:
    """Entries of the earlier list that are not on this one, by place and by age and sex today."""
    source = f"(SELECT *, row NOT IN (SELECT earlier_row FROM {PAIRED}) AS removed FROM {EARLIER})"
    shares = {"removed": Share("removed")}
    whole = tally(audit, shares, source)
    groups = tally(audit, shares, source, group_sql(audit), places=False)
    return together(
        share_rows(rows, audit.limits, PER_THOUSAND_EARLIER) for rows in (whole, groups)
    )


def _growth(audit: Audit) -> pl.DataFrame:
    """Entries of each station beside the earlier list; stations far from the median growth."""
    counted = audit.ask(
        "SELECT area, station, CAST(sum(now) AS BIGINT) AS n,"
        " CAST(sum(1 - now) AS BIGINT) AS earlier"
        f" FROM (SELECT area, station, 1 AS now FROM {ENTRY} UNION ALL"
        f" SELECT area, station, 0 AS now FROM {EARLIER}) AS b"
        " GROUP BY area, station ORDER BY area, station"
    )
    n, earlier = (counted[name].to_numpy().astype(np.float64) for name in ("n", "earlier"))
    whole = {"measure": "growth", "n": int(n.sum()), "denominator": int(earlier.sum()),
             "value": n.sum() / earlier.sum() - 1 if earlier.sum() else None,
             "unit": "share of the earlier list"}  # fmt: skip
    if not audit.has("station"):
        return frame_of([whole])
    both = (n > 0) & (earlier > 0)
    ratio = np.full(len(n), np.nan)
    ratio[both] = np.log(n[both] / earlier[both])
    far = np.zeros(len(n), dtype=bool)
    far[both] = np.abs(np.nan_to_num(robust_z(ratio[both]))) > audit.limits.robust_z
    stations = shaped(
        audit.coded(counted).with_columns(
            measure=pl.lit("growth"),
            denominator=pl.col("earlier"),
            value=pl.when(pl.col("earlier") > 0).then(pl.col("n") / pl.col("earlier") - 1),
            unit=pl.lit("share of the earlier list"),
            note=pl.Series([FAR if f else None for f in far], dtype=pl.String),
        )
    )
    stations = stations.filter(pl.col("station") != ALL)
    counts = {"measure": "growth_far_stations", "n": int(far.sum()), "denominator": int(both.sum()),
              "value": float(far.sum()), "unit": "stations"}  # fmt: skip
    return together([frame_of([whole, counts]), stations])


def _weeks(audit: Audit) -> pl.DataFrame:
    """Entries added, by the week in which the list says that they were entered."""
    raw = quoted(audit.raw)
    found = audit.engine.frame(
        f"SELECT DISTINCT entered AS raw FROM {raw} WHERE entered IS NOT NULL"
    )
    audit.put(WEEK, week_of(found["raw"].sort(), audit.context.dates))
    counts = audit.ask(
        f"SELECT coalesce(w.week, 'unknown') AS \"group\", count(*) FILTER (WHERE c.added) AS n,"
        f" count(*) AS of FROM {CHANGED} AS c JOIN {raw} AS r ON r.row = c.row"
        f" LEFT JOIN {WEEK} AS w ON w.raw = r.entered GROUP BY 1 ORDER BY 1"
    )
    whole = (ALL, int(counts["n"].sum()), int(counts["of"].sum()))
    return frame_of(
        {"measure": "added_by_week", "group": week, "n": n, "denominator": of, "value": float(n),
         "unit": "entries"}
        for week, n, of in (whole, *counts.iter_rows())
    )  # fmt: skip


def week_of(raw: pl.Series, order: Literal["ymd", "dmy", "mdy"]) -> pl.DataFrame:
    """raw, week: the ISO week of each date as written, "2026-W07"; null where it is no date.

    order   which numbers are year, month and day. A date that begins with a year is read so
            whatever the order.
    """
    weeks = [_week(text, order) for text in raw.to_list()]
    return pl.DataFrame({"raw": raw.cast(pl.String), "week": pl.Series(weeks, dtype=pl.String)})


def _week(text: str, order: str) -> str | None:
    found = PARTS.fullmatch(text)
    if found is None:
        return None
    parts = found.groups()
    named = dict(zip("ymd" if len(parts[0]) == 4 else order, map(int, parts), strict=True))
    if named["y"] < 1000:
        return None
    try:
        day = date(named["y"], named["m"], named["d"])
    except ValueError:
        return None
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
