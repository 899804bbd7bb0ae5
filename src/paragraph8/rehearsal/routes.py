"""A team's election day: where it is sent, when it gets there, and what it fills in."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from paragraph8.rehearsal.country import Country

VOTING_STOPS = (8, 12)
NEAREST = 32
KILOMETRES_PER_DEGREE, KILOMETRES_PER_MINUTE = 111.2, 0.9
COUNTS, TABULATIONS, ADD_ON, MOBILE = 0.93, 0.75, 0.93, 0.03
OPENING, FIRST_VISIT, LAST_VISIT, CLOSING = 6 * 60 + 20, 7 * 60 + 25, 19 * 60 + 10, 19 * 60 + 35
LATEST_ARRIVAL = 19 * 60 + 45  # to see the count from its start
REPEATS, OPENINGS_IN_PART, COUNTS_IN_PART, TABULATIONS_IN_PART = 0.04, 0.04, 0.12, 0.5
NO_STATION = -1


@dataclass(frozen=True, slots=True)
class Visit:
    """One form's visit: its place in `station`, times in minutes after midnight of election day.

    seen    start or part, where the form asks it
    stage   of an e-voting add-on: the form it belongs to
    """

    form: str
    station: int
    area: str
    arrived: int
    departed: int
    seen: str | None = None
    repeat: bool = False
    stage: str = ""


class Places:
    """Stations by their position, so that a team's next one is near."""

    def __init__(self, country: Country) -> None:
        station = country.station
        self.region = station["area"].str.split("/").list.first().to_numpy()
        self.position = station.select("longitude", "latitude").to_numpy()
        self.electronic = (station["channels"] == "both").to_numpy()
        # Route cards lead to accessible and interesting places; that is no sample, and known.
        urban = (station["setting"] == "urban").to_numpy()
        self.pull = np.where(self.electronic, 4.0, 1.0) * np.where(urban, 1.5, 1.0)

    def route(self, area: str, rng: np.random.Generator) -> list[int]:
        """Stations of one neighbourhood of the region, in a sensible order: the opening's first."""
        inside = np.flatnonzero(self.region == area)
        centre = int(rng.choice(inside))
        near = inside[np.argsort(self.kilometres(centre, inside))[:NEAREST]]
        weights = self.pull[near] / self.pull[near].sum()
        stops = int(rng.integers(*VOTING_STOPS, endpoint=True)) + 1
        chosen = rng.choice(near, stops, replace=False, p=weights)
        return [int(at) for at in chosen[np.argsort(self.position[chosen, 0], kind="stable")]]

    def minutes(self, here: int, there: int) -> int:
        """Time to drive."""
        way = float(self.kilometres(here, np.array([there]))[0])
        return int(6 + 1.3 * way / KILOMETRES_PER_MINUTE)

    def kilometres(self, here: int, there: NDArray[np.int64]) -> NDArray[np.float64]:
        """As the crow flies, from one station to others."""
        away = self.position[there] - self.position[here]
        scale = np.array([np.cos(np.radians(self.position[here, 1])), 1.0])
        flat = away * scale * KILOMETRES_PER_DEGREE
        distance: NDArray[np.float64] = np.hypot(flat[:, 0], flat[:, 1])
        return distance


@dataclass(frozen=True, slots=True)
class Day:
    """What a team was sent to see (form, station), and the visits that it made."""

    plan: tuple[tuple[str, int], ...]
    visits: tuple[Visit, ...]


def election_day(places: Places, area: str, rng: np.random.Generator) -> Day:
    """One team's day: an opening, voting as long as there is time, a count, the tabulation."""
    route = places.route(area, rng)
    begun = OPENING + int(rng.integers(0, 25))
    end = FIRST_VISIT + int(rng.integers(-20, 25))
    seen = _seen(rng, OPENINGS_IN_PART)
    visits = [Visit("opening", route[0], area, begun, end, seen)]
    visits += _voting(places, route, area, end, rng)
    count, ready = _place_of_count(places, visits, rng)
    visits += _night(count, area, ready, rng)
    plan = [("opening", route[0]), *(("voting", at) for at in route[1:]), ("counting", count)]
    return Day(tuple(plan), (*visits, *_add_ons(places, visits, rng)))


def _place_of_count(
    places: Places, visits: list[Visit], rng: np.random.Generator
) -> tuple[int, int]:
    """The station of the count, and when the team can be there: the first station of the day where
    there is time to go back to it, or the last."""
    first, last = visits[0], visits[-1]
    back = last.departed + places.minutes(last.station, first.station)
    if back < LATEST_ARRIVAL and rng.random() < 0.5:
        return first.station, back
    return last.station, last.departed


def _voting(
    places: Places, route: list[int], area: str, clock: int, rng: np.random.Generator
) -> list[Visit]:
    visits: list[Visit] = []
    here = route[0]
    for stop in route[1:]:
        again = rng.random() < REPEATS
        there = route[0] if again else stop
        arrived = clock + places.minutes(here, there) + int(rng.integers(0, 8))
        departed = arrived + int(rng.integers(30, 46))
        if departed > LAST_VISIT:
            break
        visits.append(Visit("voting", there, area, arrived, departed, None, again))
        if rng.random() < MOBILE:
            visits.append(Visit("mobile", there, area, arrived + 5, departed, "start", again))
        here, clock = there, departed
    return visits


def _night(station: int, area: str, ready: int, rng: np.random.Generator) -> list[Visit]:
    """The count where the team has been before, and the commission above it."""
    if rng.random() >= COUNTS:
        return []
    arrived = max(ready, CLOSING) + int(rng.integers(0, 15))
    departed = arrived + int(np.clip(rng.normal(230, 70), 90, 500))
    seen = _seen(rng, COUNTS_IN_PART)
    count = Visit("counting", station, area, arrived, departed, seen, repeat=True)
    if rng.random() >= TABULATIONS:
        return [count]
    came = departed + int(rng.integers(15, 60))
    left = came + int(rng.integers(60, 200))
    seen = _seen(rng, TABULATIONS_IN_PART)
    return [count, Visit("tabulation", NO_STATION, area, came, left, seen)]


def _add_ons(places: Places, visits: list[Visit], rng: np.random.Generator) -> list[Visit]:
    return [
        replace(visit, form="evoting", seen=None, repeat=False, stage=visit.form)
        for visit in visits
        if visit.form in ("opening", "voting", "counting")
        and places.electronic[visit.station]
        and rng.random() < ADD_ON
    ]


def _seen(rng: np.random.Generator, parts: float) -> str:
    return "part" if rng.random() < parts else "start"
