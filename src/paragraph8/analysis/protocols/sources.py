"""Do several sources of the same station agree, and who agrees with whom where they differ?"""

from itertools import combinations

import polars as pl

from paragraph8.analysis.protocols.agreement import (
    agreement_figures,
    compare,
    evidence_name,
    evidence_rows,
)
from paragraph8.analysis.protocols.compare import STATION, Side
from paragraph8.analysis.protocols.sql_votes import agreement_query
from paragraph8.kernel.figure import Evidence, Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.tables import Tables
from paragraph8.tables.words import SOURCES, said

NAME = "protocols.sources"
LIMITS = (
    "Sources that agree may share an error, above all where one was copied from the other.",
    "Where sources differ, the comparison does not show which is right.",
)
MOST_SOURCES_TOGETHER = 3


def sources(tables: Tables, parameters: Parameters) -> Result:
    """Compare every two sources that hold votes for the same stations, and every three.

    Needs protocol, protocol_vote, contestant, station. Figures as in `agreement_figures`, with
    left, right and options=all; and for every three sources, at stations that all three report
    in the same channel and where not all agree:
        alone[source]   stations where the other two agree and this one differs from both
        none_agree      stations where all three differ
    Assumes that sources give votes in the same channel words; an empty cell counts as no vote.
    """
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    present = set(tables["protocol"]["source"].unique())
    ordered = [source for source in SOURCES if source in present]
    figures: list[Figure] = []
    evidence = {}
    agreements: dict[tuple[str, str], pl.DataFrame] = {}
    for left, right in combinations(ordered, 2):
        one, other = Side(left), Side(right)
        comparison = compare(tables, one, other, "all")
        if comparison.by_station.is_empty():
            continue
        figures += agreement_figures(maker, comparison, one, other, "all")
        evidence[evidence_name(one, other, "all")] = evidence_rows(comparison, tables)
        agreements[left, right] = comparison.by_channel
    for three in combinations(ordered, MOST_SOURCES_TOGETHER):
        if all(pair in agreements for pair in combinations(three, 2)):
            who = _who_agrees(three, agreements)
            name = f"agreement {' '.join(three)}"
            evidence[name] = who
            figures += _three_figures(maker, three, who, name)
    notes = () if agreements else ("No two sources hold votes for the same station.",)
    return Result(NAME, tables.snapshot, tuple(figures), LIMITS, (), evidence, notes, parameters)


def _who_agrees(
    three: tuple[str, ...], agreements: dict[tuple[str, str], pl.DataFrame]
) -> pl.DataFrame:
    """Stations that all three report and where not all agree: `alone` names the odd one out.

    Only in the channels that all three give: two that hold more would differ where the third is
    silent.
    """
    first, second, third = three
    where = [*STATION, "channel"]
    pairs = {third: (first, second), second: (first, third), first: (second, third)}
    # Not the source's bare word: one of them, station, is a column already.
    others = {odd: f"all but {odd}" for odd in three}
    joined = agreements[first, second].rename({"agree": others[third]})
    for odd in (second, first):
        joined = joined.join(agreements[pairs[odd]].rename({"agree": others[odd]}), on=where)
    joined = joined.group_by(STATION).agg(pl.col(agree).all() for agree in others.values())
    alone = pl.lit("none agree")
    for odd, agree in others.items():
        alone = pl.when(pl.col(agree)).then(pl.lit(odd)).otherwise(alone)
    return (
        joined.filter(~pl.all_horizontal(others.values()))
        .select(*STATION, alone=alone)
        .sort(*STATION)
    )


def _three_figures(
    maker: FigureMaker, three: tuple[str, ...], who: pl.DataFrame, table: str
) -> list[Figure]:
    figures = []
    words = [said(source) for source in three]
    base = f"stations where {', '.join(words[:-1])} and {words[-1]} do not all agree"
    for election in who["election"].unique().sort():
        here = who.filter(pl.col("election") == election)
        for word in (*three, "none agree"):
            name, dimension = (
                ("none_agree", {}) if word == "none agree" else ("alone", {"source": word})
            )
            figures.append(
                maker.count(
                    name,
                    here.filter(pl.col("alone") == word).height,
                    "stations",
                    denominator=here.height,
                    base=base,
                    query=agreement_query(three, election, dimension.get("source", "")),
                    evidence=Evidence(table, {"election": election, "alone": word}),
                    where={**dimension, "election": election, "among": "+".join(three)},
                )
            )
    return figures
