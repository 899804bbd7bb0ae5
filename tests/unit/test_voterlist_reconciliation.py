"""Net and gross differences of two_lists, by hand: a district of two stations."""

import polars as pl
import pytest

from helpers import tables_of
from paragraph8.analysis.voterlist.list_quality import list_quality
from paragraph8.analysis.voterlist.reconciliation import AREAS, STATIONS, reconciliation
from paragraph8.kernel.figure import Interval
from paragraph8.statement.sections.small_counts import shown_counts

WHERE = {"election": "zz-2024-05-12", "comparison": "two_lists"}
# Station 1: 80 alike, 6 changed, 2 who vote in station 2 by the electronic list, 4 to look at,
# 8 on paper only, 3 on the electronic list only, 1 second entry, 1 unusable.
# Station 2: 50 alike and those two; nobody is on one list only.
COMPARED = """
    election comparison area station side category field kind entries
    zz-2024-05-12 two_lists North 1 paper matched any any 80
    zz-2024-05-12 two_lists North 1 paper changed any any 6
    zz-2024-05-12 two_lists North 1 paper changed surname other 4
    zz-2024-05-12 two_lists North 1 paper changed birth digit 3
    zz-2024-05-12 two_lists North 1 paper moved any any 2
    zz-2024-05-12 two_lists North 1 paper probable any any 3
    zz-2024-05-12 two_lists North 1 paper ambiguous any any 1
    zz-2024-05-12 two_lists North 1 paper only_paper any any 8
    zz-2024-05-12 two_lists North 1 paper duplicate_in_paper any any 1
    zz-2024-05-12 two_lists North 1 paper unusable any any 1
    zz-2024-05-12 two_lists North 1 electronic matched any any 80
    zz-2024-05-12 two_lists North 1 electronic changed any any 6
    zz-2024-05-12 two_lists North 1 electronic changed surname other 4
    zz-2024-05-12 two_lists North 1 electronic changed birth digit 3
    zz-2024-05-12 two_lists North 1 electronic probable any any 3
    zz-2024-05-12 two_lists North 1 electronic ambiguous any any 1
    zz-2024-05-12 two_lists North 1 electronic only_electronic any any 3
    zz-2024-05-12 two_lists North 2 paper matched any any 50
    zz-2024-05-12 two_lists North 2 electronic matched any any 50
    zz-2024-05-12 two_lists North 2 electronic moved any any 2
"""


@pytest.fixture(scope="module")
def result():
    return reconciliation(tables_of(list_comparison=COMPARED), {})


def figure(result, name: str, **where: str):
    (found,) = [
        f for f in result.figures
        if f.name.endswith(f".{name}") and f.dimensions == {**WHERE, **where}
    ]  # fmt: skip
    return found


def test_names_on_either_list_and_their_difference(result):
    assert figure(result, "entries", side="paper").value == 152
    assert figure(result, "entries", side="electronic").value == 145
    assert figure(result, "net").value == 7


def test_gross_is_who_is_on_one_list_only_of_who_is_on_either(result):
    """130 + 6 + 2 + 3 + 1 on both, 8 + 3 on one: 153 persons. Second and unusable entries are
    nobody more. If the 4 unsure pairs are 8 people: 19 of 157."""
    gross = figure(result, "gross")
    assert (gross.numerator, gross.denominator) == (11, 153)
    assert isinstance(gross.interval, Interval)
    assert gross.interval.low == pytest.approx(11 / 153)
    assert gross.interval.high == pytest.approx(19 / 157)
    assert gross.excluded == {"too little is written of the entry to compare it": 1}


def test_who_moved_is_in_the_union_and_no_difference(result):
    stations = result.evidence[STATIONS]
    rows = stations.select("station", "net", "on_one_list", "moved", "unsure", "persons").rows()
    assert rows == [("1", 9, 11, 2, 4, 103), ("2", -2, 0, 0, 0, 52)]
    # They moved within the district: for it they are one person each.
    areas = result.evidence[AREAS].select("net", "on_one_list", "persons")
    assert areas.rows() == [(7, 11, 153)]


def test_a_net_difference_of_nought_hides_nothing():
    balanced = "\n".join(
        line.replace("only_paper any any 8", "only_paper any any 1")
        for line in COMPARED.splitlines()
    )
    found = reconciliation(tables_of(list_comparison=balanced), {})
    assert figure(found, "net").value == 0
    assert figure(found, "gross").numerator == 4


def test_particulars_are_counted_of_linked_pairs(result):
    changed = figure(result, "changed", field="surname", kind="other")
    assert (changed.numerator, changed.denominator) == (4, 142)


def test_stations_by_the_sign_of_their_difference(result):
    assert figure(result, "stations").value == 2
    assert figure(result, "stations_differ").value == 2
    assert figure(result, "stations_paper_longer").value == 1
    assert figure(result, "stations_electronic_longer").value == 1


def test_swapping_the_lists_turns_the_sign_and_leaves_the_gross(result):
    swap = {"paper": "electronic", "electronic": "paper"}
    rows = tables_of(list_comparison=COMPARED)["list_comparison"]
    turned = rows.with_columns(
        pl.col("side").replace(swap),
        pl.col("category").str.replace("_paper", "_x").str.replace("_electronic", "_paper")
        .str.replace("_x", "_electronic"),
    )  # fmt: skip
    base = tables_of(list_comparison=COMPARED)
    other = reconciliation(type(base)({**base.frames, "list_comparison": turned}, base.as_of,
                                      base.sources), {})  # fmt: skip
    assert figure(other, "net").value == -figure(result, "net").value
    assert figure(other, "gross").value == figure(result, "gross").value


def test_no_comparison_gives_no_figure():
    empty = reconciliation(tables_of(), {})
    assert empty.figures == ()
    assert empty.evidence == {}


TESTED = """
    election list test measure area station group n denominator value unit expected expected_low expected_high
    zz-2024-05-12 register L03 pairs all all all 212 50000 212 pairs 196 169 225
    zz-2024-05-12 register L03 pairs North all all 12 5000 12 pairs 9 4 15
    zz-2024-05-12 register L10 not_run all all all - - - none - - -
"""  # noqa: E501


def test_the_result_of_a_list_test_stands_beside_what_chance_would_give():
    found = list_quality(tables_of(list_test=TESTED), {})
    values = {f.name.rsplit(".", 1)[1]: (f.value, f.unit) for f in found.figures}
    assert values == {"found": (212.0, "pairs"), "expected": (196.0, "pairs")}
    (expected,) = [f for f in found.figures if f.name.endswith("expected")]
    assert (expected.interval.low, expected.interval.high) == (169.0, 225.0)


def test_a_small_count_is_not_given_away_by_its_total():
    """3 is hidden; 40 with it, or the total would tell; 0 gives nothing away."""
    counts = {"a": 3, "b": 40, "c": 900, "d": 0}
    assert shown_counts(counts, 5) == {"c": 900, "d": 0}
    assert shown_counts({"a": 3, "b": 4, "c": 900}, 5) == {"c": 900}
    assert shown_counts({"a": 5, "b": 40}, 5) == {"a": 5, "b": 40}


def compared_stations(alone: list[int], persons: int = 1000):
    """A comparison in which each station has so many persons, and so many on paper only."""
    lines = ["election comparison area station side category field kind entries"]
    for number, only in enumerate(alone, 1):
        base = f"zz-2024-05-12 two_lists North {number}"
        lines += [
            f"{base} paper matched any any {persons - only}",
            f"{base} electronic matched any any {persons - only}",
            f"{base} paper only_paper any any {only}",
        ]
    return reconciliation(tables_of(list_comparison="\n".join(lines)), {}).evidence[STATIONS]


def test_one_station_far_above_all_others_is_singled_out():
    found = compared_stations([30, 28, 33, 31, 29, 30, 27, 32, 31, 30, 29, 120])
    assert found.filter("singled_out")["station"].to_list() == ["12"]
    assert found["expected_low"].max() < 0.03 < found["expected_high"].min()


def test_stations_that_all_spread_widely_are_not_singled_out():
    """Households go missing together: the spread of most stations is no mark of one of them."""
    assert not compared_stations([10, 50, 15, 45, 20, 40, 12, 48, 18, 42, 52, 8])[
        "singled_out"
    ].any()
