"""Stations and areas of a comparison of two lists, one row each."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import binom

from paragraph8.analysis.stats.multiple import benjamini_hochberg
from paragraph8.analysis.voterlist.reconciliation_sql import ALONE, UNION, counted_side
from paragraph8.tables.contracts_list_audit import AMBIGUOUS, ANY, PROBABLE

NOT_GIVEN = "-"
UNSURE = (PROBABLE, AMBIGUOUS)
# Of the stations singled out, at most this share is expected to be singled out by chance alone.
FALSE_ALARMS = 0.05
FUNNEL_LEVEL = 0.998
# The extreme tenths of stations are drawn in before their spread is measured.
DRAWN_IN, FEWEST_FOR_SPREAD = 0.1, 10
# What drawing in the extreme tenths leaves of a normal distribution's mean square: 0.8 - 2 z f(z) +
# 0.2 z^2 with z = 1.2816, f its density.
LEFT_BY_DRAWING_IN = 0.679
COLUMNS = ("paper", "electronic", "net", "on_one_list", "only_paper", "only_electronic")


def by_area(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per area that the lists name; columns as in `by_station`."""
    return _counted(rows.filter(pl.col("area") != NOT_GIVEN), ["area"], moved="area")


def by_station(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per station of one comparison.

        paper, electronic         names on either list
        net                       paper - electronic
        only_paper, only_electronic, on_one_list (both together), moved, changed, unsure
        persons                   on either list at this station (the union)
        gross, low, high          on_one_list of persons, and with unsure pairs taken for matched
                                  and for not matched, 0..1
        expected_low, expected_high   between which the share of a station of this size lies if
                                  all stations differ alike (99.8 %)
        singled_out               larger than that by more than chance explains
    Households go missing together, so that stations spread more than single names would: the
    spread that most stations show, the extreme tenths drawn in, is taken for chance.
    A moved name is a person of the station on paper and of the other station on the electronic
    list; it is in both unions and no difference of the lists.
    Source of the funnel: Spiegelhalter, Statist. Med. 24 (2005), 1185-1202.
    """
    given = rows.filter(pl.col("station") != NOT_GIVEN)
    return _funnel(_counted(given, ["area", "station"], moved=ANY))


def _counted(rows: pl.DataFrame, by: Sequence[str], *, moved: str) -> pl.DataFrame:
    """Counts by place; `moved` is the field that says of a moved name that the place differs."""
    here = pl.col("field") == ANY
    once = here & (pl.col("side") == pl.col("category").map_elements(counted_side, pl.String))
    moved_in = (
        (pl.col("category") == "moved")
        & (pl.col("side") == "electronic")
        & (pl.col("field") == moved)
    )

    def entries(condition: pl.Expr) -> pl.Expr:
        return pl.col("entries").filter(condition).sum()

    def of(*categories: str) -> pl.Expr:
        return entries(once & pl.col("category").is_in(categories))

    counted = rows.group_by(by).agg(
        paper=entries(here & (pl.col("side") == "paper")),
        electronic=entries(here & (pl.col("side") == "electronic")),
        only_paper=of("only_paper"),
        only_electronic=of("only_electronic"),
        on_one_list=of(*ALONE),
        moved=of("moved"),
        changed=of("changed"),
        unsure=of(*UNSURE),
        persons=of(*UNION) + entries(moved_in),
    )
    alone, persons, unsure = pl.col("on_one_list"), pl.col("persons"), pl.col("unsure")
    return (
        counted.with_columns(
            net=pl.col("paper") - pl.col("electronic"),
            gross=pl.when(persons > 0).then(alone / persons),
            low=pl.when(persons > 0).then(alone / persons),
            # Two entries taken for two people are both on one list, and one person more.
            high=pl.when(persons > 0).then((alone + 2 * unsure) / (persons + unsure)),
        )
        .select(*by, *COLUMNS, "moved", "changed", "unsure", "persons", "gross", "low", "high")
        .sort(by)
    )


def _overdispersion(alone: NDArray[np.int64], persons: NDArray[np.int64], overall: float) -> float:
    """Mean square of the stations' deviations in units of chance; at least 1, for chance is there.

    Source: Spiegelhalter, Qual. Saf. Health Care 14 (2005), 347-351.
    """
    if not 0 < overall < 1 or len(alone) < FEWEST_FOR_SPREAD:
        return 1.0
    some = persons > 0
    deviation = (alone[some] / persons[some] - overall) / np.sqrt(
        overall * (1 - overall) / persons[some]
    )
    low, high = np.quantile(deviation, (DRAWN_IN, 1 - DRAWN_IN))
    return max(1.0, float(np.mean(np.clip(deviation, low, high) ** 2)) / LEFT_BY_DRAWING_IN)


def _funnel(stations: pl.DataFrame) -> pl.DataFrame:
    persons = stations["persons"].to_numpy()
    alone = stations["on_one_list"].to_numpy()
    overall = alone.sum() / max(persons.sum(), 1)
    tail = (1 - FUNNEL_LEVEL) / 2
    spread = _overdispersion(alone, persons, overall)
    # As if so many names had gone missing each for itself.
    size = np.maximum(np.round(persons / spread), 1)
    beyond = binom.sf(np.floor(alone / spread) - 1, size, overall)
    adjusted = benjamini_hochberg([float(p) for p in np.clip(beyond, 0, 1)])
    return stations.with_columns(
        expected_low=pl.Series(binom.ppf(tail, size, overall) / size, dtype=pl.Float64),
        expected_high=pl.Series(binom.ppf(1 - tail, size, overall) / size, dtype=pl.Float64),
        singled_out=pl.Series([p <= FALSE_ALARMS for p in adjusted], dtype=pl.Boolean),
    )
