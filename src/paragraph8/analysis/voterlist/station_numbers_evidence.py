"""The numbers of each station in one row, for a reader to look at."""

from typing import Final

import polars as pl

from paragraph8.analysis.voterlist.station_numbers_sources import Sources
from paragraph8.kernel.check import Verdict
from paragraph8.tables.places import stations_with_top_area
from paragraph8.tables.tables import Tables

NUMBERS_TABLE: Final = "station_numbers"
FAILURES: Final = "station_failures"
STATION: Final = ["election", "station"]
PROTOCOL_COLUMNS: Final = (
    "registered_before",
    "added",
    "struck_out",
    "registered",
    "signed_or_voted",
    "ballots",
)


def numbers_table(tables: Tables, sources: Sources, checks: pl.DataFrame) -> pl.DataFrame:
    """One row per station (and contest, and comparison of lists, where there are several).

        election, contest, comparison, area, station, channels
        fails        the checks that fail there: "N2 published, N4 observers"
        list_*       entries of the audited lists
        observers_*  what observers noted
        SOURCE_*     the numbers of each source of protocols that gives any
    contest and comparison are "" where there is none.
    """
    named = (frame.select(STATION) for frame in (sources.audit, sources.seen, sources.numbers))
    parts = (
        stations_with_top_area(tables).select(*STATION, "area", "channels"),
        _failing(checks),
        _prefixed(sources.audit, "list_", [*STATION, "comparison"]),
        _prefixed(sources.seen, "observers_", STATION),
    )
    table = pl.concat(named).unique()
    for part in parts:
        table = table.join(part, on=STATION, how="left")
    contests = sources.numbers.select("election", "contest").unique()
    table = table.join(contests, on="election", how="left").with_columns(
        pl.col("contest", "comparison", "area", "fails").fill_null("")
    )
    first = ("election", "contest", "comparison", "area", "station", "channels", "fails")
    return (
        _with_protocols(table, sources.numbers)
        .select(*first, pl.exclude(first))
        .sort("election", "contest", "comparison", "station")
    )


def failures_table(checks: pl.DataFrame) -> pl.DataFrame:
    """One row per check that fails: rule, election, source, contest, comparison, area, station,
    expected, found, difference."""
    failed = checks.filter(pl.col("verdict") == Verdict.FAIL).drop("verdict")
    return failed.sort("rule", "election", "source", "contest", "comparison", "station")


def _failing(checks: pl.DataFrame) -> pl.DataFrame:
    name = pl.col("rule").str.strip_prefix("voterlist.") + " " + pl.col("source")
    return failures_table(checks).group_by(STATION).agg(fails=name.unique().sort().str.join(", "))


def _prefixed(rows: pl.DataFrame, prefix: str, keys: list[str]) -> pl.DataFrame:
    return rows.rename(
        {name: prefix + name.removesuffix("_seen") for name in rows.columns if name not in keys}
    )


def _with_protocols(table: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """The numbers of every source beside each other, without columns that no protocol fills."""
    keys = ["election", "contest", "station"]
    for source in numbers["source"].unique().sort():
        here = numbers.filter(pl.col("source") == source)
        given = [name for name in PROTOCOL_COLUMNS if here[name].count()]
        part = _prefixed(here.select(*keys, *given), f"{source}_", keys)
        table = table.join(part, on=keys, how="left")
    return table
