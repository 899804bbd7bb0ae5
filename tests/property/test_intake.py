"""Whatever stands in a small file: a Problem or tables that keep their contracts, every row of the
file accounted for, and never another exception."""

import csv
import io
from contextlib import suppress

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers import HEAD, accounted_rows
from paragraph8.analysis.catalogue import run_all
from paragraph8.intake.limits import Limits
from paragraph8.intake.protocols.declaration import read_declaration
from paragraph8.intake.protocols.importer import import_protocols
from paragraph8.kernel.problem import Problem
from paragraph8.tables.check import check_frames

MAPPING = (
    HEAD
    + r"""
none = ["9"]
[[results]]
name = 'a\.csv'
contest_column = "ballot"
[results.station]
code = ["region", { column = "station", pattern = '(\w+)$', number = true }]
longitude = "east"
kinds = [{ word = "mobile", column = "voted", not_equals = ["1", "2"] }]
[[results.station.areas]]
level = "region"
column = "region"
[[results.protocols]]
source = "published"
signed_on = { column = "signed" }
[results.protocols.fields]
"registered" = "registered"
"voted" = ["voted", "home"]
[[results.protocols.votes]]
columns = 'v(\d)'
[[results.protocols]]
source = "observer_copy"
[results.protocols.fields]
"voted" = "voted"
[[results.protocols.votes]]
columns = 'o(\d)'
optional = true
"""
)
COLUMNS = (
    *("region", "station", "ballot", "east", "signed", "registered", "voted", "home"),
    *("v1", "v9", "o1", "notes"),
)
NUMBERS = st.integers(-5, 10**20).map(str)
WORDS = st.sampled_from(
    ["", " ", "-", "0", "1.0", "1.000", "4l2", "N/A", "١٢", "12,5", "nan", "inf", "1e9", "N-01"]
)
DATES = st.dates().map(str)
CELLS = st.one_of(NUMBERS, WORDS, DATES, st.text(max_size=8))
ROWS = st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=6)
# Sums of votes are kept in 64 bits; no election has so many.
SANE_CELLS = st.sampled_from(["", "1", "2", "30", "x", "N-1"])
SANE = st.lists(st.lists(SANE_CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)))


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def imported(content: bytes):
    """The import, or None where the file was refused by a Problem."""
    declaration = read_declaration("a.toml", MAPPING)
    try:
        return import_protocols(declaration, {"a.csv": content}, Limits(max_bytes=10**6))
    except Problem:
        return None


def assert_accounted(done) -> None:
    (report,) = done.reports
    assert len(accounted_rows(done, "a.csv")) == report.rows
    assert report.protocols == done.tables["protocol"].height
    assert report.faults == done.tables["fault"].height
    assert check_frames(done.tables.frames) == []


@settings(max_examples=200, deadline=None)
@given(ROWS)
@example([["N", "1", "list", "20", "2024-05-12", "9", "8", "0", "5", "3", "5", ""]])
@example([["", "", "", "", "", "", "", "", "", "", "", "text"]] * 2)
def test_any_cells(rows):
    done = imported(written(rows))
    if done is not None:
        assert_accounted(done)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_below_the_header(content):
    done = imported((",".join(COLUMNS) + "\n").encode() + content)
    if done is not None:
        assert_accounted(done)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_at_all(content):
    assert imported(content) is None or content


@settings(max_examples=60, deadline=None)
@given(SANE)
def test_what_was_imported_can_be_analysed(rows):
    done = imported(written(rows))
    if done is not None:
        for result in run_all(done.tables, {}).values():
            assert len({figure.id for figure in result.figures}) == len(result.figures)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["N-1", "N-2", "N-3"]), min_size=1, max_size=6))
def test_copies_are_numbered_from_one_in_the_order_of_the_file(codes):
    rows = [["N", code, "list", "", "", "9", "8", "0", "5", "3", "", ""] for code in codes]
    done = imported(written(rows))
    assert done is not None
    for code in set(codes):
        published = done.tables["protocol"].filter(
            (pl.col("station") == f"N.{code[-1]}") & (pl.col("source") == "published")
        )
        copies = published.sort("source_row")["copy"].to_list()
        assert copies == list(range(1, codes.count(code) + 1))


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=200) | st.text(max_size=30).map(lambda text: MAPPING.replace("voted", text))
)
def test_any_mapping(text):
    """A mapping is used or refused by a Problem; nothing else is raised."""
    with suppress(Problem):
        declaration = read_declaration("a.toml", text)
        import_protocols(declaration, {"a.csv": written([["1"] * len(COLUMNS)])})
