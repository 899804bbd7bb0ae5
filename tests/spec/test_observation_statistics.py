"""Known answers, with their sources, for the estimators of shares of observers' forms."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from scipy.stats import binom

from paragraph8.analysis.stats.agreement import Agreement, kappa
from paragraph8.analysis.stats.cells import merge_cells, suppress
from paragraph8.analysis.stats.clusters import (
    bootstrap_shares,
    effective_teams,
    equal_team_shares,
    leave_one_out,
    resampled_shares,
    team_sums,
)
from paragraph8.analysis.stats.differences import bootstrap_differences, fisher_p, permutation_p
from paragraph8.analysis.stats.intervals import newcombe, wilson
from paragraph8.analysis.stats.poststratified import Poststratified, poststratified
from paragraph8.kernel.problem import Problem

METHODS = ("percentile", "wilson")


def numbers(text):
    """A text table of numbers, a row per line, its first line a heading."""
    rows = text.strip().splitlines()[1:]
    return np.array([[float(word) for word in row.split()] for row in rows])


def grid(text):
    """A text table without a heading."""
    return numbers("heading\n" + text.strip())


def marks(text):
    """Flags from lines of x and . , one row per line."""
    return np.array([[mark == "x" for mark in line] for line in text.split()])


# naive intervals

# Newcombe, Statist. Med. 17 (1998), 857-872, table I, method 3.
NEWCOMBE_SINGLE = """
k   n    low     high
81  263  0.2553  0.3662
15  148  0.0624  0.1605
0   20   0.0000  0.1611
1   29   0.0061  0.1718
"""

# Newcombe, Statist. Med. 17 (1998), 873-890, table II, method 10.
NEWCOMBE_DIFFERENCE = """
k1  n1  k2  n2  low      high
56  70  48  80   0.0524  0.3339
9   10  3   10   0.1705  0.8090
6   7   2   7    0.0582  0.8062
5   56  0   29  -0.0381  0.1926
0   10  0   20  -0.1611  0.2775
0   10  0   10  -0.2775  0.2775
10  10  0   20   0.6791  1.0000
10  10  0   10   0.6075  1.0000
"""


def test_the_single_shares_of_newcombe():
    k, n, low, high = numbers(NEWCOMBE_SINGLE).T
    assert np.round(wilson(k, n), 4) == pytest.approx(np.array([low, high]), abs=1e-12)


def test_the_differences_of_newcombe():
    k1, n1, k2, n2, low, high = numbers(NEWCOMBE_DIFFERENCE).T
    # 0.80625 of the third row is printed as 0.8062
    assert np.array(newcombe(k1, n1, k2, n2)) == pytest.approx(np.array([low, high]), abs=6e-5)


def test_an_interval_ends_exactly_at_nought_and_one():
    low, high = wilson([0, 7, 3], [7, 7, 7])
    assert (low[0], high[1]) == (0.0, 1.0)
    assert 0 < low[2] < high[2] < 1


def test_no_answers_have_no_interval():
    assert np.isnan(wilson([0], [0])).all()
    assert np.isnan(newcombe([0, 1], [0, 2], [1, 0], [2, 0])).all()


@pytest.mark.parametrize(
    "wrong", [{"k": [3], "n": [2]}, {"k": [-1], "n": [2]}, {"k": [1], "n": [2], "level": 1.0}]
)
def test_impossible_counts_and_levels_are_refused(wrong):
    with pytest.raises(Problem) as caught:
        wilson(**wrong)
    assert caught.value.code == "analysis.bad_parameter"


# sums by team


def test_flags_are_counted_by_team():
    team = np.array([0, 2, 0, 2, 2])
    flags = marks("xxx.x .....")
    assert team_sums(team, flags).tolist() == [[2, 0, 2], [0, 0, 0]]


def test_no_observations_have_no_teams():
    assert team_sums(np.array([], dtype=int), np.zeros((2, 0), dtype=bool)).shape == (2, 0)


@pytest.mark.parametrize("team", [[0, 1], [0, 1, -1], [0.0, 1.0, 1.0]])
def test_what_is_no_team_per_observation_is_refused(team):
    with pytest.raises(Problem, match="team") as caught:
        team_sums(np.array(team), marks("xx."))
    assert caught.value.code == "analysis.bad_parameter"


# bootstrap over teams

# Three teams: 2 of 2, 0 of 4, 1 of 4.
PROBLEMS, ANSWERED = np.array([[2.0, 0.0, 1.0]]), np.array([[2.0, 4.0, 4.0]])


def test_the_27_possible_draws_of_three_teams_are_equally_likely():
    # The "ideal bootstrap" of Efron & Tibshirani (1993), ch. 6, by listing all draws.
    listed = Counter(
        PROBLEMS[0, list(teams)].sum() / ANSWERED[0, list(teams)].sum()
        for teams in product(range(3), repeat=3)
    )
    draws = 27_000
    found = Counter(resampled_shares(PROBLEMS, ANSWERED, draws, seed=8)[:, 0].tolist())
    assert set(found) == set(listed)
    for share, ways in listed.items():
        spread = (draws * ways / 27 * (1 - ways / 27)) ** 0.5
        assert abs(found[share] - draws * ways / 27) < 5 * spread


def test_the_percentile_interval_holds_the_middle_of_the_draws():
    # The draws in order, with their chances in 27ths: 0 (1), 1/12 (3), ... 5/8 (3), 1 (1). The
    # ends have 3.7 % each, more than the 2.5 % that an interval of 95 % leaves out there.
    low, high = bootstrap_shares(PROBLEMS, ANSWERED, draws=5000, seed=8)
    assert (low.tolist(), high.tolist()) == ([0.0], [1.0])
    # 7.5 % at each end is more than the ends have, and less than with the next draws.
    low, high = bootstrap_shares(PROBLEMS, ANSWERED, draws=5000, seed=8, level=0.85)
    assert (low.tolist(), high.tolist()) == ([1 / 12], [5 / 8])


def test_with_one_form_a_team_the_wilson_bootstrap_is_wilsons_interval():
    # 400 teams of one form, 40 problems: the bootstrap varies like 400 independent forms.
    problems = np.zeros((1, 400))
    problems[0, :40] = 1
    found = bootstrap_shares(problems, np.ones((1, 400)), draws=20_000, seed=3, method="wilson")
    assert np.array(found) == pytest.approx(np.array(wilson([40], [400])), abs=0.0015)


def test_with_teams_of_one_mind_the_wilson_bootstrap_counts_teams_not_forms():
    # 400 teams of ten forms, all ten alike: worth 400 forms, not 4,000.
    problems = np.zeros((1, 400))
    problems[0, :40] = 10
    tens = np.full((1, 400), 10.0)
    found = bootstrap_shares(problems, tens, draws=20_000, seed=3, method="wilson")
    assert np.array(found) == pytest.approx(np.array(wilson([40], [400])), abs=0.0015)


def test_the_wilson_bootstrap_of_five_teams_by_hand():
    # Shares 0 .2 .4 .4 .5, mean .3; squares .16, so the variance of the mean is .16 / (5 * 4) =
    # .008, that of .21 / .008 = 26.25 forms. t with 4 degrees is 2.776, t^2 / 26.25 = .2937:
    # (.3 + .1468 +- root(.2937 * .21 + .1468^2)) / 1.2937 = .3454 +- .2230.
    problems, answered = numbers("by team\n0 2 4 4 5\n10 10 10 10 10")[:, np.newaxis]
    found = bootstrap_shares(problems, answered, draws=100_000, seed=3, method="wilson")
    assert np.array(found)[:, 0] == pytest.approx([0.1224, 0.5684], abs=0.002)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("problems", "answered"),
    [
        ([[0, 0, 0]], [[0, 0, 0]]),  # no answers
        ([[0, 0, 0]], [[5, 9, 2]]),  # no problems
        ([[5, 9, 2]], [[5, 9, 2]]),  # nothing but problems
        ([[0, 2, 0]], [[0, 9, 0]]),  # one team
        ([[1, 2, 3]], [[3, 6, 9]]),  # all teams alike
        ([[]], [[]]),
    ],
)
def test_where_drawing_teams_says_nothing_there_is_no_interval(problems, answered, method):
    sums = np.array(problems, dtype=float), np.array(answered, dtype=float)
    assert np.isnan(bootstrap_shares(*sums, draws=50, seed=1, method=method)).all()


@pytest.mark.parametrize("method", METHODS)
def test_draws_without_an_answer_are_left_out(method):
    # Two of three teams answered, so 1 draw of 27 has only the third.
    sums = np.array([[1.0, 2.0, 0.0]]), np.array([[3.0, 3.0, 0.0]])
    assert np.isnan(resampled_shares(*sums, draws=500, seed=1)).any()
    low, high = bootstrap_shares(*sums, draws=500, seed=1, method=method)
    assert 0 <= low[0] <= 1 / 3 < 2 / 3 <= high[0] <= 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"draws": 0},
        {"level": 0.0},
        {"level": float("nan")},
        {"method": "normal"},
        {"answered": np.ones((2, 3))},
        {"problems": np.array([[2.0, 0.0, 5.0]])},
        {"problems": np.array([[2.0, 0.0, np.nan]])},
    ],
)
def test_unusable_arguments_of_the_bootstrap_are_refused(wrong):
    usable = {"problems": PROBLEMS, "answered": ANSWERED, "draws": 10, "seed": 1}
    with pytest.raises(Problem) as caught:
        bootstrap_shares(**usable | wrong)
    assert caught.value.code == "analysis.bad_parameter"


# the weight of single teams


def test_every_team_counts_equally():
    # 3 of 10 together, but (1 + 0 + 1/4) / 3 by team; the fourth team did not answer
    sums = np.array([[2.0, 0.0, 1.0, 0.0]]), np.array([[2.0, 4.0, 4.0, 0.0]])
    assert equal_team_shares(*sums) == pytest.approx([1.25 / 3])


def test_leaving_out_one_team():
    # 3 / 10; without them 1 / 8, 3 / 6, 2 / 6: moved by .175, .200, .033
    lowest, highest, most = leave_one_out(PROBLEMS, ANSWERED)
    assert lowest == pytest.approx([1 / 8])
    assert highest == pytest.approx([3 / 6])
    assert most.tolist() == [1]


def test_the_first_of_equal_teams_moves_the_share_most():
    _, _, most = leave_one_out(np.array([[0.0, 1.0, 3.0, 1.0]]), np.array([[0.0, 4.0, 4.0, 4.0]]))
    assert most.tolist() == [2]
    _, _, most = leave_one_out(np.array([[0.0, 2.0, 2.0]]), np.array([[0.0, 2.0, 2.0]]))
    assert most.tolist() == [1]


@pytest.mark.parametrize("answered", [[0, 0], [0, 4]])
def test_fewer_than_two_teams_leave_nothing_to_compare(answered):
    lowest, highest, most = leave_one_out(np.zeros((1, 2)), np.array([answered], dtype=float))
    assert np.isnan([lowest, highest]).all()
    assert most.tolist() == [-1]


def test_effective_teams():
    # 40^2 over 400 is 4; 100^2 over 97^2 + 3 is little more than the one busy team
    found = effective_teams(numbers("by team\n10 10 10 10\n97 1 1 1\n0 0 7 0"))
    assert found == pytest.approx([4, 10_000 / 9_412, 1])
    assert np.isnan(effective_teams(np.zeros((1, 3)))).all()


# differences

MIXED_TEAM = np.repeat(np.arange(4), 4)


def test_two_teams_that_saw_both_groups_are_drawn_with_both():
    # Each draw has both teams, or one of them twice: 1/2 - 0 = 0/2 - -1/2 = 1/2 always.
    low, high = bootstrap_differences(
        np.array([[1.0, 2.0]]),
        np.array([[2.0, 2.0]]),
        np.array([[0.0, 1.0]]),
        np.array([[2.0, 2.0]]),
        draws=200,
        seed=1,
    )
    assert (low.tolist(), high.tolist()) == ([0.5], [0.5])


def test_without_answers_in_a_group_there_is_no_difference():
    some, none = np.array([[1.0, 2.0]]), np.zeros((1, 2))
    answered = np.full((1, 2), 3.0)
    for sums in ((some, answered, none, none), (none, none, some, answered)):
        assert np.isnan(bootstrap_differences(*sums, draws=50, seed=1)).all()
    assert np.isnan(bootstrap_differences(none, answered, none, answered, draws=50, seed=1)).all()
    with pytest.raises(Problem) as caught:
        bootstrap_differences(some, answered, none[:, :1], none[:, :1], draws=50, seed=1)
    assert caught.value.code == "analysis.bad_parameter"


def test_a_permutation_within_one_team_is_the_tasting_of_tea():
    # Fisher, The Design of Experiments (1935), ch. 2: of 8 cups, 4 of each kind, 3 and 3 told
    # right. 34 of 70 divisions are as far off. Within one team the relabelling is that division.
    group = np.arange(8) < 4
    said = np.array([[1, 1, 1, 0, 1, 0, 0, 0]], dtype=bool)
    answered = np.ones((1, 8), dtype=bool)
    draws = 20_000
    found = permutation_p(np.zeros(8, dtype=int), group, said, answered, draws=draws, seed=4)
    assert found == pytest.approx([34 / 70], abs=5 * (0.25 / draws) ** 0.5)


def test_teams_that_saw_one_group_swap_as_wholes():
    # Teams of two forms, all alike: 2 of 2 in group 1, 0 of 4 in group 2. Of the six ways to pick
    # two teams of four, this one and its mirror image are as extreme: p = 2 / 6, though the forms
    # taken singly would give 2 / 70.
    team = np.repeat(np.arange(4), 2)
    problem = np.isin(team, (0, 1))[np.newaxis]
    draws = 20_000
    found = permutation_p(
        team, problem[0], problem, np.ones((1, 8), dtype=bool), draws=draws, seed=4
    )
    assert found == pytest.approx([2 / 6], abs=5 * (0.25 / draws) ** 0.5)


def test_a_difference_between_teams_is_none_between_groups():
    # Two strict teams saw group 1 more often, but within each team both groups are alike.
    group = marks("xxx. xxx. x... x...").ravel()
    problem = marks("xxxx xxxx .... ....").reshape(1, -1)
    answered = np.ones((1, 16), dtype=bool)
    assert permutation_p(MIXED_TEAM, group, problem, answered, draws=99, seed=1) == [1.0]
    assert fisher_p([6], [8], [2], [8]) < 0.15


def test_what_cannot_be_relabelled_is_no_evidence():
    group = np.repeat([True, False], 4)
    problem, answered = group[np.newaxis], np.ones((1, 8), dtype=bool)
    two_teams = np.repeat([0, 1], 4)
    assert permutation_p(two_teams, group, problem, answered, draws=99, seed=1) == [1.0]


def test_a_group_without_answers_has_no_p_value():
    group = np.repeat([True, False], 8)
    problem = np.zeros((2, 16), dtype=bool)
    answered = np.array([group, ~group])
    assert np.isnan(permutation_p(MIXED_TEAM, group, problem, answered, draws=9, seed=1)).all()
    nobody = np.array([], dtype=int), np.array([], dtype=bool), *[np.zeros((2, 0), dtype=bool)] * 2
    assert np.isnan(permutation_p(*nobody, draws=9, seed=1)).all()


def test_a_clear_difference_has_the_smallest_p_value_there_is():
    # 20 teams, in each 5 problems of 5 in group 1 and none of 5 in group 2
    team, group = np.repeat(np.arange(20), 10), np.tile(np.arange(10) < 5, 20)
    answered = np.ones((1, 200), dtype=bool)
    found = permutation_p(team, group, group[np.newaxis], answered, draws=999, seed=1)
    assert found == [1 / 1000]


def correlated(rng, layout, teams=30, share=0.2, correlation=0.1):
    """Forms of teams that differ in strictness, in two groups that do not differ."""
    team = np.repeat(np.arange(teams), rng.integers(5, 16, size=teams))
    common = 1 / correlation - 1
    strictness = rng.beta(share * common, (1 - share) * common, size=teams)
    by_team = (rng.random(teams) < 0.5)[team]
    by_form = rng.random(team.size) < 0.4
    group = {
        "one group each": by_team,
        "both groups": by_form,
        "some each": np.where(team % 3 == 0, by_form, by_team),
    }[layout]
    flags = (rng.random(team.size) < strictness[team])[np.newaxis]
    # dk is more frequent in one group
    answered = (rng.random(team.size) < np.where(group, 0.9, 0.6))[np.newaxis]
    return team, group, flags, answered


@pytest.mark.parametrize("layout", ["one group each", "both groups", "some each"])
def test_the_permutation_test_holds_its_level_where_teams_differ(layout):
    missions = 400
    p_values = np.array(
        [
            permutation_p(*correlated(np.random.default_rng(seed), layout), draws=199, seed=seed)[0]
            for seed in range(missions)
        ]
    )
    for level in (0.01, 0.05, 0.1, 0.5):
        rejected = np.count_nonzero(p_values <= level)
        assert rejected <= binom.isf(1e-4, missions, level), level
        # Ties make it a little cautious, but not blind.
        assert rejected >= binom.ppf(1e-4, missions, 0.6 * level), level


def test_the_naive_test_does_not():
    missions, rejected = 400, 0
    for seed in range(missions):
        _, group, flags, answered = correlated(np.random.default_rng(seed), "one group each")
        seen = flags & answered
        sums = [(t & g).sum() for g in (group, ~group) for t in (seen, answered)]
        rejected += int(fisher_p(*sums)[0] <= 0.05)
    assert rejected > binom.isf(1e-4, missions, 0.05)


def test_fishers_tea_and_twins():
    # Tea: 34 / 70. Convicted like-sex twins of criminals, Statistical Methods for Research Workers,
    # sec. 21.02: 10 of 13 against 2 of 17. Of C(30, 12) = 86,493,225 divisions 38,896 + 1,326 + 13
    # are at least as far that way, 6,188 the other way.
    found = fisher_p([3, 10], [4, 13], [1, 2], [4, 17])
    assert found == pytest.approx([34 / 70, 46_423 / 86_493_225], rel=1e-9)
    assert found[1] == pytest.approx(0.0005367, abs=5e-8)


def test_fisher_without_answers_or_problems():
    assert np.isnan(fisher_p([0, 1], [0, 2], [1, 0], [2, 0])).all()
    assert fisher_p(0, 5, 0, 9) == [1.0]


# agreement

# Artstein & Poesio, Computational Linguistics 34 (2008), 555-596: 100 items of two coders, by
# Stat, IReq and Chck. (98^2 + 76^2 + 26^2) / 200^2 = .4014, so pi = (.88 - .4014) / .5986 = .7995.
ARTSTEIN_POESIO = """
46 6 0
0 32 0
0 6 10
"""


def coded(table):
    cells = [
        (i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(int(n))
    ]
    return tuple(np.array(codes) for codes in zip(*cells, strict=True))


def test_the_example_of_artstein_and_poesio():
    found = kappa(*coded(grid(ARTSTEIN_POESIO)))
    assert (found.pairs, found.agreeing, found.share) == (100, 88, 0.88)
    # to more digits in the documentation of NLTK, nltk.metrics.agreement
    assert found.kappa == pytest.approx(0.7995322418977615, rel=1e-14)


def test_pairs_without_an_answer_are_left_out():
    first, second = np.array([0, 1, -1, 1, -1]), np.array([0, -1, 1, 0, -1])
    # pairs 0-0 and 1-0: .5 agree, (3/4)^2 + (1/4)^2 = .625 by chance
    assert kappa(first, second) == Agreement(2, 1, 0.5, pytest.approx(-0.125 / 0.375))


def test_full_agreement_and_none():
    assert kappa(np.array([0, 1]), np.array([0, 1])) == Agreement(2, 2, 1.0, 1.0)
    assert kappa(np.array([0, 1]), np.array([1, 0])) == Agreement(2, 0, 0.0, -1.0)


def test_agreement_that_cannot_be_told():
    none = np.array([], dtype=int)
    assert kappa(none, none) == Agreement(0, 0, None, None)
    assert kappa(np.array([2, 2]), np.array([2, 2])) == Agreement(2, 2, 1.0, None)


@pytest.mark.parametrize(("first", "second"), [([0, 1], [0]), ([0, -2], [0, 0])])
def test_what_are_no_pairs_of_codes_is_refused(first, second):
    with pytest.raises(Problem) as caught:
        kappa(np.array(first), np.array(second))
    assert caught.value.code == "analysis.bad_parameter"


# weighting by stratum


def observations(text):
    """Lines of major, minor, problems, answers; one item."""
    strata, problems = [], []
    for line in text.strip().splitlines():
        major, minor, seen, asked = line.split()
        strata += [(major, minor)] * int(asked)
        problems += [at < int(seen) for at in range(int(asked))]
    return np.array([problems]), np.ones((1, len(strata)), dtype=bool), strata


def test_the_students_of_lohr():
    # Lohr, Sampling: Design and Analysis, ch. on ratio estimation: of 240 women and 160 men asked,
    # 84 and 40 plan to teach. Among 2,700 women and 1,300 men these are 945 + 325 = 1,270 of
    # 4,000; unweighted 1,240.
    asked = observations("women - 84 240\nmen - 40 160")
    (found,) = poststratified(*asked, {("women", "-"): 2700, ("men", "-"): 1300})
    assert found.share == pytest.approx(1270 / 4000)
    # 2700 / 240 = 11.25 of a mean of 4000 / 400 = 10
    assert found.largest_weight == pytest.approx(1.125)
    assert (found.strata_used, found.merged, found.frame_not_covered) == (2, 0, 0.0)


FRAME = {
    ("north", "urban"): 40,
    ("north", "rural"): 60,
    ("south", "urban"): 50,
    ("south", "town"): 20,
    ("south", "rural"): 30,
    ("west", "rural"): 50,
    ("west", "urban"): 0,
}


def test_a_stratum_without_answers_makes_its_major_one_and_a_major_without_is_left_out():
    # north 40 * 1/4 + 60 * 3/6 = 40; south as one: 100 * 1/5 = 20; west (50 of 250) left out
    asked = observations("north urban 1 4\nnorth rural 3 6\nsouth urban 1 4\nsouth town 0 1")
    (found,) = poststratified(*asked, FRAME)
    assert found == Poststratified(
        share=pytest.approx(60 / 200),
        strata_used=3,
        merged=1,
        frame_not_covered=0.2,
        largest_weight=pytest.approx(100 / 5 * 15 / 200),
        outside_frame=0,
    )


def test_answers_outside_the_frame_are_counted_and_not_used():
    (found,) = poststratified(*observations("west urban 1 1\neast rural 2 2"), FRAME)
    assert found == Poststratified(None, 0, 0, 1.0, None, 3)


def test_items_are_weighted_by_their_own_answers():
    _, _, strata = observations("north urban 0 2\nnorth rural 0 2\nwest rural 0 1")
    found = poststratified(marks("x.xxx ..... x...."), marks("xxxxx ..... xx..."), strata, FRAME)
    # 40 * 1/2 + 60 * 1 + 50 of 150; none; north as one
    shares = [item.share for item in found]
    assert shares == [pytest.approx(130 / 150), None, 0.5]
    assert [item.strata_used for item in found] == [3, 0, 1]


@pytest.mark.parametrize("sizes", [{}, {("north", "urban"): 0}, {("north", "urban"): -1}])
def test_a_frame_without_stations_is_refused(sizes):
    with pytest.raises(Problem) as caught:
        poststratified(*observations("north urban 1 4"), sizes)
    assert caught.value.code == "analysis.bad_parameter"


def test_a_stratum_is_needed_for_each_observation():
    problems, answered, strata = observations("north urban 1 4")
    with pytest.raises(Problem, match="stratum"):
        poststratified(problems, answered, strata[1:], FRAME)


# merging cells


def test_the_smallest_cell_joins_its_smaller_neighbour():
    # 30 and 5 needed. 10 (least) joins 25, the smaller neighbour, to 35; 20 joins 35.
    sizes = [40, 10, 25, 50, 20]
    teams = [set("abcde"), set("ab"), set("cdef"), set("abcde"), set("fg")]
    assert merge_cells(sizes, teams, 30, 5) == [[0], [1, 2], [3, 4]]


def test_the_smallest_cell_goes_first():
    # 10 joins 25 to 35, then 29 joins 35. Were 29 first, it would take 25, and 10 join 35.
    teams = [{"a"}] * 5
    assert merge_cells([40, 29, 25, 10, 35], teams, 30, 1) == [[0], [1, 2, 3], [4]]


def test_a_team_in_two_cells_counts_once():
    assert merge_cells([40, 40, 90], [set("abc"), set("cab"), set("defgh")], 30, 4) == [[0, 1, 2]]
    assert merge_cells([40, 40, 90], [set("abc"), set("cad"), set("defgh")], 30, 4) == [[0, 1], [2]]


def test_cells_too_small_together_are_one_group():
    assert merge_cells([1, 0, 2], [{"a"}, set(), {"b"}], 30, 5) == [[0, 1, 2]]
    assert merge_cells([3], [{"a"}], 30, 5) == [[0]]
    assert merge_cells([], [], 30, 5) == []


@pytest.mark.parametrize(("sizes", "teams"), [([1, 2], [{"a"}]), ([-1], [{"a"}])])
def test_cells_without_teams_are_refused(sizes, teams):
    with pytest.raises(Problem) as caught:
        merge_cells(sizes, teams, 30, 5)
    assert caught.value.code == "analysis.bad_parameter"


# hiding cells


def test_the_smallest_other_count_is_hidden_until_no_hidden_cell_is_alone():
    counts = grid("3 40 12\n25 60 11\n20 50 70").astype(int)
    # Rows: 12 beside 3. Columns: 20 (less than 25) beside 3, 11 (less than 70) beside 12.
    # Rows: 25 beside 11, 50 beside 20. Columns: 40 beside 50. Then no line has a lone one.
    hidden = suppress(counts, marks("x.. ... ..."))
    assert hidden.tolist() == marks("xxx x.x xx.").tolist()


def test_among_equals_the_cell_that_closes_another_line_is_hidden():
    counts = grid("1 5 5\n9 9 2\n9 9 9").astype(int)
    # The third cell of row 1, not the second: column 3 has a lone hidden cell too.
    hidden = suppress(counts, marks("x.. ..x ..."))
    assert hidden.tolist() == marks("x.x x.x ...").tolist()


def test_a_zero_is_hidden_only_where_there_is_nothing_else():
    assert suppress(np.array([[2, 0], [0, 0]]), marks("x. ..")).all()
    counts = grid("2 0 7\n8 0 9").astype(int)
    assert suppress(counts, marks("x.. ...")).tolist() == marks("x.x x.x").tolist()


def test_nothing_hidden_stays_so_and_a_single_line_has_totals_of_itself():
    assert not suppress(np.ones((3, 4), dtype=int), np.zeros((3, 4), dtype=bool)).any()
    assert suppress(np.array([[3, 9, 4]]), marks("x..")).tolist() == [[True, False, True]]
    assert suppress(np.array([[3]]), marks("x")).tolist() == [[True]]
    assert suppress(np.zeros((0, 0), dtype=int), np.zeros((0, 0), dtype=bool)).shape == (0, 0)


def test_what_several_lines_give_away_is_not_protected():
    # Cell (1, 2), x between two blocks: rows 0 and 1 less columns 0 and 1 leave it alone
    # (Gusfield 1988). The rule sees two hidden cells in each line, and is content.
    hidden = marks("xx.. xxx. ..xx ..xx")
    counts = np.arange(1, 17).reshape(4, 4)
    assert suppress(counts, hidden).tolist() == hidden.tolist()
    unknown = np.where(hidden, counts, 0)
    assert unknown[:2].sum() - unknown[:, :2].sum() == counts[1, 2]


@pytest.mark.parametrize("counts", [np.array([[1, -1]]), np.array([1, 2]), np.ones((2, 2))])
def test_what_is_no_table_of_counts_is_refused(counts):
    with pytest.raises(Problem) as caught:
        suppress(counts, marks("x."))
    assert caught.value.code == "analysis.bad_parameter"
