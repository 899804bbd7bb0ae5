"""python -m benchmarks.intake.bench: speed and size of the intake, each figure beside its aim.

    intake/s     64 connections, reports of the 250-question form, all with 201 on disk; its ratio
                 is to one connection that inserts a row of the same bytes durably, in the same run
    with photo   the same with a photo of 300 KB each
    start, idle  seconds to the first 204; memory of all processes of the server

The disk probe (appends of 2 KB with fdatasync) and the load average stand beside, since both move
every figure. P8_BENCH_SECONDS sets the length of a measurement (default 10).
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.intake.client import Figures, load_for
from benchmarks.intake.database import (
    DidNotStart,
    NotInstalled,
    disk_probe,
    postgres,
    raw_postgres,
    raw_sqlite,
)
from benchmarks.intake.place import Place, Server, end_on_signals, load_average
from benchmarks.intake.report import Report, make_report

SECONDS = float(os.environ.get("P8_BENCH_SECONDS", "10"))
WARM_UP = 2.0
PHONES = 64
AIMS = {"SQLite": 200, "PostgreSQL": 300}
AIM_WITH_PHOTO, AIM_P99, AIM_IDLE_MB = 120, 1.0, 200


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement under load, with what stood beside it."""

    figures: Figures
    raw: float
    disk: float
    load: str


def measure(place: Place, server: Server, make: Callable[[], Report]) -> Measured:
    """The disk, the raw insert, then the intake."""
    disk = disk_probe(place.home)
    raw = raw_postgres(place.database_url) if place.database_url else raw_sqlite(place.home)
    load_for(server.target, WARM_UP, make, PHONES)
    figures = load_for(server.target, SECONDS, make, PHONES)
    return Measured(figures, raw, disk, load_average())


def line(name: str, measured: Measured, aim: int) -> str:
    """One row of the table."""
    figures = measured.figures
    return (
        f"{name:24} {figures.rate:6.0f}/s; aim {aim}; {figures.rate / measured.raw:.2f} x raw "
        f"insert by one connection ({measured.raw:.0f}/s); p50 {figures.wait(0.5) * 1000:.0f}, "
        f"p99 {figures.wait(0.99) * 1000:.0f} ms, aim {AIM_P99 * 1000:.0f}, max "
        f"{figures.wait(1) * 1000:.0f} ms; {figures.errors} errors of {len(figures.waits)}; "
        f"disk probe {measured.disk:.0f}/s; {measured.load}"
    )


def rows_of(place: Place, log: Path) -> list[str]:
    """All figures of one database."""
    place.seed()
    server = Server(place, log)
    begun = time.monotonic()
    server.start()
    try:
        server.wait()
        start = time.monotonic() - begun
        time.sleep(1.0)
        idle, idle_pss = server.memory()
        plain = measure(place, server, make_report)
        photo = measure(place, server, partial(make_report, 1))
        after, after_pss = server.memory()
    finally:
        server.stop()
    name = f"intake, {place.kind}"
    return [
        line(name, plain, AIMS[place.kind]),
        line(f"{name}, photo", photo, AIM_WITH_PHOTO),
        f"{'server, ' + place.kind:24} {start:6.1f} s to the first 204; idle {idle:.0f} MB "
        f"resident ({idle_pss:.0f} MB proportional) in {1 + place.workers} processes, aim "
        f"{AIM_IDLE_MB}; after load {after:.0f} MB ({after_pss:.0f} MB)",
    ]


def main() -> None:
    """Print the table."""
    end_on_signals()
    with tempfile.TemporaryDirectory(prefix="p8-bench-") as name:
        folder = Path(name)
        home = folder / "sqlite"
        _say(rows_of(Place(home), folder / "sqlite.log"))
        try:
            with postgres() as url:
                place = Place(folder / "postgres", url, workers=2)
                _say(rows_of(place, folder / "postgres.log"))
        except NotInstalled:
            _say([f"{'intake, PostgreSQL':24} NOT RUN: PostgreSQL is not installed"])
        except DidNotStart as error:
            _say([f"{'intake, PostgreSQL':24} NOT RUN: {error}"])


def _say(rows: list[str]) -> None:
    sys.stdout.write("\n".join(rows) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
