"""Tests of one voter list: what was found beside what chance alone would give."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from paragraph8.analysis.voterlist.list_quality import NAME, TESTS, whole_rows
from paragraph8.statement.documents.model import Block, Cell, Column, Paragraph, Table, Text
from paragraph8.statement.sections.context import Context
from paragraph8.tables.contracts_list_audit import REVIEWED, SIMULATED
from paragraph8.tables.list_tests import TITLES, in_words_of, measure_words, place_of

# How many places are unusual is shown where any is; the rest of the table is long enough.
UNUSUAL = "_unusual_stations"
# Differences and rates of numbers that stand in the table themselves; and entries in groups, where
# groups are mostly of two.
SAID_OTHERWISE = ("_excess", "rate_per_1000", "people_for_even_chance")
SAID_BY_PAIRS = (("L01", "entries"), ("L02", "entries"), ("L04", "entries"), ("L05", "entries"))
# Test and measure -> another that says the same where it is nought.
NONE_IF_NONE: Final = {
    ("L12", "crowded_entries"): "crowded_addresses",
    ("L13", "entries_away"): "buildings",
    ("L17", "block_entries"): "blocks",
    ("L17", "serial_gaps"): "missing_serials",
    ("L17", "longest_gap"): "missing_serials",
    ("L17", "entered_run_entries"): "entered_runs",
    ("L17", "number_run_entries"): "number_runs",
    ("L20", "pairs_with_bad_check_digit"): "pairs_other_name",
    ("L21", "mixed_script"): "damaged",
    ("L21", "unknown_signs"): "damaged",
}
PLACES = ("stations", "areas", "pairs of stations", "gaps", "serial numbers")
Row = Mapping[str, object]


def tested(context: Context) -> Iterator[Block]:
    """A table for each list that was tested, and what was not run and why."""
    rows = context.evidence(NAME, TESTS)
    if rows.is_empty():
        return
    whole = whole_rows(rows).filter(~pl.col("test").is_in([REVIEWED, SIMULATED]))
    for name in whole["list"].unique().sort():
        here = whole.filter(pl.col("list") == name)
        yield _table(context, str(name), here)
        yield from _noted("Without a result", here.filter(pl.col("value").is_null()))
        yield from _noted("Beside the table", here.filter(pl.col("value").is_not_null()))


def _table(context: Context, name: str, rows: pl.DataFrame) -> Table:
    shown: list[tuple[Cell, ...]] = []
    for test in rows["test"].unique().sort():
        of_test = [*rows.filter(pl.col("value").is_not_null(), test=test).iter_rows(named=True)]
        kept = [row for row in of_test if not _said_otherwise(row, of_test)]
        if kept:
            shown.append(_heading(f"{test} {TITLES[test]}"))
        kept.sort(key=lambda row: place_of(test, row["measure"]))
        shown.extend(_cells(context, row) for row in kept)
    columns = (
        Column("Test, and what was counted"),
        Column("Found", numeric=True),
        Column("95 per cent interval", numeric=True),
        Column("By chance alone", numeric=True),
    )
    caption = context.text(
        "Tests of the list, each beside what chance alone would give, with its range. An empty "
        "cell means that no such number can be stated.",
        "table list tests",
    )
    return Table(f"table-tests-{name}", caption, columns, tuple(shown))


def _heading(text: str) -> tuple[Cell, ...]:
    return Cell(text, heading=True), Cell(""), Cell(""), Cell("")


def _said_otherwise(row: Row, of_test: Sequence[Row]) -> bool:
    """Whether another row of the table says the same."""
    measure, key = str(row["measure"]), (str(row["test"]), str(row["measure"]))
    if measure.endswith(UNUSUAL):
        return not row["n"]
    other = NONE_IF_NONE.get(key)
    none = any(beside["measure"] == other and beside["n"] == 0 for beside in of_test)
    return none or measure.endswith(SAID_OTHERWISE) or key in SAID_BY_PAIRS


def _cells(context: Context, row: Row) -> tuple[Cell, ...]:
    per, unit = in_words_of(str(row["unit"]))
    words = measure_words(str(row["test"]), str(row["measure"]))
    counted = Cell(f"{words}, {unit}" if unit else words)
    expected = Cell(_expected(row, per))
    least = context.profile.least_observations
    if row["unit"] not in PLACES and isinstance(row["n"], int) and 0 < row["n"] < least:
        return counted, Cell(f"below {least}"), Cell(""), expected
    where = {name: str(row[name]) for name in ("list", "test", "measure")}
    figure = context.figure(f"{NAME}.found", **where)
    found = Cell(_number(row["value"], per), figure.id if figure else "")
    return counted, found, Cell(_range(row["low"], row["high"], per)), expected


def _expected(row: Row, per: float) -> str:
    if row["expected"] is None:
        return ""
    ends = _range(row["expected_low"], row["expected_high"], per)
    return f"{_number(row['expected'], per)}{f' ({ends})' if ends else ''}"


def _range(low: object, high: object, per: float) -> str:
    if low is None or high is None or low == high:
        return ""
    return f"{_number(low, per)} to {_number(high, per)}"


def _number(value: object, per: float) -> str:
    """Three figures that count, and all digits of a whole number; never in powers of ten."""
    number = float(str(value)) * per
    if number.is_integer() or abs(number) >= 100:
        return f"{number:,.0f}"
    if abs(number) >= 1:
        return f"{number:.2f}" if abs(number) < 10 else f"{number:.1f}"
    return "below 0.001" if abs(number) < 0.001 else f"{number:#.2g}"


def _noted(opening: str, rows: pl.DataFrame) -> Iterator[Block]:
    """What the tests say of themselves: each note once, after the tests or the measure it is of."""
    told: dict[str, list[tuple[str, str]]] = {}
    noted = rows.drop_nulls("note").sort("test").select("test", "measure", "note")
    for test, measure, note in noted.rows():
        told.setdefault(note.removeprefix("Not run: ").rstrip("."), []).append((test, measure))
    if told:
        notes = " ".join(f"{_of(where)}: {note}." for note, where in told.items())
        yield Paragraph((Text(f"{opening} – {notes}"),), "note")


def _of(where: Sequence[tuple[str, str]]) -> str:
    tests = ", ".join(sorted({test for test, _ in where}))
    words = measure_words(*where[0])
    return f"{tests}, {words}" if len(where) == 1 and where[0][1] != words else tests
