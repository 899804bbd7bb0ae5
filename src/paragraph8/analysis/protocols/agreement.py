"""Figures of a comparison of two sources: how many stations differ, by how much, to which side."""

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from paragraph8.analysis.protocols.compare import Comparison, Side, compare_votes
from paragraph8.analysis.protocols.sql import differing_stations_sql
from paragraph8.analysis.stats.multiple import benjamini_hochberg
from paragraph8.analysis.stats.sign import sign_test
from paragraph8.analysis.stats.spread import spread
from paragraph8.kernel.figure import Evidence, Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.tables.places import stations_with_top_area
from paragraph8.tables.tables import Tables
from paragraph8.tables.words import said

OPTIONS = ("all", "contestants")
LARGE_DIFFERENCE_VOTES = 10


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
    table = evidence_name(left, right, options)
    for election, rows in _by_election(comparison.by_station):
        sizes = rows["absolute_difference"].to_numpy()
        differing = sizes[sizes > 0]
        where = {
            "election": election,
            "left": left.source,
            "right": right.source,
            "options": options,
        }
        sql = differing_stations_sql(
            left.source, right.source, election, left.channel, options == "contestants"
        )
        found = spread(differing.astype(float))
        evidence = Evidence(table, {"election": election}, "difference")
        base = f"stations with votes in both {said(left.source)} and {said(right.source)}"

        def query(value: str, condition: str = "difference > 0", sql: str = sql) -> str:
            return f"{sql}\nSELECT {value} FROM station_difference WHERE {condition}"

        yield maker.count(
            "differ",
            int(differing.size),
            "stations",
            denominator=int(sizes.size),
            base=base,
            query=query("count(*)"),
            evidence=evidence,
            where=where,
        )
        yield maker.count(
            "absolute",
            int(sizes.sum()),
            "votes",
            base="differences, whatever their sign",
            query=query("coalesce(sum(difference), 0)"),
            evidence=evidence,
            where=where,
        )
        large = int(np.count_nonzero(sizes >= LARGE_DIFFERENCE_VOTES))
        yield maker.count(
            "large",
            large,
            "stations",
            denominator=int(differing.size),
            base="stations that differ",
            query=query("count(*)", f"difference >= {LARGE_DIFFERENCE_VOTES}"),
            evidence=evidence,
            where=where,
        )
        if found.n and found.median is not None and found.largest is not None:
            yield maker.number(
                "median",
                found.median,
                "votes",
                base="stations that differ",
                query=query("median(difference)"),
                evidence=evidence,
                where=where,
            )
            yield maker.number(
                "largest",
                int(found.largest),
                "votes",
                base="stations that differ",
                query=query("max(difference)"),
                evidence=evidence,
                where=where,
            )


def sign_figures(
    maker: FigureMaker, signs: pl.DataFrame, left: Side, right: Side
) -> Iterator[Figure]:
    """For each contestant: stations where the left side has more (`higher`), fewer (`lower`), and
    the adjusted p-value of the sign test (`sign_p`), whose assumption is that differences are as
    likely up as down and that stations err independently."""
    table = f"signs {left.source} {right.source}"
    for row in signs.to_dicts():
        where = {
            "election": row["election"],
            "contestant": row["contestant"],
            "left": left.source,
            "right": right.source,
        }
        evidence = Evidence(table, {"election": row["election"]}, "net_votes")
        stations = row["higher"] + row["lower"]
        base = f"stations where {said(left.source)} and {said(right.source)} differ for it"
        for name in ("higher", "lower"):
            yield maker.count(
                name,
                row[name],
                "stations",
                denominator=stations,
                base=base,
                evidence=evidence,
                where=where,
            )
        yield maker.number(
            "sign_p", row["p_adjusted"], "probability", base=base, evidence=evidence, where=where
        )


def direction_figures(
    maker: FigureMaker, comparison: Comparison, signs: pl.DataFrame, left: Side, right: Side
) -> Iterator[Figure]:
    """Stations whose left side gives more (fewer) votes in all, of those that differ; and how many
    contestants the sign test calls consistent, unusual, incompatible with chance."""
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
        for name, condition in (
            ("stations_higher", pl.col("signed_difference") > 0),
            ("stations_lower", pl.col("signed_difference") < 0),
        ):
            yield maker.count(
                name,
                differing.filter(condition).height,
                "stations",
                denominator=differing.height,
                base="stations that differ",
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


def _by_election(rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for key, part in rows.group_by("election", maintain_order=True):
        yield str(key[0]), part
