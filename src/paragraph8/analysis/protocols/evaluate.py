"""Rules on the grid: pass, fail with the difference, or not checkable."""

from collections.abc import Iterable, Sequence

import polars as pl

from paragraph8.analysis.protocols.compare import Side, compare_votes
from paragraph8.analysis.protocols.formula import Formula, Term
from paragraph8.analysis.protocols.rules import Rule, Tolerance
from paragraph8.kernel.check import Check, Verdict
from paragraph8.tables.places import stations_with_top_area
from paragraph8.tables.tables import Tables

KEYS = ["election", "contest", "station", "source", "area", "kind", "protocol"]


def evaluate(rule: Rule, grid: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """One rule on every protocol of the grid (or every station, for a rule between two sources).

    Columns: election, contest, station, source, area, kind, protocol; expected, found, difference
    (found - expected), tolerance (all Int64, in what the rule counts); verdict. Where a number that
    the rule needs is absent, or all are zero, the verdict is not_checkable.
    """
    sources = rule.formula.sources
    if sources:
        return _between_sources(rule, sources, tables)
    found, expected = side(rule.formula.left, grid), side(rule.formula.right, grid)
    if rule.not_where is not None and rule.not_where.column in grid.columns:
        found = pl.when(pl.col(rule.not_where.column).is_null()).then(found)
    if says_nothing := _all_zero(rule.formula, grid.columns):
        found = pl.when(~pl.all_horizontal(says_nothing)).then(found)
    numbers = grid.select(
        *KEYS, expected=expected, found=found, tolerance=_tolerance(rule.tolerance, grid)
    )
    return numbers.with_columns(difference=pl.col("found") - pl.col("expected")).with_columns(
        verdict=_verdict(rule.formula)
    )


def checks(rule: Rule, evaluated: pl.DataFrame, verdict: Verdict) -> list[Check]:
    """The rows of `evaluated` with this verdict, as Checks."""
    return [
        Check(
            rule=rule.id,
            protocol=row["protocol"],
            expected=row["expected"],
            found=row["found"],
            difference=row["difference"],
            tolerance=row["tolerance"],
            verdict=verdict,
        )
        for row in evaluated.filter(pl.col("verdict") == verdict).to_dicts()
    ]


def side(terms: Iterable[Term], grid: pl.DataFrame) -> pl.Expr:
    """The sum of the terms; null where a term that may not be absent is."""
    total = pl.lit(0, dtype=pl.Int64)
    for term in terms:
        total = total + term.factor * _number(term, grid.columns)
    return total


def _all_zero(formula: Formula, columns: Sequence[str]) -> list[pl.Expr]:
    """Conditions that together mean: every number is zero, as for the machine ballots of a station
    without a machine. Such a protocol would pass without having been checked on anything."""
    terms = (*formula.left, *formula.right)
    if any(not term.name for term in terms):
        return []
    return [pl.col(t.column).fill_null(0) == 0 for t in terms if t.column in columns]


def _number(term: Term, columns: Sequence[str]) -> pl.Expr:
    if not term.name:
        return pl.lit(1, dtype=pl.Int64)
    if term.column not in columns:
        return pl.lit(0 if term.optional else None, dtype=pl.Int64)
    number = pl.col(term.column)
    return number.fill_null(0) if term.optional else number


def _tolerance(tolerance: Tolerance, grid: pl.DataFrame) -> pl.Expr:
    absolute = pl.lit(tolerance.absolute, dtype=pl.Int64)
    if tolerance.of is None:
        return absolute
    share = (_number(tolerance.of, grid.columns) * tolerance.share).floor().cast(pl.Int64)
    return pl.max_horizontal(absolute, share)


def _verdict(formula: Formula) -> pl.Expr:
    difference, tolerance = pl.col("difference"), pl.col("tolerance")
    fails = (difference.abs() if formula.equal else difference) > tolerance
    return (
        pl.when(difference.is_null())
        .then(pl.lit(Verdict.NOT_CHECKABLE.value))
        .when(fails)
        .then(pl.lit(Verdict.FAIL.value))
        .otherwise(pl.lit(Verdict.PASS.value))
    )


def _between_sources(rule: Rule, sources: tuple[str, str], tables: Tables) -> pl.DataFrame:
    """The sum of differences over contestants at stations where both sources hold votes.

    A station that only the first source reports is not checkable.
    """
    first, second = sources
    present = tables["protocol"]["source"].unique()
    if first not in present or second not in present:
        return _nothing()
    compared = compare_votes(tables, Side(first), Side(second)).by_station
    protocols = tables["protocol"].filter((pl.col("copy") == 1) & (pl.col("source") == first))
    keys = ["election", "contest", "station"]
    places = stations_with_top_area(tables).select("election", "station", "area", "kind")
    rows = (
        protocols.select("protocol", *keys, "source")
        .join(places, on=["election", "station"], how="left")
        .join(compared, on=keys, how="left")
    )
    differs = pl.col("absolute_difference")
    return rows.select(
        *KEYS,
        expected=pl.when(differs.is_not_null()).then(pl.lit(0, dtype=pl.Int64)),
        found=differs,
        tolerance=pl.lit(rule.tolerance.absolute, dtype=pl.Int64),
        difference=differs,
    ).with_columns(verdict=_verdict(rule.formula))


def _nothing() -> pl.DataFrame:
    texts = dict.fromkeys((*KEYS, "verdict"), pl.String)
    numbers = dict.fromkeys(("expected", "found", "tolerance", "difference"), pl.Int64)
    return pl.DataFrame(schema={**texts, **numbers})
