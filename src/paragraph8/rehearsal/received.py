"""Which protocols and photographs reached the mission: observers' own copies, and others'."""

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.rehearsal.drawn import Drawn
from paragraph8.rehearsal.filled import GIVEN, WITHHELD
from paragraph8.rehearsal.names import file_hash
from paragraph8.rehearsal.protocols import CONTEST
from paragraph8.rehearsal.seen import OWN_COPY
from paragraph8.rehearsal.truth import Truth, tabulated_stations
from paragraph8.tables.codebook_reader import Item, codebook_form
from paragraph8.tables.contracts import BY_NAME

PHOTOGRAPHED, GIVEN_OUT, SHOWN = 0.85, 0.8, 0.7
PHOTOS, PHOTO_BYTES, SENT_TWICE = ("C41_photo1", "C41_photo2"), 240_000, 3
SOURCE_FILE = "reports"


def sources_seen(
    truth: Truth, count: Drawn, rng: np.random.Generator
) -> dict[str, NDArray[np.int64]]:
    """source -> stations (places) whose protocol the mission got from it, observers' copies apart.

    A copy posted at the station exists only where the team says that one was posted.
    """
    station = count.visits["station"].to_numpy()
    posted = count.filled.values["C38"] == "yes"
    copied = count.filled.values["C40"] == "yes"
    # What was planted must be there to be found.
    changed = np.array([change.station for change in truth.changes], dtype=np.int64)
    shown = _some(tabulated_stations(truth.visits), SHOWN, rng)
    return {
        "posted_copy": _some(station[posted], PHOTOGRAPHED, rng),
        "station": _some(station[copied], GIVEN_OUT, rng),
        "district": np.union1d(shown, changed),
    }


def copied_protocols(
    truth: Truth, count: Drawn, observation: pl.DataFrame, lines: Mapping[str, int]
) -> dict[str, pl.DataFrame]:
    """What observers wrote down of each protocol, as the intake makes it from their forms.

    observation   the table; lines: observation -> its line among all reports
    Copies of one station are numbered in the order in which they were received.
    """
    asked = codebook_form("counting").items
    places = {name: place for place, name in enumerate(count.filled.observations)}
    order = observation.filter(pl.col("form") == "counting").sort("received", "observation")
    protocols: list[tuple[object, ...]] = []
    figures: list[tuple[object, ...]] = []
    votes: list[tuple[object, ...]] = []
    taken: dict[str, int] = {}
    for name, station in order.select("observation", "station").rows():
        own = list(_figures(count, asked, places[name]))
        own_votes = list(_votes(truth, count, places[name]))
        if not own and not own_votes:
            continue
        copy = taken[station] = taken.get(station, 0) + 1
        protocol = f"{truth.facts.election}/{CONTEST}/{station}/{OWN_COPY}/{copy}"
        figures += [(protocol, *figure) for figure in own]
        votes += [(protocol, *vote) for vote in own_votes]
        protocols.append(
            (protocol, truth.facts.election, CONTEST, station, OWN_COPY, copy, None,
             SOURCE_FILE, lines[name])
        )  # fmt: skip
    return {
        "protocol": _frame("protocol", protocols),
        "protocol_figure": _frame("protocol_figure", figures),
        "protocol_vote": _frame("protocol_vote", votes),
    }


def _figures(count: Drawn, asked: tuple[Item, ...], place: int) -> Iterator[tuple[str, str, int]]:
    filled = count.filled
    for item in asked:
        if item.field and filled.states[item.id][place] == GIVEN:
            yield item.field, item.channel, int(filled.values[item.id][place])


def _votes(truth: Truth, count: Drawn, place: int) -> Iterator[tuple[str, str, int]]:
    filled = count.filled
    for code in truth.facts.contestants:
        item = f"C41_votes-{code}"
        if filled.states[item][place] == GIVEN:
            yield code, "paper", int(filled.values[item][place])


def attachments(count: Drawn, seed: int, *, sent_twice: bool) -> pl.DataFrame:
    """The table `attachment`: photographs of protocols by hashes that stand for them.

    sent_twice   three photographs came from two teams each
    """
    filled = count.filled
    rows = [
        [filled.observations[place], item, file_hash(seed, "counting", int(place), item)]
        for item in PHOTOS
        for place in np.flatnonzero(filled.states[item] == WITHHELD)
    ]
    for number in range(SENT_TWICE if sent_twice else 0):
        rows[2 * number + 1][2] = rows[2 * number][2]
    return _frame("attachment", [(*row, PHOTO_BYTES) for row in rows])


def _frame(name: str, rows: list[tuple[object, ...]]) -> pl.DataFrame:
    contract = BY_NAME[name]
    return contract.shape(pl.DataFrame(rows, schema=contract.schema, orient="row"))


def _some(
    stations: NDArray[np.int64], chance: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    distinct = np.unique(stations)
    kept: NDArray[np.int64] = distinct[rng.random(len(distinct)) < chance]
    return kept
