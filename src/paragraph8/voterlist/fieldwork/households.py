"""From people to the list: which areas are listed, which households and adults are asked."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.tables.contracts_voterlist import PEOPLE_TO_LIST
from paragraph8.voterlist.fieldwork.chance import (
    allocate,
    chosen_by_age,
    draw_at_rate,
    draw_by_size,
    keyed_generator,
    references,
)
from paragraph8.voterlist.fieldwork.draw import DESIGN, Drawn

MOST_ADULTS: Final = 8
TOO_FEW: Final = "2 or more, for one alone shows no spread"


def draw_areas(areas: pl.DataFrame, number: int, *, seed: int, key: bytes) -> pl.DataFrame:
    """Draw the areas in which households will be listed, by size.

        areas    stratum (str), area (str, unique), size (int, 0 or more: households or adults by
                 the last census), setting (str or null); in an order in which neighbours are alike
        number   areas in all, two or more in each stratum
        seed, key   the same areas, seed and key give the same draw; the key is the mission's
    Returns stratum, area, setting, probability of the areas drawn. Areas of size 0 are never drawn:
    who lives there by now is in no share.

    Problems: analysis.bad_parameter, voterlist.bad_key.
    Source: Kish, Survey Sampling (1965), ch. 7.
    """
    generator = keyed_generator(key, f"{PEOPLE_TO_LIST}\0areas", seed)
    there = areas.filter(pl.col("size") > 0)
    if there.is_empty() or there["area"].n_unique() < there.height:
        raise _bad("areas", there.height, "areas with a size, each of them once")
    sizes = there.group_by("stratum").agg(pl.col("size").sum(), number=pl.len())
    wanted = allocate(
        dict(sizes.select("stratum", "size").rows()),
        dict(sizes.select("stratum", "number").rows()),
        number,
    )
    parts = []
    for stratum, of_stratum in wanted.items():
        here = there.filter(pl.col("stratum") == stratum)
        places, probability = draw_by_size(here["size"].to_numpy(), of_stratum, generator)
        parts.append(here[places].with_columns(probability=pl.Series(probability)))
    return pl.concat(parts).select("stratum", "area", "setting", "probability")


def draw_households(
    areas: pl.DataFrame,
    listed: Mapping[str, int],
    slots: int,
    *,
    list_name: str,
    series: int,
    seed: int,
    key: bytes,
) -> Drawn:
    """Draw households in the areas drawn, and the adult to ask in each.

        areas       as `draw_areas` gives them
        listed      area -> households counted there by those who listed them, for every area
        slots       households to visit in an area, 2 or more; all where it has fewer
        list_name   the list in which people will be looked up
        series      first digit of the references, another one for every draw of the mission
    Returns a Drawn, sorted by reference; its rows have area, household (place in the listing, from
    1) and pick_2 … pick_8: which adult to ask, by age, where there are so many. The weight is that
    of the HOUSEHOLD; `visits` multiplies it by the adults that the form counts. No reserves.
    Assumes that households were LISTED COMPLETELY before this draw, and numbered as listed.

    Problems: analysis.bad_parameter, voterlist.bad_key.
    Source: Kish, J. Am. Statist. Assoc. 44 (1949), 380-387.
    """
    if slots < 2:
        raise _bad("slots", slots, TOO_FEW)
    if missing := [area for area in areas["area"] if listed.get(area, 0) < 1]:
        raise _bad("listed", ", ".join(missing[:3]), "households counted in every area drawn")
    generator = keyed_generator(key, f"{PEOPLE_TO_LIST}\0households", seed)
    parts = []
    for row in areas.iter_rows(named=True):
        rate = min(1.0, slots / listed[row["area"]])
        places = draw_at_rate(listed[row["area"]], rate, generator)
        parts.append(_in_area(row, places.tolist(), 1 / (row["probability"] * rate)))
    drawn = pl.concat(parts)
    codes = references(drawn.height, series, keyed_generator(key, f"reference\0{series}", seed))
    picks = chosen_by_age(generator.random(drawn.height), MOST_ADULTS)
    named = drawn.with_columns(
        reference=pl.Series(codes, dtype=pl.String),
        test=pl.lit(PEOPLE_TO_LIST),
        list=pl.lit(list_name),
        sex=pl.lit(None, pl.String),
        age_band=pl.lit(None, pl.String),
        **{name: pl.Series(places, dtype=pl.Int64) for name, places in picks.items()},
    ).sort("reference")
    return Drawn(named.select(DESIGN), named.select("reference", "area", "household", *picks))


def _in_area(row: Mapping[str, object], places: list[int], weight: float) -> pl.DataFrame:
    """The households drawn in one area; an area that was certain is a stratum of its own."""
    area, certain = str(row["area"]), row["probability"] == 1
    clusters = [f"{area} / {n}" if certain else area for n in range(1, len(places) + 1)]
    return pl.DataFrame(
        {
            "stratum": [f"{row['stratum']} / {area}" if certain else str(row["stratum"])]
            * len(places),
            "cluster": clusters,
            "area": [area] * len(places),
            "household": [place + 1 for place in places],
            "weight": [weight] * len(places),
            "setting": pl.Series([row["setting"]] * len(places), dtype=pl.String),
        },
        schema_overrides={"stratum": pl.String, "cluster": pl.String, "household": pl.Int64},
    )


def _bad(parameter: str, value: object, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
