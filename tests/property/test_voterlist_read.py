"""Whatever stands in a list: a Problem that repeats no cell, or a table with every row accounted
for; and however a file is cut or stored, the same table."""

import csv
import io
import string
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.read.counts_only import read_counts
from paragraph8.voterlist.read.encodings import likely_encoding
from paragraph8.voterlist.read.files import load
from paragraph8.voterlist.read.mapping import read_mapping
from paragraph8.voterlist.read.sample import read_sample
from paragraph8.voterlist.read.source import LIST_LIMITS
from paragraph8.voterlist.read.suggest import suggest
from paragraph8.voterlist.read.text import read_text

MAPPING = read_mapping(
    "ana.toml",
    """
[list]
supplier = "S"
legal_basis = "L"
received = 2024-04-20
[list.columns]
surname = "Surname"
given = "Given name"
flat = "Flat"
""",
)["list"]
HEADER = ("Surname", "Given name", "Flat", "Note")
CANARY = "Zyxwvut"

cells = st.one_of(
    st.sampled_from(
        ["", " ", "Oak", " Ana ", CANARY, "Дубов", 'the "Elm"', "a,b", "two\nlines", '"']
    ),
    st.text(alphabet=string.ascii_letters + ' ,"\n\t\u00a0é', max_size=8),
)
tables = st.lists(st.tuples(cells, cells, cells, cells), min_size=1, max_size=12)
bodies = st.lists(st.sampled_from([*' ,"\n', "Oak", CANARY, "\n", "a,b,c,d\n"]), max_size=40)
one_folder = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


def attempted(use: Callable[[], object]) -> tuple[object, Problem | None]:
    try:
        return use(), None
    except Problem as problem:
        return None, problem


def loaded(con, path: Path) -> tuple[list[tuple], object]:
    source = load(con, "list", path, MAPPING)
    columns = "row, surname, given, flat"
    return con.execute(f"SELECT {columns} FROM list_raw ORDER BY row").fetchall(), source


def stripped(cell: str) -> str | None:
    return cell.strip() or None


@one_folder
@given(table=tables)
def test_a_well_formed_file_is_read_cell_by_cell(con, tmp_path, table):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([HEADER, *table])
    path = tmp_path / "list.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    expected = [tuple(map(stripped, row[:3])) for row in table if any(map(stripped, row))]
    if not expected:
        return
    rows, source = loaded(con, path)
    assert [row[1:] for row in rows] == expected
    assert (source.rows, source.rows_in) == (len(expected), len(table))
    assert source.faults == ()


@one_folder
@given(table=tables)
def test_parquet_gives_what_csv_gives(con, tmp_path, table):
    if not any(any(map(stripped, row)) for row in table):
        return
    plain = [tuple(cell.replace("\n", " ") for cell in row) for row in table]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([HEADER, *plain])
    (tmp_path / "list.csv").write_text(text.getvalue(), encoding="utf-8")
    frame = pl.DataFrame(plain, schema=list(HEADER), orient="row")
    frame.write_parquet(tmp_path / "list.parquet")
    of_csv, csv_source = loaded(con, tmp_path / "list.csv")
    of_parquet, parquet_source = loaded(con, tmp_path / "list.parquet")
    assert of_csv == of_parquet
    assert csv_source.empty_rows == parquet_source.empty_rows


@one_folder
@given(body=bodies, size=st.integers(1, 40))
@example(body=['"', "\n", "a,b,c,d\n", '"'], size=7)
@example(body=['"', "Oak", "\n", CANARY, '"', ",b,c,d\n"], size=3)
def test_a_file_cut_anywhere_is_the_same_file(con, tmp_path, body, size):
    path = tmp_path / "list.csv"
    # The header is looked for in a hundred lines, which are one piece.
    text = ",".join(HEADER) + "\n" + "a,b,c,d\n" * 110 + "".join(body)
    path.write_text(text, encoding="utf-8")

    def outcome(**size_of_pieces):
        read, problem = attempted(
            lambda: read_text(con, path, MAPPING, LIST_LIMITS, **size_of_pieces)
        )
        if problem:
            return problem.code, str(problem)
        rows = con.execute("SELECT * FROM list_raw ORDER BY row").fetchall()
        return rows, read.faults, read.empty_rows

    assert outcome() == outcome(piece_bytes=size)


@one_folder
@given(body=st.one_of(bodies.map("".join).map(str.encode), st.binary(max_size=80)))
def test_every_line_is_accounted_for_or_a_problem_tells_no_cell(con, tmp_path, body):
    path = tmp_path / "list.csv"
    path.write_bytes(",".join(HEADER).encode() + b"\n" + body)
    found, problem = attempted(lambda: loaded(con, path))
    if problem:
        assert CANARY not in f"{problem}{problem.facts}"
        assert con.execute("SHOW TABLES").fetchall() == []
        return
    rows, source = found
    numbers = [row[0] for row in rows]
    assert len(set(numbers)) == len(numbers) == source.rows
    text = body.decode().replace("\r\n", "\n").replace("\r", "\n")
    lines = text.count("\n") + (not text.endswith("\n"))
    # Only quotation marks make one row of several lines.
    assert source.rows_in == lines if '"' not in text else source.rows_in <= lines
    assert max(numbers) <= lines
    assert CANARY not in str(source)


@one_folder
@given(
    content=st.binary(max_size=200), ending=st.sampled_from(["csv", "csv.gz", "parquet", "xlsx"])
)
def test_no_bytes_give_another_exception_than_a_problem(con, tmp_path, content, ending):
    path = tmp_path / f"list.{ending}"
    path.write_bytes(content)
    for use in (lambda: loaded(con, path), lambda: suggest(read_sample(path))):
        with pytest.raises(Problem):
            use()


@given(text=st.binary(max_size=60))
def test_an_encoding_is_always_named(text):
    text.decode(likely_encoding(text), "replace")


@one_folder
@given(
    lines=st.lists(
        st.tuples(
            st.sampled_from(["7", "8", ""]),
            st.sampled_from(["paper", "electronic", "papr", ""]),
            *[st.one_of(st.integers(-2, 30).map(str), st.sampled_from(["", "x"]))] * 5,
        ),
        min_size=1,
        max_size=10,
    )
)
def test_rows_of_a_form_of_counts_are_accounted_for(lines):
    head = "station,list,page,first_serial,last_serial,names,struck_out,added\n"
    text = head + "".join(f"{s},{kind},p,{','.join(rest)}\n" for s, kind, *rest in lines)
    form, problem = attempted(lambda: read_counts("pages.csv", text.encode()))
    if problem:
        assert problem.code in ("voterlist.no_counts", "intake.empty_file")
        return
    assert form.rows_in == form.pages.height == len(lines)
    assert form.totals["pages"].sum() == form.pages["used"].sum()
    assert form.totals["names"].sum() == form.pages.filter("used")["names"].sum()
    net = form.totals["names"] - form.totals["struck_out"] + form.totals["added"]
    assert (form.totals["net"] == net).all()
    unused = form.pages.filter(~pl.col("used"))["source_row"].to_list()
    assert set(unused) <= set(form.faults["source_row"].to_list())
