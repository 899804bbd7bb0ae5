"""What did the tests of a voter list find, and what would chance alone have given?"""

from collections.abc import Iterator, Mapping

import polars as pl

from paragraph8.kernel.figure import Evidence, Figure, Interval, Kind
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.kernel.sql import matches
from paragraph8.tables.contracts_list_audit import EVERYWHERE
from paragraph8.tables.tables import Tables

NAME = "voterlist.list_quality"
LIMITS = (
    "A test singles out entries that deserve a look; it does not show that an entry is wrong, why "
    "it is so, nor that anyone used it to vote.",
    "People share names and birth dates by chance: what a test found says something only beside "
    "what chance alone would give.",
    "What stands on no list cannot be found by tests of a list; that takes visits to residents.",
)
TESTS = "list tests"
LEVEL = 0.95
INTERVAL = "as the test states it"
NONE_STATED = "none: the test states none"
WHOLE = {"area": EVERYWHERE, "station": EVERYWHERE, "group": EVERYWHERE}


def list_quality(tables: Tables, parameters: Parameters) -> Result:
    """The results of list tests over whole lists, as figures.

    Needs list_test. Figures by election, list, test and measure:
        found       what the test found, in its own unit, with the interval that the test states
        expected    what chance alone would give, in the same unit, with its range
    Rows of single areas, stations and groups stay in the evidence table; rows without a value (not
    run, or too few entries to be shown) give no figure.
    Assumes that the tests ran on the whole list.
    """
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    rows = tables["list_test"].sort("election", "list", "test", "measure")
    whole = rows.filter(**WHOLE)
    figures = [figure for row in whole.iter_rows(named=True) for figure in _figures(maker, row)]
    evidence = {TESTS: rows} if rows.height else {}
    return Result(
        NAME, tables.snapshot, tuple(figures), LIMITS, evidence=evidence, parameters=parameters
    )


def _figures(maker: FigureMaker, row: Mapping[str, object]) -> Iterator[Figure]:
    where = {name: str(row[name]) for name in ("election", "list", "test", "measure")}
    condition = matches({**where, **WHOLE})
    for name, column, ends in (
        ("found", "value", ("low", "high")),
        ("expected", "expected", ("expected_low", "expected_high")),
    ):
        value = row[column]
        if isinstance(value, float):
            yield maker.number(
                name,
                value,
                str(row["unit"]),
                base=f"entries of the list {where['list']}",
                kind=Kind.OWN_MEASUREMENT,
                interval=_interval(row[ends[0]], row[ends[1]]),
                query=f"SELECT {column} FROM list_test WHERE {condition}",
                evidence=Evidence(TESTS, {**where, **WHOLE}),
                where=where,
            )


def _interval(low: object, high: object) -> Interval | str:
    if isinstance(low, float) and isinstance(high, float):
        return Interval(low, high, LEVEL, INTERVAL)
    return NONE_STATED


def whole_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of whole lists among those of `list_test`."""
    return rows.filter(**WHOLE)
