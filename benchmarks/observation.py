"""Night tables: 100,000 observations x 100 items, beside pandas on the same files in the same run.

all night tables from Parquet        aim: at most 5 s and 2 GB on 2 cores
team bootstrap, 2,000 draws          aim: at most 20 s for all items
the same shares by pandas            group-by of problems by item, area, setting and channel, by
                                     station and by team: the reference

python -m benchmarks.observation           make the data, measure, print
python -m benchmarks.observation PART DIR  one part in this process (see PARTS)
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

from paragraph8.analysis.catalogue import CATALOGUE
from paragraph8.analysis.observation.parameters import Settings
from paragraph8.analysis.observation.stage import stages
from paragraph8.analysis.observation.uncertainty import uncertainty
from paragraph8.rehearsal.mission import SOURCE
from paragraph8.rehearsal.truth import truth
from paragraph8.tables.codebook_reader import form_items
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.profile import find_profile
from paragraph8.tables.snapshot import read_snapshot, write_snapshot
from paragraph8.tables.tables import Tables

OBSERVATIONS, ITEMS, TEAMS = 100_000, 100, 5_000
HERE = Path(__file__).resolve().parent.parent
AIMS = {"tables": "5 s, 2 GB", "bootstrap": "20 s"}


def make(folder: Path) -> None:
    """A snapshot of voting forms: the country of the rehearsal, answers by chance."""
    rng = np.random.default_rng(1)
    happened = truth(2004)
    frames = {n: f for n, f in happened.frames.items() if not n.startswith("protocol")}
    teams = [f"t-{n:08x}" for n in range(TEAMS)]
    base = frames["team"].head(1)
    frames["team"] = pl.concat([base] * TEAMS).with_columns(team=pl.Series(teams))
    frames["deployment"] = BY_NAME["deployment"].empty()
    names = pl.Series([f"o-{n:016x}" for n in range(OBSERVATIONS)])
    stations = frames["station"]["station"]
    arrived = rng.integers(480, 1100, OBSERVATIONS)
    frames["observation"] = BY_NAME["observation"].shape(
        pl.DataFrame(
            {
                "observation": names,
                "election": happened.facts.election,
                "form": "voting",
                "version": "1",
                "station": stations.gather(rng.integers(0, stations.len(), OBSERVATIONS)),
                "team": pl.Series(teams).gather(rng.integers(0, TEAMS, OBSERVATIONS)),
                "day": happened.facts.election_day,
                "arrived": arrived,
                "departed": arrived + 35,
                "repeat": False,
                "entry": "phone",
                "received": "2004-09-19T15:00:00Z",
                "late": False,
            }
        )
    )
    frames["answer"] = _answers(names, rng)
    write_snapshot(Tables(frames, "2004-09-20", (SOURCE,)), folder)


def _answers(names: pl.Series, rng: np.random.Generator) -> pl.DataFrame:
    book = form_items().filter(pl.col("type").is_in(["yes_no", "yes_no_na", "rating"]))
    voting = book.filter(pl.col("form") == "voting").sort("place")
    more = book.filter(pl.col("form") == "counting").sort("place")
    # The voting form has fewer questions than the aim names; those of the count fill up.
    items = pl.concat([voting, more]).head(ITEMS)
    parts = []
    for item, kind, problem in items.select("item", "type", "problem").rows():
        chance = rng.random(names.len())
        bad = problem.split(";") if problem else ["yes"]
        good = [
            a for a in (["1", "2", "3", "4"] if kind == "rating" else ["yes", "no"]) if a not in bad
        ]
        # Problems are as frequent as they are in the field: from a few in a hundred to a third.
        seen = rng.random(names.len()) < rng.uniform(0.01, 0.3)
        value = pl.Series(
            np.where(seen, rng.choice(bad, names.len()), rng.choice(good, names.len()))
        )
        state = pl.Series(
            np.where(chance < 0.05, "dk", np.where(chance < 0.07, "missing", "given"))
        )
        parts.append(
            pl.DataFrame({"observation": names, "item": item, "state": state, "value": value})
        )
    frame = pl.concat(parts)
    frame = frame.with_columns(value=pl.when(pl.col("state") == "given").then(pl.col("value")))
    return BY_NAME["answer"].shape(frame)


def tables_part(folder: Path) -> None:
    """All night tables, without intervals."""
    tables = read_snapshot(folder)
    for analysis in CATALOGUE:
        if analysis.name.startswith("observation."):
            analysis.run(tables, {"observation": {"draws": 0}})


def bootstrap_part(folder: Path) -> float:
    """Seconds of the team bootstrap of all items, after reading."""
    tables = read_snapshot(folder)
    (stage,) = stages(tables, Settings(find_profile("paragraph8-2026")))
    started = time.perf_counter()
    uncertainty(tables, stage)
    return time.perf_counter() - started


def pandas_part(folder: Path) -> None:
    """The shares by pandas, as an analyst would write them."""
    answer = pd.read_parquet(folder / "answer.parquet")
    observation = pd.read_parquet(folder / "observation.parquet")
    station = pd.read_parquet(folder / "station.parquet")
    item = pd.read_parquet(folder / "form_item.parquet")[["item", "problem"]]
    seen = observation[["observation", "station", "team"]].merge(
        station[["station", "area", "setting", "channels"]], on="station", how="left"
    )
    rows = answer.merge(item, on="item").merge(seen, on="observation")
    rows["seen"] = [
        value in problem.split(";") if value is not None and problem else False
        for value, problem in zip(rows["value"], rows["problem"].fillna(""), strict=True)
    ]
    given = rows[rows["state"] == "given"]
    rows.groupby(["item", "state"]).size()
    for by in ([], ["area"], ["setting"], ["channels"]):
        given.groupby(["item", *by])["seen"].agg(["sum", "count"])
    for unit in ("station", "team"):
        given.groupby(["item", unit])["seen"].max().groupby("item").agg(["sum", "count"])


PARTS: dict[str, Callable[[Path], float | None]] = {
    "tables": tables_part,
    "bootstrap": bootstrap_part,
    "pandas": pandas_part,
}


def measure(part: str, folder: Path) -> dict[str, float]:
    """Seconds and peak memory of one part in this process."""
    started = time.perf_counter()
    own = {"make": make, **PARTS}[part](folder)
    seconds = time.perf_counter() - started if own is None else own
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {"seconds": seconds, "peak_gb": peak}


def lines() -> list[str]:
    """Rows for the table of make bench."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "snapshot"
        # In a process of its own too: a child's peak begins with that of who started it.
        found = {part: _in_own_process(part, folder) for part in ("make", *PARTS)}
        del found["make"]
    reference = found["pandas"]["seconds"]
    rows = []
    for part, result in found.items():
        ratio = f"{result['seconds'] / reference:.2f} x pandas" if part != "pandas" else "reference"
        aim = f"aim {AIMS[part]}" if part in AIMS else ""
        measured = f"{result['seconds']:6.1f} s  {result['peak_gb']:5.2f} GB"
        rows.append(f"night {part:12} {measured}  {ratio}  {aim}")
    return rows


def _in_own_process(part: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.observation", part, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE)
    result: dict[str, float] = json.loads(done.stdout)
    return result


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.stdout.write(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
    else:
        sys.stdout.write("\n".join(lines()) + "\n")
