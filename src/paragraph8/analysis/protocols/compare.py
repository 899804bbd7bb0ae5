"""Two sources of one station, contestant by contestant."""

from dataclasses import dataclass

import polars as pl

from paragraph8.tables.tables import Tables

STATION = ["election", "contest", "station"]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: a source, and one of its channels ("" = any it shares)."""

    source: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Stations where both sides hold votes for a contest in a channel.

    by_contestant   election, contest, station, channel, contestant, left, right, difference
                    (left - right), only where the two differ
    by_station      election, contest, station, absolute_difference (sum over contestants and
                    channels), largest_difference (of one contestant), signed_difference
    by_channel      election, contest, station, channel, agree (all contestants the same)
    one_sided       election -> stations for which only one side holds votes
    """

    by_contestant: pl.DataFrame
    by_station: pl.DataFrame
    by_channel: pl.DataFrame
    one_sided: dict[str, int]


def compare_votes(
    tables: Tables, left: Side, right: Side, contestants_only: bool = False
) -> Comparison:
    """Compare two sources. An empty cell counts as no vote, but only at stations, contests and
    channels for which both sides hold at least one cell; first copies only.

    contestants_only leaves out votes for none of them.
    """
    mine, theirs = _votes(tables, left), _votes(tables, right)
    if contestants_only:
        none = tables["contestant"].filter(pl.col("kind") == "none")
        on = ["election", "contest", "contestant"]
        mine, theirs = mine.join(none, on=on, how="anti"), theirs.join(none, on=on, how="anti")
    where = [*STATION, "channel"]
    both = mine.select(where).unique().join(theirs.select(where).unique(), on=where)
    left_votes = mine.join(both, on=where, how="semi")
    right_votes = theirs.join(both, on=where, how="semi")
    cells = left_votes.join(
        right_votes, on=[*where, "contestant"], how="full", coalesce=True, suffix="_right"
    ).select(
        *where,
        "contestant",
        left=pl.col("votes").fill_null(0),
        right=pl.col("votes_right").fill_null(0),
    )
    cells = cells.with_columns(difference=pl.col("left") - pl.col("right"))
    by_station = cells.group_by(STATION).agg(
        absolute_difference=pl.col("difference").abs().sum(),
        largest_difference=pl.col("difference").abs().max(),
        signed_difference=pl.col("difference").sum(),
    )
    by_channel = cells.group_by(where).agg(agree=(pl.col("difference") == 0).all())
    differing = cells.filter(pl.col("difference") != 0).sort([*where, "contestant"])
    some = pl.concat([mine.select(STATION), theirs.select(STATION)]).unique()
    lone = some.join(by_station, on=STATION, how="anti").group_by("election").len()
    one_sided = dict(lone.rows())
    return Comparison(differing, by_station.sort(STATION), by_channel.sort(where), one_sided)


def _votes(tables: Tables, side: Side) -> pl.DataFrame:
    protocols = tables["protocol"].filter((pl.col("copy") == 1) & (pl.col("source") == side.source))
    votes = tables["protocol_vote"]
    if side.channel:
        votes = votes.filter(pl.col("channel") == side.channel)
    return votes.join(protocols.select("protocol", *STATION), on="protocol").select(
        *STATION, "channel", "contestant", "votes"
    )
