"""The form for lists without names: sums that a hand can check, and faults page by page."""

import polars as pl
import pytest

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.read.counts_only import fault_sentence, read_counts

HEAD = "station,list,page,first_serial,last_serial,names,struck_out,added,printed_total\n"
# Station 7, both lists: 50 + 50 - 3 + 1 = 98 on paper, 100 - 0 + 0 = 100 in the electronic list.
FORM = """7,paper,1,1,50,50,2,,
7,paper,2,51,100,50,1,1,100
7,electronic,1,1,100,100,,,100
8,paper,1,101,110,10,,,
"""


def read(body: str):
    return read_counts("pages.csv", (HEAD + body).encode())


def faults(form) -> list[tuple]:
    return form.faults.select("source_row", "column", "code", "other_row").rows()


def test_totals_and_differences():
    form = read(FORM)
    assert form.totals.select(
        "station", "list", "pages", "names", "struck_out", "added", "net", "blank", "printed_total"
    ).rows() == [
        ("7", "electronic", 1, 100, 0, 0, 100, 2, 100),
        ("7", "paper", 2, 100, 3, 1, 98, 1, 100),
        ("8", "paper", 1, 10, 0, 0, 10, 2, None),
    ]
    assert form.differences.rows() == [("7", 98, 100, -2), ("8", 10, None, None)]
    assert faults(form) == []
    assert (form.rows_in, form.pages["used"].sum()) == (4, 4)


# what the page says, and the fault that it has beside a sound first page of station 7
PAGES = [
    ("7,paper,2,60,51,50,,,", "last_serial", "voterlist.first_after_last", None),
    ("7,paper,2,51,100,49,,,", "names", "voterlist.names_not_serials", None),
    ("7,paper,2,50,99,50,,,", "first_serial", "voterlist.overlapping_serials", 2),
    ("7,paper,2,52,101,50,,,", "first_serial", "voterlist.serial_gap", 2),
    ("7,paper,2,51,100,50,51,,", "struck_out", "voterlist.struck_above_names", None),
    ("7,paper,2,51,100,50,,,99", "printed_total", "voterlist.printed_total_differs", None),
    ("7,paper,2,51,100,50,-1,,", "struck_out", "voterlist.not_a_count", None),
    ("7,paper,2,51,100,50,l,,", "struck_out", "voterlist.not_a_count", None),
    ("7,paper,2,51,100,,,,", "names", "voterlist.not_a_count", None),
    ("7,paper,2,51,100,Oak,,,", "names", "voterlist.not_a_count", None),
    ("7,papr,2,51,100,50,,,", "list", "voterlist.unknown_list", None),
    ("7,,2,51,100,50,,,", "list", "voterlist.unknown_list", None),
    (",paper,2,51,100,50,,,", "station", "fault.no_station", None),
    ("7,paper,2,51,100,50", "*", "fault.ragged_row", None),
]


@pytest.mark.parametrize(("page", "column", "code", "other"), PAGES, ids=[p[0] for p in PAGES])
def test_faults(page, column, code, other):
    form = read(f"7,paper,1,1,50,50,2,,\n{page}\n")
    assert faults(form) == [(3, column, code, other)]
    assert form.rows_in == form.pages.height == 2
    sentence = fault_sentence(form, form.faults.row(0, named=True))
    assert sentence.startswith("pages.csv, row 3")
    assert "Oak" not in sentence


def test_pages_may_come_in_any_order():
    lines = FORM.splitlines()
    assert read("\n".join(reversed(lines)) + "\n").totals.equals(read(FORM).totals)
    assert faults(read("\n".join(reversed(lines)) + "\n")) == []


def test_a_gap_is_measured_from_the_highest_serial_so_far():
    form = read("7,paper,1,1,100,100,,,\n7,paper,2,20,30,11,,,\n7,paper,3,101,110,10,,,\n")
    assert faults(form) == [(3, "first_serial", "voterlist.overlapping_serials", 2)]


def test_pages_with_faults_still_count_unless_they_cannot():
    form = read("7,paper,1,9,1,50,,,\n7,paper,2,,,5,,,\n7,paper,3,,,x,,,\n")
    total = form.totals.row(0, named=True)
    assert (total["pages"], total["names"], total["flagged"]) == (2, 55, 1)
    assert form.pages.filter(~pl.col("used"))["source_row"].to_list() == [4]


def test_a_form_without_use_is_refused():
    with pytest.raises(Problem) as caught:
        read("7,papr,1,1,50,50,,,\n")
    assert caught.value.code == "voterlist.no_counts"
    with pytest.raises(Problem) as caught:
        read_counts("pages.csv", b"station,list\n7,paper\n")
    assert caught.value.code == "intake.missing_column"
    assert "first_serial" in str(caught.value)


def test_printed_total_need_not_be_there():
    head = HEAD.replace(",printed_total", "").replace("first_serial", "First serial")
    form = read_counts("pages.csv", (head + "7,paper,1,1,50,50,,\n").encode())
    assert form.totals["net"].to_list() == [50]
