"""python -m benchmarks.lists.soak: a country's two lists, and how time and memory grow.

    country   8,600,000 by 8,600,000 entries once: at most 60 s and 10 GB on two processors
    growth    the same at 1, 2, 4 and 8 million people, in one picture
    seeds     F1 of the reconciliation at a million, with three seeds and stocks of names

Small unless told otherwise: P8_SOAK_PEOPLE (default 50000,100000,200000,430000; the promise:
1000000,2000000,4000000,8600000), the last of which is the country. P8_SOAK_PICTURE names the file
of the picture. Lists go to the folder for temporary files, about 30 MB for each million people.
The exit code is 1 if a promise is broken.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import altair as alt
import polars as pl
from benchmarks.intake.place import load_average
from benchmarks.lists.bench import Figures, in_own_process

from paragraph8.statement.charts.render import BLUE, OCHRE, render_svg

PEOPLE = os.environ.get("P8_SOAK_PEOPLE", "50000,100000,200000,430000")
COUNTRY, AIM_SECONDS, AIM_GB = 8_600_000, 60, 10
AIM_F1 = 0.999
KINDS = (("rich", 21), ("ordinary", 22), ("poor", 23))
WIDTH, HEIGHT = 250, 180


@dataclass(frozen=True, slots=True)
class Size:
    """One pair of lists: how many people, the floor of the same run, and ours."""

    people: int
    floor: Figures
    ours: Figures

    def line(self) -> str:
        """One row of the table."""
        ours = self.ours
        per_floor = ours["seconds"] / self.floor["seconds"]
        told = f"lists {self.people:>10,}  {ours['seconds']:7.1f} s  {ours['peak_gb']:6.2f} GB"
        told += f"  F1 {ours['f1']:.5f}  {per_floor:.2f} F ({self.floor['seconds']:.1f} s)"
        if self.people == COUNTRY:
            told += f"; aim {AIM_SECONDS} s, {AIM_GB} GB"
        return told

    def kept(self) -> bool:
        """Whether what was promised for this size holds."""
        within = self.ours["seconds"] <= AIM_SECONDS and self.ours["peak_gb"] <= AIM_GB
        return self.ours["f1"] >= AIM_F1 and (self.people != COUNTRY or within)


def run(people: int, seed: int = 1, stock: str = "ordinary") -> Size:
    """Lists in a folder that is removed afterwards; each piece in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        lists = Path(name)
        made = (people, seed, stock)
        in_own_process("make_two", lists, *made)
        return Size(
            people,
            in_own_process("floor", lists, *made),
            in_own_process("ours_link", lists, *made),
        )


def picture(sizes: Sequence[Size]) -> str:
    """Seconds and peak memory against the number of people, both from zero: SVG."""
    rows = pl.DataFrame(
        {
            "people": [size.people / 1e6 for size in sizes],
            "seconds": [size.ours["seconds"] for size in sizes],
            "memory": [size.ours["peak_gb"] for size in sizes],
        }
    )
    both = alt.hconcat(
        _panel(rows, "seconds", "seconds", BLUE), _panel(rows, "memory", "peak memory, GB", OCHRE)
    )
    return render_svg(both, "lists-growth")


def _panel(rows: pl.DataFrame, column: str, title: str, colour: str) -> alt.LayerChart:
    base = alt.Chart(alt.Data(values=rows.to_dicts())).encode(
        x=alt.X("people:Q", title="people on each list, millions", scale=alt.Scale(zero=True)),
        y=alt.Y(f"{column}:Q", title=title, scale=alt.Scale(zero=True)),
    )
    line = base.mark_line(color=colour) + base.mark_point(color=colour, filled=True, size=50)
    return line.properties(width=WIDTH, height=HEIGHT)


def say(row: str) -> None:
    """Print a row as soon as it is known."""
    sys.stdout.write(row + "\n")
    sys.stdout.flush()


def main() -> None:
    """Every size, the picture, then the seeds at the first of the sizes."""
    people = [int(part) for part in PEOPLE.split(",")]
    say(f"two lists of voters; {load_average()}")
    sizes = []
    for many in people:
        sizes.append(run(many))
        say(f"{sizes[-1].line()}  {load_average()}")
    if file := os.environ.get("P8_SOAK_PICTURE"):
        Path(file).write_text(picture(sizes), encoding="utf-8")
    for stock, seed in KINDS:
        sizes.append(run(people[0], seed, stock))
        say(f"{sizes[-1].line()}  seed {seed}, {stock} stock; aim F1 {AIM_F1}")
    if not all(size.kept() for size in sizes):
        say("a promise is broken")
        sys.exit(1)


if __name__ == "__main__":
    main()
