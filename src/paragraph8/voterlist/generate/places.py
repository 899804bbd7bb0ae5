"""Areas, localities, stations and the address of every household."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.voterlist.generate.cultures import Culture, culture
from paragraph8.voterlist.generate.settings import Settings

Ints = NDArray[np.int32]
FLATS = np.array([12, 20, 40, 60, 80])
HOUSES = 400
STATIONS_PER_LOCALITY = 5.0
TOWN_SHARE = 0.55
STREETS_EACH = 30  # streets that a station may use before the next begins


@dataclass(frozen=True, slots=True)
class Places:
    """Texts of places, and for each household codes into them; flat is -1 in a house.

    locality and area are codes of each station; first is its first household.
    """

    areas: pl.Series
    localities: pl.Series
    stations: pl.Series
    streets: pl.Series
    houses: pl.Series
    flats: pl.Series
    sexes: pl.Series
    latin: str  # how place names are romanised
    area: Ints
    locality: Ints
    first: NDArray[np.int64]
    station: Ints
    street: Ints
    house: Ints
    flat: Ints


def places(settings: Settings, households: int, rng: np.random.Generator) -> Places:
    """Households in order fill one station after the other."""
    names = culture(settings.place_names, settings.stock)
    stations = min(settings.station_count, households)
    # No station is empty: each has one household, and the others fall by size.
    size = rng.gamma(6.0, 1.0, stations)
    first = np.r_[0, np.cumsum(size / size.sum())[:-1]] * (households - stations)
    first = first.astype(np.int64) + np.arange(stations)
    station = np.searchsorted(first, np.arange(households), side="right") - 1
    count = max(1, round(stations / STATIONS_PER_LOCALITY))
    locality = np.sort(rng.integers(0, count, stations))
    area_names = names.places["areas"].split()
    area = locality * min(len(area_names), count) // count
    endings = names.places["house_endings"]
    street, house, flat = _addresses(station, first, locality, rng)
    return Places(
        pl.Series([name + names.places["area_ending"] for name in area_names]),
        pl.Series(_localities(names, count)),
        pl.Series([str(number + 1) for number in range(stations)]),
        pl.Series(_streets(names, int(street.max()) + 1)),
        pl.Series([f"{n + 1}{end}" for end in endings for n in range(HOUSES)]),
        pl.Series([str(n + 1) for n in range(int(FLATS.max()) * 2)]),
        pl.Series(names.places["sexes"]),
        names.latin,
        area.astype(np.int32),
        locality.astype(np.int32),
        first,
        station.astype(np.int32),
        street,
        house,
        flat,
    )


def _addresses(
    station: NDArray[np.int64],
    first: NDArray[np.int64],
    locality: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[Ints, Ints, Ints]:
    """In towns blocks of flats, in villages a house for each household."""
    stations = len(first)
    nth = np.arange(len(station)) - first[station]
    town = rng.random(stations) < TOWN_SHARE
    town[0] = True  # so that a list of one station has flats
    per_building = np.where(town, rng.choice(FLATS, stations), 1)[station]
    building = nth // per_building
    on_street = np.where(town, 8, 60)[station]
    street_no, house_no = building // on_street, building % on_street
    begins = np.searchsorted(locality, locality, side="left")
    nth_station = np.arange(stations) - begins
    start = nth_station * STREETS_EACH + (locality * 7) % 40
    house = house_no + (rng.integers(0, 40, stations)[station] * town[station])
    ending = (building * 7919 % 100) // 90 * (1 + building % 3)
    flat = np.where(town[station], nth % per_building, -1)
    code = ending * HOUSES + house % HOUSES
    street = start[station] + street_no % STREETS_EACH
    return street.astype(np.int32), code.astype(np.int32), flat.astype(np.int32)


def _streets(names: Culture, count: int) -> list[str]:
    """As many names as needed; when they run out, they are numbered."""
    return _numbered(names.places["streets"].split(), count)


def _localities(names: Culture, count: int) -> list[str]:
    first = names.places["localities_first"].split()
    second = names.places["localities_second"].split()
    composed = [a + b for b, a in product(second, first)]
    return _numbered(composed, count)


def _numbered(names: list[str], count: int) -> list[str]:
    rounds = -(-count // len(names))
    return [
        name if number == 0 else f"{name} {number + 1}"
        for number in range(rounds)
        for name in names
    ][:count]
