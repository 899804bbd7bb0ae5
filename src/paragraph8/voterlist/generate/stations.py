"""Two invented lists with stations of given names and numbers of entries."""

from dataclasses import replace

import numpy as np
import polars as pl

from paragraph8.voterlist.generate.lists import COLUMNS, TwoLists, two_lists
from paragraph8.voterlist.generate.settings import Settings

# People made for each name that is asked for: some lists lack some, and the rest is cut.
MARGIN = 1.12
SIDES = ("paper", "electronic")


def lists_of_stations(sizes: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A paper and an electronic list, cut to the given numbers of names. ALL INVENTED.

        sizes      station, area (text), paper, electronic (names on either list, 1 or more)
        settings   everything but people and stations, which follow from the sizes
    Both lists have COLUMNS. Whom the longer list of a station has more, the other one lacks.
    Problems: analysis.bad_parameter.
    """
    made = sizes.select(people=(pl.max_horizontal(*SIDES) * MARGIN + 10).cast(pl.Int64))["people"]
    lists = two_lists(replace(settings, people=int(made.sum()), stations=sizes.height))
    rng = np.random.default_rng(settings.seed)
    people = _people(lists, np.repeat(np.arange(sizes.height), made.to_numpy()), rng)
    paper, electronic = (_side(lists, name, people, sizes) for name in SIDES)
    return paper, electronic


def _people(
    lists: TwoLists, home: np.ndarray[tuple[int], np.dtype[np.int64]], rng: np.random.Generator
) -> pl.DataFrame:
    """person, home (index of a station), turn: who is kept first, by the same order in both lists.

    People are numbered household by household, so that a family stays in one station.
    """
    persons = lists.truth["person"].unique().sort()
    at = np.linspace(0, len(home) - 1, len(persons)).astype(np.int64)
    return pl.DataFrame(
        {"person": persons, "home": home[at], "turn": rng.permutation(len(persons))}
    )


def _side(lists: TwoLists, name: str, people: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    frame = lists.paper if name == "paper" else lists.electronic
    told = lists.truth.filter(list=name).sort("row").select("person", "category")
    moved_here = (pl.col("category") == "moved") & (name == "electronic")
    wanted = sizes.with_row_index("at").select(
        pl.col("at").cast(pl.Int64), pl.col("station", "area"), names=pl.col(name)
    )
    return (
        frame.drop("station", "area")
        .with_columns(told)
        .join(people, on="person", how="left", maintain_order="left")
        .with_columns(at=(pl.col("home") + moved_here.cast(pl.Int64)) % sizes.height)
        .join(wanted, on="at", how="left", maintain_order="left")
        .filter(pl.col("turn").rank("ordinal").over("at") <= pl.col("names"))
        .sort("at", maintain_order=True)
        .with_columns(serial=(pl.int_range(pl.len()).over("at") + 1).cast(pl.String))
        .select(COLUMNS)
    )
