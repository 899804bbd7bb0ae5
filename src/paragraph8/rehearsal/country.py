"""The country of the rehearsal: areas, stations, and what each station's own result is."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.rehearsal.facts import Facts
from paragraph8.tables.contracts import BY_NAME

DISTRICTS_PER_REGION = 12
SETTING_SHARES = {"urban": 0.42, "small_town": 0.18, "rural": 0.40}
SMALLEST_LIST, SPREAD_DEGREES = 60, 1.1
ADDED_PER_STATION = 9.0
# No station has more valid votes than this share of its list.
FULLEST = 0.93
# In the stations with both channels most voters chose paper, as one team of 2004 told.
ELECTRONIC_CHOICE = 0.09
# Where the electronic list has another number of names than the paper list, and how many.
LISTS_DIFFER, LONGER, LARGEST_GAP = 0.5, 0.3, 40


@dataclass(frozen=True, slots=True)
class Country:
    """Areas and stations as contract tables, and the true result of every station.

    results   one row per station, in the order of `station`. Voters: registered, on_electronic_list
              (0 where there is none), added, voted, electronic; ballots: received, issued, unused,
              spoiled, mobile (of those issued), valid_paper, invalid_paper
    paper_votes, electronic_votes   (stations, contestants)
    """

    area: pl.DataFrame
    station: pl.DataFrame
    results: pl.DataFrame
    paper_votes: NDArray[np.int64]
    electronic_votes: NDArray[np.int64]


def make_country(facts: Facts, rng: np.random.Generator) -> Country:
    """Areas, stations and true results.

    Sums over stations equal the published totals: each contestant's votes, invalid votes, voters
    registered. How they are spread over stations is invented.
    """
    station = _stations(facts, rng)
    registered = station["registered"].to_numpy()
    region = station["area"].str.split("/").list.first().rank("dense").to_numpy().astype(int) - 1
    votes = _spread_votes(facts, registered, region, rng)
    offers = (station["channels"] == "both").to_numpy()
    choice = np.where(offers, rng.beta(2, 2 / ELECTRONIC_CHOICE - 2, len(offers)), 0.0)
    electronic = rng.binomial(votes, choice[:, None])
    invalid = _shared_out(facts.invalid, registered.astype(float), rng)
    results = _results(station, votes - electronic, electronic, invalid, rng)
    return Country(_areas(facts), station, results, votes - electronic, electronic)


def _results(
    station: pl.DataFrame,
    paper: NDArray[np.int64],
    electronic: NDArray[np.int64],
    invalid: NDArray[np.int64],
    rng: np.random.Generator,
) -> pl.DataFrame:
    registered = station["registered"].to_numpy()
    valid, machine = paper.sum(axis=1), electronic.sum(axis=1)
    issued = valid + invalid
    voted, spoiled = issued + machine, rng.poisson(1.2, len(issued))
    received = np.ceil((np.maximum(registered, voted) + spoiled) * 1.02).astype(np.int64)
    return pl.DataFrame(
        {
            "station": station["station"],
            "registered": registered,
            "on_electronic_list": _electronic_lists(station, rng),
            "added": np.minimum(rng.poisson(ADDED_PER_STATION, len(voted)), voted),
            "voted": voted,
            "electronic": machine,
            "received": received,
            "issued": issued,
            "unused": received - issued - spoiled,
            "spoiled": spoiled,
            "mobile": rng.binomial(issued, 0.03),
            "valid_paper": valid,
            "invalid_paper": invalid,
        }
    )


def _electronic_lists(station: pl.DataFrame, rng: np.random.Generator) -> NDArray[np.int64]:
    """Names on the electronic list; half of these lists are as long as the paper list."""
    n = station.height
    gap = rng.integers(1, LARGEST_GAP + 1, n) * np.where(rng.random(n) < LONGER, 1, -1)
    gap = np.where(rng.random(n) < LISTS_DIFFER, gap, 0)
    names = station["registered"].to_numpy() + gap
    return np.where((station["channels"] == "both").to_numpy(), names, 0)


def _areas(facts: Facts) -> pl.DataFrame:
    rows: list[tuple[str, str, str | None, str, str]] = []
    for region in facts.regions:
        rows.append((facts.election, region.name, None, "region", region.name))
        for number in range(1, DISTRICTS_PER_REGION + 1):
            name = f"{region.name}, district {number}"
            rows.append(
                (facts.election, f"{region.name}/{number:02}", region.name, "district", name)
            )
    contract = BY_NAME["area"]
    return contract.shape(pl.DataFrame(rows, schema=contract.schema, orient="row"))


def _stations(facts: Facts, rng: np.random.Generator) -> pl.DataFrame:
    n = facts.stations
    weights = np.array([region.weight for region in facts.regions])
    # Regions are contiguous runs of station numbers, as commissions number them.
    region = np.repeat(np.arange(len(weights)), _shared_out_evenly(n, weights))
    district = rng.integers(1, DISTRICTS_PER_REGION + 1, n)
    setting = rng.choice(list(SETTING_SHARES), n, p=list(SETTING_SHARES.values()))
    cities = np.array(["city" in r.name or r.name == "Astana" for r in facts.regions])
    setting = np.where(cities[region], "urban", setting)
    size = rng.lognormal(np.where(setting == "urban", 7.1, 6.1), 0.55)
    registered = SMALLEST_LIST + _shared_out(facts.registered - SMALLEST_LIST * n, size, rng)
    # Machines were put where roads and power are good: towns first.
    chance = np.where(setting == "urban", 3.0, np.where(setting == "small_town", 1.0, 0.15))
    electronic = np.zeros(n, dtype=bool)
    chosen = rng.choice(n, facts.electronic_stations, replace=False, p=chance / chance.sum())
    electronic[chosen] = True
    centre = np.array([(r.longitude, r.latitude) for r in facts.regions])
    reach = np.where(cities, 0.08, SPREAD_DEGREES)
    place = centre[region] + rng.normal(0, 0.5, (n, 2)) * reach[region][:, None]
    names = np.array([r.name for r in facts.regions])
    frame = pl.DataFrame(
        {
            "election": [facts.election] * n,
            "station": [f"{number:05}" for number in range(1, n + 1)],
            "area": [f"{names[r]}/{d:02}" for r, d in zip(region, district, strict=True)],
            "kind": np.where(electronic, "electronic", "ordinary"),
            "channels": np.where(electronic, "both", "paper"),
            "setting": setting,
            "registered": registered,
            "longitude": place[:, 0].round(4),
            "latitude": place[:, 1].round(4),
        }
    )
    return BY_NAME["station"].shape(frame)


def _spread_votes(
    facts: Facts, registered: NDArray[np.int64], region: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Votes (stations, contestants) whose sums are the published totals."""
    n = len(registered)
    turnout = rng.beta(9, 7, n) * registered
    columns = []
    for votes in facts.votes.values():
        regional = rng.lognormal(0, 0.35, region.max() + 1)[region]
        local = rng.lognormal(0, 0.25, n)
        columns.append(_shared_out(votes, turnout * regional * local, rng))
    return _within(np.column_stack(columns), (registered * FULLEST).astype(np.int64), rng)


def _within(
    votes: NDArray[np.int64], most: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Move votes of stations with more than `most` to others; each contestant keeps his total."""
    for column in range(votes.shape[1]):
        excess = np.maximum(votes.sum(axis=1) - most, 0)
        taken = np.minimum(excess, votes[:, column])
        votes[:, column] -= taken
        room = np.maximum(most - votes.sum(axis=1), 0).astype(float)
        votes[:, column] += _shared_out(int(taken.sum()), np.where(excess > 0, 0, room), rng)
    return votes


def _shared_out(
    total: int, weights: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    shared: NDArray[np.int64] = rng.multinomial(total, weights / weights.sum())
    return shared


def _shared_out_evenly(total: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    exact = total * weights / weights.sum()
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    for place in np.argsort(whole - exact)[: total - whole.sum()]:
        whole[place] += 1
    return whole
