"""Spark: the audit's SQL on Apache Spark, for lists too large for one database in one process.

Texts are DuckDB's, said again in Spark's dialect; see `engine` for what they may contain.
"""

import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.engine import THREADS

PACKAGES = "the packages pyspark and sqlglot, which come with the extra spark"
JAVA = "Java 17 or later, as the command java or in JAVA_HOME"
AMOUNT = re.compile(r"(\d+(?:\.\d+)?) *([KMGT])(i?)B", re.IGNORECASE)
# What Spark needs before it does anything.
LEAST_MEMORY = 512 * 10**6
# At most so many parts of a table that is sorted or joined; Spark puts small ones together.
PARTS = 8
# pyspark's own loggers, which write the text of an error, with cells in it, to standard error.
TELLING = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")
COPY = re.compile(r"SELECT \* FROM (\w+)")


class SparkFailed(RuntimeError):
    """Spark gave up. What it says may repeat a cell of the list: only its code is passed on."""


class Spark:
    """Spark in a Java process of our own. A table is a folder of Parquet files inside `folder`.

    Parquet rather than Spark's own store of intermediate results: plans end at the files, whose
    sizes tell Spark how to join, and a table that is dropped is gone from the disk.
    """

    def __init__(self, session: Any, gateway: Any, folder: Path) -> None:
        self._session = session
        self._gateway = gateway
        self._folder = folder
        self._made = 0
        self._tables: dict[str, tuple[Path, Any]] = {}

    def table(self, name: str, select: str) -> None:
        copied = COPY.fullmatch(select)
        if copied and copied[1] in self._tables:
            # Files never change, so that two names may stand for one folder.
            self._show(name, *self._tables[copied[1]])
            return
        place = self._new_place()
        with _without_cells():
            found = self._session.sql(spark_sql(select))
            found.write.parquet(str(place))
            self._show(name, place, found.schema)

    def drop(self, *names: str) -> None:
        for name in names:
            if name not in self._tables:
                continue
            place, _ = self._tables.pop(name)
            self._session.catalog.dropTempView(name)
            if place not in (other for other, _ in self._tables.values()):
                shutil.rmtree(place)

    def put(self, name: str, frame: pl.DataFrame) -> None:
        place = self._new_place()
        place.mkdir()
        frame.write_parquet(place / "part.parquet")
        with _without_cells():
            self._show(name, place, self._session.read.parquet(str(place)).schema)

    def frame(self, select: str) -> pl.DataFrame:
        with _without_cells():
            found = self._session.sql(spark_sql(select)).toArrow()
        return pl.DataFrame(pl.from_arrow(found))

    def row(self, select: str) -> tuple[Any, ...]:
        return self.frame(select).row(0)

    def columns(self, name: str) -> tuple[str, ...]:
        return tuple(self._tables[name][1].fieldNames()) if name in self._tables else ()

    @property
    def process(self) -> int:
        """Number of the Java process."""
        return int(self._gateway.proc.pid)

    def close(self) -> None:
        """End Spark and its Java process; all tables are gone."""
        self._session.stop()
        _end_java(self._gateway)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _new_place(self) -> Path:
        self._made += 1
        return self._folder / f"table-{self._made}"

    def _show(self, name: str, place: Path, schema: Any) -> None:
        if name in self._tables and self._tables[name][0] != place:
            self.drop(name)
        self._session.read.schema(schema).parquet(str(place)).createOrReplaceTempView(name)
        self._tables[name] = (place, schema)


@lru_cache(maxsize=1000)
def spark_sql(select: str) -> str:
    """A SELECT of DuckDB's dialect in Spark's."""
    import sqlglot

    (said,) = sqlglot.transpile(
        select, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    return said


def open_spark(folder: Path | None, memory: str) -> Spark:
    """A Spark of our own that keeps its tables, and what it spills, inside `folder`.

    folder   None: a folder for temporary files, gone when the engine is closed
    memory   "4GB": of the Java process; what does not fit is spilled
    There is one at a time in a process, until `close`. It listens to this machine alone, shows no
    page and writes no log.
    Problems: voterlist.no_spark, analysis.bad_parameter.
    """
    heap = _kilobytes(memory)
    # pyspark warns of versions of pandas, which is not used here.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"pyspark\.")
    try:
        import sqlglot  # noqa: F401
        from pyspark import SparkConf, SparkContext
        from pyspark.errors import PySparkRuntimeError
        from pyspark.java_gateway import launch_gateway
        from pyspark.logger import PySparkLogger
        from pyspark.sql import SparkSession
    except ImportError:
        raise Problem("voterlist.no_spark", missing=PACKAGES) from None
    if SparkContext._active_spark_context is not None:
        raise RuntimeError("there is one Spark in a process at a time; close the other first")
    for name in TELLING:
        PySparkLogger.getLogger(name).disabled = True
    with ExitStack() as undo:
        place = Path(tempfile.mkdtemp(prefix="spark-", dir=folder))
        undo.callback(shutil.rmtree, place, ignore_errors=True)
        conf = SparkConf(loadDefaults=False).setAll(list(_settings(place, heap).items()))
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        try:
            gateway = launch_gateway(conf, popen_kwargs=silent)
        except PySparkRuntimeError:
            raise Problem("voterlist.no_spark", missing=JAVA) from None
        undo.callback(_end_java, gateway)
        session = SparkSession(SparkContext(conf=conf, gateway=gateway))
        undo.pop_all()
    return Spark(session, gateway, place)


def _settings(place: Path, heap: int) -> dict[str, str]:
    here = "127.0.0.1"
    return {
        "spark.master": f"local[{THREADS}]",
        "spark.app.name": "voterlist",
        "spark.driver.memory": f"{heap}k",
        "spark.driver.host": here,
        "spark.driver.bindAddress": here,
        # Others on this machine can reach its ports, and must not be served.
        "spark.authenticate": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "false",
        "spark.log.level": "OFF",
        "spark.local.dir": str(place),
        "spark.sql.warehouse.dir": str(place / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Djava.io.tmpdir={place} -XX:-UsePerfData",
        "spark.sql.shuffle.partitions": str(PARTS),
        "spark.sql.session.timeZone": "UTC",
        # Nobody else reads these files: no need to move them into place, or to mark their end.
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    }


def _kilobytes(memory: str) -> int:
    stated = AMOUNT.fullmatch(memory.strip())
    amount = 0.0
    if stated:
        power = 1 + "KMGT".index(stated[2].upper())
        amount = float(stated[1]) * (1024 if stated[3] else 1000) ** power
    if amount < LEAST_MEMORY:
        expected = "an amount as 4GB, and at least 512MB for Spark"
        raise Problem("analysis.bad_parameter", parameter="memory", value=memory, expected=expected)
    return int(amount) // 1024


def _end_java(gateway: Any) -> None:
    """End the Java process, so that the next one has a folder and a limit of its own."""
    from pyspark import SparkContext

    gateway.shutdown()
    # Its standard input is what the process lives by.
    gateway.proc.stdin.close()
    gateway.proc.wait()
    SparkContext._gateway = SparkContext._jvm = None


@contextmanager
def _without_cells() -> Iterator[None]:
    """Errors of Spark by their code alone."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        raise SparkFailed(error.getCondition() or type(error).__name__) from None
    except Py4JError as error:
        raise SparkFailed(type(error).__name__) from None
