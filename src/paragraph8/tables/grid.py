"""The grid: one row per protocol, one column per number, for analyses to be computed on."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from paragraph8.tables.places import stations_with_top_area
from paragraph8.tables.tables import Tables
from paragraph8.tables.words import UNREADABLE_CELLS


def protocol_grid(tables: Tables) -> pl.DataFrame:
    """One row per protocol that has at least one figure, first copies only.

    Columns: protocol, election, contest, station, source, area (top level, "" if none), kind;
    `field:channel` for every figure; `votes:channel` and `largest_vote:channel` over contestants,
    none of them left out; `unreadable_cells:all`. A number the protocol does not give is null.
    """
    return tables.made_once("protocol_grid", lambda: _protocol_grid(tables))


def _protocol_grid(tables: Tables) -> pl.DataFrame:
    wide = _wide_figures(tables["protocol_figure"])
    for votes in _vote_columns(tables):
        wide = wide.join(votes, on="protocol", how="left", maintain_order="left")
    protocols = tables["protocol"].filter(pl.col("copy") == 1)
    places = stations_with_top_area(tables)
    return (
        protocols.select("protocol", "election", "contest", "station", "source")
        .join(wide, on="protocol", maintain_order="left")
        .join(places, on=["election", "station"], how="left", maintain_order="left")
        .join(_unreadable_cells(tables), on="protocol", how="left", maintain_order="left")
        .with_columns(pl.col("unreadable_cells:all").fill_null(0))
    )


def groups(rows: pl.DataFrame) -> Iterator[tuple[dict[str, str], pl.DataFrame]]:
    """Rows by election and source, and by contest where an election has several.

    Each group's dimensions and rows, in order. Voters who were given two ballots stand on two
    protocols of their station; without the contest they would be counted twice.
    """
    several = {
        election
        for election, contests in rows.group_by("election").agg(pl.col("contest").n_unique()).rows()
        if contests > 1
    }
    keys = ["election", "contest", "source"]
    for election, contest, source in rows.select(keys).unique().sort(keys).rows():
        here = rows.filter(
            (pl.col("election") == election)
            & (pl.col("contest") == contest)
            & (pl.col("source") == source)
        )
        of_contest = {"contest": contest} if election in several else {}
        yield {"election": election, "source": source, **of_contest}, here


def sum_votes(tables: Tables, protocols: pl.DataFrame) -> pl.DataFrame:
    """Votes of each contestant, summed over the protocols of each group.

    Channels are added up, but for a group that has votes in the channel "all" these stand alone.

    protocols   `protocol`, unique, and the columns that make the groups
    Returns the group columns, contestant, votes. Protocols without votes add nothing.
    """
    groups = protocols.drop("protocol").unique(maintain_order=True).with_row_index("group")
    of_protocol = protocols.join(groups, on=groups.columns[1:]).select("protocol", "group")
    votes = tables["protocol_vote"]
    if votes.is_empty():
        return (
            groups.drop("group")
            .clear()
            .with_columns(contestant=pl.lit("", dtype=pl.String), votes=pl.lit(0, dtype=pl.Int64))
        )
    # Votes are sorted by protocol: joining its runs is a thirtieth of joining its rows.
    run = votes["protocol"].rle_id()
    runs = votes.select("protocol").filter(run.diff().fill_null(1) > 0)
    group = runs.join(of_protocol, on="protocol", how="left", maintain_order="left")["group"]
    counted = votes.select("contestant", "votes", "channel", group=group.gather(run))
    summed = (
        counted.drop_nulls("group")
        .group_by("group", "contestant", "channel")
        .agg(pl.col("votes").sum())
    )
    whole = (pl.col("channel") == "all").any().over("group")
    once = summed.filter(~whole | (pl.col("channel") == "all"))
    summed = once.group_by("group", "contestant").agg(pl.col("votes").sum())
    return summed.join(groups, on="group").drop("group")


def _wide_figures(figures: pl.DataFrame) -> pl.DataFrame:
    """Figures in columns. The table is sorted by protocol, so protocols are runs of rows."""
    if figures.is_empty():
        return pl.DataFrame(schema={"protocol": pl.String})
    run = figures["protocol"].rle_id()
    names = figures.select(pl.concat_str("field", "channel", separator=":"))["field"]
    distinct = names.unique().sort()
    place = names.replace_strict(distinct, pl.int_range(distinct.len(), eager=True))
    count = int(run[-1]) + 1
    cells = np.full((distinct.len(), count), -1, dtype=np.int64)
    cells[place.to_numpy(), run.to_numpy()] = figures["value"].to_numpy()
    first = run.diff().fill_null(1) > 0
    columns = {name: cells[number] for number, name in enumerate(distinct)}
    wide = pl.DataFrame({"protocol": figures["protocol"].filter(first), **columns})
    return wide.with_columns(
        pl.when(pl.col(name) >= 0).then(pl.col(name)).alias(name) for name in distinct
    )


def _vote_columns(tables: Tables) -> list[pl.DataFrame]:
    votes = contestants_votes(tables, tables["protocol_vote"])
    found = []
    for channel in votes["channel"].unique().sort():
        of_channel = votes.filter(pl.col("channel") == channel)
        found.append(
            of_channel.with_columns(run=pl.col("protocol").rle_id())
            .group_by("run", maintain_order=True)
            .agg(
                pl.col("protocol").first(),
                pl.col("votes").sum().alias(f"votes:{channel}"),
                pl.col("votes").max().alias(f"largest_vote:{channel}"),
            )
            .drop("run")
        )
    return found


def contestants_votes(tables: Tables, votes: pl.DataFrame) -> pl.DataFrame:
    """`votes` (rows of protocol_vote) without those for none of the contestants."""
    none = tables["contestant"].filter(pl.col("kind") == "none")
    suspected = votes.filter(pl.col("contestant").is_in(none["contestant"].unique().implode()))
    if suspected.is_empty():
        return votes
    # A code that means none of them in one contest may be a contestant's in another.
    contests = tables["protocol"].select("protocol", "election", "contest")
    meant = suspected.join(contests, on="protocol").join(
        none, on=["election", "contest", "contestant"], how="semi"
    )
    if meant.height == suspected.height:
        return votes.filter(~pl.col("contestant").is_in(none["contestant"].unique().implode()))
    keys = ["protocol", "contestant", "channel"]
    return votes.join(meant, on=keys, how="anti", maintain_order="left")


def _unreadable_cells(tables: Tables) -> pl.DataFrame:
    return (
        tables["fault"]
        .filter(pl.col("code").is_in(UNREADABLE_CELLS))
        .group_by("protocol")
        .agg(pl.len().cast(pl.Int64).alias("unreadable_cells:all"))
    )
