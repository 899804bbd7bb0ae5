"""Invariants of the estimators of shares of observers' forms, and other ways to the same."""

from collections import Counter
from fractions import Fraction
from itertools import combinations, product
from math import comb

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binomtest, bootstrap

from paragraph8.analysis.stats.agreement import kappa
from paragraph8.analysis.stats.cells import merge_cells, suppress
from paragraph8.analysis.stats.clusters import (
    bootstrap_shares,
    effective_teams,
    equal_team_shares,
    leave_one_out,
    team_sums,
)
from paragraph8.analysis.stats.differences import bootstrap_differences, fisher_p, permutation_p
from paragraph8.analysis.stats.intervals import newcombe, wilson
from paragraph8.analysis.stats.poststratified import poststratified

METHODS = ("percentile", "wilson")
methods = st.sampled_from(METHODS)
levels = st.sampled_from([0.5, 0.8, 0.95, 0.99])


@st.composite
def counts(draw, most=40):
    """Observations with the problem, and with an answer."""
    n = draw(st.integers(0, most))
    return draw(st.integers(0, n)), n


@st.composite
def sums(draw, items=3, teams=6, most=5):
    """(items, teams) problems and answers by team."""
    shape = (draw(st.integers(1, items)), draw(st.integers(1, teams)))
    answered = draw(arrays(np.int64, shape, elements=st.integers(0, most)))
    problems = draw(arrays(np.int64, shape, elements=st.integers(0, most)))
    return np.minimum(problems, answered).astype(float), answered.astype(float)


@st.composite
def forms(draw, items=2, teams=3, most=8):
    """Team, group, flags and answered of a few observations."""
    n, rows = draw(st.integers(1, most)), draw(st.integers(1, items))
    team = draw(arrays(np.int64, n, elements=st.integers(0, teams - 1)))
    group = draw(arrays(np.bool_, n))
    flags, answered = (draw(arrays(np.bool_, (rows, n))) for _ in range(2))
    return team, group, flags, answered


# naive intervals


@given(counts(5000), levels)
def test_wilson_agrees_with_scipy(count, level):
    k, n = count
    assume(n)
    expected = binomtest(k, n).proportion_ci(level, method="wilson")
    low, high = wilson([k], [n], level)
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert 0 <= low[0] <= k / n <= high[0] <= 1


@given(counts(500), counts(500), levels)
def test_newcombe_turns_round_with_the_groups(one, other, level):
    low, high = newcombe(*one, *other, level)
    turned = newcombe(*other, *one, level)
    assert (low, high) == pytest.approx((-turned[1], -turned[0]), nan_ok=True)
    if one[1] and other[1]:
        assert -1 - 1e-12 <= low <= one[0] / one[1] - other[0] / other[1] <= high <= 1 + 1e-12


@given(counts(60), counts(60))
def test_fisher_agrees_with_a_count_of_divisions(one, other):
    (k_1, n_1), (k_2, n_2) = one, other
    assume(n_1 and n_2)
    problems = k_1 + k_2
    ways = [comb(n_1, k) * comb(n_2, problems - k) for k in range(problems + 1)]
    as_rare = sum(way for way in ways if way <= ways[k_1])
    found = fisher_p(k_1, n_1, k_2, n_2)
    assert found == pytest.approx([as_rare / comb(n_1 + n_2, problems)], rel=1e-9)


# shares by team


@given(forms())
def test_team_sums_count_every_flag_once(form):
    team, _, flags, _ = form
    found = team_sums(team, flags)
    assert found.shape == (len(flags), team.max() + 1)
    for row, up in zip(found, flags, strict=True):
        assert dict(enumerate(row)) == dict.fromkeys(range(len(row)), 0) | Counter(
            team[up].tolist()
        )


@given(sums(), methods, levels, st.integers(0, 99))
def test_a_bootstrap_interval_lies_within_nought_and_one(by_team, method, level, seed):
    low, high = bootstrap_shares(*by_team, draws=40, seed=seed, level=level, method=method)
    known = ~np.isnan(low)
    assert (known == ~np.isnan(high)).all()
    assert (low[known] >= 0).all()
    assert (low[known] <= high[known]).all()
    assert (high[known] <= 1).all()
    problems, answered = by_team
    for item, is_known in enumerate(known):
        shares = {
            Fraction(int(k), int(n))
            for k, n in zip(problems[item], answered[item], strict=True)
            if n
        }
        assert is_known == (len(shares) > 1)


@given(sums(), methods, st.integers(0, 99))
def test_an_item_does_not_depend_on_the_items_beside_it(by_team, method, seed):
    together = bootstrap_shares(*by_team, draws=30, seed=seed, method=method)
    for item in range(len(by_team[0])):
        alone = bootstrap_shares(
            *(table[[item]] for table in by_team), draws=30, seed=seed, method=method
        )
        assert [end[item] for end in together] == pytest.approx(
            [end[0] for end in alone], rel=0, abs=0, nan_ok=True
        )


@given(sums(), methods, st.integers(0, 99))
def test_the_share_without_the_problem_has_the_mirrored_interval(by_team, method, seed):
    problems, answered = by_team
    low, high = bootstrap_shares(problems, answered, draws=30, seed=seed, method=method)
    mirrored = bootstrap_shares(answered - problems, answered, draws=30, seed=seed, method=method)
    assert low == pytest.approx(1 - mirrored[1], abs=1e-9, nan_ok=True)
    assert high == pytest.approx(1 - mirrored[0], abs=1e-9, nan_ok=True)


@given(sums(), methods, st.floats(1e-3, 1e3), st.integers(0, 99))
def test_only_the_proportions_of_weights_count(by_team, method, factor, seed):
    found = bootstrap_shares(*by_team, draws=30, seed=seed, method=method)
    scaled = bootstrap_shares(
        *(table * factor for table in by_team), draws=30, seed=seed, method=method
    )
    assert np.array(found) == pytest.approx(np.array(scaled), abs=1e-9, nan_ok=True)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_percentile_interval_agrees_with_scipy(seed):
    rng = np.random.default_rng(seed)
    answered = rng.integers(4, 15, size=60).astype(float)
    problems = rng.binomial(answered.astype(int), 0.3).astype(float)
    expected = bootstrap(
        (problems, answered),
        lambda k, n, axis=-1: k.sum(axis=axis) / n.sum(axis=axis),
        paired=True,
        n_resamples=4000,
        method="percentile",
        rng=rng,
    )
    found = bootstrap_shares(problems[np.newaxis], answered[np.newaxis], draws=4000, seed=seed)
    # An end is the 2.5 % quantile of 4,000 draws: its own spread is .042 standard errors in each.
    at_most = 6 * 2**0.5 * 0.042 * expected.standard_error
    ends = (expected.confidence_interval.low, expected.confidence_interval.high)
    assert np.array(found)[:, 0] == pytest.approx(np.array(ends), abs=at_most)


@given(sums())
def test_single_teams_agree_with_the_definitions_in_fractions(by_team):
    lowest, highest, most = leave_one_out(*by_team)
    equal, effective = equal_team_shares(*by_team), effective_teams(by_team[1])
    for item in range(len(most)):
        rows = [(int(k), int(n)) for k, n in zip(*(table[item] for table in by_team), strict=True)]
        base, total = sum(n for _, n in rows), sum(k for k, _ in rows)
        teams = [team for team, (_, n) in enumerate(rows) if n]
        if not teams:
            assert np.isnan([equal[item], effective[item]]).all()
            continue
        mean = sum(Fraction(*rows[team]) for team in teams) / len(teams)
        assert equal[item] == pytest.approx(float(mean))
        assert effective[item] == pytest.approx(base**2 / sum(n * n for _, n in rows))
        if len(teams) < 2:
            assert (np.isnan(lowest[item]), most[item]) == (True, -1)
            continue
        without = {t: Fraction(total - rows[t][0], base - rows[t][1]) for t in teams}
        ends = float(min(without.values())), float(max(without.values()))
        assert (lowest[item], highest[item]) == pytest.approx(ends)
        moved = {t: abs(share - Fraction(total, base)) for t, share in without.items()}
        # Equal moves may differ in their last digit.
        assert moved[most[item]] >= max(moved.values()) - Fraction(1, 10**12)


# differences


@given(sums(items=2), st.data(), st.integers(0, 99))
def test_a_difference_turns_round_with_the_groups(first, data, seed):
    answered = data.draw(arrays(np.int64, first[0].shape, elements=st.integers(0, 5)))
    second = np.minimum(first[0][::-1], answered).astype(float), answered.astype(float)
    low, high = bootstrap_differences(*first, *second, draws=30, seed=seed)
    turned = bootstrap_differences(*second, *first, draws=30, seed=seed)
    assert low == pytest.approx(-turned[1], abs=1e-12, nan_ok=True)
    assert high == pytest.approx(-turned[0], abs=1e-12, nan_ok=True)
    known = ~np.isnan(low)
    assert (low[known] >= -1).all()
    assert (low[known] <= high[known]).all()
    assert (high[known] <= 1).all()


@given(sums(items=2), st.integers(0, 99))
def test_a_group_does_not_differ_from_itself(by_team, seed):
    low, high = bootstrap_differences(*by_team, *by_team, draws=30, seed=seed)
    assert np.nan_to_num(low).tolist() == np.nan_to_num(high).tolist() == [0.0] * len(low)


def by_listing(team, group, seen, answered):
    """The p-value from all relabellings, each as likely as the others; None without a group."""
    groups = {}
    for at in np.flatnonzero(answered):
        groups.setdefault(int(team[at]), []).append(int(at))
    within = {t: at for t, at in groups.items() if 0 < group[at].sum() < len(at)}
    whole = [t for t in groups if t not in within]
    choices = [combinations(at, int(group[at].sum())) for at in within.values()]
    first = [t for t in whole if group[groups[t][0]]]
    choices.append(combinations(whole, len(first)))

    def difference(chosen):
        *inside, teams = chosen
        one = {at for part in inside for at in part} | {at for t in teams for at in groups[t]}
        other = {at for of_team in groups.values() for at in of_team} - one
        if not one or not other:
            return None
        return abs(
            Fraction(sum(map(int, seen[list(one)])), len(one))
            - Fraction(sum(map(int, seen[list(other)])), len(other))
        )

    actual = [tuple(at for at in part if group[at]) for part in within.values()] + [tuple(first)]
    observed = difference(actual)
    if observed is None:
        return None
    every = [difference(chosen) for chosen in product(*choices)]
    return sum(value >= observed for value in every) / len(every)


@settings(deadline=None)
@given(forms(items=1, teams=4, most=9))
@example(
    (
        np.array([0, 0, 0, 1, 2, 2, 3, 3]),
        np.array([1, 0, 0, 1, 0, 0, 1, 1], dtype=bool),
        np.array([[1, 0, 1, 1, 0, 0, 1, 0]], dtype=bool),
        np.ones((1, 8), dtype=bool),
    )
)
def test_a_permutation_p_value_agrees_with_listing_all_relabellings(form):
    team, group, flags, answered = form
    draws = 1000
    (found,) = permutation_p(team, group, flags, answered, draws=draws, seed=5)
    exact = by_listing(team, group, flags[0] & answered[0], answered[0])
    if exact is None:
        assert np.isnan(found)
    else:
        spread = (exact * (1 - exact) / draws) ** 0.5
        assert abs(found - exact) <= 6 * spread + 1 / draws


@given(forms(), st.integers(0, 99))
def test_what_was_not_answered_and_other_items_change_no_p_value(form, seed):
    team, group, flags, answered = form
    found = permutation_p(team, group, flags, answered, draws=20, seed=seed)
    known = ~np.isnan(found)
    assert (found[known] >= 1 / 21).all()
    assert (found[known] <= 1).all()
    for item in range(len(flags)):
        kept = answered[item]
        alone = permutation_p(
            team[kept],
            group[kept],
            flags[[item]][:, kept],
            answered[[item]][:, kept],
            draws=20,
            seed=seed,
        )
        assert alone == pytest.approx([found[item]], rel=0, abs=0, nan_ok=True)


# agreement

codes = st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), max_size=30)


@given(codes)
def test_kappa_agrees_with_its_definition_in_fractions(pairs):
    first, second = (np.array([pair[at] for pair in pairs], dtype=int) for at in (0, 1))
    found = kappa(first, second)
    full = [pair for pair in pairs if -1 not in pair]
    assert (found.pairs, found.agreeing) == (len(full), sum(one == other for one, other in full))
    if not full:
        assert (found.share, found.kappa) == (None, None)
        return
    pooled = Counter(code for pair in full for code in pair)
    by_chance = sum(Fraction(number, 2 * len(full)) ** 2 for number in pooled.values())
    share = Fraction(found.agreeing, found.pairs)
    assert found.share == pytest.approx(float(share))
    if by_chance == 1:
        assert found.kappa is None
    else:
        assert found.kappa == pytest.approx(float((share - by_chance) / (1 - by_chance)))


@given(codes, st.randoms(use_true_random=False))
def test_neither_the_order_of_two_teams_nor_the_names_of_codes_count(pairs, random):
    first, second = (np.array([pair[at] for pair in pairs], dtype=int) for at in (0, 1))
    swap = np.array([random.random() < 0.5 for _ in pairs], dtype=bool)
    turned = np.where(swap, second, first), np.where(swap, first, second)
    renamed = np.array([7, 3, 11, 0, -1])
    found = kappa(first, second)
    assert kappa(*turned) == found
    assert kappa(renamed[first], renamed[second]) == found


# weighting by stratum

strata_names = st.tuples(st.sampled_from("NSW"), st.sampled_from("urt"))


@st.composite
def frames(draw):
    sizes = draw(st.dictionaries(strata_names, st.integers(0, 30), min_size=1))
    assume(sum(sizes.values()))
    return sizes


@given(frames(), st.lists(st.tuples(strata_names, st.booleans(), st.booleans()), max_size=20))
def test_post_stratification_agrees_with_the_rule_in_fractions(sizes, rows):
    strata = [stratum for stratum, _, _ in rows]
    problems, answered = (np.array([[row[at] for row in rows]], dtype=bool) for at in (1, 2))
    (found,) = poststratified(problems, answered, strata, sizes)
    frame = {stratum: size for stratum, size in sizes.items() if size}
    asked = Counter(s for s, _, a in rows if a and s in frame)
    seen = Counter(s for s, k, a in rows if k and a and s in frame)
    majors = {major for major, _ in frame}
    covered = {m for m in majors if any(s[0] == m for s in asked)}
    whole = {m for m in covered if any(s[0] == m and not asked[s] for s in frame)}

    def part(stratum):
        return stratum[0] if stratum[0] in whole else stratum

    stations, n, k = Counter(), Counter(), Counter()
    for stratum, size in frame.items():
        if stratum[0] in covered:
            stations[part(stratum)] += size
            n[part(stratum)] += asked[stratum]
            k[part(stratum)] += seen[stratum]
    total = sum(stations.values())
    missed = sum(frame.values()) - total
    assert found.frame_not_covered == pytest.approx(missed / sum(frame.values()))
    assert found.strata_used == len(stations)
    assert found.merged == sum(1 for s in frame if s[0] in covered and not asked[s])
    assert found.outside_frame == sum(1 for s, _, a in rows if a and s not in frame)
    if not total:
        assert (found.share, found.largest_weight) == (None, None)
        return
    share = sum(Fraction(stations[h] * k[h], n[h]) for h in stations) / total
    assert found.share == pytest.approx(float(share))
    weight = {h: Fraction(stations[h], n[h]) * sum(n.values()) / total for h in stations}
    assert sum(weight[h] * n[h] for h in stations) == sum(n.values())  # the mean is 1
    assert found.largest_weight == pytest.approx(float(max(weight.values())))


@given(frames(), st.lists(st.tuples(strata_names, st.booleans()), min_size=1, max_size=20))
def test_observed_in_proportion_the_weights_change_nothing(sizes, rows):
    # The frame is the observations themselves, times ten.
    strata, problems = [s for s, _ in rows], np.array([[k for _, k in rows]])
    frame = {stratum: 10 * number for stratum, number in Counter(strata).items()}
    (found,) = poststratified(problems, np.ones_like(problems), strata, frame)
    assert found.share == pytest.approx(problems.mean())
    assert found.largest_weight == pytest.approx(1)


# cells


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sets(st.integers(0, 9), max_size=6)), max_size=12),
    st.integers(0, 60),
    st.integers(0, 8),
)
def test_merged_cells_are_neighbours_and_large_enough(cells, least_observations, least_teams):
    sizes, teams = [size for size, _ in cells], [of_cell for _, of_cell in cells]
    groups = merge_cells(sizes, teams, least_observations, least_teams)
    assert [cell for group in groups for cell in group] == list(range(len(cells)))
    if len(groups) > 1:
        for group in groups:
            assert sum(sizes[cell] for cell in group) >= least_observations
            assert len(set().union(*(teams[cell] for cell in group))) >= least_teams
    enough = all(
        size >= least_observations and len(of_cell) >= least_teams for size, of_cell in cells
    )
    if enough:
        assert all(len(group) == 1 for group in groups)


@st.composite
def tables(draw, least=2):
    shape = draw(st.integers(least, 6)), draw(st.integers(least, 6))
    values = draw(arrays(np.int64, shape, elements=st.integers(0, 12)))
    return values, draw(arrays(np.bool_, shape, elements=st.sampled_from([False, False, True])))


@given(tables())
def test_no_hidden_cell_is_alone_in_its_line(table):
    values, hidden = table
    found = suppress(values, hidden)
    assert (found | ~hidden).all()
    for axis in (0, 1):
        assert (found.sum(axis=axis) != 1).all()
    assert (suppress(values, found) == found).all()
    if not hidden.any():
        assert not found.any()


@given(tables(least=1))
def test_no_hidden_count_is_found_by_subtraction_in_one_line(table):
    values, hidden = table
    found = suppress(values, hidden)
    for line in (*found, *found.T):
        assert len(line) == 1 or line.sum() != 1


@given(tables())
def test_a_zero_is_added_only_where_a_line_has_nothing_else(table):
    values, hidden = table
    found = suppress(values, hidden)
    for row, column in zip(*np.nonzero(found & ~hidden & (values == 0)), strict=True):
        others = [
            np.delete(values[row], column)[np.delete(~found[row], column)],
            np.delete(values[:, column], row)[np.delete(~found[:, column], row)],
        ]
        assert any((open_cells == 0).all() for open_cells in others)
