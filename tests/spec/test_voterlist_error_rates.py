"""The error rates that are shipped: judged right by hand, and those of this very matching."""

import polars as pl
import pytest

from paragraph8.voterlist.review.measured import (
    CASES,
    PEOPLE,
    SEEDS,
    judge_duplicates,
    judge_lists,
    measure_duplicates,
    measure_lists,
)
from paragraph8.voterlist.review.rates import (
    COMMAND,
    duplicates_without_review,
    lists_without_review,
    pooled,
    rates_text,
    read_rates,
    shipped_rates,
    versions,
)
from paragraph8.voterlist.review.simulated import SimulatedRun

# Persons 1 to 4 are on both lists, 5 and 6 on one; the second row of person 1 is a duplicate.
TRUTH = pl.DataFrame(
    {
        "list": ["paper"] * 6 + ["electronic"] * 5,
        "row": [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5],
        "person": [1, 1, 2, 3, 4, 5, 1, 2, 3, 4, 6],
    }
)
DECIDED = pl.DataFrame(
    {
        # Person 2 was taken for person 4, person 3 was left apart, person 6 cannot be compared.
        "paper_row": [1, 2, 3, 4, 5, 6, None, None, None],
        "electronic_row": [1, None, 4, None, None, None, 2, 3, 5],
        "category": [
            "matched", "duplicate_in_paper", "probable", "only_paper", "unusable", "only_paper",
            "only_electronic", "only_electronic", "unusable",
        ],
    }
)  # fmt: skip


def test_decisions_judged_by_hand():
    # Missed: person 2, paired with another, and person 3. Person 4 is unusable on paper.
    run = judge_lists(DECIDED, TRUTH)
    assert run == SimulatedRun({"matched": 1}, {"matched": 1, "probable": 1}, 2)


def test_duplicates_judged_by_hand():
    truth = pl.DataFrame({"row": [1, 2, 3, 4, 5], "person": [1, 1, 2, 1, 3]})
    reported = pl.DataFrame(
        {"row_a": [1, 2, 3], "row_b": [2, 3, 5], "kind": ["person", "person", "household"]}
    )
    # Rows 1, 2 and 4 are three pairs of one person, one of which was found.
    found = judge_duplicates(reported, truth)
    assert found == SimulatedRun({"person": 1}, {"household": 1, "person": 2}, 2)


def test_nothing_decided_and_all_right_are_the_ends():
    none = DECIDED.with_columns(electronic_row=pl.lit(None, pl.Int64)).head(6)
    assert judge_lists(none, TRUTH) == SimulatedRun({}, {}, 0)
    right = pl.DataFrame({"paper_row": [3], "electronic_row": [2], "category": "matched"})
    assert judge_lists(right, TRUTH) == SimulatedRun({"matched": 1}, {"matched": 1}, 0)


def test_runs_are_added_up_and_a_file_reads_as_it_was_written():
    one, other = SimulatedRun({"a": 1}, {"a": 2}, 3), SimulatedRun({"b": 4}, {"a": 1, "b": 5}, 1)
    assert pooled([one, other]) == SimulatedRun({"a": 1, "b": 4}, {"a": 3, "b": 5}, 4)
    assert read_rates(rates_text(shipped_rates())) == shipped_rates()


def test_shipped_rates_are_of_these_keys_and_weights_and_of_all_cases():
    rates = shipped_rates()
    assert (rates.keys_version, rates.weights_sha256) == versions(), f"run {COMMAND}"
    assert (rates.people, rates.seeds) == (PEOPLE, SEEDS)
    assert [*rates.lists, *rates.romanised] == [case.name for case in CASES]
    assert list(rates.duplicates) == list(rates.lists)


def test_measuring_again_gives_the_rates_that_are_shipped():
    case = CASES[0]
    settings = [case.settings(seed) for seed in SEEDS]
    assert pooled([measure_lists(each) for each in settings]) == shipped_rates().lists[case.name]
    found = pooled([measure_duplicates(each) for each in settings])
    assert found == shipped_rates().duplicates[case.name], f"run {COMMAND}"


@pytest.mark.parametrize("romanised", [False, True])
def test_bounds_for_decisions_keep_the_identity(romanised):
    found = lists_without_review(DECIDED, romanised)
    assert (found.simulated, found.reviewed) == (True, 0)
    assert found.paper_rows == 6
    assert found.both.high + found.only_paper.low + found.other_paper == pytest.approx(6)
    assert found.both.low + found.only_electronic.high + found.other_electronic == (
        pytest.approx(5)
    )
    assert found.only_paper.low >= 0


def test_bounds_for_duplicates():
    reported = pl.DataFrame({"row_a": [1, 2], "row_b": [3, 4], "kind": ["person", "household"]})
    found = duplicates_without_review(reported, 100)
    assert found.simulated
    assert found.reported == 2
    assert 0 <= found.pairs.low <= found.pairs.high
