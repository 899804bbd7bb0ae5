"""Figures of a comparison of two sources: how many stations differ, by how much, to which side."""

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.protocols.compare import Comparison, Side, compare_votes
from paragraph8.analysis.protocols.sql_votes import (
    cell_steps,
    signs_query,
    station_difference_steps,
)
from paragraph8.analysis.stats.multiple import benjamini_hochberg
from paragraph8.analysis.stats.sign import sign_test
from paragraph8.analysis.stats.spread import spread
from paragraph8.kernel.figure import INPUT, NOTHING, Evidence, Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.sql import Steps, matches, query
from paragraph8.tables.places import stations_with_top_area
from paragraph8.tables.tables import Tables
from paragraph8.tables.words import said

OPTIONS = ("all", "contestants")
LARGE_DIFFERENCE_VOTES = 10
THAT_DIFFER = "stations that differ"
WHATEVER_SIGN = "differences, whatever their sign"
SUM_OF_DIFFERENCES = "coalesce(sum(difference), 0)"


def agreement_figures(
    maker: FigureMaker, comparison: Comparison, left: Side, right: Side, options: str
) -> Iterator[Figure]:
    """For each election with stations that both sides report:

    differ             stations where a contestant has different votes, of those compared
    absolute, median, largest   sum of absolute differences over all stations; median and largest
                       over the stations that differ (votes)
    large              stations that differ by ten votes or more
    options            "all" counts votes for none of them as well, "contestants" does not
    """
    for election, rows in _by_election(comparison.by_station):
        where = {
            "election": election,
            "left": left.source,
            "right": right.source,
            "options": options,
        }
        yield from _station_figures(
            maker,
            rows["absolute_difference"].to_numpy(),
            f"stations with votes in both {said(left.source)} and {said(right.source)}",
            comparison.one_sided.get(election, 0),
            _difference_steps(left, right, election, options),
            Evidence(evidence_name(left, right, options), {"election": election}, "difference"),
            where,
        )


def _station_figures(
    maker: FigureMaker,
    sizes: NDArray[np.int64],
    compared: str,
    one_sided: int,
    steps: Steps,
    evidence: Evidence,
    where: Mapping[str, str],
) -> Iterator[Figure]:
    differing = sizes[sizes > 0]
    found = spread(differing.astype(float))
    n, large = differing.size, int(np.count_nonzero(differing >= LARGE_DIFFERENCE_VOTES))

    def of(value: str, least: int = 1) -> str:
        select = f"SELECT {value} FROM station_difference WHERE difference >= {least}"
        return query(steps, select)

    for name, value, unit, whole, base, sql in (
        ("differ", n, "stations", sizes.size, compared, of("count(*)")),
        ("absolute", int(sizes.sum()), "votes", None, WHATEVER_SIGN, of(SUM_OF_DIFFERENCES)),
        ("large", large, "stations", n, THAT_DIFFER, of("count(*)", LARGE_DIFFERENCE_VOTES)),
    ):
        yield maker.count(
            name,
            value,
            unit,
            denominator=whole,
            base=base,
            excluded={"only one of them gives votes": one_sided} if base == compared else NOTHING,
            query=sql,
            evidence=evidence,
            where=where,
        )
    if found.median is None or found.largest is None:
        return
    for name, number, sql in (
        ("median", found.median, of("median(difference)")),
        ("largest", int(found.largest), of("max(difference)")),
    ):
        yield maker.number(
            name, number, "votes", base=THAT_DIFFER, query=sql, evidence=evidence, where=where
        )


def sign_figures(
    maker: FigureMaker, signs: pl.DataFrame, left: Side, right: Side
) -> Iterator[Figure]:
    """For each contestant: stations where the left side has more (`higher`), fewer (`lower`), and
    the adjusted p-value of the sign test (`sign_p`), whose assumption is that differences are as
    likely up as down and that stations err independently.

    SQL has no exact binomial test: the query of `sign_p` gives its input, higher and lower of every
    line of the ballot of the election, all of which the adjustment needs.
    """
    table = f"signs {left.source} {right.source}"
    contests = signs.group_by("election").agg(pl.col("contest").n_unique())
    several = {election for election, count in contests.rows() if count > 1}
    for row in signs.to_dicts():
        where = {
            "election": row["election"],
            "contestant": row["contestant"],
            "left": left.source,
            "right": right.source,
        }
        if row["election"] in several:
            # Two ballots may use one code for different contestants.
            where["contest"] = row["contest"]
        evidence = Evidence(table, {"election": row["election"]}, "net_votes")
        stations = row["higher"] + row["lower"]
        cells = _cells(left, right, row["election"])
        line = matches({"contest": row["contest"], "contestant": row["contestant"]})
        base = f"stations where {said(left.source)} and {said(right.source)} differ for it"
        for name, sign in (("higher", ">"), ("lower", "<")):
            yield maker.count(
                name,
                row[name],
                "stations",
                denominator=stations,
                base=base,
                query=query(
                    cells,
                    f"SELECT count(*) FROM cell WHERE {line}\n"
                    f"  AND {left.source}_votes {sign} {right.source}_votes",
                ),
                evidence=evidence,
                where=where,
            )
        yield maker.number(
            "sign_p",
            row["p_adjusted"],
            "probability",
            base=base,
            query=signs_query(left.source, right.source, row["election"], cells),
            query_gives=INPUT,
            evidence=evidence,
            where=where,
        )


def direction_figures(
    maker: FigureMaker, comparison: Comparison, signs: pl.DataFrame, left: Side, right: Side
) -> Iterator[Figure]:
    """Stations whose left side gives more (fewer, as many) votes in all, of those that differ; how
    many contestants the sign test calls consistent, unusual, incompatible with chance (the query of
    `level` gives the input of the tests, as that of `sign_p`)."""
    table = evidence_name(left, right, "all")
    signs_table = f"signs {left.source} {right.source}"
    for election, rows in _by_election(comparison.by_station):
        differing = rows.filter(pl.col("absolute_difference") > 0)
        where = {
            "election": election,
            "left": left.source,
            "right": right.source,
            "options": "all",
        }
        steps = _difference_steps(left, right, election, "all")
        for name, sign, condition in (
            ("stations_higher", ">", pl.col("signed_difference") > 0),
            ("stations_lower", "<", pl.col("signed_difference") < 0),
            ("stations_level", "=", pl.col("signed_difference") == 0),
        ):
            yield maker.count(
                name,
                differing.filter(condition).height,
                "stations",
                denominator=differing.height,
                base=THAT_DIFFER,
                query=query(
                    steps,
                    "SELECT count(*) FROM station_difference\n"
                    f"WHERE difference > 0 AND net {sign} 0",
                ),
                evidence=Evidence(table, {"election": election}, "difference"),
                where=where,
            )
        tested = signs.filter(pl.col("election") == election)
        for level in ("consistent", "unusual", "incompatible"):
            yield maker.count(
                "level",
                tested.filter(pl.col("level") == level).height,
                "contestants",
                denominator=tested.height,
                base="lines of the ballot with a difference",
                query=signs_query(
                    left.source, right.source, election, _cells(left, right, election)
                ),
                query_gives=INPUT,
                evidence=Evidence(signs_table, {"election": election, "level": level}),
                where={"election": election, "level": level},
            )


def sign_table(comparison: Comparison, tables: Tables, levels: Mapping[str, float]) -> pl.DataFrame:
    """election, contest, contestant, name, higher, lower, more_votes, fewer_votes, net_votes, p,
    p_adjusted (Benjamini-Hochberg within an election), level (consistent, unusual, incompatible).

    levels   {"unusual": p below which, "incompatible": p below which}
    """
    difference = pl.col("difference")
    keys = ["election", "contest", "contestant"]
    counted = (
        comparison.by_contestant.group_by(keys)
        .agg(
            higher=(difference > 0).sum().cast(pl.Int64),
            lower=(difference < 0).sum().cast(pl.Int64),
            more_votes=difference.filter(difference > 0).sum(),
            fewer_votes=-difference.filter(difference < 0).sum(),
            net_votes=difference.sum(),
        )
        .join(tables["contestant"], on=keys)
        .sort("election", "contest", "ballot_order")
    )
    parts = []
    for _, rows in counted.group_by("election", maintain_order=True):
        p = [sign_test(h, low).p_value for h, low in rows.select("higher", "lower").rows()]
        parts.append(
            rows.with_columns(
                p=pl.Series(p, dtype=pl.Float64),
                p_adjusted=pl.Series(benjamini_hochberg(p), dtype=pl.Float64),
            )
        )
    if not parts:
        schema = {"p": pl.Float64, "p_adjusted": pl.Float64, "level": pl.String}
        return counted.with_columns(pl.lit(None, dtype=t).alias(c) for c, t in schema.items())
    level = (
        pl.when(pl.col("p_adjusted") < levels["incompatible"])
        .then(pl.lit("incompatible"))
        .when(pl.col("p_adjusted") < levels["unusual"])
        .then(pl.lit("unusual"))
        .otherwise(pl.lit("consistent"))
    )
    return (
        pl.concat(parts)
        .with_columns(level=level)
        .select(
            *keys,
            "name",
            "higher",
            "lower",
            "more_votes",
            "fewer_votes",
            "net_votes",
            "p",
            "p_adjusted",
            "level",
        )
    )


def evidence_rows(comparison: Comparison, tables: Tables) -> pl.DataFrame:
    """Stations and contestants that differ, with the area: election, area, station, contestant,
    name, left, right, difference."""
    places = stations_with_top_area(tables).select("election", "station", "area")
    return (
        comparison.by_contestant.join(places, on=["election", "station"], how="left")
        .join(tables["contestant"], on=["election", "contest", "contestant"], how="left")
        .select("election", "area", "station", "contestant", "name", "left", "right", "difference")
        .sort("election", "station", "contestant")
    )


def evidence_name(left: Side, right: Side, options: str) -> str:
    """The name of the evidence table of a comparison."""
    return f"differences {left.source} {right.source} {options}"


def compare(tables: Tables, left: Side, right: Side, options: str) -> Comparison:
    """`compare_votes` with the options' word."""
    return compare_votes(tables, left, right, contestants_only=options == "contestants")


def _cells(left: Side, right: Side, election: str, options: str = "all") -> Steps:
    return cell_steps(
        (left.source, right.source),
        {"election": election},
        channel=left.channel,
        contestants_only=options == "contestants",
    )


def _difference_steps(left: Side, right: Side, election: str, options: str) -> Steps:
    return station_difference_steps(
        left.source, right.source, _cells(left, right, election, options)
    )


def _by_election(rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for key, part in rows.group_by("election", maintain_order=True):
        yield str(key[0]), part
