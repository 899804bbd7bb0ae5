"""The protocol as observers copied it: figures and votes of counting forms, one copy a form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from paragraph8.intake.observations.faults import Fault
from paragraph8.tables.contracts import PROTOCOL, PROTOCOL_FIGURE, PROTOCOL_VOTE

SOURCE = "observer_copy"
COUNT_FORM = "counting"


@dataclass(frozen=True, slots=True)
class Copy:
    """The numbers of one counting form at one station.

    figures   (field, channel, number); votes   (contestant, channel, number)
    nodes     the nodes of these numbers, read or not
    """

    observation: str
    election: str
    contest: str
    station: str
    received: str
    file: str
    row: int
    figures: tuple[tuple[str, str, int], ...]
    votes: tuple[tuple[str, str, int], ...]
    nodes: frozenset[str]


def copy_frames(copies: Iterable[Copy], faults: Sequence[Fault]) -> dict[str, pl.DataFrame]:
    """protocol, protocol_figure and protocol_vote of these copies.

    Copies of one station are numbered in the order in which they were received. Faults in a number
    of a copy get the id of its protocol.
    """
    numbered: dict[tuple[str, str, str], int] = {}
    protocols: list[dict[str, object]] = []
    figures: dict[tuple[str, str, str], int] = {}
    votes: dict[tuple[str, str, str], int] = {}
    by_observation: dict[str, tuple[str, Copy]] = {}
    for copy in sorted(copies, key=lambda copy: (copy.received, copy.observation)):
        place = (copy.election, copy.contest, copy.station)
        numbered[place] = numbered.get(place, 0) + 1
        protocol = "/".join((*place, SOURCE, str(numbered[place])))
        by_observation[copy.observation] = (protocol, copy)
        protocols.append(_protocol(copy, protocol, numbered[place]))
        for field, channel, number in copy.figures:
            figures.setdefault((protocol, field, channel), number)
        for contestant, channel, number in copy.votes:
            votes.setdefault((protocol, contestant, channel), number)
    for fault in faults:
        protocol, made = by_observation.get(fault.observation, ("", None))
        if made and fault.column in made.nodes:
            fault.protocol = protocol
    return {
        "protocol": PROTOCOL.shape(pl.DataFrame(protocols, schema=PROTOCOL.schema)),
        "protocol_figure": PROTOCOL_FIGURE.shape(_long(figures, PROTOCOL_FIGURE.schema)),
        "protocol_vote": PROTOCOL_VOTE.shape(_long(votes, PROTOCOL_VOTE.schema)),
    }


def _protocol(copy: Copy, protocol: str, number: int) -> dict[str, object]:
    return {
        "protocol": protocol,
        "election": copy.election,
        "contest": copy.contest,
        "station": copy.station,
        "source": SOURCE,
        "copy": number,
        "signed_on": None,
        "source_file": copy.file,
        "source_row": max(copy.row, 1),
    }


def _long(numbers: dict[tuple[str, str, str], int], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame([(*key, n) for key, n in numbers.items()], schema=schema, orient="row")
