"""Ways in which a bad network treats a request, and plans of them that a seed repeats."""

import random
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What happens to a POST."""

    BEFORE = "before"  # The connection is cut before any byte.
    BODY = "body"  # Cut in the middle of the body.
    DEAF = "deaf"  # Cut right after the body, whether or not the server has worked.
    ACK = "ack"  # Cut when the answer arrives, which nobody reads: the server has worked.
    PARALLEL = "parallel"  # The same request from several sockets at once.
    REORDER = "reorder"  # The chunks of the submission in reverse order.
    DRIP = "drip"  # Sent in small pieces with pauses.
    CHUNKED = "chunked"  # Transfer-Encoding: chunked, without Content-Length.
    EXPECT = "expect"  # Expect: 100-continue, the body after the server asks for it.


# After these the client has no answer and tries again.
LOSING = (Kind.BEFORE, Kind.BODY, Kind.DEAF, Kind.ACK)


@dataclass(frozen=True)
class Fault:
    """One attempt's bad luck.

    at: for BODY, bytes of the body that get through (int) or their share (float).
    chunk: which POST of the submission it hits; -1 is the last.
    times: sockets of PARALLEL, pieces of DRIP.
    seconds: how long DRIP takes.
    abrupt: a cut resets the connection; otherwise it closes it.
    """

    kind: Kind
    at: int | float = 0.5
    chunk: int = 0
    times: int = 20
    seconds: float = 1.0
    abrupt: bool = True


def before() -> Fault:
    """Nothing gets through."""
    return Fault(Kind.BEFORE)


def cut(at: int | float = 0.5, chunk: int = 0) -> Fault:
    """The body stops after `at` bytes, or after that share of it."""
    return Fault(Kind.BODY, at=at, chunk=chunk)


def lost_ack(chunk: int = 0) -> Fault:
    """The server answers and the client never learns of it."""
    return Fault(Kind.ACK, chunk=chunk)


def double() -> Fault:
    """Two sockets send the same at once."""
    return Fault(Kind.PARALLEL, times=2)


def twenty() -> Fault:
    """Twenty sockets send the same at once."""
    return Fault(Kind.PARALLEL, times=20)


def plan(seed: int, length: int, chunks: int = 1) -> list[Fault]:
    """`length` faults, the same for the same seed, each on one of `chunks` POSTs.

    Drips take a tenth of a second, so that long plans stay short.
    """
    chance = random.Random(seed)
    return [
        Fault(
            chance.choice(list(Kind)),
            at=chance.random(),
            chunk=chance.randrange(chunks),
            times=chance.randint(2, 6),
            seconds=0.1,
            abrupt=chance.random() < 0.5,
        )
        for _ in range(length)
    ]
