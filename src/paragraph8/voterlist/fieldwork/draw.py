"""From the list to people: which entries are visited, and with which weights."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.tables.contracts_voterlist import AGE_BANDS, LIST_TO_PEOPLE
from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.fieldwork.chance import (
    allocate,
    draw_at_rate,
    draw_by_size,
    keyed_generator,
    references,
)

OVERSAMPLED: Final = ("only_paper", "only_electronic", "probable")
ORDINARY, ONE_STRATUM, NO_STATION = "", "all", "no station"
FIRST_YEARS: Final = (18, 25, 35, 50, 65)  # where bands of age begin, after the first
DESIGN: Final = (
    "reference", "test", "list", "stratum", "cluster", "weight", "sex", "age_band", "setting"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StationPlan:
    """How entries are drawn; written down beside the sample.

    stations       in all
    entries        ordinary entries at a station; all of them where it has fewer
    oversampling   category of the reconciliation -> how many times as likely as an ordinary entry
    """

    stations: int
    entries: int
    oversampling: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample. `design` may leave the working folder, `rows` must not.

    design   columns DESIGN: all that analysis needs to know of the draw
    rows     reference, and what it stands for: row and category of the list, or area and household
    """

    design: pl.DataFrame
    rows: pl.DataFrame


def list_entries(
    engine: Engine,
    list_name: str,
    election_day: date,
    *,
    by_area: bool = True,
    decisions: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What a draw must know of a list: one row for each entry, no name among the columns.

        list_name   has the tables `<list_name>` and `<list_name>_raw`
        by_area     areas are strata; otherwise the whole list is one
        decisions   `<list_name>_row` and category of the reconciliation, for oversampling
    Returns row, stratum, station, category, sex, age_band, in the order of the rows. Entries
    without a station are a station of their own: left out they would be in no share.

    Problems: analysis.bad_parameter for a list without stations.
    """
    if "station" not in engine.columns(f"{list_name}_raw"):
        raise _bad("list_name", list_name, "a list with a column of stations")
    frame = engine.frame(
        f"SELECT row, station, area, sex, birth FROM {list_name} ORDER BY row"
    ).with_columns(pl.col("row").cast(pl.Int64))
    area = (
        _coded(engine, list_name, frame, "area", ONE_STRATUM)
        if by_area and "area" in engine.columns(f"{list_name}_raw")
        else pl.lit(ONE_STRATUM)
    )
    return frame.select(
        "row",
        stratum=area,
        station=_coded(engine, list_name, frame, "station", NO_STATION),
        category=_categories(frame, list_name, decisions),
        sex=pl.col("sex").replace_strict(
            {1: "male", 2: "female"}, default=None, return_dtype=pl.String
        ),
        age_band=_age_band(election_day),
    )


def draw_entries(
    entries: pl.DataFrame,
    plan: StationPlan,
    *,
    list_name: str,
    series: int,
    seed: int,
    key: bytes,
    settings: Mapping[str, str] | None = None,
) -> Drawn:
    """Draw entries for visits: stations by size, entries systematically within a station.

        entries     as `list_entries` gives them
        series      first digit of the references, another one for every draw of the mission
        seed, key   the same list, plan, seed and key give the same sample; the key is the mission's
        settings    station -> urban, small_town or rural, where known
    Returns a Drawn, sorted by reference. Weights are exact: one over the probability of the station
    times that of the entry in it. A station that was certain to be drawn is a stratum of its own,
    in which every entry is a cluster. There are NO RESERVES: an entry that cannot be found stays
    in the sample, for those who are hard to find are what the test is about.
    Assumes that the order of the list has no period that fits the step of the draw.

    Problems: analysis.bad_parameter, voterlist.bad_key.
    Source: NDI, Building Confidence in the Voter Registration Process (2001); certain units:
        Kish, Survey Sampling (1965), sec. 7.4.
    """
    _check(plan, entries)
    generator = keyed_generator(key, f"{LIST_TO_PEOPLE}\0{list_name}", seed)
    drawn = pl.concat(list(_drawn(entries, plan, generator)))
    codes = references(drawn.height, series, keyed_generator(key, f"reference\0{series}", seed))
    named = drawn.with_columns(
        reference=pl.Series(codes, dtype=pl.String),
        test=pl.lit(LIST_TO_PEOPLE),
        list=pl.lit(list_name),
        setting=pl.col("station").replace_strict(
            dict(settings or {}), default=None, return_dtype=pl.String
        ),
    ).sort("reference")
    return Drawn(named.select(DESIGN), named.select("reference", "row", "category"))


def _drawn(
    entries: pl.DataFrame, plan: StationPlan, generator: np.random.Generator
) -> Iterator[pl.DataFrame]:
    """The entries drawn at each station drawn, with stratum, cluster and weight."""
    chosen = pl.concat(list(_stations(entries, plan.stations, generator)))
    here = entries.join(chosen, on=["stratum", "station"], maintain_order="left")
    for _, of_station in sorted(
        here.partition_by("stratum", "station", as_dict=True, maintain_order=True).items()
    ):
        yield _at_station(of_station, plan, generator)


def _stations(
    entries: pl.DataFrame, total: int, generator: np.random.Generator
) -> Iterator[pl.DataFrame]:
    """Stratum, station and probability of the stations drawn."""
    stations = entries.group_by("stratum", "station").agg(size=pl.len().cast(pl.Int64))
    strata = stations.group_by("stratum").agg(pl.col("size").sum(), number=pl.len())
    wanted = allocate(
        dict(strata.select("stratum", "size").rows()),
        dict(strata.select("stratum", "number").rows()),
        total,
    )
    for stratum, number in wanted.items():
        here = stations.filter(pl.col("stratum") == stratum).sort("station")
        places, probability = draw_by_size(here["size"].to_numpy(), number, generator)
        yield here[places].select("stratum", "station", probability=pl.Series(probability))


def _at_station(
    entries: pl.DataFrame, plan: StationPlan, generator: np.random.Generator
) -> pl.DataFrame:
    chance = float(entries["probability"][0])
    base = min(1.0, plan.entries / entries.height)
    parts = []
    for category in sorted(entries["category"].unique()):
        rows = entries.filter(pl.col("category") == category)
        rate = min(1.0, base * plan.oversampling.get(category, 1.0))
        chosen = rows[draw_at_rate(rows.height, rate, generator)]
        parts.append(chosen.with_columns(weight=pl.lit(1 / (chance * rate))))
    drawn = pl.concat(parts).sort("row")
    if chance < 1:
        return drawn.with_columns(cluster=pl.col("station"))
    numbers = pl.int_range(1, pl.len() + 1).cast(pl.String)
    return drawn.with_columns(
        stratum=pl.concat_str("stratum", pl.lit(" / "), "station"),
        cluster=pl.concat_str("station", pl.lit(" / "), numbers),
    )


def _coded(
    engine: Engine, list_name: str, frame: pl.DataFrame, column: str, without: str
) -> pl.Series:
    """The code of each row as the list writes it; spellings of one key are one code."""
    codes = engine.frame(
        f"SELECT l.{column} AS {column}, min(trim(r.{column})) AS code"
        f" FROM {list_name} l JOIN {list_name}_raw r ON r.row = l.row"
        f" WHERE l.{column} IS NOT NULL GROUP BY l.{column}"
    )
    joined = frame.select(column).join(codes, on=column, how="left", maintain_order="left")
    return joined["code"].fill_null(without)


def _categories(
    frame: pl.DataFrame, list_name: str, decisions: pl.DataFrame | None
) -> pl.Series | pl.Expr:
    if decisions is None:
        return pl.lit(ORDINARY)
    known = decisions.select(
        row=pl.col(f"{list_name}_row").cast(pl.Int64), category="category"
    ).drop_nulls("row")
    oversampled = known.filter(pl.col("category").is_in(OVERSAMPLED))
    joined = frame.select("row").join(oversampled, on="row", how="left", maintain_order="left")
    return joined["category"].fill_null(ORDINARY)


def _age_band(election_day: date) -> pl.Expr:
    """By completed years: the difference of two dates as whole numbers yyyymmdd."""
    day = int(election_day.strftime("%Y%m%d"))
    years = (day - pl.col("birth").cast(pl.Int64)) // 10_000
    younger = [
        pl.when(years < first).then(pl.lit(band))
        for first, band in zip(FIRST_YEARS, AGE_BANDS, strict=False)
    ]
    return pl.when(years.is_not_null()).then(pl.coalesce(*younger, pl.lit(AGE_BANDS[-1])))


def _check(plan: StationPlan, entries: pl.DataFrame) -> None:
    if entries.is_empty():
        raise _bad("entries", 0, "a list with entries")
    for name, value in (("stations", plan.stations), ("entries", plan.entries)):
        if value < 2:
            raise _bad(name, value, "2 or more, for one alone shows no spread")
    for category, times in plan.oversampling.items():
        if category not in OVERSAMPLED or not times >= 1:
            raise _bad("oversampling", f"{category}: {times}", f"1 or more of {OVERSAMPLED}")


def _bad(parameter: str, value: object, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
