"""The tests of one list on the terminal: for each what was found, of how many, beside chance."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

import polars as pl

from paragraph8.cli.terminal import progress, say
from paragraph8.cli.voterlist_audit import Election, Loaded
from paragraph8.tables.list_tests import in_words_of, measure_words, place_of
from paragraph8.voterlist.fields import LIST
from paragraph8.voterlist.quality.context import Context, Extras
from paragraph8.voterlist.quality.registry import BY_ID, TESTS
from paragraph8.voterlist.quality.rows import NOT_RUN
from paragraph8.voterlist.quality.run import list_tests

WIDTH = 79
# Columns of a line, and the two blanks between them: measure, found, of, by chance.
MEASURE, FOUND, OF = 30, 16, 10
# Measures that have no row for all groups together.
BY_GROUP = ("missing",)
UNUSUAL, EXCESS = "_unusual_stations", "_excess"
INDENT = "    "
HEADING = f"  {'':<{MEASURE}}{'found':>{FOUND}}{'of':>{OF}}  by chance"
TAIL = (
    "By chance: what would be found if nothing were wrong, and its range; – where nobody can say. "
    "Areas, stations, groups and intervals stand in the table list_test. "
    "Single entries stand nowhere."
)


def run_tests(
    loaded: Loaded,
    context: Context,
    of: Election,
    extras: Extras,
    ids: Sequence[str] = tuple(BY_ID),
) -> pl.DataFrame:
    """Rows for the table `list_test`; of every test, unless some are named."""
    progress("testing the list")
    loaded.engine.put("spelling", loaded.records.spelling)
    chosen = [test for test in TESTS if test.id in ids]
    rows = list_tests(loaded.engine, context, extras, tests=chosen).rows
    return rows.with_columns(election=pl.lit(of.id), list=pl.lit(LIST))


def print_tests(tests: pl.DataFrame) -> None:
    """Results of the whole list, test by test; what did not run stands at the end."""
    say(HEADING)
    shown = (pl.col("group") == "all") | pl.col("measure").is_in(BY_GROUP)
    whole = tests.filter(shown, area="all", station="all")
    for test in whole["test"].unique().sort():
        rows = _in_order(whole.filter(pl.col("test") == test, pl.col("measure") != NOT_RUN))
        if rows.height:
            say(f"{test} {BY_ID[test].title}")
            for line in _lines(rows):
                say(line)
    say()
    for test, note in whole.filter(measure=NOT_RUN).select("test", "note").sort("test").rows():
        _say_wrapped(f"{test} {BY_ID[test].title}. {note}", INDENT)
    _say_wrapped(TAIL, "")


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """As readers meet the measures, not as their codes fall."""
    places = [place_of(test, measure) for test, measure in rows.select("test", "measure").rows()]
    return rows[sorted(range(rows.height), key=lambda at: places[at])]


def _lines(rows: pl.DataFrame) -> Iterator[str]:
    for row in rows.iter_rows(named=True):
        # What stands beside chance need not be taken from it again; and that no station stands out
        # is the rule: only exceptions take a line.
        rule = row["measure"].endswith(UNUSUAL) and not row["n"]
        if not rule and not row["measure"].endswith(EXCESS):
            yield from _line(row)
    noted = rows.filter(pl.col("note").is_not_null()).group_by("note", maintain_order=True)
    for (note,), of in noted:
        about = f"{_name(of.row(0, named=True))}: " if of.height == 1 < rows.height else ""
        yield from wrap(f"{about}{note}", WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)


def _line(row: Mapping[str, Any]) -> Iterator[str]:
    per, unit = in_words_of(row["unit"])
    found = "–" if row["value"] is None else f"{_figure(row['value'] * per)}{_short(unit)}"
    of = "" if row["denominator"] is None else f"{row['denominator']:,}"
    *before, name = wrap(_name(row), MEASURE - 3, subsequent_indent="  ")
    yield from (f"  {part}" for part in before)
    yield f"  {name:<{MEASURE}}{found:>{FOUND}}{of:>{OF}}  {_by_chance(row, per)}".rstrip()


def _name(row: Mapping[str, Any]) -> str:
    return measure_words(row["test"], row["measure"], row["group"])


def _short(unit: str) -> str:
    """The unit behind a number: of what it is a share stands in the next column."""
    if unit.startswith("per cent"):
        return " %"
    if unit.startswith("per "):
        return f" per {unit.split()[1]}"
    return f" ({unit})" if unit else ""


def _by_chance(row: Mapping[str, Any], per: float) -> str:
    if row["expected"] is None:
        return "–"
    expected = _figure(row["expected"] * per)
    if row["expected_low"] is None or row["expected_low"] == row["expected_high"]:
        return expected
    low, high = (_figure(row[name] * per) for name in ("expected_low", "expected_high"))
    return f"{expected} ({low} to {high})"


def _figure(value: float) -> str:
    """Three figures of a small number, all of a large one; never in powers of ten."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 1:
        return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
    return "<0.001" if abs(value) < 0.001 else f"{value:.3f}"


def _say_wrapped(text: str, hanging: str) -> None:
    for line in wrap(text, WIDTH, subsequent_indent=hanging):
        say(line)
