"""How large are the failures of protocols beside what separates the contestants?"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import polars as pl

from paragraph8.analysis.protocols.arithmetic import (
    COUNTED,
    counted_rules,
    failing_protocols,
    rule_tallies,
    touching_rules,
    worst_differences,
)
from paragraph8.analysis.protocols.parameters import SeatRule, seat_rule
from paragraph8.analysis.protocols.rules import Rule, rules
from paragraph8.analysis.protocols.sql import reach_query, reach_steps
from paragraph8.analysis.protocols.sql_votes import TOTALS, national_steps, neighbour_steps
from paragraph8.analysis.stats.seats import allocate_seats, smallest_shift
from paragraph8.kernel.figure import INPUT, Evidence, Figure, Kind
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.kernel.sql import Steps, matches, query
from paragraph8.tables.grid import sum_votes
from paragraph8.tables.tables import Tables

NAME = "protocols.margins"
LIMITS = (
    "The sum assumes that each difference stands for votes missing or added; errors that cancel "
    "within a protocol, and stations where a rule cannot be checked, are not in it; nothing shows "
    "that any vote was moved, or from whom to whom.",
    "A margin larger than these votes does not show that a result is right; between contestants "
    "that win no seat a small margin decides nothing.",
)
# The first of these that a contest has counts as its national result.
SOURCE_ORDER = (
    "published",
    "hand_count",
    "station",
    "district",
    "machine_tally",
    "machine_memory",
    "volunteers",
    "posted_copy",
    "observer_copy",
)


def margins(tables: Tables, parameters: Parameters) -> Result:
    """Set what failing protocols could touch against margins between neighbours.

    Needs what `arithmetic` needs; uses official_figure (votes, channel all, newest version) where
    given, else the sum of the protocols' votes. Figures, each by election and contest:
        votes[contestant]         the national result used
        margin[above, below]      votes between neighbours in order of votes
        reach                     what failures could change a margin by, as in arithmetic
        within_reach              neighbouring pairs whose margin is no larger than that, of all
        seats[contestant], seat_shift   where `parameters["seats"]` holds a rule {seats, method,
                                  threshold_share}: seats, and the fewest votes whose move from one
                                  contestant to another would change them; SQL cannot apply the
                                  rule, so their query gives the votes it is applied to
    Assumes that each failing protocol touches at most its largest difference.
    """
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    failures = failing_protocols(tables, parameters)
    worst = worst_differences(failures)
    national = national_votes(tables)
    rule = seat_rule(parameters)
    all_rules, tallies = rules(parameters.get("rules")), rule_tallies(tables, parameters)
    figures: list[Figure] = []
    notes: list[str] = []
    for (election, contest), votes in national.group_by(
        ["election", "contest"], maintain_order=True
    ):
        where = {"election": str(election), "contest": str(contest)}
        ranked = votes.filter(pl.col("kind") != "none").sort(
            "votes", "ballot_order", "contestant", descending=[True, False, False]
        )
        source = str(votes["source"][0])
        national_sql = national_steps(where, source)
        figures += _vote_figures(maker, votes, source, national_sql, where)
        here = (pl.col("election") == election) & (pl.col("contest") == contest)
        reach = _reach(worst.filter(here))
        counted = touching_rules(counted_rules(all_rules, tallies, str(election)))
        figures += _margin_figures(maker, ranked, reach, national_sql, counted, where)
        notes += _without_total(tables, votes, where)
        if rule:
            figures += _seat_figures(maker, ranked, rule, national_sql, where)
            notes += _open_seats(ranked, rule, where)
        else:
            notes.append(f"{election}: the mission file holds no rule for seats.")
    evidence = {"rule_failures": failures, "national_votes": national}
    return Result(
        NAME, tables.snapshot, tuple(figures), LIMITS, (), evidence, tuple(notes), parameters
    )


def national_votes(tables: Tables) -> pl.DataFrame:
    """election, contest, contestant, ballot_order, name, kind, votes, source, in ballot order."""
    official = tables["official_figure"].filter(
        (pl.col("field") == "votes") & (pl.col("channel") == "all")
    )
    newest = (
        official.sort("version")
        .group_by("election", "contest", "contestant")
        .agg(votes=pl.col("value").last())
    )
    announced = newest.with_columns(source=pl.lit(TOTALS))
    covered = newest.select("election", "contest").unique()
    protocols = (
        tables["protocol"]
        .filter(pl.col("copy") == 1)
        .join(covered, on=["election", "contest"], how="anti")
    )
    chosen = protocols.join(_chosen_source(protocols), on=["election", "contest", "source"])
    summed = sum_votes(tables, chosen.select("protocol", "election", "contest", "source"))
    keys = ["election", "contest", "contestant"]
    return (
        pl.concat([announced, summed.select(announced.columns)])
        .join(tables["contestant"], on=keys)
        .select(*keys, "ballot_order", "name", "kind", "votes", "source")
        .sort("election", "contest", "ballot_order", "contestant")
    )


def _chosen_source(protocols: pl.DataFrame) -> pl.DataFrame:
    rank = {source: number for number, source in enumerate(SOURCE_ORDER)}
    return (
        protocols.select("election", "contest", "source")
        .unique()
        .sort(pl.col("source").replace_strict(rank))
        .unique(["election", "contest"], keep="first", maintain_order=True)
    )


def _without_total(tables: Tables, votes: pl.DataFrame, where: Mapping[str, str]) -> Iterator[str]:
    contestants = tables["contestant"].filter(
        (pl.col("election") == where["election"]) & (pl.col("contest") == where["contest"])
    )
    missing = contestants.join(votes, on="contestant", how="anti").sort("ballot_order")
    if missing.height:
        names = ", ".join(missing.select(pl.coalesce("name", "contestant"))["name"])
        yield f"{where['election']}: left out, since no total is given for them: {names}."


def _reach(worst: pl.DataFrame) -> int:
    """The largest sum of worst differences of any source, so that no station counts twice."""
    sums = worst.group_by("source").agg(pl.col("difference").sum())["difference"]
    return max(sums.to_list(), default=0)


def _vote_figures(
    maker: FigureMaker, votes: pl.DataFrame, source: str, national: Steps, where: Mapping[str, str]
) -> Iterator[Figure]:
    for row in votes.to_dicts():
        yield maker.count(
            "votes",
            row["votes"],
            "votes",
            kind=Kind.OFFICIAL if source == TOTALS else Kind.OWN_MEASUREMENT,
            base=f"national result ({source})",
            query=query(
                national,
                f"SELECT votes FROM national WHERE {matches({'contestant': row['contestant']})}",
            ),
            evidence=Evidence("national_votes", where, "votes"),
            where={**where, "contestant": row["contestant"]},
        )


def _margin_figures(
    maker: FigureMaker,
    ranked: pl.DataFrame,
    reach: int,
    national: Steps,
    counted: list[Rule],
    where: Mapping[str, str],
) -> Iterator[Figure]:
    pairs = list(pairwise(ranked.select("contestant", "votes").rows()))
    pair_steps = neighbour_steps(national)
    for (above, more), (below, fewer) in pairs:
        yield maker.count(
            "margin",
            more - fewer,
            "votes",
            base="national result",
            query=query(
                pair_steps,
                f"SELECT margin FROM pair WHERE {matches({'above': above, 'below': below})}",
            ),
            evidence=Evidence("national_votes", where, "votes"),
            where={**where, "above": above, "below": below},
        )
    failures = Evidence("rule_failures", {"election": where["election"]}, "difference")
    yield maker.count(
        "reach",
        reach,
        "votes",
        base=f"largest differences at protocols failing a rule of severity {' or '.join(COUNTED)}",
        query=reach_query(counted, where),
        evidence=failures,
        where=where,
    )
    within = sum(more - fewer <= reach for (_, more), (_, fewer) in pairs)
    yield maker.count(
        "within_reach",
        within,
        "pairs of neighbours",
        denominator=len(pairs),
        base="pairs of neighbouring contestants",
        query=query(
            {**reach_steps(counted, where), **pair_steps},
            "SELECT count(*) FROM pair, reach WHERE margin <= reach.votes",
        ),
        evidence=Evidence("national_votes", where, "votes"),
        where=where,
    )


def _open_seats(ranked: pl.DataFrame, rule: SeatRule, where: Mapping[str, str]) -> Iterator[str]:
    votes = dict(ranked.select("contestant", "votes").rows())
    allocation = allocate_seats(votes, rule.seats, rule.method, rule.threshold_share)
    if allocation.unallocated:
        among = f" between {', '.join(allocation.tied)}" if allocation.tied else ""
        yield (
            f"{where['election']}: {allocation.unallocated} seats are left open by the rule{among}."
        )


def _seat_figures(
    maker: FigureMaker,
    ranked: pl.DataFrame,
    rule: SeatRule,
    national: Steps,
    where: Mapping[str, str],
) -> Iterator[Figure]:
    votes = dict(ranked.select("contestant", "votes").rows())
    allocation = allocate_seats(votes, rule.seats, rule.method, rule.threshold_share)
    evidence = Evidence("national_votes", where, "votes")
    votes_sql = query(
        national,
        "SELECT contestant, votes FROM national WHERE kind <> 'none'\n"
        "ORDER BY votes DESC, ballot_order, contestant",
    )
    for contestant, won in allocation.seats.items():
        yield maker.count(
            "seats",
            won,
            "seats",
            base=f"{rule.seats} seats by {rule.method}",
            query=votes_sql,
            query_gives=INPUT,
            evidence=evidence,
            where={**where, "contestant": contestant},
        )
    shift = smallest_shift(votes, rule.seats, rule.method, rule.threshold_share)
    if shift:
        yield maker.count(
            "seat_shift",
            shift.votes,
            "votes",
            base="national result",
            query=votes_sql,
            query_gives=INPUT,
            evidence=evidence,
            where=where,
        )
