"""Where a team was when: at different places at once, or too far from where it was before."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.quality.pairs import Partners, overlapping
from paragraph8.analysis.quality.reports import (
    NO_PLACE,
    NO_TIMES,
    Outcome,
    Reports,
    visits_of,
)
from paragraph8.analysis.quality.sql import EARTH_KM, places_query, travel_query

NO_POSITION = "no position of the station"
ALONE = "the only visit of its team"
Numbers = NDArray[np.float64]


def route_queries(reports: Reports) -> Iterator[Outcome]:
    """two_places, impossible_travel."""
    yield from _two_places(reports)
    yield from _travel(reports)


def _two_places(reports: Reports) -> Iterator[Outcome]:
    """Every visit beside every other of its team; add-on forms at one station are at one place."""
    limits = reports.limits
    forms = [form for form in limits.visit_forms if form in reports.grids]
    visits = _visits(reports, forms)
    in_order = pl.col("ended") >= pl.col("begun")
    usable = visits.filter(in_order & pl.col("place").is_not_null())
    usable = usable.sort("team", "begun", "ended", "observation")
    place = _codes(usable["place"])
    begun, ended = _numbers(usable, "begun"), _numbers(usable, "ended")
    found = Partners(usable.height)
    team = _codes(usable["team"])
    for one, other in overlapping(team, begun, ended, limits.overlap_minutes):
        shared = np.minimum(ended[one], ended[other]) - begun[other]
        apart = (place[one] != place[other]) & (shared >= limits.overlap_minutes)
        found.add(one[apart], other[apart], shared[apart])
    minutes = found.worth[found.odd]
    details = found.more([f"{n:g} min at both places" for n in minutes])
    why = {NO_TIMES: ~in_order.fill_null(False), NO_PLACE: pl.col("place").is_null()}
    flags = _flags(usable, found, details)
    for form in forms:
        sql = places_query(forms, reports.election, form, limits)
        yield _outcome("two_places", form, flags, usable, _unchecked(visits, form, why), sql)


def _travel(reports: Reports) -> Iterator[Outcome]:
    """Each stop of a route beside the next; what lies between two stops was at neither."""
    limits = reports.limits
    forms = [form for form in limits.route_forms if form in reports.grids]
    visits = _positioned(reports, _visits(reports, forms))
    in_order = (pl.col("ended") >= pl.col("begun")).fill_null(False)
    placed = pl.col("longitude").is_not_null() & pl.col("latitude").is_not_null()
    stops = visits.filter(in_order & placed).sort("team", "begun", "ended", "observation")
    alone = stops.filter(pl.len().over("team") < 2)
    stops = stops.filter(pl.len().over("team") > 1)
    flags = _too_far(reports, stops)
    for form in forms:
        why = _unchecked(visits, form, {NO_TIMES: ~in_order, NO_POSITION: ~placed})
        if n := alone.filter(form=form).height:
            why[ALONE] = n
        sql = travel_query(forms, reports.election, form, limits)
        yield _outcome("impossible_travel", form, flags, stops, why, sql)


def _too_far(reports: Reports, stops: pl.DataFrame) -> pl.DataFrame:
    limits = reports.limits
    team, station = _codes(stops["team"]), _codes(stops["station"])
    one = np.flatnonzero((team[:-1] == team[1:]) & (station[:-1] != station[1:]))
    other = one + 1
    km = kilometres(
        *(
            _numbers(stops, name)[rows]
            for rows in (one, other)
            for name in ("longitude", "latitude")
        )
    )
    minutes = _numbers(stops, "begun")[other] - _numbers(stops, "ended")[one]
    rough = minutes + limits.travel_slack_minutes
    far = (km >= limits.travel_least_km) & ((rough <= 0) | (km > limits.travel_kmh * rough / 60))
    one, other, km, minutes = one[far], other[far], km[far], minutes[far]
    # The worth of a partner is the place of its leg, so that the detail is that of the leg named.
    found = Partners(stops.height)
    found.add(one, other, np.arange(len(one), dtype=np.float64))
    legs = found.worth[found.odd].astype(np.int64)
    said = [f"{km[leg]:.0f} km in {minutes[leg]:g} min" for leg in legs]
    return _flags(stops, found, found.more(said))


def kilometres(x_1: Numbers, y_1: Numbers, x_2: Numbers, y_2: Numbers) -> Numbers:
    """Great-circle distance between positions in degrees east and north.

    The earth as a ball of 6371 km: right within half a per cent.
    Source: Sinnott, Sky and Telescope 68 (1984), 159 (haversine).
    """
    lon_1, lat_1, lon_2, lat_2 = (np.radians(degrees) for degrees in (x_1, y_1, x_2, y_2))
    half = np.sin((lat_2 - lat_1) / 2) ** 2
    half = half + np.cos(lat_1) * np.cos(lat_2) * np.sin((lon_2 - lon_1) / 2) ** 2
    distance: Numbers = 2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(half)))
    return distance


def _visits(reports: Reports, forms: Sequence[str]) -> pl.DataFrame:
    every = [visits_of(reports, grid) for grid in reports.of(forms)]
    return pl.concat(every) if every else pl.DataFrame(schema=VISIT)


VISIT = {
    "observation": pl.String,
    "form": pl.String,
    "team": pl.String,
    "station": pl.String,
    "place": pl.String,
    "begun": pl.Int64,
    "ended": pl.Int64,
}


def _positioned(reports: Reports, visits: pl.DataFrame) -> pl.DataFrame:
    stations = reports.tables["station"].filter(election=reports.election)
    position = stations.select("station", "longitude", "latitude")
    return visits.join(position, on="station", how="left", maintain_order="left")


def _codes(names: pl.Series) -> NDArray[np.int64]:
    codes: NDArray[np.int64] = names.rank("dense").cast(pl.Int64).to_numpy()
    return codes


def _numbers(frame: pl.DataFrame, column: str) -> Numbers:
    numbers: Numbers = frame[column].cast(pl.Float64).to_numpy()
    return numbers


def _flags(rows: pl.DataFrame, found: Partners, details: list[str]) -> pl.DataFrame:
    names = rows["observation"]
    odd = rows[found.odd.tolist()] if len(found.odd) else rows.clear()
    other = names.gather(found.first[found.odd].astype(np.uint32))
    return odd.select("observation", "form").with_columns(
        detail=pl.Series(details, dtype=pl.String), other=other
    )


def _unchecked(visits: pl.DataFrame, form: str, why: Mapping[str, pl.Expr]) -> dict[str, int]:
    """Reason -> visits of the form; of several reasons the first."""
    left, counts = visits.filter(form=form), {}
    for reason, lacks in why.items():
        if n := left.filter(lacks).height:
            counts[reason] = n
        left = left.filter(~lacks)
    return counts


def _outcome(
    query: str,
    form: str,
    flags: pl.DataFrame,
    checked: pl.DataFrame,
    unchecked: Mapping[str, int],
    sql: str,
) -> Outcome:
    of_form = flags.filter(form=form).select("observation", "detail", "other")
    return Outcome(query, form, of_form, checked.filter(form=form).height, unchecked, sql)
