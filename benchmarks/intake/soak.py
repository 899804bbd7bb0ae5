"""python -m benchmarks.intake.soak [PART …]: the long runs, small unless told otherwise.

    steady     64 connections for P8_SOAK_SECONDS (default 20; the promise: 300): no error
    flat       the rate with P8_SOAK_ROWS reports stored (default 20000; the promise:
               50000,1000000), each of P8_SOAK_ROW_BYTES (default 1000), in turns of P8_SOAK_TURN
               seconds (default 3) with a server whose tables are empty
    replay     P8_SOAK_REPLAY reports (default 200; the promise: 10000), each 5 times
    kill       P8_SOAK_KILLS times kill -9 (default 12; the promise: 1000) under load
    power      P8_SOAK_CUTS power cuts (default 4; the promise: 300), on SQLite

kill and power have controls, which must find loss or the run has failed: a server that answers
before it stores, and one whose database and files are not synced. Each part runs on SQLite and on
PostgreSQL where it can; what could not be run is named. The exit code is 1 if a promise is broken.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.intake import flatness
from benchmarks.intake.client import load_for
from benchmarks.intake.database import (
    DidNotStart,
    NotInstalled,
    Postgres,
    another_database,
    disk_probe,
    postgres,
)
from benchmarks.intake.kills import run_kills
from benchmarks.intake.place import Place, end_on_signals, load_average, serving
from benchmarks.intake.powercut import NotPossible, run_cuts
from benchmarks.intake.replay import run_storm
from benchmarks.intake.report import make_report

FLAT_AIM = 0.9
CONTROL_KILLS, CONTROL_CUTS = 6, 4
KILL_PHOTO = 3_000
STORAGES = ("SQLite", "PostgreSQL")


class Results:
    """Lines as they come, and what failed."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def say(self, name: str, text: str, good: bool = True) -> None:
        """Print a line; remember its name if it is not good."""
        if not good:
            self.failed.append(name)
        sys.stdout.write(f"{name:32} {'' if good else 'FAILED: '}{text}\n")
        sys.stdout.flush()

    def control(self, name: str, text: str, faults: dict[str, int]) -> None:
        """A control is good if it finds loss."""
        lost = faults.get("acknowledged and lost", 0) + faults.get("damaged database", 0)
        self.say(name, f"{'shows loss' if lost else 'SHOWS NO LOSS'}: {text}", lost > 0)


def steady(place: Place, folder: Path, results: Results) -> None:
    """No error over a longer time."""
    seconds = _number("P8_SOAK_SECONDS", 20)
    place.seed()
    with serving(place, folder / "steady.log") as server:
        before = server.memory()[1]
        disk = disk_probe(place.home)
        figures = load_for(server.target, seconds, make_report)
        after = server.memory()[1]
    text = (
        f"{seconds} s: {figures.in_words()}; memory {before:.0f} -> {after:.0f} MB proportional; "
        f"disk probe {disk:.0f}/s; {load_average()}"
    )
    results.say(f"steady, {place.kind}", text, figures.errors == 0)


def flat(place: Place, folder: Path, results: Results) -> None:
    """The rate does not fall with what is stored."""
    url = another_database(place.database_url) if place.database_url else ""
    empty = Place(folder / "empty", url, place.workers)
    place.seed()
    empty.seed()

    def say(step: flatness.Step) -> None:
        good = step.ratio >= FLAT_AIM and step.errors == 0
        results.say(f"flat, {place.kind}", step.in_words(FLAT_AIM), good)

    sizes = [int(text) for text in os.environ.get("P8_SOAK_ROWS", "20000").split(",")]
    seconds, row_bytes = _number("P8_SOAK_TURN", 3), _number("P8_SOAK_ROW_BYTES", 1_000)
    flatness.run_flatness(empty, place, folder, sizes, seconds, row_bytes, say)


def replay(place: Place, folder: Path, results: Results) -> None:
    """Each report several times, one row."""
    place.seed()
    storm = run_storm(place, folder, _number("P8_SOAK_REPLAY", 200))
    results.say(f"replay, {place.kind}", storm.in_words(), not storm.wrong)


def kill(place: Place, folder: Path, results: Results) -> None:
    """Nothing acknowledged is lost, and the control shows that loss would be seen."""
    place.seed()
    make = partial(make_report, 1, KILL_PHOTO)
    url = place.database_url
    controls = ("early", "lazy") if url else ("early",)
    with _killable(url) as database:
        run = run_kills(place, folder, _number("P8_SOAK_KILLS", 12), make, database)
        good = not run.faults and not run.figures.given_up
        results.say(f"kill, {place.kind}", run.in_words(), good)
        for way in controls:
            control = Place(place.home, url, place.workers, way, place.token)
            made = run_kills(control, folder, CONTROL_KILLS, make, database)
            results.control(f"kill, {place.kind}, control {way}", made.in_words(), made.faults)


def power(place: Place, folder: Path, results: Results) -> None:
    """The same for a power cut; on SQLite, whose files lie in the home."""
    if place.database_url:
        results.say(f"power, {place.kind}", "NOT RUN: its files do not lie in the server's home")
        return
    make = partial(make_report, 1, KILL_PHOTO)
    try:
        real = run_cuts("", folder / "power", _number("P8_SOAK_CUTS", 4), make)
        results.say("power, SQLite", real.in_words(), not real.found["faults"])
        lazy = run_cuts("lazy", folder / "power-lazy", CONTROL_CUTS, make)
        results.control("power, SQLite, control lazy", lazy.in_words(), lazy.found["faults"])
    except NotPossible as error:
        results.say("power, SQLite", f"NOT RUN: {error}")


PARTS: dict[str, Callable[[Place, Path, Results], None]] = {
    "steady": steady,
    "flat": flat,
    "replay": replay,
    "kill": kill,
    "power": power,
}


def main(arguments: list[str]) -> int:
    """Run the named parts, or all; P8_SOAK_ON=SQLite or PostgreSQL for one of the two."""
    end_on_signals()
    results = Results()
    if unknown := set(arguments) - set(PARTS):
        sys.stderr.write(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}\n")
        return 2
    for name in arguments or PARTS:
        for kind in (os.environ.get("P8_SOAK_ON"),) if "P8_SOAK_ON" in os.environ else STORAGES:
            with tempfile.TemporaryDirectory(prefix="p8-soak-") as folder:
                _run_part(name, kind or "SQLite", Path(folder), results)
    results.say("all", "FAILED: " + ", ".join(results.failed) if results.failed else "good")
    return 1 if results.failed else 0


def _run_part(name: str, kind: str, folder: Path, results: Results) -> None:
    if kind == "SQLite":
        PARTS[name](Place(folder / "home"), folder, results)
        return
    try:
        with postgres() as url:
            PARTS[name](Place(folder / "home", url, workers=2), folder, results)
    except (NotInstalled, DidNotStart) as error:
        results.say(f"{name}, {kind}", f"NOT RUN: {error or 'PostgreSQL is not installed'}")


@contextmanager
def _killable(url: str) -> Iterator[Postgres | None]:
    if not url:
        yield None
        return
    database = Postgres(url)
    try:
        yield database
    finally:
        database.stop()


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
