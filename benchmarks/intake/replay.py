"""Replay storm: every report several times at once, in random order, its photos split over posts.

What must be left is one row for each report with both photos, and every answer 201 or 202.
"""

import asyncio
import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.intake.client import Figures, Ledger, Phone, Target
from benchmarks.intake.place import Place, serving
from benchmarks.intake.report import PHOTOS, Report, make_report

TIMES = 5
SMALL_PHOTO = 2_000


@dataclass(frozen=True, slots=True)
class Storm:
    """What a storm left. `wrong` is empty in a good run."""

    reports: int
    figures: Figures
    found: dict[str, Any]

    @property
    def wrong(self) -> list[str]:
        """Each thing that is not as it must be, in words."""
        faults = [f"{count} x {kind}" for kind, count in self.found["faults"].items()]
        if self.found["rows"] != self.reports:
            faults.append(f"{self.found['rows']} rows of {self.reports} reports")
        if self.found["files"] != len(PHOTOS) * self.reports:
            faults.append(f"{self.found['files']} files of {self.reports} reports")
        if self.found["incomplete"]:
            faults.append(f"{self.found['incomplete']} reports marked incomplete")
        if self.figures.errors or self.figures.given_up:
            faults.append(f"{self.figures.errors} requests not answered with 201 or 202")
        return faults

    def in_words(self) -> str:
        return (
            f"{self.reports} reports x {TIMES} in random order: {self.figures.in_words()}; "
            f"{self.found['rows']} rows, {self.found['files']} files, "
            f"{self.found['repeats']} repeats; wrong: {'; '.join(self.wrong) or 'nothing'}"
        )


def run_storm(place: Place, folder: Path, reports: int, phones: int = 64, seed: int = 8) -> Storm:
    """Send, stop the server, compare."""
    ledger = Ledger(folder / f"replay-{place.kind}.jsonl")
    try:
        with serving(place, folder / f"replay-{place.kind}.log") as server:
            posts = _posts(reports, random.Random(seed))
            figures = asyncio.run(_send(server.target, ledger, posts, phones))
    finally:
        ledger.close()
    found = json.loads(place.run("verify", str(ledger.file)))
    return Storm(reports, figures, found)


def _posts(count: int, rng: random.Random) -> list[tuple[Report, tuple[str, ...]]]:
    """Every report TIMES times: alone, with one photo, with the other, with both, alone."""
    first, second = (f"{name}.jpg" for name in PHOTOS)
    splits: tuple[tuple[str, ...], ...] = ((), (first,), (second,), (first, second), ())
    assert len(splits) == TIMES
    posts = [
        (report, split)
        for report in (make_report(2, SMALL_PHOTO) for _ in range(count))
        for split in splits
    ]
    rng.shuffle(posts)
    return posts


async def _send(
    target: Target,
    ledger: Ledger,
    posts: list[tuple[Report, tuple[str, ...]]],
    phones: int,
) -> Figures:
    figures = Figures()
    loop = asyncio.get_running_loop()
    started = loop.time()

    async def one() -> None:
        phone = Phone(target, figures, ledger)
        while posts:
            await phone.deliver(*posts.pop())
        phone.close()

    await asyncio.gather(*(one() for _ in range(phones)))
    figures.seconds = loop.time() - started
    return figures
