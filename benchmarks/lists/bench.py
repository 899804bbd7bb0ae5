"""python -m benchmarks.lists.bench: the audit of voter lists beside DuckDB and Splink.

    F           DuckDB reads both Parquet files and keeps a full outer join on four raw columns
    S           Splink 5 with settings made by hand, training included, on text cleaned before
    reconcile   Parquet files to the decision on every entry: at most 4 F, S / 8 and 1.5 GB, and
                an F1 not below Splink's, one to one
    duplicates  one list of as many: at most 6 F and S / 3 (Splink's own on that list)
    station     p8 voterlist reconcile of 2,000 by 2,000 entries, the whole process: under 1 s

F and ours are the fastest of three processes each; Splink, which takes longest, runs once. Every
process has a database file in a new folder and two threads. P8_BENCH_PEOPLE sets how many people
the lists have (default 1,000,000; the aims are for that many), P8_BENCH_SEED their seed, and
P8_BENCH_STOCK the number of surnames: rich, ordinary or poor.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import cast

from benchmarks.intake.place import load_average

from paragraph8.voterlist.generate.settings import Settings, Stock

PEOPLE = int(os.environ.get("P8_BENCH_PEOPLE", "1000000"))
SEED = int(os.environ.get("P8_BENCH_SEED", "1"))
STOCK = os.environ.get("P8_BENCH_STOCK", "ordinary")
ROUNDS = 3
HERE = Path(__file__).resolve().parent.parent.parent
AIM_LINK_F, AIM_LINK_S, AIM_LINK_GB = 4, 8, 1.5
AIM_REPEATED_F, AIM_REPEATED_S = 6, 3
STATION, AIM_STATION = 2_000, 1.0
Figures = Mapping[str, float]


def measure(piece: str, lists: Path, people: int, seed: int, stock: str) -> dict[str, object]:
    """One piece in this process: seconds, peak memory, and how good its pairs are."""
    from benchmarks.lists import work

    settings = Settings(people=people, seed=seed, stock=cast(Stock, stock))
    with tempfile.TemporaryDirectory() as name:
        if piece == "make_two":
            found = work.make_two(lists, settings)
        elif piece == "make_one":
            found = work.make_one(lists, settings)
        else:
            found = work.PIECES[piece](lists, Path(name))
    return asdict(found)


def in_own_process(
    piece: str, lists: Path, people: int = PEOPLE, seed: int = SEED, stock: str = STOCK
) -> Figures:
    """A process of its own for each piece: a child's peak begins with that of who started it."""
    command = [sys.executable, "-m", "benchmarks.lists.bench", piece, str(lists)]
    done = subprocess.run(
        [*command, str(people), str(seed), stock],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=HERE,
    )
    result: Figures = json.loads(done.stdout.splitlines()[-1])
    return result


def fastest(piece: str, lists: Path) -> Figures:
    """The fastest of several processes, with the largest peak of them."""
    runs = [in_own_process(piece, lists) for _ in range(ROUNDS)]
    best = min(runs, key=lambda run: run["seconds"])
    return {**best, "peak_gb": max(run["peak_gb"] for run in runs)}


def say_two_lists(lists: Path) -> float:
    """Rows on the reconciliation; returns F."""
    for piece in ("make_two", "normalise_two"):
        in_own_process(piece, lists)
    floor, ours = fastest("floor", lists), fastest("ours_link", lists)
    say(f"lists F          {floor['seconds']:7.2f} s  {floor['peak_gb']:5.2f} GB  the reference")
    splink = in_own_process("splink_link", lists)
    say(_against("reconcile", ours, floor["seconds"], splink["seconds"], AIM_LINK_F, AIM_LINK_S))
    say(
        f"    peak {ours['peak_gb']:.2f} GB, aim {AIM_LINK_GB}; F1 {ours['f1']:.5f}, aim not below "
        f"Splink's {splink['f1']:.5f} (its peak {splink['peak_gb']:.2f} GB)"
    )
    return floor["seconds"]


def say_one_list(lists: Path, floor: float) -> None:
    """Rows on duplicates inside one list."""
    for piece in ("make_one", "normalise_one"):
        in_own_process(piece, lists)
    ours, splink = fastest("ours_repeated", lists), in_own_process("splink_repeated", lists)
    say(_against("duplicates", ours, floor, splink["seconds"], AIM_REPEATED_F, AIM_REPEATED_S))
    say(
        f"    peak {ours['peak_gb']:.2f} GB; F1 {ours['f1']:.5f}, aim 0.95 (Splink "
        f"{splink['f1']:.5f}); estimated / true {ours['ratio']:.3f}, aim 0.9 to 1.1 "
        f"(Splink {splink['ratio']:.2f})"
    )


def _against(
    name: str, ours: Figures, floor: float, splink: float, aim_floor: float, aim_splink: float
) -> str:
    seconds, per_floor = ours["seconds"], ours["seconds"] / floor
    return (
        f"{'lists ' + name:16} {seconds:7.2f} s = {per_floor:.2f} F, aim {aim_floor};"
        f" = S / {splink / seconds:.1f} (S {splink:.1f} s), aim S / {aim_splink};"
        f" processor {ours['cpu']:.1f} s"
    )


def say_station(folder: Path) -> None:
    """Row on the whole command on the lists of one station, which it reads as CSV."""
    from benchmarks.lists.work import mapping_text

    p8 = [sys.executable, "-c", "from paragraph8.cli import main; main()", "voterlist"]
    many = ["--people", str(STATION), "--seed", str(SEED), "--format", "csv"]
    made = folder / "made"
    subprocess.run([*p8, "generate", str(made), *many], capture_output=True, check=True)
    files = [made / "lists" / f"simulated_{name}.csv" for name in ("paper", "electronic")]
    mapping = folder / "station.toml"
    mapping.write_text(mapping_text("paper") + mapping_text("electronic"), encoding="utf-8")
    seconds = []
    for round_ in range(ROUNDS):
        out = ["--out", str(folder / f"audit{round_}"), "--election", "kz-2004-09-19"]
        started = time.perf_counter()
        command = [*p8, "reconcile", *map(str, files), "--mapping", str(mapping), "--simulated"]
        subprocess.run([*command, *out], capture_output=True, check=True)
        seconds.append(time.perf_counter() - started)
    nothing = _seconds([sys.executable, "-c", "import duckdb, polars"])
    say(
        f"{'lists station':16} {min(seconds):7.2f} s, aim {AIM_STATION}: the whole process, "
        f"{min(seconds) / nothing:.1f} x one that only imports duckdb and polars ({nothing:.2f} s)"
    )


def _seconds(command: list[str]) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run(command, check=True)
        taken.append(time.perf_counter() - started)
    return min(taken)


def main() -> None:
    """Print the table."""
    if len(sys.argv) > 1:
        piece, lists, people, seed, stock = sys.argv[1:]
        result = measure(piece, Path(lists), int(people), int(seed), stock)
        sys.stdout.write("\n" + json.dumps(result) + "\n")
        return
    say(f"voter lists of {PEOPLE:,} people, seed {SEED}, {STOCK} stock of names; {load_average()}")
    with tempfile.TemporaryDirectory() as name:
        lists = Path(name)
        floor = say_two_lists(lists)
        say_one_list(lists, floor)
        say_station(lists)
    say(f"{load_average()} at the end")


def say(row: str) -> None:
    """Print a row as soon as it is known: the last ones take minutes."""
    sys.stdout.write(row + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
