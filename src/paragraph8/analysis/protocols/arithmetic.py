"""Do the numbers on each protocol agree with each other?"""

from collections.abc import Iterable, Iterator

import polars as pl

from paragraph8.analysis.protocols.evaluate import evaluate
from paragraph8.analysis.protocols.rules import Rule, rules
from paragraph8.analysis.protocols.sql import (
    any_fail_query,
    fails_query,
    field_total_query,
    reach_query,
)
from paragraph8.kernel.canonical import canonical_json
from paragraph8.kernel.check import CheckTally, Verdict
from paragraph8.kernel.figure import Evidence, Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.grid import groups, protocol_grid
from paragraph8.tables.tables import Tables

NAME = "protocols.arithmetic"
LIMITS = (
    "A difference on a protocol shows that its numbers were not reconciled; it does not show why, "
    "nor which of the numbers is wrong.",
    "Where all numbers agree, they may still not be what happened in the station.",
)
GROUP = ("election", "source")
COUNTED = ("critical", "error")
# What a result is made of; ballot papers left over and names on a list are not.
TOUCHING = ("ballots", "votes")


def arithmetic(tables: Tables, parameters: Parameters) -> Result:
    """Evaluate every rule on every protocol.

    Needs protocol, protocol_figure, protocol_vote, station, contestant. `parameters["rules"]` may
    change rules (see `rules`). Figures, each by election and source:
        fail[rule]         protocols on which the rule fails, of those on which it can be checked
        largest[rule]      the largest of these differences
        difference[rule]   sum of the absolute differences at these, in what the rule counts
        any_fail           protocols whose own numbers fail at least one rule of severity critical
                           or error (rules between two sources not counted)
        reach              sum over all that fail such a rule, those between two sources counted
                           too, of the largest difference in ballots or votes at each station: what
                           a margin could change by if each stood for votes missing or added
        total[field, channel]  sums of the protocols' figures
    Assumes that fields mean what the rule's formula takes them for: A WRONG MAPPING FAILS RULES.
    Evidence: `rule_failures`, one row per failing protocol and rule; `protocol_figures`, the grid.
    Source: catalogue of counting rules in docs/method/protocols.md.
    """
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    grid = protocol_grid(tables)
    all_rules = rules(parameters.get("rules"))
    tallies = rule_tallies(tables, parameters)
    failures = failing_protocols(tables, parameters)
    figures = [
        *_rule_figures(maker, all_rules, tallies, failures),
        *_overall_figures(maker, grid, failures, all_rules, tallies),
        *_total_figures(maker, grid),
    ]
    checked = {tally.rule for tally in tallies if tally.checked}
    unchecked = [rule.id for rule in all_rules if rule.id not in checked]
    notes = (
        ("No protocol has the numbers that these rules need: " + ", ".join(unchecked) + ".",)
        if unchecked
        else ()
    )
    evidence = {"rule_failures": failures, "protocol_figures": grid.drop("protocol")}
    return Result(
        NAME, tables.snapshot, tuple(figures), LIMITS, tallies, evidence, notes, parameters
    )


def evaluate_all(tables: Tables, parameters: Parameters) -> dict[str, pl.DataFrame]:
    """Rule id -> every protocol with its verdict, as `evaluate` gives it."""
    changes = parameters.get("rules")
    grid = protocol_grid(tables)
    return tables.made_once(
        f"evaluated rules {canonical_json(changes)}",
        lambda: {rule.id: evaluate(rule, grid, tables) for rule in rules(changes)},
    )


def failing_protocols(tables: Tables, parameters: Parameters) -> pl.DataFrame:
    """One row per failing protocol and rule: election, source, area, station, kind, rule, severity,
    within (true if the rule looks at one protocol only), expected, found, difference."""
    all_rules, evaluated = rules(parameters.get("rules")), evaluate_all(tables, parameters)
    parts = [
        evaluated[rule.id]
        .filter(pl.col("verdict") == Verdict.FAIL.value)
        .select(
            "election",
            "contest",
            "source",
            "area",
            "station",
            "kind",
            rule=pl.lit(rule.id),
            severity=pl.lit(rule.severity),
            counts=pl.lit(rule.counts),
            within=pl.lit(rule.formula.sources is None),
            expected="expected",
            found="found",
            difference="difference",
        )
        for rule in all_rules
    ]
    order = ["election", "source", "rule", "contest", "station"]
    return pl.concat(parts).sort(order, maintain_order=True)


def rule_tallies(tables: Tables, parameters: Parameters) -> tuple[CheckTally, ...]:
    """Every rule's CheckTally by election, source and area."""
    changes = parameters.get("rules")
    evaluated = evaluate_all(tables, parameters)
    return tables.made_once(
        f"tallied rules {canonical_json(changes)}",
        lambda: tuple(t for rule in rules(changes) for t in _tallies(rule, evaluated[rule.id])),
    )


def _tallies(rule: Rule, evaluated: pl.DataFrame) -> Iterator[CheckTally]:
    """Per election and source: all areas together first, then each area."""
    counts = evaluated.group_by("election", "source", "area").agg(
        *(
            (pl.col("verdict") == verdict.value).sum().cast(pl.Int64).alias(verdict.value)
            for verdict in Verdict
        )
    )
    whole = counts.with_columns(area=pl.lit("")).group_by("election", "source", "area").sum()
    by_area = counts.filter(pl.col("area") != "")
    for row in pl.concat([whole, by_area.select(whole.columns)]).sort(*GROUP, "area").to_dicts():
        yield CheckTally(
            rule=rule.id,
            election=row["election"],
            source=row["source"],
            area=row["area"],
            passed=row["pass"],
            failed=row["fail"],
            not_checkable=row["not_checkable"],
        )


def _rule_figures(
    maker: FigureMaker,
    all_rules: tuple[Rule, ...],
    tallies: tuple[CheckTally, ...],
    failures: pl.DataFrame,
) -> Iterator[Figure]:
    by_id = {rule.id: rule for rule in all_rules}
    sizes = _sizes(failures)
    for tally in tallies:
        if tally.area or not tally.checked:
            continue
        where = {"election": tally.election, "source": tally.source, "rule": tally.rule}
        evidence = Evidence("rule_failures", where, "difference")
        key = (tally.election, tally.source, tally.rule)
        rule = by_id[tally.rule]
        yield maker.count(
            "fail",
            tally.failed,
            "protocols",
            denominator=tally.checked,
            base="protocols on which the rule can be checked",
            excluded={"a number is missing, or all are zero": tally.not_checkable},
            query=fails_query(rule, tally.election, tally.source),
            evidence=evidence,
            where=where,
        )
        yield maker.count(
            "difference",
            sizes.get(key, (0, 0))[0],
            rule.counts,
            base="differences at the protocols on which the rule fails",
            query=fails_query(rule, tally.election, tally.source, "coalesce(sum(difference), 0)"),
            evidence=evidence,
            where=where,
        )
        if tally.failed:
            yield maker.number(
                "largest",
                sizes[key][1],
                rule.counts,
                base="protocols on which the rule fails",
                query=fails_query(rule, tally.election, tally.source, "max(difference)"),
                evidence=evidence,
                where=where,
            )


def _sizes(failures: pl.DataFrame) -> dict[tuple[str, str, str], tuple[int, int]]:
    """(election, source, rule) -> sum and largest of the absolute differences."""
    difference = pl.col("difference").abs()
    keys = ["election", "source", "rule"]
    sizes = failures.group_by(keys).agg(total=difference.sum(), largest=difference.max())
    return {
        (election, source, rule): (total, largest)
        for election, source, rule, total, largest in sizes.rows()
    }


def worst_differences(failures: pl.DataFrame) -> pl.DataFrame:
    """Per protocol failing a rule of severity critical or error: election, contest, source,
    station, difference (largest absolute, over those of these rules that count ballots or votes; 0
    without one), within (whether one of these rules looks at the protocol alone)."""
    counted = failures.filter(pl.col("severity").is_in(COUNTED))
    touching = pl.col("difference").abs().filter(pl.col("counts").is_in(TOUCHING))
    return counted.group_by("election", "contest", "source", "station").agg(
        touching.max().fill_null(0), pl.col("within").any()
    )


def touching_rules(counted: Iterable[Rule]) -> list[Rule]:
    """Those of the rules whose differences are ballots or votes."""
    return [rule for rule in counted if rule.counts in TOUCHING]


def counted_rules(
    all_rules: Iterable[Rule], tallies: Iterable[CheckTally], election: str, source: str = ""
) -> list[Rule]:
    """Rules of severity critical or error that can be checked on a protocol of this election (and
    source): no other can add to `any_fail` or `reach`, so their queries name these only."""
    checked = {
        tally.rule
        for tally in tallies
        if tally.checked and tally.election == election and source in ("", tally.source)
    }
    return [rule for rule in all_rules if rule.severity in COUNTED and rule.id in checked]


def _overall_figures(
    maker: FigureMaker,
    grid: pl.DataFrame,
    failures: pl.DataFrame,
    all_rules: tuple[Rule, ...],
    tallies: tuple[CheckTally, ...],
) -> Iterator[Figure]:
    worst = worst_differences(failures)
    for election, source, protocols in grid.group_by(GROUP).len().sort(*GROUP).rows():
        here = worst.filter((pl.col("election") == election) & (pl.col("source") == source))
        where = {"election": election, "source": source}
        evidence = Evidence("rule_failures", where, "difference")
        counted = counted_rules(all_rules, tallies, election, source)
        within = [rule for rule in counted if not rule.formula.sources]
        yield maker.count(
            "any_fail",
            int(here["within"].sum()),
            "protocols",
            denominator=protocols,
            base="protocols with figures",
            query=any_fail_query(within, where),
            evidence=evidence,
            where=where,
        )
        yield maker.count(
            "reach",
            int(here["difference"].sum()),
            "votes",
            base="largest differences in ballots or votes at the protocols that fail a rule",
            query=reach_query(touching_rules(counted), where),
            evidence=evidence,
            where=where,
        )


def _total_figures(maker: FigureMaker, grid: pl.DataFrame) -> Iterator[Figure]:
    fields = [
        c
        for c in grid.columns
        if ":" in c and c.split(":")[0] not in ("votes", "largest_vote", "unreadable_cells")
    ]
    for where, rows in groups(grid):
        for column in fields:
            given = rows[column].drop_nulls()
            if given.is_empty():
                continue
            field, channel = column.split(":")
            yield maker.count(
                "total",
                int(given.sum()),
                "voters or ballots",
                base=f"{given.len():,} protocols that give the number",
                excluded={"the protocol does not give it": rows.height - given.len()},
                query=field_total_query(field, channel, where),
                evidence=Evidence("protocol_figures", where, column),
                where={**where, "field": field, "channel": channel},
            )
