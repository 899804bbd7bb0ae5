"""Whether the intake stays as fast when many reports are stored already.

Two servers stand side by side, one with empty tables, one with full ones. They are measured in
turns of a few seconds, so that whatever else moves the machine and its disk moves both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.intake.client import Figures, load_for
from benchmarks.intake.database import disk_probe
from benchmarks.intake.place import Place, Server, load_average, serving
from benchmarks.intake.report import make_report

WARM_UP = 2.0
TURNS = 4
WITH_PHOTO = partial(make_report, 1, 3_000)


@dataclass(frozen=True, slots=True)
class Step:
    """The rates with empty tables and with `stored` reports, each new one with a small photo.

    seeding   seconds that filling the tables took
    """

    stored: int
    empty: float
    full: float
    p99: float
    errors: int
    seeding: float
    disk: float
    load: str

    @property
    def ratio(self) -> float:
        return self.full / self.empty if self.empty else 0.0

    def in_words(self, aim: float) -> str:
        return (
            f"{self.stored:,} stored: {self.full:.0f}/s = {self.ratio:.0%} of {self.empty:.0f}/s "
            f"with empty tables in turns, aim {aim:.0%}; p99 {self.p99 * 1000:.0f} ms; "
            f"{self.errors} errors; filled in {self.seeding:.0f} s; disk probe "
            f"{self.disk:.0f}/s; {self.load}"
        )


def run_flatness(
    empty: Place,
    full: Place,
    folder: Path,
    sizes: list[int],
    seconds: float,
    row_bytes: int,
    each: Callable[[Step], None],
) -> None:
    """For each size: fill, then measure both in turns; `each` is told of every step.

    seconds   of one turn
    """
    for size in sizes:
        seeding = float(full.run("bulk", str(size), str(row_bytes)))
        with (
            serving(empty, folder / "flat-empty.log") as first,
            serving(full, folder / "flat-full.log") as second,
        ):
            disk = disk_probe(full.home)
            one, other = _in_turns(first, second, seconds)
        errors = one.errors + other.errors
        rates = one.rate, other.rate
        each(Step(size, *rates, other.wait(0.99), errors, seeding, disk, load_average()))


def _in_turns(first: Server, second: Server, seconds: float) -> tuple[Figures, Figures]:
    sums = Figures(), Figures()
    for server in (first, second):
        load_for(server.target, WARM_UP, WITH_PHOTO)
    for turn in range(TURNS):
        order = (0, 1) if turn % 2 == 0 else (1, 0)
        for place in order:
            measured = load_for((first, second)[place].target, seconds, WITH_PHOTO)
            sums[place].add(measured)
    return sums
