"""The pieces that are timed, each alone in a process: lists, our pipeline, DuckDB's floor, Splink.

A piece gets the folder of the lists and a folder of its own, and returns what it found.
"""

import resource
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import duckdb
import polars as pl

from paragraph8.voterlist.decided import decisions_frame, duplicates_frame
from paragraph8.voterlist.duplicates.find import find_duplicates
from paragraph8.voterlist.engine import THREADS, Duck, open_duck
from paragraph8.voterlist.fields import ELECTRONIC, LIST, PAPER
from paragraph8.voterlist.generate import Settings, one_list, two_lists
from paragraph8.voterlist.link.reconcile import reconcile
from paragraph8.voterlist.read.dates import check_dates
from paragraph8.voterlist.read.files import load
from paragraph8.voterlist.read.mapping import ListMapping, read_mapping
from paragraph8.voterlist.read.source import LIST_LIMITS
from paragraph8.voterlist.records import Records, make_records

# A national number would settle most pairs; the lists of the aim have none.
ROLES = (
    "surname", "given", "patronymic", "birth_date", "sex", "area", "station", "locality",
    "street", "house", "flat",
)  # fmt: skip
JOINED_ON = ("surname", "given", "patronymic", "birth_date")
NORMALISED = ("surname", "given", "patronymic", "locality", "street", "house", "flat")
TRUTH, LIST_TRUTH = "truth.parquet", "list_truth.parquet"
PAIR = ["row_a", "row_b"]


@dataclass(frozen=True, slots=True)
class Found:
    """What is timed: seconds, and the peak of the process then; how good the pairs are.

    cpu     seconds of processor time of the whole process, its start included
    ratio   estimated number of pairs / true number
    """

    seconds: float
    cpu: float
    peak_gb: float
    f1: float | None = None
    ratio: float | None = None


def make_two(lists: Path, settings: Settings) -> Found:
    """Write paper.parquet, electronic.parquet and the true pairs."""
    started = perf_counter()
    made = two_lists(settings)
    made.paper.select(ROLES).write_parquet(lists / f"{PAPER}.parquet")
    made.electronic.select(ROLES).write_parquet(lists / f"{ELECTRONIC}.parquet")
    best = made.truth.filter(~pl.col("category").str.starts_with("duplicate"))
    sides = [
        best.filter(pl.col("list") == name).select("row", "person") for name in (PAPER, ELECTRONIC)
    ]
    true = sides[0].join(sides[1], on="person").select(row_a="row", row_b="row_right")
    true.write_parquet(lists / TRUTH)
    return Found(*_since(started))


def make_one(lists: Path, settings: Settings) -> Found:
    """Write list.parquet and the true pairs."""
    started = perf_counter()
    made = one_list(settings)
    made.entries.select(ROLES).write_parquet(lists / f"{LIST}.parquet")
    person = made.truth.select("person", row="row")
    pairs = person.join(person, on="person").filter(pl.col("row") < pl.col("row_right"))
    pairs.select(row_a="row", row_b="row_right").write_parquet(lists / LIST_TRUTH)
    return Found(*_since(started))


def floor(lists: Path, work: Path) -> Found:
    """DuckDB reads both files and keeps a full outer join on four raw columns: the floor, F."""
    started = perf_counter()
    con = duckdb.connect(str(work / "floor.duckdb"), config={"threads": str(THREADS)})
    same = " AND ".join(f"p.{column} = e.{column}" for column in JOINED_ON)
    columns = ", ".join(f"{side}.{c} AS {side}_{c}" for side in "pe" for c in ROLES)
    con.execute(
        f"CREATE TABLE joined AS SELECT {columns} FROM read_parquet('{lists / PAPER}.parquet') p"
        f" FULL OUTER JOIN read_parquet('{lists / ELECTRONIC}.parquet') e ON {same}"
    ).fetchall()
    return Found(*_since(started))


def ours_link(lists: Path, work: Path, memory: str) -> Found:
    """Both Parquet files to the decision on every entry, written."""
    started = perf_counter()
    engine, records = _records(lists, work, (PAPER, ELECTRONIC), memory)
    reconcile(engine, records)
    decided = decisions_frame(engine)
    decided.write_parquet(work / "decisions.parquet")
    since = _since(started)
    pairs = decided.select(row_a=f"{PAPER}_row", row_b=f"{ELECTRONIC}_row").drop_nulls()
    return Found(*since, _f1(pairs, lists / TRUTH))


def ours_repeated(lists: Path, work: Path, memory: str) -> Found:
    """One Parquet file to its duplicates, written."""
    started = perf_counter()
    engine, records = _records(lists, work, (LIST,), memory)
    found = find_duplicates(engine, records)
    duplicates_frame(found).write_parquet(work / "duplicates.parquet")
    since = _since(started)
    true = pl.scan_parquet(lists / LIST_TRUTH).select(pl.len()).collect().item()
    return Found(*since, _f1(found.pairs, lists / LIST_TRUTH), found.estimated / true)


def normalise(lists: Path, work: Path, names: tuple[str, ...]) -> Found:
    """The keys of our own cleaning as text, for Splink."""
    started = perf_counter()
    engine, _ = _records(lists, work, names, "12GB")
    for name in names:
        texts = ", ".join(f"{c}_word.key AS {c}" for c in NORMALISED)
        joins = " ".join(f"LEFT JOIN word {c}_word ON r.{c} = {c}_word.id" for c in NORMALISED)
        engine.connection.execute(
            f"COPY (SELECT r.row AS unique_id, {texts}, CAST(r.birth AS VARCHAR) AS dob"
            f" FROM {name} r {joins} ORDER BY r.row) TO '{lists / f'normal_{name}.parquet'}'"
        ).fetchall()
    return Found(*_since(started))


def splink_link(lists: Path, work: Path) -> Found:
    """Splink's pairs of both lists, one to one."""
    from benchmarks.lists import splink_model

    started = perf_counter()
    first, second = (lists / f"normal_{name}.parquet" for name in (PAPER, ELECTRONIC))
    pairs = splink_model.link(first, second, work)
    since = _since(started)
    return Found(*since, _f1(pairs, lists / TRUTH))


def splink_repeated(lists: Path, work: Path) -> Found:
    """Splink's pairs inside one list."""
    from benchmarks.lists import splink_model

    started = perf_counter()
    pairs, expected = splink_model.repeated(lists / f"normal_{LIST}.parquet", work)
    since = _since(started)
    true = pl.scan_parquet(lists / LIST_TRUTH).select(pl.len()).collect().item()
    return Found(*since, _f1(pairs, lists / LIST_TRUTH), expected / true)


def _since(started: float) -> tuple[float, float, float]:
    """Seconds, processor time, peak in GB: before the pairs are held against truth."""
    seconds = perf_counter() - started
    return seconds, process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def _records(lists: Path, work: Path, names: tuple[str, ...], memory: str) -> tuple[Duck, Records]:
    engine = open_duck(work, memory)
    orders = {}
    for name in names:
        source = load(
            engine.connection, name, lists / f"{name}.parquet", _mapping(name), LIST_LIMITS
        )
        assert source.dates is not None
        check_dates(engine.connection, name, source.dates)
        orders[name] = source.dates
    return engine, make_records(engine, orders)


def mapping_text(name: str) -> str:
    """The mapping of one invented list, as a person would confirm it."""
    columns = "\n".join(f'{role} = "{role}"' for role in ROLES)
    return (
        f'[{name}]\nsupplier = "Invented"\nlegal_basis = "None is needed"\n'
        f'received = 2004-09-10\ndates = "dmy"\n[{name}.columns]\n{columns}\n'
    )


def _mapping(name: str) -> ListMapping:
    return read_mapping("bench.toml", mapping_text(name))[name]


def _f1(found: pl.DataFrame, true: Path) -> float:
    pairs = found.select(pl.col(PAIR).cast(pl.Int64))
    truth = pl.read_parquet(true).select(pl.col(PAIR).cast(pl.Int64))
    both = pairs.join(truth, on=PAIR).height
    return 2 * both / max(pairs.height + truth.height, 1)


PIECES: Mapping[str, Callable[[Path, Path], Found]] = {
    "floor": floor,
    "ours_link": lambda lists, work: ours_link(lists, work, "4GB"),
    "ours_repeated": lambda lists, work: ours_repeated(lists, work, "4GB"),
    "normalise_two": lambda lists, work: normalise(lists, work, (PAPER, ELECTRONIC)),
    "normalise_one": lambda lists, work: normalise(lists, work, (LIST,)),
    "splink_link": splink_link,
    "splink_repeated": splink_repeated,
}
