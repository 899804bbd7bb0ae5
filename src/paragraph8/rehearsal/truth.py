"""truth(seed): what happened on the rehearsal's election day, and where observers saw it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.rehearsal.asked import asked_chance, known_chance
from paragraph8.rehearsal.country import Country, make_country
from paragraph8.rehearsal.facts import Facts, published_facts
from paragraph8.rehearsal.known import known_frames
from paragraph8.rehearsal.observers import Observers, make_observers
from paragraph8.rehearsal.planted import Planted, Where, plant
from paragraph8.rehearsal.protocols import Change, plant_changes, protocol_frames
from paragraph8.tables.codebook_reader import form_items
from paragraph8.tables.words import ELECTION_DAY_FORMS


@dataclass(frozen=True)
class Truth:
    """What the reports are made from, and what tests may ask.

    visits    form -> visits of that form, in the order of their number
    where     form -> where these visits are made
    planted   form -> chances of a problem for its items
    changes   changes of results between one source and the next
    """

    seed: int
    facts: Facts
    country: Country
    observers: Observers
    visits: Mapping[str, pl.DataFrame]
    where: Mapping[str, Where]
    planted: Mapping[str, Planted]
    changes: tuple[Change, ...]

    @cached_property
    def frames(self) -> dict[str, pl.DataFrame]:
        """What is known without any report, as contract tables: mission, election, ballots, areas,
        stations, teams, plan, codebook, statements on observers, published protocols and totals."""
        published = np.arange(self.country.station.height)
        return {
            **known_frames(self.facts),
            "area": self.country.area,
            "station": self.country.station,
            "team": self.observers.team,
            "deployment": self.observers.deployment,
            "form_item": form_items(),
            **protocol_frames(self.facts, self.country, {"published": published}, self.changes),
        }

    def expected_share(self, form: str, item: str) -> float:
        """The share of problem answers expected under this deployment, 0..1; of "yes" for a neutral
        item.

        Over all teams, stations and answers that there might be at these visits; never the share
        of all stations. Of an item asked after another: of the visits that are led to it.
        Raises KeyError for an item that is not planted.
        """
        chance, asked = self._chances(form, item)
        return float((chance * asked).sum() / asked.sum())

    def expected_counts(self, form: str, item: str) -> tuple[float, float]:
        """Expected problems and expected other answers. Assumes that A NUMBER IN THE ITEM'S
        CONDITION IS ABOVE THE LIMIT: where one stands there, both are too high.

        Raises KeyError for an item that is not planted.
        """
        chance, asked = self._chances(form, item)
        answered = asked * known_chance(self.planted[form].item(item))
        return float((chance * answered).sum()), float(((1 - chance) * answered).sum())

    def _chances(self, form: str, item: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        planted = self.planted[form]
        known = planted.item(item)
        chance: NDArray[np.float64] = planted.chances[planted.items.index(known)]
        return chance, asked_chance(known, planted, self.visits[form], self.where[form])


def truth(seed: int) -> Truth:
    """What happens in the rehearsal with this seed. The same seed gives the same truth."""
    rng = np.random.default_rng(seed)
    facts = published_facts()
    country = make_country(facts, rng)
    observers = make_observers(facts, country, rng, seed)
    made = observers.visits
    visits = {form: made.filter(pl.col("form") == form) for form in ELECTION_DAY_FORMS}
    where = {form: _where(country, visits, form) for form in ELECTION_DAY_FORMS}
    planted = {form: plant(form, where[form], rng) for form in ELECTION_DAY_FORMS}
    changes = plant_changes(country, tabulated_stations(visits), rng)
    return Truth(seed, facts, country, observers, visits, where, planted, tuple(changes))


def tabulated_stations(visits: Mapping[str, pl.DataFrame]) -> NDArray[np.int64]:
    """Stations counted under the eyes of a team that then followed the tabulation."""
    return counted_station(visits).unique().sort().to_numpy()


def counted_station(visits: Mapping[str, pl.DataFrame]) -> pl.Series:
    """For each visit of a tabulation, the station (place) whose count the team had seen."""
    counts = visits["counting"].select("team", counted="station")
    return visits["tabulation"].join(counts, on="team", maintain_order="left")["counted"]


def _where(country: Country, visits: Mapping[str, pl.DataFrame], form: str) -> Where:
    station = visits[form]["station"].to_numpy()
    districts = country.station["area"].rank("dense").to_numpy().astype(np.int64)
    # A tabulation is observed at the commission of the district; no station is near it.
    commission = -districts[counted_station(visits)] if form == "tabulation" else station
    here = country.station[np.maximum(station, 0).tolist()]
    there = station >= 0
    electronic = there & (here["channels"] == "both").to_numpy()
    results = country.results[np.maximum(station, 0).tolist()]
    differ = (results["on_electronic_list"] != results["registered"]).to_numpy()
    return Where(
        team=visits[form]["team"].to_numpy(),
        station=_places(commission),
        region=_places(visits[form]["area"].to_numpy()),
        electronic=electronic,
        rural=there & (here["setting"] == "rural").to_numpy(),
        lists_differ=electronic & differ,
    )


def _places(names: NDArray[np.generic]) -> NDArray[np.int64]:
    """0.. for each distinct name."""
    places: NDArray[np.int64] = np.unique(names, return_inverse=True)[1].astype(np.int64)
    return places
