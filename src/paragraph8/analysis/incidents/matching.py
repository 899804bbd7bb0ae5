"""Which reports tell of one event: by category, place and time, the stronger reports first."""

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from paragraph8.analysis.incidents.standing import STANDINGS
from paragraph8.analysis.incidents.told import categories_of

TIME_NOT_KNOWN, PLACE_IN_PART = "time not known", "place in part"


def like_pairs(told: pl.DataFrame, window_minutes: int) -> pl.DataFrame:
    """observation, other, apart (minutes): every two reports that may be of one event, both ways.

    told   frame as `told_incidents` makes it
    They name at least one category in common, the same place, and times at most `window_minutes`
    apart. The same place is the same station of the register; else the same station as stated, and
    no other area; else, where none names a station, the same area. Any team may have sent them.
    """
    near = pl.col("apart") <= window_minutes
    return _of_one_place(told).filter(near).select("observation", "other", "apart")


def doubtful_pairs(told: pl.DataFrame, window_minutes: int) -> pl.DataFrame:
    """observation, other, apart, why: pairs that only a person can tell, each once.

    time not known   category and place agree, and a report does not say when on that day
    place in part    category, region and time agree; one report names a station, the other none
    """
    another_day = (pl.col("day") != pl.col("other_day")).fill_null(False)
    some_time = _of_one_place(told).filter(pl.col("apart").is_null() & ~another_day)
    region = pl.when(pl.col("region") != "").then("region")
    in_part = _alike(told, region).filter(
        (pl.col("apart") <= window_minutes) & (pl.col("at_station") != pl.col("other_at_station"))
    )
    columns = ("observation", "other", "apart")
    pairs = [
        some_time.select(*columns, why=pl.lit(TIME_NOT_KNOWN)),
        in_part.select(*columns, why=pl.lit(PLACE_IN_PART)),
    ]
    return pl.concat(pairs).filter(pl.col("observation") < pl.col("other"))


def _station() -> pl.Expr:
    return pl.coalesce(pl.lit("station ") + pl.col("station"), pl.lit("stated ") + pl.col("stated"))


def _of_one_place(told: pl.DataFrame) -> pl.DataFrame:
    area = pl.lit("area ") + pl.col("named")
    same = _alike(told, pl.coalesce(_station(), area))
    another_area = pl.col("stated").is_not_null() & (pl.col("named") != pl.col("other_named"))
    return same.filter(~another_area.fill_null(False))


def _alike(told: pl.DataFrame, place: pl.Expr) -> pl.DataFrame:
    """Pairs of reports of one place that share a category, both ways; `other_…` is the other's."""
    rows = told.select(
        "observation",
        "stated",
        "named",
        "day",
        "minute",
        at_station=_station().is_not_null(),
        place=place,
    ).join(categories_of(told), on="observation")
    others = rows.rename(
        {name: f"other_{name}" for name in rows.columns if name not in ("place", "category")}
    )
    return (
        rows.join(others, on=["place", "category"])
        .filter(pl.col("observation") != pl.col("other_observation"))
        .with_columns(apart=(pl.col("minute") - pl.col("other_minute")).abs())
        .rename({"other_observation": "other"})
        .unique(["observation", "other"], maintain_order=True)
    )


def events_of(told: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """observation, event, of_standing, carries: the event that each report tells of.

    pairs   as `like_pairs` makes them
    The reports of the strongest standing make the events of that standing: reports that pairs link,
    directly or through others of the SAME standing, are one event, named by its smallest id. These
    carry it. A weaker report that is like one of them is attached to the event (the strongest
    standing first, then the nearest in time, then the smallest id) and carries nothing. So no
    allegation can make two facts one, name an event, or change what is said of it.
    """
    carriers: list[pl.DataFrame] = []
    attached: list[pl.DataFrame] = []
    for rank, standing in enumerate(STANDINGS):
        here = told.filter(standing=standing).select("observation")
        if carriers:
            above = _attached(here, pairs, pl.concat(carriers))
            attached.append(above)
            here = here.join(above, on="observation", how="anti")
        made = _components(here["observation"], pairs)
        carriers.append(made.with_columns(of_standing=pl.lit(standing), rank=pl.lit(rank)))
    columns = ("observation", "event", "of_standing")
    return pl.concat(
        [
            pl.concat(carriers).select(*columns, carries=pl.lit(True)),
            pl.concat(attached).select(*columns, carries=pl.lit(False)),
        ]
    ).sort("observation")


def _attached(weaker: pl.DataFrame, pairs: pl.DataFrame, carriers: pl.DataFrame) -> pl.DataFrame:
    """The weaker reports that are like one that carries an event, with the event they go to."""
    return (
        weaker.join(pairs, on="observation")
        .join(carriers, left_on="other", right_on="observation")
        .sort("observation", "rank", "apart", "event")
        .unique("observation", keep="first", maintain_order=True)
        .select("observation", "event", "of_standing")
    )


def _components(observations: pl.Series, pairs: pl.DataFrame) -> pl.DataFrame:
    """observation, event: what pairs among these observations link together."""
    numbered = pl.DataFrame({"observation": observations}).with_row_index("at")
    linked = pairs.join(numbered, on="observation").join(
        numbered.select(other="observation", other_at="at"), on="other"
    )
    size = numbered.height
    rows, columns = linked["at"].to_numpy(), linked["other_at"].to_numpy()
    graph = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1] if size else np.empty(0, dtype=np.int32)
    return (
        numbered.select("observation", label=pl.Series(labels))
        .with_columns(event=pl.col("observation").min().over("label"))
        .select("observation", "event")
    )
