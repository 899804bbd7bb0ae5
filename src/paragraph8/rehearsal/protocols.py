"""Result protocols of the rehearsal: what each source shows of a station."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.rehearsal.country import Country
from paragraph8.rehearsal.facts import Facts
from paragraph8.rehearsal.numbers import share_voted
from paragraph8.tables.contracts import BY_NAME

CONTEST = "list"
# (field, channel) of a protocol -> column of the true results.
FIELDS = {
    ("registered", "all"): "registered",
    ("added", "all"): "added",
    ("voted", "all"): "voted",
    ("voted", "paper"): "issued",
    ("received", "paper"): "received",
    ("issued", "paper"): "issued",
    ("unused", "paper"): "unused",
    ("spoiled", "paper"): "spoiled",
    ("ballots_in_box", "paper"): "issued",
    ("ballots_in_mobile_box", "paper"): "mobile",
    ("valid", "paper"): "valid_paper",
    ("invalid", "paper"): "invalid_paper",
    ("voted", "machine"): "electronic",
    ("ballots_in_box", "machine"): "electronic",
    ("valid", "machine"): "electronic",
}
HOURLY = {"voted_by_noon": 12 * 60, "voted_by_afternoon": 16 * 60}
LARGEST_CHANGE, CHANGED_AT_DISTRICT, CHANGED_LATER = 60, 5, 2


@dataclass(frozen=True, slots=True)
class Change:
    """A planted change between two steps: from then on the first contestant has `votes` more and
    the second as many fewer. before: the first source that shows the changed numbers."""

    station: int
    before: str
    votes: int


def protocol_frames(
    facts: Facts,
    country: Country,
    seen: Mapping[str, NDArray[np.int64]],
    changes: Iterable[Change],
) -> dict[str, pl.DataFrame]:
    """protocol, protocol_figure, protocol_vote of these sources.

    seen   source -> stations (places) of which it shows a protocol
    The published protocols add up to the published totals; where a change is planted, it is the
    earlier sources that differ.
    """
    frames: dict[str, list[pl.DataFrame]] = {}
    for source, stations in seen.items():
        votes = votes_shown(source, country.paper_votes, changes)
        for name, frame in _frames(facts, country, source, stations, votes).items():
            frames.setdefault(name, []).append(frame)
    return {name: BY_NAME[name].shape(pl.concat(parts)) for name, parts in frames.items()}


def plant_changes(
    country: Country, tabulated: NDArray[np.int64], rng: np.random.Generator
) -> list[Change]:
    """A few changes, at stations whose district table was seen."""
    enough = tabulated[country.paper_votes[tabulated, 0] > 2 * LARGEST_CHANGE]
    n = min(len(enough), CHANGED_AT_DISTRICT + CHANGED_LATER)
    chosen = rng.choice(enough, n, replace=False)
    return [
        Change(
            int(station),
            "district" if number < CHANGED_AT_DISTRICT else "published",
            int(rng.integers(10, LARGEST_CHANGE)),
        )
        for number, station in enumerate(chosen)
    ]


STEPS = ("observer_copy", "posted_copy", "station", "district", "published")


def votes_shown(
    source: str, published: NDArray[np.int64], changes: Iterable[Change]
) -> NDArray[np.int64]:
    """Paper votes (stations, contestants) as this source shows them."""
    votes = published.copy()
    for change in changes:
        if STEPS.index(source) < STEPS.index(change.before):
            votes[change.station, 0] -= change.votes
            votes[change.station, 1] += change.votes
    return votes


def _frames(
    facts: Facts,
    country: Country,
    source: str,
    stations: NDArray[np.int64],
    paper: NDArray[np.int64],
) -> dict[str, pl.DataFrame]:
    codes = country.station["station"].gather(stations)
    ids = [f"{facts.election}/{CONTEST}/{code}/{source}/1" for code in codes]
    protocol = pl.DataFrame(
        {
            "protocol": ids,
            "election": facts.election,
            "contest": CONTEST,
            "station": codes,
            "source": source,
            "copy": 1,
            "signed_on": facts.election_day,
            "source_file": f"simulated {source.replace('_', ' ')}",
            "source_row": np.arange(1, len(ids) + 1),
        }
    )
    return {
        "protocol": protocol,
        "protocol_figure": _figures(country, source, stations, ids),
        "protocol_vote": _vote_rows(facts, country, stations, ids, paper),
    }


def _figures(
    country: Country, source: str, stations: NDArray[np.int64], ids: list[str]
) -> pl.DataFrame:
    results = country.results[stations.tolist()]
    electronic = (country.station["channels"] == "both").gather(stations)
    columns = [
        pl.DataFrame(
            {"protocol": ids, "field": field, "channel": channel, "value": results[column]}
        ).filter(electronic if channel == "machine" else pl.lit(True))
        for (field, channel), column in FIELDS.items()
    ]
    if source == "published":
        for field, minutes in HOURLY.items():
            by_then = (results["voted"] * float(share_voted(minutes))).floor().cast(pl.Int64)
            columns.append(
                pl.DataFrame({"protocol": ids, "field": field, "channel": "all", "value": by_then})
            )
    return pl.concat(columns)


def _vote_rows(
    facts: Facts,
    country: Country,
    stations: NDArray[np.int64],
    ids: list[str],
    paper: NDArray[np.int64],
) -> pl.DataFrame:
    codes = list(facts.contestants)
    electronic = (country.station["channels"] == "both").to_numpy()[stations]
    machine_ids = [name for name, offers in zip(ids, electronic, strict=True) if offers]
    parts = [
        (ids, "paper", paper[stations]),
        (machine_ids, "machine", country.electronic_votes[stations[electronic]]),
    ]
    return pl.concat(
        pl.DataFrame(
            {
                "protocol": np.repeat(names, len(codes)),
                "contestant": codes * len(names),
                "channel": channel,
                "votes": votes.reshape(-1),
            },
            schema=BY_NAME["protocol_vote"].schema,
        )
        for names, channel, votes in parts
    )
