"""Known answers, with their sources, for the estimators in `analysis.stats`."""

from math import comb

import numpy as np
import pytest

from paragraph8.analysis.stats.multiple import benjamini_hochberg
from paragraph8.analysis.stats.seats import (
    METHODS,
    Allocation,
    Shift,
    allocate_seats,
    smallest_shift,
)
from paragraph8.analysis.stats.sign import SignTest, sign_test
from paragraph8.analysis.stats.spread import Spread, spread
from paragraph8.kernel.problem import Problem

# sign test


def test_two_of_ten_by_the_binomial_table():
    # (1 + 10 + 45) / 1024 in one tail, twice that in both
    assert sign_test(2, 8).p_value == pytest.approx(0.109375, rel=1e-12)


def test_siegels_example_of_fathers_and_mothers():
    # Siegel (1956), p. 69 (also the example of NAG routine g08aac): 17 couples, 3 of them tied,
    # 11 differ one way and 3 the other; one tail .029, that is 1 + 14 + 91 + 364 of 2^14.
    assert sum(comb(14, k) for k in range(4)) == 470
    assert sign_test(11, 3).p_value == pytest.approx(2 * 470 / 2**14, rel=1e-12)
    assert sign_test(11, 3).p_value / 2 == pytest.approx(0.029, abs=0.0005)


def test_arbuthnotts_82_years_of_christenings():
    # Arbuthnott (1710): more boys than girls in each of 82 years, chance 1/2^82 in one tail.
    assert sign_test(82, 0).p_value == pytest.approx(2.0**-81, rel=1e-12)


def test_without_a_difference_nothing_is_surprising():
    assert sign_test(0, 0) == SignTest(0, 0, 1.0)


def test_thousands_of_stations():
    exact = 2 * sum(comb(9600, k) for k in range(4651)) / 2**9600
    assert sign_test(4650, 4950).p_value == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(("higher", "lower"), [(-1, 3), (3, -1)])
def test_a_negative_number_of_stations_is_refused(higher, lower):
    with pytest.raises(Problem, match="stations") as caught:
        sign_test(higher, lower)
    assert caught.value.code == "analysis.bad_parameter"


# many tests at once

# Benjamini & Hochberg (1995), section 3.2: 15 hypotheses on treatments of myocardial infarction.
# Adjusted by hand: p * 15 / rank, then the smallest of it and all below it.
MYOCARDIAL_INFARCTION = """
p       adjusted
0.0001  0.0015
0.0004  0.0030
0.0019  0.0095
0.0095  0.035625
0.0201  0.0603
0.0278  0.063857142857   0.0695 by itself, but rank 7 has 0.0298 * 15 / 7
0.0298  0.063857142857
0.0344  0.0645
0.0459  0.0765
0.3240  0.486
0.4262  0.581181818182
0.5719  0.714875
0.6528  0.753230769231
0.7590  0.813214285714
1.0000  1.0
"""


def test_the_worked_example_of_benjamini_and_hochberg():
    rows = [line.split()[:2] for line in MYOCARDIAL_INFARCTION.strip().splitlines()[1:]]
    p_values, by_hand = [float(p) for p, _ in rows], [float(q) for _, q in rows]
    adjusted = benjamini_hochberg(p_values)
    assert adjusted == pytest.approx(by_hand, abs=1e-12)
    assert sum(q <= 0.05 for q in adjusted) == 4  # as the paper says; Bonferroni rejects 3


def test_adjusted_values_come_in_the_order_given():
    assert benjamini_hochberg([0.9, 0.01, 0.04]) == pytest.approx([0.9, 0.03, 0.06])


def test_no_tests_and_one_test():
    assert benjamini_hochberg([]) == []
    assert benjamini_hochberg([0.03]) == [0.03]


@pytest.mark.parametrize("p_value", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(p_value):
    with pytest.raises(Problem) as caught:
        benjamini_hochberg([0.5, p_value])
    assert caught.value.code == "analysis.bad_parameter"


# spread


def test_quartiles_of_one_to_ten():
    # Type 7: position 1 + (10 - 1) * 0.25 = 3.25 (Hyndman & Fan 1996; the default of R).
    assert spread(np.arange(1.0, 11.0)) == Spread(
        n=10,
        total=55,
        mean=5.5,
        median=5.5,
        quartile_low=3.25,
        quartile_high=7.75,
        largest=10,
        zero=0,
        missing=0,
    )


def test_missing_values_are_counted_and_not_read_as_zero():
    found = spread(np.array([0.0, np.nan, 4.0, np.nan, 0.0]))
    assert (found.n, found.missing, found.zero, found.total) == (3, 2, 2, 4)
    assert found.mean == pytest.approx(4 / 3)


@pytest.mark.parametrize(("column", "missing"), [([], 0), ([np.nan, np.nan], 2)])
def test_no_station_with_a_value(column, missing):
    nothing = Spread(0, None, None, None, None, None, None, None, missing)
    assert spread(np.array(column)) == nothing


def test_one_station():
    assert spread(np.array([7.0])) == Spread(1, 7, 7, 7, 7, 7, 7, 0, 0)


@pytest.mark.parametrize("column", [np.zeros((2, 2)), np.array([1.0, np.inf])])
def test_what_is_no_column_of_numbers_is_refused(column):
    with pytest.raises(Problem) as caught:
        spread(column)
    assert caught.value.code == "analysis.bad_parameter"


# seats

# Kazakhstan, 19 September 2004, the ten lists; the sum is the 4,757,773 valid votes. Seats as
# published: Otan 7, Ak Zhol, Asar and AIST 1 each (docs: methodology, Kazakhstan 2004 facts).
KAZAKHSTAN_2004 = """
Otan 2883706
AkZhol 572672
Asar 541239
AIST 336177
Communists 163824
CPPK 94140
Auyl 82523
Democratic 36379
Patriots 26287
Rukhaniyat 20826
"""


def table(text):
    return {name: int(votes) for name, votes in map(str.split, text.strip().splitlines())}


@pytest.mark.parametrize(
    ("method", "seats"),
    [
        # 4,333,794 votes of the four lists that qualify; quotas 6.654 1.321 1.249 0.776
        ("hare_largest_remainder", [7, 1, 1, 1]),
        # tenth quotient: AIST 336,177 over Otan 2,883,706 / 15 = 192,247
        ("sainte_lague", [7, 1, 1, 1]),
        # tenth quotient: Otan 2,883,706 / 8 = 360,463 over AIST 336,177
        ("dhondt", [8, 1, 1, 0]),
    ],
)
def test_kazakhstan_2004(method, seats):
    votes = table(KAZAKHSTAN_2004)
    found = allocate_seats(votes, 10, method, threshold_share=0.07)
    assert list(found.seats.values()) == seats + [0] * 6
    assert (found.tied, found.unallocated) == ((), 0)
    assert found == allocate_seats(votes, 10, method, 0.07, threshold_base=4_757_773)


def test_kazakhstan_2004_without_a_threshold_would_have_been_6_1_1_1_1():
    # Quotas 6.061 1.204 1.138 0.707 0.344 0.198 ...: 6-1-1 and the remainders .707 and .344, so
    # that the Communists, at 3.44 % of the votes, would have had the tenth seat.
    found = allocate_seats(table(KAZAKHSTAN_2004), 10, "hare_largest_remainder")
    assert list(found.seats.values())[:5] == [6, 1, 1, 1, 1]


def test_kazakhstan_2004_was_closest_at_the_threshold():
    # 7 % of 4,757,773 is 333,044.11: at 333,044 votes, 3,133 fewer, AIST is out.
    found = smallest_shift(table(KAZAKHSTAN_2004), 10, "hare_largest_remainder", 0.07)
    assert found == Shift("AIST", "Otan", 3133)


@pytest.mark.parametrize(
    ("method", "seats"),
    [
        # 6100 5000 3050 2500 2033.3 1666.7 1525 1250 1220 | 1016.7 (A) 1000 (B) 900 (C)
        ("dhondt", {"A": 6, "B": 4, "C": 0}),
        # 6100 5000 2033.3 1666.7 1220 1000 900 871.4 714.3 | 677.8 (A) 555.6 (B)
        ("sainte_lague", {"A": 5, "B": 4, "C": 1}),
        # 5.083 4.167 0.750: 5 + 4 + 0, the last to C
        ("hare_largest_remainder", {"A": 5, "B": 4, "C": 1}),
    ],
)
def test_ten_seats_by_three_methods(method, seats):
    # staatsrecht.honikel.de, "Berechnungsbeispiele", with the same results
    assert allocate_seats({"A": 6100, "B": 5000, "C": 900}, 10, method).seats == seats


@pytest.mark.parametrize("method", METHODS)
def test_the_last_seat_between_equals_is_given_to_nobody(method):
    found = allocate_seats({"Ana": 100, "Bo": 60, "Cy": 60, "Di": 60}, 3, method)
    assert found == Allocation({"Ana": 1, "Bo": 0, "Cy": 0, "Di": 0}, ("Bo", "Cy", "Di"), 2)


def test_equals_that_all_get_their_seat_are_not_tied():
    found = allocate_seats({"Ana": 100, "Bo": 60, "Cy": 60}, 3, "dhondt")
    assert found == Allocation({"Ana": 1, "Bo": 1, "Cy": 1}, (), 0)


def test_a_contestant_at_the_threshold_takes_part_and_one_vote_below_does_not():
    # 7 % of 10,000 is 700 exactly; in floating point 0.07 * 10000 is 700.0000000000001
    votes = {"Ana": 8600, "Bo": 700, "Cy": 700}
    assert allocate_seats(votes, 15, "sainte_lague", 0.07).seats["Bo"] == 1
    votes = {"Ana": 8600, "Bo": 699, "Cy": 701}
    assert allocate_seats(votes, 15, "sainte_lague", 0.07).seats["Bo"] == 0


@pytest.mark.parametrize("method", METHODS)
def test_nobody_takes_part(method):
    assert allocate_seats({}, 4, method) == Allocation({}, (), 4)
    assert allocate_seats({"Ana": 0}, 4, method) == Allocation({"Ana": 0}, (), 4)
    found = allocate_seats({"Ana": 5, "Bo": 5}, 4, method, threshold_share=0.6)
    assert found == Allocation({"Ana": 0, "Bo": 0}, (), 4)


@pytest.mark.parametrize("method", METHODS)
def test_no_seats_and_one_contestant(method):
    assert allocate_seats({"Ana": 5, "Bo": 5}, 0, method) == Allocation({"Ana": 0, "Bo": 0}, (), 0)
    assert allocate_seats({"Ana": 5}, 3, method) == Allocation({"Ana": 3}, (), 0)
    assert smallest_shift({"Ana": 5, "Bo": 5}, 0, method) is None
    assert smallest_shift({"Ana": 5}, 3, method) is None


def test_one_vote_breaks_a_tie():
    assert smallest_shift({"Ana": 60, "Bo": 60}, 1, "dhondt") == Shift("Ana", "Bo", 1)


def test_making_a_tie_changes_the_seats():
    # 62 to 60: one vote makes 61 to 61, and a lot would decide
    assert smallest_shift({"Ana": 62, "Bo": 60}, 1, "dhondt") == Shift("Ana", "Bo", 1)


def test_a_larger_move_can_restore_the_seats():
    # Threshold 12.5 of 125, so 13. Votes moved from Di to Cy, and the Hare quotas:
    #    0  of 125  Ana 1.440  Bo 0.480  Cy 0.720  Di 0.360  remainders to Cy and Bo   1-1-1-0
    #    3  of 113      1.593     0.531     0.876       out             Cy and Ana     2-0-1-0
    #   10  of 120      1.500     0.500     1.000       out             Ana or Bo      tied
    #   11  of 121      1.488     0.496     1.017       out             Bo             1-1-1-0
    votes = {"Ana": 60, "Bo": 20, "Cy": 30, "Di": 15}

    def seats_after(moved):
        after = votes | {"Di": 15 - moved, "Cy": 30 + moved}
        return [*allocate_seats(after, 3, "hare_largest_remainder", 0.1).seats.values()]

    same, other, tied = [1, 1, 1, 0], [2, 0, 1, 0], [1, 0, 1, 0]
    expected = [same] * 3 + [other] * 7 + [tied] + [same] * 5
    assert [seats_after(moved) for moved in range(16)] == expected
    # Bo and Ana are closer still: 0.040 seats apart, of 41.7 votes each
    assert smallest_shift(votes, 3, "hare_largest_remainder", 0.1) == Shift("Bo", "Ana", 1)


@pytest.mark.parametrize("method", METHODS)
def test_a_parliament_of_240_seats_and_25_lists_can_be_searched(method):
    votes = {f"list {i}": 1_500_000 // (i + 1) + 37 * i for i in range(25)}
    assert smallest_shift(votes, 240, method, 0.01) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "imperiali"},
        {"seats": -1},
        {"threshold_share": 7.0},
        {"threshold_share": float("nan")},
        {"threshold_base": 0},
        {"votes": {"Ana": -1}},
    ],
)
@pytest.mark.parametrize("function", [allocate_seats, smallest_shift])
def test_unusable_parameters_are_refused(function, wrong):
    usable = {"votes": {"Ana": 3, "Bo": 2}, "seats": 2, "method": "dhondt"}
    with pytest.raises(Problem) as caught:
        function(**usable | wrong)
    assert caught.value.code == "analysis.bad_parameter"
