"""Phones that send reports at once, and a ledger of what the server acknowledged.

A phone keeps its connection. Where no answer comes, or one of 500 and above, it sends the same
bytes again, as OpenRosa clients do. The ledger is a file of its own, outside the server's home.
"""

import asyncio
import hashlib
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.intake.report import Report, request_of

SECONDS_FOR_AN_ANSWER = 30.0
LOST = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Target:
    """Where reports go: a port of this machine, and a path."""

    port: int
    path: str


class Ledger:
    """One line of JSON for each acknowledged request, written before the next one is sent."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.count = 0

    def note(self, report: Report, names: Iterable[str], status: int) -> None:
        """The server said `status` to the XML with these files."""
        line = {
            "instance": report.instance,
            "sha256": report.sha256,
            "files": {
                name: hashlib.sha256(content).hexdigest()
                for name, content in report.files.items()
                if name in names
            },
            "status": status,
            "at": time.time(),
        }
        os.write(self._handle, json.dumps(line).encode() + b"\n")
        self.count += 1

    def close(self) -> None:
        os.close(self._handle)


@dataclass
class Figures:
    """What became of the requests.

    waits      seconds from the first byte sent to the last byte of the answer
    lost       requests that were sent and to which no answer came
    unreached  tries to connect while nobody listened
    given_up   reports that were never acknowledged within the patience of a phone
    """

    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    lost: int = 0
    unreached: int = 0
    given_up: int = 0
    seconds: float = 0.0

    @property
    def acknowledged(self) -> int:
        return sum(count for status, count in self.statuses.items() if status in (201, 202))

    @property
    def errors(self) -> int:
        """Requests that were not acknowledged, for whatever reason."""
        return len(self.waits) - self.acknowledged + self.lost + self.unreached

    @property
    def rate(self) -> float:
        return self.acknowledged / self.seconds if self.seconds else 0.0

    def add(self, other: "Figures") -> None:
        """Count what became of other requests, in a time of their own."""
        self.waits += other.waits
        self.statuses.update(other.statuses)
        self.lost += other.lost
        self.unreached += other.unreached
        self.given_up += other.given_up
        self.seconds += other.seconds

    def wait(self, share: float) -> float:
        """The wait that `share` of all answers did not exceed, in seconds."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def in_words(self) -> str:
        told = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return (
            f"{self.rate:.0f}/s; p50 {self.wait(0.5) * 1000:.0f}, p99 {self.wait(0.99) * 1000:.0f},"
            f" max {self.wait(1) * 1000:.0f} ms; answers {told or 'none'}; lost {self.lost}"
        )


class Phone:
    """One connection that is kept, and made again when it breaks."""

    def __init__(self, target: Target, figures: Figures, ledger: Ledger | None) -> None:
        self.target, self.figures, self.ledger = target, figures, ledger
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def deliver(
        self, report: Report, names: tuple[str, ...] | None = None, patience: float = 60.0
    ) -> int:
        """Send until there is an answer below 500; returns its status, 0 where none ever came."""
        request = request_of(self.target.path, report, names)
        until = time.monotonic() + patience
        while True:
            status = await self._try(request)
            if status in (201, 202) and self.ledger:
                self.ledger.note(report, report.files if names is None else names, status)
            if 0 < status < 500:
                return status
            if time.monotonic() > until:
                self.figures.given_up += 1
                return 0
            await asyncio.sleep(random.uniform(0.02, 0.2))

    async def _try(self, request: bytes) -> int:
        started = time.perf_counter()
        try:
            status = await asyncio.wait_for(self._post(request), SECONDS_FOR_AN_ANSWER)
        except LOST:
            if self._streams is None:
                self.figures.unreached += 1
            else:
                self.figures.lost += 1
            self.close()
            return 0
        self.figures.waits.append(time.perf_counter() - started)
        self.figures.statuses[status] += 1
        return status

    async def _post(self, request: bytes) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.target.port)
        reader, writer = self._streams
        writer.write(request)
        await writer.drain()
        status, _, close = await _answer(reader)
        if close:
            self.close()
        return status

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bool]:
    """Status, body, and whether the server ends the connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    first, *lines = head.split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines if ": " in line)
    if "content-length" in fields:
        body = await reader.readexactly(int(fields["content-length"]))
    elif fields.get("transfer-encoding") == "chunked":
        body = b""
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readexactly(2)
    else:
        body = b""
    return int(first.split()[1]), body, fields.get("connection") == "close"


async def load(
    target: Target,
    ledger: Ledger | None,
    make: Callable[[], Report],
    go_on: Callable[[], bool],
    phones: int = 64,
    patience: float = 60.0,
) -> Figures:
    """Reports from `phones` at once, each sending its next when the last is acknowledged.

    patience   seconds for which a phone tries again; 0: once
    """
    figures = Figures()

    async def one() -> None:
        phone = Phone(target, figures, ledger)
        try:
            while go_on():
                await phone.deliver(make(), patience=patience)
        finally:
            phone.close()

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(phones)))
    figures.seconds = time.perf_counter() - started
    return figures


def load_for(
    target: Target,
    seconds: float,
    make: Callable[[], Report],
    phones: int = 64,
    ledger: Ledger | None = None,
) -> Figures:
    """`load` for a number of seconds."""
    until = time.monotonic() + seconds
    return asyncio.run(load(target, ledger, make, lambda: time.monotonic() < until, phones))
