"""Known answers, with their sources, for the clerical review of voter lists."""

from dataclasses import astuple

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.review.agreement import cohen_kappa, compare_reviewers, gwet_ac1
from paragraph8.voterlist.review.estimates import (
    correct_duplicates,
    correct_lists,
    judged,
    sentence,
)
from paragraph8.voterlist.review.sample import Sample, draw_duplicates, draw_sample
from paragraph8.voterlist.review.simulated import (
    SimulatedRun,
    simulated_bounds,
    simulated_duplicates,
)
from paragraph8.voterlist.review.strata import (
    Design,
    Stratum,
    allocate,
    apart_stratum,
    paired_stratum,
)
from paragraph8.voterlist.review.totals import Estimate, Judged, Precision, exact_limits, same_pairs

DRAWN = Precision(seed=8)

# Agreement


def test_the_kappa_of_two_psychiatrists():
    # Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions (3rd ed., 2003),
    # table 18.1: psychotic, neurotic, organic; .89 observed, .66 by chance, kappa .676.
    table = np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    assert cohen_kappa(table) == pytest.approx((0.89 - 0.66) / (1 - 0.66))
    assert round(cohen_kappa(table), 3) == 0.676


def test_the_kappa_of_two_radiologists():
    # StataCorp, Base Reference Manual, "kappa", example 1: 85 xeromammograms (Boyd et al. 1982).
    table = np.array([[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]])
    assert round(cohen_kappa(table), 4) == 0.4728


def test_ac1_of_two_abstractors():
    # Gwet, irrCAC, data set cont3x3abstractors: ectopic, abnormal and normal pregnancies of 100.
    table = np.array([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
    assert gwet_ac1(table) == pytest.approx(0.8493305, abs=1e-7)
    assert round(cohen_kappa(table), 4) == 0.7964


def test_ac1_does_not_fall_where_nearly_all_pairs_have_one_answer():
    table = np.array([[118, 5], [2, 0]])
    # By chance 2 * .972 * .028 = .054432; observed .944.
    assert gwet_ac1(table) == pytest.approx((0.944 - 0.054432) / (1 - 0.054432))
    # By chance (123 * 120 + 2 * 5) / 125^2 = .94528.
    assert cohen_kappa(table) == pytest.approx((0.944 - 0.94528) / (1 - 0.94528))


def test_ac1_of_nothing_of_one_answer_and_of_what_is_no_table():
    assert gwet_ac1(np.zeros((3, 3), dtype=np.int64)) is None
    assert gwet_ac1(np.array([[9, 0, 0], [0, 0, 0], [0, 0, 0]])) == 1
    for wrong in (np.zeros((2, 3), dtype=np.int64), np.array([[4]]), np.array([[-1, 2], [0, 3]])):
        with pytest.raises(Problem) as caught:
            gwet_ac1(wrong)
        assert caught.value.code == "analysis.bad_parameter"


SQUARES = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 50), min_size=k, max_size=k), min_size=k, max_size=k)
)


@given(SQUARES)
def test_neither_measure_depends_on_who_comes_first_or_on_the_order_of_answers(rows):
    table = np.array(rows, dtype=np.int64)
    turned = table[::-1, ::-1]
    for measure in (cohen_kappa, gwet_ac1):
        value = measure(table)
        assert measure(table.T) == value
        assert measure(turned) == value
        assert value is None or -1 <= value <= 1
    # Neither reaches 1 unless all agree.
    if table.sum() > np.trace(table):
        assert gwet_ac1(table) < 1


def test_reviewers_who_agree_always_seldom_or_on_one_answer_only():
    first = {1: "same", 2: "different", 3: "same", 4: "cannot_tell", 5: "same"}
    alike = compare_reviewers(first, first)
    assert (alike.items, alike.agreeing, alike.share, alike.kappa, alike.ac1) == (5, 5, 1, 1, 1)
    second = {1: "same", 2: "different", 3: "different", 4: "different", 6: "same"}
    found = compare_reviewers(first, second)
    # Of 4 items 2 agree. By chance: (2 * 1 + 1 * 3 + 1 * 0) / 16 = 5 / 16.
    assert found.table == ((1, 1, 0), (0, 1, 0), (0, 1, 0))
    assert (found.share, found.kappa) == (0.5, pytest.approx((8 / 16 - 5 / 16) / (11 / 16)))
    # Answers given 3, 4 and 1 times of 8: by chance (3 * 5 + 4 * 4 + 1 * 7) / 64 / 2.
    assert found.ac1 == pytest.approx((0.5 - 19 / 64) / (1 - 19 / 64))
    only_one = compare_reviewers({1: "same"}, {1: "same"})
    assert (only_one.kappa, only_one.ac1) == (None, 1)
    assert compare_reviewers({}, first).share is None
    with pytest.raises(Problem, match="square") as caught:
        cohen_kappa(np.zeros((2, 3), dtype=np.int64))
    assert caught.value.code == "analysis.bad_parameter"


# Sizes of samples


def test_neymans_allocation_by_hand():
    # Size times spread: 900 * sqrt(.1 * .9) = 270 and 100 * sqrt(.5 * .5) = 50; 64 as 54 and 10.
    strata = [Stratum("a", 900, 0.1), Stratum("b", 100, 0.5)]
    assert allocate(strata, 64, 1) == (54, 10)
    # With 20 from each at least, the rest goes to the other.
    assert allocate(strata, 64, 20) == (44, 20)


def test_a_stratum_asked_for_more_than_it_has_is_drawn_whole():
    # Cochran (1977), sec. 5.8: the others share out what is left, still in proportion.
    strata = [Stratum("a", 10, 0.5), Stratum("b", 300, 0.001), Stratum("c", 600, 0.001)]
    assert allocate(strata, 400, 1) == (10, 130, 260)
    assert allocate(strata, 910, 1) == allocate(strata, 9999, 5) == (10, 300, 600)


def test_strata_expected_without_error_still_get_the_minimum():
    strata = [Stratum("a", 10_000, 0.0), Stratum("b", 50, 0.0), Stratum("c", 3, 0.5)]
    sizes = allocate(strata, 100, 5)
    assert sum(sizes) == 100
    assert sizes[2] == 3
    assert min(sizes[:2]) >= 5


@pytest.mark.parametrize(("size", "minimum"), [(9, 5), (50, 0)])
def test_impossible_sizes_are_refused(size, minimum):
    with pytest.raises(Problem) as caught:
        allocate([Stratum("a", 90, 0.1), Stratum("b", 90, 0.1)], size, minimum)
    assert caught.value.code == "analysis.bad_parameter"


STRATA = st.lists(st.tuples(st.integers(1, 5000), st.floats(0, 0.5)), min_size=1, max_size=12)


@given(STRATA, st.integers(1, 20), st.integers(0, 3000))
def test_allocation_keeps_to_sum_and_bounds(strata, minimum, more):
    strata = [Stratum(str(at), size, share) for at, (size, share) in enumerate(strata)]
    size = sum(min(minimum, s.size) for s in strata) + more
    sizes = allocate(strata, size, minimum)
    assert sum(sizes) == min(size, sum(s.size for s in strata))
    assert all(min(minimum, s.size) <= n <= s.size for s, n in zip(strata, sizes, strict=True))


def test_expected_errors_are_those_documented():
    cuts = (4.0, 7.0)
    assert paired_stratum("matched:7 or more", 50, cuts).expected == 0.0005
    assert paired_stratum("matched:4 to 7", 50, cuts).expected == 0.002
    assert paired_stratum("probable:under 4", 50, cuts).expected == 0.5  # 4 times 0.3 is capped
    assert paired_stratum("twice:no score", 50, cuts).expected == 0.25
    # One in 20 of 40 open rows, among 100 pairs.
    assert apart_stratum("surname+given", 100, 40).expected == 0.02


# Totals

BY_HAND = (
    Judged("matched", size=100, same=19, different=1, unsure=0),
    Judged("probable", size=40, same=6, different=4, unsure=0),
    Judged("apart:surname", size=30, same=2, different=8, unsure=0),
)


def test_the_stratified_total_by_hand():
    # Cochran (1977), sec. 5.10: 100 * .95 + 40 * .6 + 30 * .2
    found = same_pairs(BY_HAND, DRAWN)
    assert found.if_fewest == found.if_most == pytest.approx(125)
    # The variance is 20 + 32 + 10.67, for instance 100^2 * .8 * .95 * .05 / 19 = 20. With so few
    # pairs the interval is not that of the normal law: most strata are mostly right.
    spread = 1.96 * (20 + 32 + 96 / 9) ** 0.5
    assert found.low < 125 - spread
    assert 125 + 0.8 * spread < found.high < 125 + spread


def test_a_large_sample_has_the_interval_of_the_normal_law():
    # 10,000 * sqrt(.8 * .25 / 1999) = 100.03
    found = same_pairs([Judged("a", 10_000, 1000, 1000, 0)], Precision(seed=1, draws=20_000))
    assert found.low == pytest.approx(5000 - 196, abs=8)
    assert found.high == pytest.approx(5000 + 196, abs=8)


def test_a_complete_review_has_no_sampling_error():
    strata = [Judged("a", 20, 18, 2, 0), Judged("b", 7, 0, 7, 0), Judged("c", 3, 3, 0, 0)]
    assert same_pairs(strata, DRAWN) == Estimate(21, 21, 21, 21)
    assert same_pairs([], DRAWN) == Estimate(0, 0, 0, 0)


def test_pairs_that_nobody_could_tell_are_bounds():
    assert same_pairs([Judged("a", 10, 6, 1, 3)], DRAWN) == Estimate(6, 6, 9, 9)
    found = same_pairs([Judged("a", 100, 6, 1, 3)], DRAWN)
    assert (found.if_fewest, found.if_most) == (60, 90)
    assert found.low == same_pairs([Judged("a", 100, 6, 4, 0)], DRAWN).low
    assert found.high == same_pairs([Judged("a", 100, 9, 1, 0)], DRAWN).high


def test_exact_limits_by_hand():
    # None of 90 among 100: with one such pair the chance is 10/100, with two 10*9 / (100*99) =
    # .009, which is less than .025.
    assert exact_limits(0, 90, 100, 0.95) == (0, 1)
    assert exact_limits(90, 90, 100, 0.95) == (99, 100)
    # None of 2 among 5: with 1, 2, 3 such pairs .6, .3, .1.
    assert exact_limits(0, 2, 5, 0.75) == (0, 2)
    assert exact_limits(0, 2, 5, 0.85) == (0, 3)
    # Without end, Clopper & Pearson, Biometrika 26 (1934): 1 - .025^(1/100) = .0362.
    assert exact_limits(0, 100, 10**9, 0.95)[1] / 10**9 == pytest.approx(1 - 0.025**0.01, abs=1e-6)


def test_a_stratum_without_an_error_is_no_certainty():
    found = same_pairs([Judged("a", 1000, 100, 0, 0)], DRAWN)
    assert (found.if_most, found.high) == (1000, 1000)
    assert found.low == exact_limits(100, 100, 1000, 0.95)[0] < 970
    # Two such strata: distances are added as squares.
    two = same_pairs([Judged("a", 1000, 100, 0, 0), Judged("b", 1000, 0, 100, 0)], DRAWN)
    assert 1000 - two.low == pytest.approx(1000 - found.low)
    assert two.high - 1000 == pytest.approx(1000 - found.low)


def test_remote_strata_can_be_left_out_where_nothing_was_found_in_them():
    strata = [Judged("apart:surname", 100_000, 0, 100, 0), Judged("apart:birth", 1000, 1, 99, 0)]
    remote = frozenset({"apart:surname", "apart:birth"})
    with_them = same_pairs(strata, DRAWN, remote)
    without = same_pairs(strata, Precision(seed=8, remote=False), remote)
    assert with_them.high > 3000
    assert without.high == same_pairs(strata[1:], DRAWN).high


@pytest.mark.parametrize(
    "wrong",
    [Judged("a", 5, 0, 0, 0), Judged("a", 5, 3, 3, 0), Judged("a", 5, -1, 3, 0)],
)
def test_impossible_answers_are_refused(wrong):
    with pytest.raises(Problem) as caught:
        same_pairs([wrong], DRAWN)
    assert caught.value.code == "analysis.bad_parameter"


@pytest.mark.parametrize(
    ("sizes", "same", "drawn"),
    [
        ((1600, 150, 40, 20, 60, 90), (1590, 140, 30, 10, 10, 8), (150, 40, 20, 20, 20, 30)),
        ((1000,), (30,), (100,)),
        ((1000, 1000, 1000), (10, 10, 10), (100, 100, 100)),
        ((30,) * 8, (3, 5, 25, 28, 1, 2, 15, 29), (5,) * 8),
    ],
)
def test_the_interval_holds_the_truth_as_often_as_it_says(sizes, same, drawn):
    rng, times, held = np.random.default_rng(4), 200, 0
    for draw in range(times):
        strata = [
            Judged(str(at), size, found, number - found, 0)
            for at, (size, number, found) in enumerate(
                (size, number, int(rng.hypergeometric(true, size - true, number)))
                for size, true, number in zip(sizes, same, drawn, strict=True)
            )
        ]
        found = same_pairs(strata, Precision(seed=draw, draws=400))
        held += found.low - 1e-9 <= sum(same) <= found.high + 1e-9
    # Three spreads below 95 %; the bootstrap alone holds 86 % in the second case.
    assert held / times > 0.95 - 3 * (0.95 * 0.05 / times) ** 0.5


# Corrected counts


def two_lists(rows=400, wrong=12, missed=15, seed=1):
    """Lists of one station whose truth is known: entry i of both lists is person i.

    The matching paired the first `wrong` crosswise, and left apart `missed` people that are in both
    lists and 20 people of each list that are not.
    """
    rng = np.random.default_rng(seed)
    surname, given = rng.integers(60, size=rows), rng.integers(40, size=rows)
    birth = rng.integers(19300101, 20060101, size=rows)
    number = np.arange(1, rows + 1)
    paper = pl.DataFrame(
        {"row": number, "surname_root": surname, "given_root": given, "birth": birth}
    ).with_columns(patronymic_root=pl.lit(None, pl.Int64))
    apart = np.zeros(rows, dtype=bool)
    apart[-missed - 20 :] = True
    gone = np.zeros(rows, dtype=bool)
    gone[-20:] = True
    # Who is missed has another spelling of the given name or a wrong date, never both.
    changed = apart & ~gone & (rng.random(rows) < 0.5)
    electronic = paper.with_columns(
        given_root=pl.Series(np.where(changed, 99, given)),
        birth=pl.Series(np.where(apart & ~gone & ~changed, birth + 1, birth)),
    )
    electronic = electronic.with_columns(
        pl.when(pl.Series(gone)).then(pl.col(key) + 100).otherwise(pl.col(key)).alias(key)
        for key in ("surname_root", "given_root")
    )
    partner = number.copy()
    partner[:wrong] = np.roll(partner[:wrong], 1)
    paired = pl.DataFrame({"paper_row": number[~apart], "electronic_row": partner[~apart]})
    paired = paired.with_row_index("at").select(
        "paper_row",
        "electronic_row",
        category=pl.when(pl.col("at") < 2 * wrong)
        .then(pl.lit("probable"))
        .otherwise(pl.lit("matched")),
        score=pl.when(pl.col("at") < 2 * wrong).then(3.0).otherwise(30.0),
    )
    alone = pl.DataFrame({"row": number[apart]})
    nobody, no_score = pl.lit(None, pl.Int64), pl.lit(None, pl.Float64)
    only = [
        alone.select(
            paper_row=pl.col("row"),
            electronic_row=nobody,
            category=pl.lit("only_paper"),
            score=no_score,
        ),
        alone.select(
            paper_row=nobody,
            electronic_row=pl.col("row"),
            category=pl.lit("only_electronic"),
            score=no_score,
        ),
    ]
    return pl.concat([paired, *only]), paper, electronic


def told(sample, rows=400):
    """What reviewers say who know the truth."""
    return {
        item: "same" if one == other <= rows - 20 else "different"
        for item, one, other in sample.frame.select("item", *sample.rows).iter_rows()
    }


def test_a_complete_review_finds_the_truth():
    sample = draw_sample(*two_lists(), Design(seed=1, size=10**6))
    found = correct_lists(sample, told(sample), DRAWN)
    # 365 pairs, 12 of them wrong; 15 missed; 20 people are in one list only, on either side.
    assert found.both == Estimate(368, 368, 368, 368)
    assert found.missed.high == 15
    # Who was paired with another counts as missing from both lists.
    assert found.only_paper == found.only_electronic == Estimate(32, 32, 32, 32)
    assert found.precision["probable"].low == found.precision["probable"].high == 0.5
    assert found.precision["matched"].low == 1
    assert astuple(found.found_share) == (pytest.approx(353 / 368),) * 4
    assert (found.reviewed, found.unsure, found.simulated) == (sample.frame.height, 0, False)


def test_a_sample_holds_the_truth_as_often_as_it_says():
    lists, held, times = two_lists(), 0, 60
    for seed in range(times):
        sample = draw_sample(*lists, Design(seed, size=150))
        found = correct_lists(sample, told(sample), Precision(seed, draws=300))
        held += found.only_paper.low <= 32 <= found.only_paper.high
        # Narrower than knowing nothing: between 0 and 35 without a partner.
        assert found.both.high - found.both.low < 120
    assert held >= times - 6


def test_a_review_that_stopped_early_is_still_a_sample():
    sample = draw_sample(*two_lists(), Design(seed=4, size=200, minimum=20))
    answers = told(sample)
    first = {item: answers[item] for item in range(1, 151)}
    whole, part = (correct_lists(sample, given, DRAWN) for given in (answers, first))
    assert (whole.reviewed, part.reviewed) == (sample.frame.height, 150)
    assert {s.stratum for s in judged(sample, first)} == set(sample.frame["stratum"])
    assert part.only_paper.low <= 32 <= part.only_paper.high


def test_duplicates_corrected_by_hand():
    # Rows 1 to 4 are one family; 1 and 2 are one person, and were reported; so were 3 and 4, who
    # are two. 5 and 6 are one person, and were not.
    records = pl.DataFrame(
        {
            "row": range(1, 7),
            "surname_root": ["hill"] * 4 + ["moor"] * 2,
            "given_root": ["ana", "ana", "ben", "bea", "leo", "leo"],
            "patronymic_root": None,
            "birth": [1, 1, 2, 2, 3, 4],
        }
    )
    reported = pl.DataFrame(
        {"row_a": [1, 3], "row_b": [2, 4], "kind": ["exact", "probable"], "score": [40.0, 8.0]}
    )
    sample = draw_duplicates(reported, records, Design(seed=1))
    answers = {
        item: "same" if (one, other) in {(1, 2), (5, 6)} else "different"
        for item, one, other in sample.frame.select("item", "row_a", "row_b").iter_rows()
    }
    # Within the family 4 more pairs were left apart, and 5 with 6.
    assert len(answers) == 7
    found = correct_duplicates(sample, answers, DRAWN)
    assert (found.reported, found.pairs) == (2, Estimate(2, 2, 2, 2))
    assert found.missed == Estimate(1, 1, 1, 1)
    assert found.precision["exact"].low == 1
    assert found.precision["probable"].high == 0


def test_a_row_with_two_partners_is_told():
    sample = draw_sample(*two_lists(), Design(seed=1, size=10**6))
    answers = told(sample) | dict.fromkeys(
        sample.frame.filter(stratum="apart:surname")["item"], "same"
    )
    found = correct_lists(sample, answers, DRAWN)
    assert found.rows_twice > 0
    # However many pairs: 35 open rows have 35 partners at most.
    assert found.missed.high <= 35


CATEGORIES = ("matched:7 or more", "probable:under 4", "apart:surname", "apart:given+birth")


@st.composite
def reviews(draw):
    """A sample with any answers, and lists that it may have come from."""
    rows, item, sizes = [], 0, {}
    for name in CATEGORIES:
        sampled = draw(st.integers(1, 8))
        sizes[name] = sampled + draw(st.integers(0, 200))
        for _ in range(sampled):
            item += 1
            rows.append((item, name, sizes[name], sampled, item, item))
    columns = ["item", "stratum", "stratum_size", "sampled", "paper_row", "electronic_row"]
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    paired = {"matched": sizes[CATEGORIES[0]], "probable": sizes[CATEGORIES[1]]}
    counts = {
        "paper": paired | {"only_paper": draw(st.integers(0, 300)), "unusable": 2},
        "electronic": paired | {"only_electronic": draw(st.integers(0, 300))},
    }
    answers = draw(
        st.lists(
            st.sampled_from(["same", "different", "cannot_tell"]), min_size=item, max_size=item
        )
    )
    sample = Sample(frame, Design(1), "", counts)
    return sample, dict(zip(range(1, item + 1), answers, strict=True))


@settings(max_examples=60, deadline=None)
@given(reviews(), st.booleans())
def test_corrected_counts_keep_the_identity_and_stay_possible(review, remote):
    sample, answers = review
    found = correct_lists(sample, answers, Precision(seed=1, draws=100, remote=remote))
    paper, electronic = sample.counts["paper"], sample.counts["electronic"]
    assert found.paper_rows == sum(paper.values())
    # Each match found takes one row from either list, at whichever end one looks.
    ends = zip(
        astuple(found.both),
        reversed(astuple(found.only_paper)),
        reversed(astuple(found.only_electronic)),
        strict=True,
    )
    for both, only_paper, only_electronic in ends:
        assert both + only_paper + found.other_paper == pytest.approx(found.paper_rows)
        assert both + only_electronic == pytest.approx(found.electronic_rows)
        assert min(both, only_paper, only_electronic) > -1e-9
    paired = paper["matched"] + paper["probable"]
    assert (
        found.both.high <= paired + min(paper["only_paper"], electronic["only_electronic"]) + 1e-9
    )
    for estimate in (found.both, found.only_paper, found.missed, *found.precision.values()):
        assert list(astuple(estimate)) == pytest.approx(sorted(astuple(estimate)))
    assert all(0 <= end <= 1 for share in found.precision.values() for end in astuple(share))


def test_the_sentence():
    only = Estimate(118.4, 140, 140, 163.2)
    assert sentence(only, 2013, 0.95, "paper list") == (
        "between 118 and 164 names (95 %) of 2,013 are only on the paper list"
    )
    known = Estimate(32, 32, 32, 32)
    assert sentence(known, 2013, 0.95, "electronic list") == (
        "32 names of 2,013 are only on the electronic list"
    )


# Without a review

COUNTS = {
    "paper": {"matched": 900, "probable": 50, "only_paper": 60},
    "electronic": {"matched": 900, "probable": 50, "only_electronic": 40, "unusable": 5},
}


def test_simulated_bounds_by_hand():
    # Half of the probable pairs are wrong; for 950 right ones 50 are missed, 5 % of all.
    good = SimulatedRun(
        {"matched": 90_000, "probable": 5_000}, {"matched": 90_000, "probable": 10_000}, 5_000
    )
    found = simulated_bounds(COUNTS, {"matched": 900, "probable": 50}, [good])
    assert found.simulated
    assert found.reviewed == 0
    # 900 + 25 are right; 925 * .05 / .95 would be missed, but one list has only 40 open rows.
    assert found.missed.if_most == 40
    assert found.both.if_most == 965
    assert found.only_paper.if_fewest == 45
    assert found.only_electronic.if_fewest == 25
    assert found.precision["probable"].if_fewest == 0.5
    assert found.precision["probable"].low == pytest.approx(0.4902, abs=1e-4)  # Wilson
    assert (found.other_paper, found.other_electronic) == (0, 5)


def test_simulated_bounds_are_the_widest_over_the_runs():
    paired = {"matched": 900, "probable": 50}
    easy = SimulatedRun({"matched": 1000, "probable": 90}, {"matched": 1000, "probable": 100}, 5)
    hard = SimulatedRun({"matched": 980, "probable": 40}, {"matched": 1000, "probable": 100}, 30)
    one, other = (simulated_bounds(COUNTS, paired, [run]) for run in (easy, hard))
    both = simulated_bounds(COUNTS, paired, [easy, hard])
    assert both.both.low == min(one.both.low, other.both.low)
    assert both.both.high == max(one.both.high, other.both.high)
    assert both.precision["probable"].low == other.precision["probable"].low


def test_what_no_run_has_seen_may_be_all_right_or_all_wrong():
    nothing = SimulatedRun({}, {}, 3)
    found = simulated_bounds(COUNTS, {"matched": 900, "probable": 50}, [nothing])
    assert (found.both.if_fewest, found.both.high) == (40, 990)
    assert found.precision["matched"] == Estimate(0, 0, 1, 1)
    with pytest.raises(Problem) as caught:
        simulated_bounds(COUNTS, {"matched": 900}, [])
    assert caught.value.code == "analysis.bad_parameter"


def test_a_category_that_one_run_lacks_has_the_rates_of_the_others():
    without = SimulatedRun({"matched": 1000}, {"matched": 1000}, 5)
    with_it = SimulatedRun({"matched": 1000, "probable": 90}, {"matched": 1000, "probable": 100}, 5)
    paired = {"matched": 900, "probable": 50}
    both = simulated_bounds(COUNTS, paired, [without, with_it])
    alone = simulated_bounds(COUNTS, paired, [with_it])
    assert both.precision["probable"] == alone.precision["probable"]
    assert both.precision["probable"].low > 0.8


def test_simulated_duplicates_by_hand():
    run = SimulatedRun({"person": 90, "household": 0}, {"person": 100, "household": 40}, 10)
    found = simulated_duplicates({"person": 200}, 5000, [run])
    # 180 of 200 are one person; 10 of 100 were missed there, so 180 * .1 / .9 = 20 here.
    assert found.pairs.if_most == pytest.approx(200)
    assert found.missed.if_fewest == pytest.approx(20)
    assert found.pairs.low < 200 < found.pairs.high
    assert (found.reported, found.reviewed, found.simulated) == (200, 0, True)
    # Where the search found nothing that was there, any pair of the list may have been missed.
    blind = SimulatedRun({}, {"person": 100}, 10)
    assert simulated_duplicates({"person": 1}, 4, [blind]).missed.high == 6
    with pytest.raises(Problem) as caught:
        simulated_duplicates({"person": 1}, 4, [])
    assert caught.value.code == "analysis.bad_parameter"
