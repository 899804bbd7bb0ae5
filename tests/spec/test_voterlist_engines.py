"""DuckDB and Spark give the same audit of the same lists, to the last record."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.decided import decisions_frame, duplicates_frame
from paragraph8.voterlist.duplicates.find import find_duplicates
from paragraph8.voterlist.engine import Engine, open_duck
from paragraph8.voterlist.fields import ELECTRONIC, LIST, PAPER
from paragraph8.voterlist.generate import Errors, Settings, two_lists
from paragraph8.voterlist.link.aggregates import comparison_rows
from paragraph8.voterlist.link.reconcile import reconcile
from paragraph8.voterlist.quality.context import Context, Extras
from paragraph8.voterlist.quality.run import list_tests
from paragraph8.voterlist.records import make_records
from paragraph8.voterlist.spark import Spark, SparkFailed, open_spark, spark_sql

MEMORY = "2GB"
CANARY = "Канарейкин"
SQLGLOT = find_spec("sqlglot") is not None
INSTALLED = SQLGLOT and find_spec("pyspark") and (shutil.which("java") or "JAVA_HOME" in os.environ)
needs_sqlglot = pytest.mark.skipif(not SQLGLOT, reason="NOT RUN: needs sqlglot (the extra spark)")
needs_spark = pytest.mark.skipif(
    not INSTALLED, reason="NOT RUN: needs the extra spark and Java 17 or later"
)
# Enough that what does not agree exactly is compared by blocks, and not every pair is.
PAIRS = {
    "two scripts": Settings(people=3000, stations=4, electronic_script="latin"),
    "numbers": Settings(
        people=3000,
        stations=3,
        seed=1,
        paper_numbers=True,
        paper_errors=Errors().times(2),
        second_entries=0.02,
    ),
}


@dataclass
class Recording:
    """An engine that keeps what it was asked, and the types of what it answered."""

    engine: Engine
    asked: list[str] = field(default_factory=list)
    answered: list[tuple[str, pl.Schema]] = field(default_factory=list)

    def table(self, name: str, select: str) -> None:
        self.asked.append(select)
        self.engine.table(name, select)

    def drop(self, *names: str) -> None:
        self.engine.drop(*names)

    def put(self, name: str, frame: pl.DataFrame) -> None:
        self.engine.put(name, frame)

    def frame(self, select: str) -> pl.DataFrame:
        self.asked.append(select)
        found = self.engine.frame(select)
        types = pl.Schema(dict(enumerate(found.dtypes)))  # type: ignore[arg-type]
        self.answered.append((select, types))
        return found

    def row(self, select: str) -> tuple[Any, ...]:
        self.asked.append(select)
        return self.engine.row(select)

    def columns(self, name: str) -> tuple[str, ...]:
        return self.engine.columns(name)


@dataclass
class Audit:
    """What an audit gave, by name, and what it asked for."""

    frames: dict[str, pl.DataFrame]
    recording: Recording


def _raw(engine: Engine, name: str, frame: pl.DataFrame) -> None:
    row = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row")
    engine.put(f"{name}_raw", frame.select(row, pl.all()))


def reconciled(engine: Engine, of: str) -> Audit:
    recording = Recording(engine)
    lists = two_lists(PAIRS[of])
    _raw(engine, PAPER, lists.paper)
    _raw(engine, ELECTRONIC, lists.electronic)
    records = make_records(recording, {PAPER: "dmy", ELECTRONIC: "dmy"})
    reconcile(recording, records)
    counted = comparison_rows(recording, records, "kz-2004-09-19", of)
    decisions = decisions_frame(recording)
    return Audit({"decisions": decisions, "counted": counted.sort(counted.columns)}, recording)


def quality_of(engine: Engine) -> Audit:
    recording = Recording(engine)
    _raw(engine, LIST, two_lists(PAIRS["numbers"]).electronic)
    records = make_records(recording, {LIST: "dmy"})
    found = find_duplicates(recording, records)
    pairs = duplicates_frame(found)
    engine.put("spelling", records.spelling)
    context = Context(date(2004, 9, 19), id_kind="iin")
    tests = list_tests(recording, context, Extras(pairs=pairs)).rows
    estimated = pl.DataFrame({"estimated": [found.estimated], "partners": [found.partners]})
    return Audit({"pairs": pairs, "estimated": estimated, "tests": tests}, recording)


@cache
def on_duckdb(of: str) -> Audit:
    engine = open_duck(None)
    return quality_of(engine) if of == LIST else reconciled(engine, of)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    folder = tmp_path_factory.mktemp("audit")
    engine = open_spark(folder, MEMORY)
    yield engine
    engine.close()
    assert not list(folder.iterdir())


def assert_same(ours: Audit, theirs: Audit) -> None:
    assert ours.recording.asked == theirs.recording.asked
    assert ours.recording.answered == theirs.recording.answered
    for name, frame in ours.frames.items():
        assert_frame_equal(frame, theirs.frames[name], rel_tol=0, abs_tol=1e-9)


# Spark starts a job for every statement, whatever the size: CI can afford one pair of lists.
ON_SPARK = PAIRS if os.environ.get("P8_LARGE") == "1" else ("two scripts",)


@needs_spark
@pytest.mark.parametrize("of", ON_SPARK)
def test_every_record_of_two_lists_is_decided_alike(spark: Spark, of: str) -> None:
    expected = on_duckdb(of)
    paired = expected.frames["decisions"].drop_nulls("score")
    assert paired.filter(pl.col("score") < 30).height > 20  # scored, not linked as equal
    assert_same(expected, reconciled(spark, of))


@needs_spark
@pytest.mark.skipif(os.environ.get("P8_LARGE") != "1", reason="takes half a minute: P8_LARGE=1")
def test_duplicates_and_tests_of_one_list_are_alike(spark: Spark) -> None:
    expected = on_duckdb(LIST)
    assert expected.frames["pairs"].height > 20
    assert expected.frames["tests"]["test"].n_unique() == 23
    assert_same(expected, quality_of(spark))


@needs_sqlglot
@pytest.mark.parametrize("of", [*PAIRS, LIST])
def test_every_question_can_be_said_in_the_words_of_spark(of: str) -> None:
    import sqlglot

    asked = set(on_duckdb(of).recording.asked)
    assert len(asked) > 50
    for select in asked:
        assert sqlglot.parse_one(spark_sql(select), read="spark")


@needs_sqlglot
def test_what_spark_cannot_say_is_refused() -> None:
    import sqlglot

    with pytest.raises(sqlglot.errors.SqlglotError):
        spark_sql("SELECT row FROM list WHERE")
    with pytest.raises(sqlglot.errors.UnsupportedError):
        spark_sql("SELECT DISTINCT ON (surname) row FROM list FOR UPDATE")


@needs_spark
def test_tables_are_replaced_copied_and_dropped(spark: Spark) -> None:
    spark.put("one", pl.DataFrame({"row": [1, 2], "name": ["a", None]}))
    spark.table("other", "SELECT * FROM one")
    spark.table("one", "SELECT row + 1 AS row FROM one")
    assert spark.frame("SELECT * FROM one").sort("row")["row"].to_list() == [2, 3]
    assert spark.columns("other") == ("row", "name")
    spark.drop("one", "no_such_table")
    assert spark.columns("one") == ()
    assert spark.row("SELECT count(name), min(row) FROM other") == (1, 1)
    spark.drop("other")


@needs_spark
def test_an_error_repeats_no_cell(spark: Spark, capfd: pytest.CaptureFixture[str]) -> None:
    spark.put("one", pl.DataFrame({"surname": [CANARY]}))
    with pytest.raises(SparkFailed) as failed:
        spark.row("SELECT CAST(surname AS INTEGER) FROM one")
    with pytest.raises(SparkFailed):
        spark.table("two", "SELECT CAST(surname AS INTEGER) AS surname FROM one")
    spark.drop("one")
    assert str(failed.value) == "CAST_INVALID_INPUT"
    assert capfd.readouterr() == ("", "")


@needs_spark
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="NOT RUN: needs /proc of Linux")
def test_spark_listens_to_this_machine_alone(spark: Spark) -> None:
    addresses = _listening(spark.process)
    assert addresses
    assert all(re.fullmatch(r"0100007F|0{16}FFFF00000100007F|0{24}01000000", a) for a in addresses)


def _listening(process: int) -> Sequence[str]:
    """Addresses, as the kernel writes them, on which a process waits for others."""
    opened = {os.readlink(f) for f in Path(f"/proc/{process}/fd").iterdir() if f.is_symlink()}
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == "0A" and f"socket:[{rest[5]}]" in opened:
                found.append(local.split(":")[0])
    return found


@needs_spark
def test_one_at_a_time(spark: Spark, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="one Spark"):
        open_spark(tmp_path, MEMORY)
    assert spark.row("SELECT 1") == (1,)


def test_without_its_packages_there_is_no_spark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyspark", None)
    with pytest.raises(Problem, match="pyspark and sqlglot") as refused:
        open_spark(tmp_path, MEMORY)
    assert refused.value.code == "voterlist.no_spark"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("memory", ["much", "4", "511MB", "0GB", "2 PB"])
def test_an_amount_that_spark_cannot_work_with_is_refused(tmp_path: Path, memory: str) -> None:
    with pytest.raises(Problem) as refused:
        open_spark(tmp_path, memory)
    assert refused.value.code == "analysis.bad_parameter"
