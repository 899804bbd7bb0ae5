"""Georgia, 26 October 2024: the machine's tally, the hand count and what volunteers typed.

Expected numbers: data of the Central Election Commission of Georgia (MIT, tests/data/georgia), and
protocols typed by volunteers (georgia_elections_data, by P8_DATA), counted without this software.
"""

import polars as pl
import pytest

from helpers import DATA, accounted_rows, built_in_import, p8_data
from paragraph8.analysis.catalogue import find, run
from paragraph8.kernel.result import Result
from paragraph8.tables.check import check_frames

COMMISSION = DATA / "georgia" / "ge_2024_cec.csv.gz"
VOLUNTEERS = "elections/ge_2024_protocols_volunteer.csv.gz"
ELECTION = "ge-2024-10-26"


def sources(*files) -> Result:
    return run(find("protocols.sources"), built_in_import("georgia", *files).tables, {})


def compared(result: Result, name: str, left: str, right: str):
    inside = f"election={ELECTION}, left={left}, options=all, right={right}"
    return result.figure(f"protocols.sources.{name}[{inside}]")


def test_machine_tally_against_hand_count():
    result = sources(COMMISSION)
    differ = compared(result, "differ", "hand_count", "machine_tally")
    assert (differ.value, differ.denominator) == (685, 2_256)
    large = compared(result, "large", "hand_count", "machine_tally")  # ten votes or more
    assert (large.value, large.denominator) == (92, 685)
    assert compared(result, "absolute", "hand_count", "machine_tally").value == 3_506
    assert compared(result, "largest", "hand_count", "machine_tally").value == 62


def test_the_same_by_polars_alone():
    rows = pl.read_csv(COMMISSION, infer_schema=False)
    both = rows.filter(pl.any_horizontal(pl.col("^elec_CAND.*$").is_not_null()))
    votes = [c.removeprefix("elec_") for c in rows.columns if c.startswith("elec_")]
    size = both.select(
        pl.sum_horizontal((_number(f"hand_{c}") - _number(f"elec_{c}")).abs() for c in votes).alias(
            "size"
        )
    )["size"]
    assert (size.len(), (size > 0).sum(), size.sum(), size.max(), (size >= 10).sum()) == (
        2_256,
        685,
        3_506,
        62,
        92,
    )


def test_rule_c8_is_not_checkable_where_there_was_no_machine():
    result = run(find("protocols.arithmetic"), built_in_import("georgia", COMMISSION).tables, {})
    where = f"election={ELECTION}, rule=protocol.C8, source=hand_count"
    fail = result.figure(f"protocols.arithmetic.fail[{where}]")
    assert (fail.value, fail.denominator) == (685, 2_256)
    assert sum(fail.excluded.values()) == 839  # traditional precincts


def test_rows_are_accounted_for_and_contracts_kept():
    done = built_in_import("georgia", COMMISSION)
    (report,) = done.reports
    assert report.rows == 3_095
    assert accounted_rows(done, report.file) == set(range(2, 3_097))
    assert check_frames(done.tables.frames) == []


def test_volunteers_stand_by_the_hand_count():
    result = sources(COMMISSION, p8_data(VOLUNTEERS))
    tables = built_in_import("georgia", COMMISSION, p8_data(VOLUNTEERS)).tables
    by_machine = (
        tables["protocol"].filter(pl.col("source") == "machine_tally").select("election", "station")
    )
    assert by_machine.height == 2_256
    typed = result.evidence["differences hand_count volunteers all"]
    differ = typed.join(by_machine, on=["election", "station"], how="semi")["station"].n_unique()
    assert 2_256 - differ == 2_255  # precincts where volunteers typed the hand count

    machine = compared(result, "differ", "machine_tally", "volunteers")
    assert machine.denominator - machine.value == 1_571

    among = "hand_count+machine_tally+volunteers"
    alone = {
        f.dimensions.get("source", "none agree"): (f.value, f.denominator)
        for f in result.figures
        if f.dimensions.get("among") == among
    }
    assert alone == {
        "hand_count": (0, 685),
        "machine_tally": (684, 685),
        "volunteers": (0, 685),
        "none agree": (1, 685),
    }


def test_a_date_that_volunteers_left_impossible_is_kept_as_text():
    done = built_in_import("georgia", COMMISSION, p8_data(VOLUNTEERS))
    (fault,) = done.tables["fault"].to_dicts()
    assert (fault["code"], fault["column"]) == ("fault.impossible_date", "day")
    protocol = done.tables["protocol"].filter(pl.col("protocol") == fault["protocol"])
    assert protocol["signed_on"].to_list() == [None]
    assert accounted_rows(done, fault["source_file"]) == set(range(2, 3_112))


@pytest.mark.parametrize("first", [0, 1])
def test_which_file_is_named_first_changes_nothing(first):
    files = [COMMISSION, p8_data(VOLUNTEERS)]
    tables = built_in_import("georgia", files[first], files[1 - first]).tables
    # positions and kinds come from the commission's file
    assert tables["station"]["longitude"].null_count() < tables["station"].height
    assert tables["station"].filter(pl.col("kind") == "abroad").height > 0


def _number(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int64).fill_null(0)
