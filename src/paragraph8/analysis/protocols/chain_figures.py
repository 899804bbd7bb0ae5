"""Figures of the chain: each pair of sources, and stations by the first step that changes them."""

from collections.abc import Iterator, Mapping

import polars as pl

from paragraph8.analysis.protocols.agreement import WHATEVER_SIGN
from paragraph8.analysis.protocols.chain_numbers import (
    AGREE,
    ALONE,
    DIFFER,
    NEIGHBOURS,
    NOT_COMPARED,
    OBSERVERS,
    UNCHANGED,
    VOTES,
    Line,
    Pair,
    compared,
    given_once,
    pair_stations,
    stations_of,
)
from paragraph8.analysis.protocols.compare import STATION
from paragraph8.analysis.protocols.sql_chain import (
    first_step_query,
    pair_query,
    pair_stations_query,
    two_copies_query,
)
from paragraph8.kernel.figure import Evidence, Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.tables.words import FIELDS, said

ALL_NUMBERS = "all"
STEPS, CHANGES, DIRECT, CHAIN, TWO_COPIES = (
    "steps",
    "changes",
    "observers against published",
    "chain",
    "two copies",
)
Scope = Mapping[str, str]


def pair_figures(maker: FigureMaker, line: Line, pair: Pair, scope: Scope) -> Iterator[Figure]:
    """Figures of two sources, of one election (and contest, where there are several):

    stations_agree, stations_differ   stations where all numbers compared agree, or do not
    numbers[numbers]   numbers that differ, of those compared: all; votes; each field:channel
    absolute, largest  sum of absolute differences in votes; the largest, of one contestant
    """
    rows = compared(line.numbers, pair)
    if rows.is_empty():
        return
    yield from _station_figures(maker, line, rows, pair, scope)
    yield from _number_figures(maker, line, rows, pair, scope)
    yield from _vote_figures(maker, rows.filter(pl.col("what") == VOTES), pair, scope)


def _station_figures(
    maker: FigureMaker, line: Line, rows: pl.DataFrame, pair: Pair, scope: Scope
) -> Iterator[Figure]:
    stations = pair_stations(rows)
    unshared = stations_of(line.present, pair).join(stations, on=STATION, how="anti").height
    for name, outcome, condition in (
        ("stations_agree", AGREE, "differing = 0"),
        ("stations_differ", DIFFER, "differing > 0"),
    ):
        yield maker.count(
            name,
            stations.filter(pl.col("outcome") == outcome).height,
            "stations",
            denominator=stations.height,
            base=f"stations compared {_between(pair)}",
            excluded={"no number in both": unshared},
            query=pair_stations_query(pair, scope, condition),
            evidence=Evidence(STEPS, {**scope, **_step(pair), "outcome": outcome}),
            where={**scope, **pair.where},
        )


def _number_figures(
    maker: FigureMaker, line: Line, rows: pl.DataFrame, pair: Pair, scope: Scope
) -> Iterator[Figure]:
    differs = pl.col("difference") != 0
    counted = _with_kind(rows).group_by("kind").agg(pl.len(), differ=differs.sum())
    found = {kind: (n, differ) for kind, n, differ in counted.rows()}
    found[ALL_NUMBERS] = (rows.height, rows.filter(differs).height)
    lone = given_once(line.numbers, pair)
    once = dict(_with_kind(lone).group_by("kind").len().rows())
    once[ALL_NUMBERS] = lone.height
    for kind in sorted(found, key=_place):
        n, differ = found[kind]
        what = "" if kind == ALL_NUMBERS else kind
        yield maker.count(
            "numbers",
            differ,
            "numbers",
            denominator=n,
            base=f"numbers compared {_between(pair)}",
            excluded={"only one of them gives it": once.get(kind, 0)},
            query=pair_query(pair, scope, "count(*) FILTER (before <> after)", what),
            evidence=_evidence(pair, scope, what),
            where={**scope, **pair.where, "numbers": kind},
        )


def _vote_figures(
    maker: FigureMaker, votes: pl.DataFrame, pair: Pair, scope: Scope
) -> Iterator[Figure]:
    if votes.is_empty():
        return
    sizes = votes["difference"].abs().to_numpy()
    yield maker.count(
        "absolute",
        int(sizes.sum()),
        "votes",
        base=WHATEVER_SIGN,
        query=pair_query(pair, scope, "coalesce(sum(abs(after - before)), 0)", VOTES),
        evidence=_evidence(pair, scope, VOTES),
        where={**scope, **pair.where},
    )
    if largest := int(sizes.max()):
        yield maker.number(
            "largest",
            largest,
            "votes",
            base="differences of one contestant at one station",
            query=pair_query(pair, scope, "max(abs(after - before))", VOTES),
            evidence=_evidence(pair, scope, VOTES),
            where={**scope, **pair.where},
        )


def chain_figures(
    maker: FigureMaker, line: Line, chain: pl.DataFrame, scope: Scope
) -> Iterator[Figure]:
    """Stations with an observers' or a posted copy, of those with a number in several sources:

    first_step[step]   the first step at which a number changes, observers alone apart
    observers_alone    nothing differs but numbers for which the observers' copy stands alone
    unchanged          nothing differs
    """
    usable = chain.filter(pl.col("first_step") != NOT_COMPARED)
    if usable.is_empty():
        return
    taken = set(line.steps["step"].unique())
    steps = [("first_step", pair.step) for pair in NEIGHBOURS if pair.step in taken]
    for name, first in (*steps, ("observers_alone", ALONE), ("unchanged", UNCHANGED)):
        yield maker.count(
            name,
            usable.filter(pl.col("first_step") == first).height,
            "stations",
            denominator=usable.height,
            base="stations with an observers' or a posted copy to compare",
            excluded={"no number in several sources": chain.height - usable.height},
            query=first_step_query(scope, first),
            evidence=Evidence(CHAIN, {**scope, "first_step": first}),
            where={**scope, **({"step": first} if name == "first_step" else {})},
        )


def copies_figure(
    maker: FigureMaker, protocols: pl.DataFrame, copies: pl.DataFrame, scope: Scope
) -> Iterator[Figure]:
    """two_copies: stations with several observers' copies, where a further one differs from the
    first."""
    own = protocols.filter(pl.col("source") == OBSERVERS, **scope)
    several = own.filter(pl.col("copy") > 1).select(STATION).n_unique()
    if several:
        yield maker.count(
            "two_copies",
            copies.filter(**scope).select(STATION).n_unique(),
            "stations",
            denominator=several,
            base="stations with several observers' copies",
            query=two_copies_query(scope),
            evidence=Evidence(TWO_COPIES, scope, "difference"),
            where=scope,
        )


def _with_kind(rows: pl.DataFrame) -> pl.DataFrame:
    field = pl.concat_str("what", "channel", separator=":")
    return rows.with_columns(kind=pl.when(pl.col("what") == VOTES).then("what").otherwise(field))


def _place(kind: str) -> tuple[int, str]:
    """All numbers, votes, then fields in the order of a protocol."""
    order = (ALL_NUMBERS, VOTES, *FIELDS)
    field = kind.split(":")[0]
    return order.index(field) if field in order else len(order), kind


def _between(pair: Pair) -> str:
    directly = "" if pair.neighbours else "directly "
    return f"{directly}between {said(pair.left)} and {said(pair.right)}"


def _step(pair: Pair) -> dict[str, str]:
    return {"step": pair.step, "between": pair.where["between"]}


def _evidence(pair: Pair, scope: Scope, kind: str = "") -> Evidence:
    where = {**scope, **({"step": pair.step} if pair.neighbours else {})}
    if kind:
        field, _, channel = kind.partition(":")
        where |= {"what": field, **({"channel": channel} if channel else {})}
    return Evidence(CHANGES if pair.neighbours else DIRECT, where, "difference")
