"""Figures of the checks on one station, and of the lists beside voters turned away."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from paragraph8.analysis.voterlist.station_numbers_evidence import FAILURES, NUMBERS_TABLE
from paragraph8.analysis.voterlist.station_numbers_rules import OBSERVERS, Frame, Rule
from paragraph8.analysis.voterlist.station_numbers_sources import Sources
from paragraph8.analysis.voterlist.station_numbers_sql import (
    audit_query,
    exposure_query,
    fails_query,
    observed_query,
)
from paragraph8.kernel.check import Verdict
from paragraph8.kernel.figure import Evidence, Figure
from paragraph8.kernel.figure_maker import COMPLETE, OBSERVED, FigureMaker
from paragraph8.tables.contracts_list_audit import ONLY_ELECTRONIC, ONLY_PAPER
from paragraph8.tables.tables import Tables

Where = Mapping[str, str]
BESIDE: Final = "none: describes the stations whose sources could be held together, not a sample"
LISTS: Final = "none: a complete count of the lists as they were linked"
AUDITED: Final = "stations that the lists name"
SAID: Final = "audited stations where observers said whether voters were turned away"
ONE_LIST: Final = {
    ONLY_PAPER: "entries on the paper list only",
    ONLY_ELECTRONIC: "entries on the electronic list only",
}
# What observers saw of the lock between channels: the condition, in SQL that Polars reads too, and
# in words.
LOCKS: Final = {
    "not_instant": (
        "coalesce(not_instant, false)",
        "where observers saw that one channel does not lock the other at once",
    ),
    "instant": (
        "not coalesce(not_instant, true)",
        "where observers saw that one channel locks the other at once",
    ),
    "not_known": (
        "not_instant IS NULL",
        "where observers did not say whether one channel locks the other",
    ),
}


def check_figures(
    maker: FigureMaker, rule: Rule, checks: pl.DataFrame, late: bool
) -> Iterator[Figure]:
    """fail, and largest where there is one, of one rule by election, source, contest where an
    election has several, and comparison of lists; none where the check can be made nowhere.

    checks   see `all_checks`
    """
    by_observers = rule.beside == Frame.SEEN
    of_rule = checks.filter(
        pl.col("rule") == rule.id, (pl.col("source") == OBSERVERS) == by_observers
    )
    several = _several_contests(checks)
    keys = ["election", "contest", "comparison", "source"]
    for asked in of_rule.select(keys).unique().sort(keys).iter_rows(named=True):
        here = of_rule.filter(**asked)
        if asked["election"] not in several:
            del asked["contest"]
        where = {"rule": rule.id, **{key: value for key, value in asked.items() if value}}
        yield from _fails(maker, rule, where, here, late)


def _several_contests(checks: pl.DataFrame) -> set[str]:
    """Elections with protocols of several contests."""
    contests = checks.filter(pl.col("contest") != "").group_by("election")
    return set(contests.agg(pl.col("contest").n_unique()).filter(pl.col("contest") > 1)["election"])


def _fails(
    maker: FigureMaker, rule: Rule, where: Where, rows: pl.DataFrame, late: bool
) -> Iterator[Figure]:
    possible = rows.filter(pl.col("verdict") != Verdict.NOT_CHECKABLE)
    failed = possible.filter(pl.col("verdict") == Verdict.FAIL)
    if possible.is_empty():
        return
    interval = COMPLETE if rule.rows == Frame.PROTOCOL else BESIDE
    evidence = Evidence(FAILURES, where, "difference")
    yield maker.count(
        "fail",
        failed.height,
        "stations",
        denominator=possible.height,
        base="stations where the check could be made",
        interval=interval,
        excluded={rule.missing: rows.height - possible.height},
        query=fails_query(rule, where, late),
        evidence=evidence,
        where=where,
    )
    if failed.height:
        yield maker.number(
            "largest",
            failed.select(pl.col("difference").abs().max()).item(),
            rule.unit,
            base="stations where the check fails",
            interval=interval,
            query=fails_query(rule, where, late, "max(abs(difference))"),
            evidence=evidence,
            where=where,
        )


def list_figures(
    maker: FigureMaker, tables: Tables, sources: Sources, late: bool
) -> Iterator[Figure]:
    """Figures of each comparison of lists: see `station_numbers`."""
    channels = tables["station"].select("election", "station", "channels")
    stations = sources.audit
    for more in (sources.seen, channels):
        stations = stations.join(more, on=["election", "station"], how="left")
    keys = ["election", "comparison"]
    for where in stations.select(keys).unique().sort(keys).iter_rows(named=True):
        here = stations.filter(**where)
        yield from _observed_figures(maker, where, here, late)
        yield from _exposure_figures(maker, where, here, late)


def _observed_figures(
    maker: FigureMaker, where: Where, stations: pl.DataFrame, late: bool
) -> Iterator[Figure]:
    """Audited stations, those observed, and at these voters turned away and names on one list."""
    evidence = Evidence(NUMBERS_TABLE, where)
    yield maker.count(
        "audited",
        stations.height,
        "stations",
        base=AUDITED,
        interval=LISTS,
        query=audit_query(where, "count(*)"),
        evidence=evidence,
        where=where,
    )
    observed = stations.drop_nulls("turned_away")
    yield maker.count(
        "observed",
        observed.height,
        "stations",
        denominator=stations.height,
        base=AUDITED,
        interval=OBSERVED,
        query=observed_query(where, late, "count(*)"),
        evidence=evidence,
        where=where,
    )
    for column in ("turned_away", "not_on_list", "wrongly_refused"):
        if observed[column].count():
            yield maker.count(
                column,
                int(observed[column].sum()),
                "voters",
                base=f"voters turned away at {SAID}",
                interval=OBSERVED,
                excluded={"stations without a number": observed[column].null_count()},
                query=observed_query(where, late, f"sum({column})"),
                evidence=Evidence(NUMBERS_TABLE, where, f"observers_{column}"),
                where=where,
            )
    for category, words in ONE_LIST.items() if observed.height else ():
        yield maker.count(
            "one_list",
            int(observed[category].sum()),
            "entries",
            base=f"{words} at {SAID}",
            interval=OBSERVED,
            query=observed_query(where, late, f"sum({category})"),
            evidence=Evidence(NUMBERS_TABLE, where, f"list_{category}"),
            where={**where, "category": category},
        )


def _exposure_figures(
    maker: FigureMaker, where: Where, stations: pl.DataFrame, late: bool
) -> Iterator[Figure]:
    """Names on both lists where both channels are offered, by what observers saw of the lock."""
    unknown = stations.filter(pl.col("channels").fill_null("unknown") == "unknown")
    both = stations.filter(pl.col("channels") == "both")
    for lock, (condition, words) in LOCKS.items():
        here = both.filter(pl.sql_expr(condition))
        if here.height:
            yield maker.count(
                "exposure",
                int(here["on_both"].sum()),
                "names",
                base=f"names on both lists at stations with both channels {words}",
                interval=OBSERVED,
                excluded={
                    "names at stations whose channels are not known": int(unknown["on_both"].sum())
                },
                query=exposure_query(where, late, condition),
                evidence=Evidence(NUMBERS_TABLE, where, "list_on_both"),
                where={**where, "lock": lock},
            )
