"""make bench: each aim with a measurement and a ratio to a named reference in the same run.

    import + analyses   of 91,753 German districts and 96,325 Russian stations, as a multiple of the
                        time Polars needs to read the same gzip CSV with full type inference in the
                        same process (aim: at most 5; peak memory at most 1 GB)
    demonstration       both statements, after installation (aim: at most 30 s on 2 cores)
    night tables        of 100,000 observations: see benchmarks/observation.py
    intake of reports   see benchmarks/intake/bench.py
    voter lists         see benchmarks/lists/bench.py

The Russian file is not in the repository: P8_DATA names a folder with elections/ru_2021.csv.gz.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
ROUNDS = 5
CASES = {
    "germany": HERE / "tests/data/germany/de_ew2024.csv.gz",
    "russia": Path(os.environ.get("P8_DATA", "")) / "elections/ru_2021.csv.gz",
}


def best(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Seconds of the fastest of several runs."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def line(file: Path, country: str, into: Path | None) -> None:
    """Import a file, freeze it if `into` is given, and run every analysis on it."""
    from paragraph8.analysis.catalogue import run_all
    from paragraph8.intake.protocols.formats import built_in_declaration
    from paragraph8.intake.protocols.importer import import_protocols
    from paragraph8.tables.snapshot import write_snapshot

    imported = import_protocols(built_in_declaration(country), {file.name: file.read_bytes()})
    tables = imported.tables
    if into is not None:
        tables = write_snapshot(tables, into)
    run_all(tables, {})


def measure(country: str) -> dict[str, float]:
    """In this process: one whole run for the peak, then ours, the reference, ours with snapshot."""
    import polars as pl

    file = CASES[country]
    with tempfile.TemporaryDirectory() as name:
        line(file, country, Path(name) / "first")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    ours = best(lambda: line(file, country, None))
    reference = best(lambda: pl.read_csv(file, infer_schema_length=None))
    with tempfile.TemporaryDirectory() as name:
        folders = iter(range(100))
        frozen = best(lambda: line(file, country, Path(name) / str(next(folders))), 3)
    return {"ours": ours, "reference": reference, "frozen": frozen, "peak_gb": peak}


def main() -> None:
    """Print the table; one process per case, so that peaks are not mixed."""
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(measure(sys.argv[1])))
        return
    rows = []
    for country, file in CASES.items():
        if not file.is_file():
            rows.append(f"{country:24} NOT RUN: needs P8_DATA with elections/{file.name}")
            continue
        command = [sys.executable, __file__, country]
        run = subprocess.run(command, capture_output=True, check=True, text=True)
        found = json.loads(run.stdout)
        reference = found["reference"]
        rows.append(
            f"{country + ' import+analyses':24} {found['ours']:6.2f} s = "
            f"{found['ours'] / reference:.1f} x reading with inference ({reference:.2f} s); "
            f"with snapshot {found['frozen'] / reference:.1f} x; aim 5; "
            f"peak {found['peak_gb']:.2f} GB, aim 1"
        )
    with tempfile.TemporaryDirectory() as name:
        p8 = [sys.executable, "-c", "from paragraph8.cli import main; main()"]
        demo = [*p8, "demo", "--no-serve", "--folder", name]
        seconds = best(lambda: subprocess.run(demo, capture_output=True, check=True), 1)
    rows.append(f"{'demonstration':24} {seconds:6.1f} s; aim 30")
    sys.stdout.write("\n".join(rows) + "\n")
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", "benchmarks.observation"], check=True, cwd=HERE)
    intake = [sys.executable, "-m", "benchmarks.intake.bench"]
    subprocess.run(intake, check=True, cwd=HERE)
    subprocess.run([sys.executable, "-m", "benchmarks.lists.bench"], check=True, cwd=HERE)


if __name__ == "__main__":
    main()
