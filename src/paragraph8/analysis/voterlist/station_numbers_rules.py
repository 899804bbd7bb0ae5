"""The checks on one station: what each holds against what, and how it came out."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from paragraph8.analysis.voterlist.station_numbers_sources import Sources
from paragraph8.kernel.check import CheckTally, Verdict
from paragraph8.tables.places import stations_with_top_area
from paragraph8.tables.tables import Tables

# The source of a check whose numbers observers gave.
OBSERVERS: Final = "observers"
CHECKED: Final = (
    "rule", "election", "contest", "comparison", "source", "area", "station",
    "expected", "found", "difference", "verdict",
)  # fmt: skip


class Frame(StrEnum):
    """A frame of one source: what a check has a row for, and what it looks into."""

    AUDIT = "audit"
    SEEN = "seen"
    PROTOCOL = "numbers"


@dataclass(frozen=True, slots=True)
class Rule:
    """found = expected, or found <= expected; both are SQL over the columns of the two frames.

    rows     the source of which every station has a row, if it gives its number
    beside   the source whose number is held against it; of a rule on one protocol the same
    unit     what a difference is a number of
    """

    id: str
    says: str
    rows: Frame
    beside: Frame
    expected: str
    found: str
    equal: bool
    unit: str

    @property
    def fails(self) -> str:
        """The condition, in SQL, under which the check fails; unknown where it cannot be made."""
        return f"{self.found} {'<>' if self.equal else '>'} {self.expected}"

    @property
    def missing(self) -> str:
        """Why a station has a row and no verdict."""
        if self.rows == self.beside:
            return "a number is missing, or all are zero"
        if self.beside == Frame.SEEN:
            return "observers gave no number, or differing ones"
        return "the protocol does not give the number"


AUDIT, SEEN, PROTOCOL = Frame
RULES: Final = (
    Rule(
        "voterlist.N1",
        "Names at opening and those added, less those struck out, equal the names at closing",
        rows=PROTOCOL,
        beside=PROTOCOL,
        expected="registered_before + added - struck_out",
        found="registered + added",
        equal=True,
        unit="names",
    ),
    Rule(
        "voterlist.N2",
        "No more voters signed (or voted) than there were names at closing",
        rows=PROTOCOL,
        beside=PROTOCOL,
        expected="registered + added + coalesce(staff_allowance, 0)",
        found="signed_or_voted",
        equal=False,
        unit="voters",
    ),
    Rule(
        "voterlist.N3",
        "No more ballots were found than voters signed (or voted)",
        rows=PROTOCOL,
        beside=PROTOCOL,
        expected="signed_or_voted",
        found="ballots",
        equal=False,
        unit="ballots",
    ),
    Rule(
        "voterlist.N4",
        "The audited paper list has as many entries as the protocol had names at opening",
        rows=AUDIT,
        beside=PROTOCOL,
        expected="paper",
        # A protocol with no name at opening was not filled in.
        found="nullif(registered_before, 0)",
        equal=True,
        unit="names",
    ),
    Rule(
        "voterlist.N4",
        "The audited paper list has as many entries as observers noted names",
        rows=AUDIT,
        beside=SEEN,
        expected="paper",
        found="paper_seen",
        equal=True,
        unit="names",
    ),
    Rule(
        "voterlist.N5",
        "The audited electronic list has as many entries as observers noted names",
        rows=AUDIT,
        beside=SEEN,
        expected="electronic",
        found="electronic_seen",
        equal=True,
        unit="names",
    ),
    Rule(
        "voterlist.N6",
        "The protocol gives no fewer added voters than observers noted during the day",
        rows=SEEN,
        beside=PROTOCOL,
        expected="added",
        found="added_seen",
        equal=False,
        unit="voters",
    ),
)


def all_checks(tables: Tables, sources: Sources) -> pl.DataFrame:
    """One row per check that a station is asked: the columns of CHECKED.

    contest, comparison   "" where the check is of none
    area                  highest area of the station, "" if none
    difference            found - expected, in the rule's unit
    verdict               not_checkable where a number is absent, or a protocol has nought on both
                          sides
    """
    places = stations_with_top_area(tables).select("election", "station", "area")
    return (
        pl.concat(_checked(rule, sources) for rule in RULES)
        .join(places, on=["election", "station"], how="left", maintain_order="left")
        .with_columns(pl.col("area").fill_null(""))
        .select(CHECKED)
    )


def _checked(rule: Rule, sources: Sources) -> pl.DataFrame:
    found, expected = pl.col("found"), pl.col("expected")
    failed = found != expected if rule.equal else found > expected
    silent = found.is_null() | expected.is_null()
    if rule.rows == rule.beside:
        silent |= (found == 0) & (expected == 0)
    rows = _asked(rule, sources)
    if "comparison" not in rows.columns:
        rows = rows.with_columns(comparison=pl.lit(""))
    return (
        rows.with_columns(
            rule=pl.lit(rule.id), expected=pl.sql_expr(rule.expected), found=pl.sql_expr(rule.found)
        )
        .with_columns(
            difference=found - expected,
            verdict=pl.when(silent)
            .then(pl.lit(Verdict.NOT_CHECKABLE.value))
            .when(failed)
            .then(pl.lit(Verdict.FAIL.value))
            .otherwise(pl.lit(Verdict.PASS.value)),
        )
        .select(name for name in CHECKED if name != "area")
    )


def _asked(rule: Rule, sources: Sources) -> pl.DataFrame:
    """The stations of one source with the numbers of the other, for each source (and contest) of
    protocols, or for observers."""
    if rule.rows == Frame.PROTOCOL:
        return sources.numbers
    if rule.rows == Frame.SEEN:
        stations = sources.seen.drop_nulls(rule.found)
    else:
        stations = sources.audit.drop_nulls(rule.expected)
    if rule.beside == Frame.SEEN:
        observers = stations.with_columns(contest=pl.lit(""), source=pl.lit(OBSERVERS))
        return observers.join(sources.seen, on=["election", "station"], how="left")
    kinds = sources.numbers.select("election", "contest", "source").unique()
    keys = ["election", "contest", "source", "station"]
    return stations.join(kinds, on="election").join(sources.numbers, on=keys, how="left")


def tallies(checks: pl.DataFrame) -> Iterator[CheckTally]:
    """Per rule, election and source: all areas together first, then each area."""
    keys = ["rule", "election", "source", "area"]
    whole = checks.with_columns(area=pl.lit(""))
    counts = (
        pl.concat([whole, checks.filter(pl.col("area") != "")])
        .group_by(keys)
        .agg((pl.col("verdict") == verdict.value).sum().alias(verdict.value) for verdict in Verdict)
        .sort(keys)
    )
    for rule, election, source, area, passed, failed, not_checkable in counts.rows():
        yield CheckTally(rule, election, source, area, passed, failed, not_checkable)
