"""Do two groups of observations differ in their shares, when teams differ from each other too?"""

from functools import lru_cache
from math import comb, nan
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.fft import next_fast_len
from scipy.stats import fisher_exact

from paragraph8.analysis.stats.clusters import (
    check_draws,
    check_rows,
    check_sums,
    quantile_range,
    resampled_shares,
    team_sums,
    teams_agree,
)
from paragraph8.analysis.stats.intervals import check_level, checked_counts
from paragraph8.kernel.problem import Problem

ROUNDING: Final = 1e-12  # equal differences, computed from other counts, lie closer than this


def bootstrap_differences(
    problems_1: NDArray[np.float64],
    answered_1: NDArray[np.float64],
    problems_2: NDArray[np.float64],
    answered_2: NDArray[np.float64],
    *,
    draws: int,
    seed: int,
    level: float = 0.95,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Interval for share 1 - share 2, by drawing teams with replacement.

        problems_1, problems_2   float   (items, T) observations with the problem, by team
        answered_1, answered_2   float   (items, T) observations with an answer, by team
        draws, seed, level       as for `clusters.bootstrap_shares`
    The columns of all four are the same T teams: a team that saw both groups is drawn with both.
    Returns the low and the high end, -1..1, one per item: the middle `level` of the differences
    drawn. NaN where a group has no answers, or where neither share can vary between draws. Draws
    in which a group has no answer are left out for that item. Where one share is exactly 0 or 1,
    only the other one's spread is in the interval, which is then TOO NARROW.
    Describes the observed stations only, never all stations.
    Assumes that TEAMS ARE INDEPENDENT of each other, and are the only clusters.

    Problems: analysis.bad_parameter.
    Source: Davison & Hinkley, Bootstrap Methods and their Application (1997), sec. 3.8.
    """
    check_sums(problems_1, answered_1)
    check_sums(problems_2, answered_2)
    _check_same_teams(answered_1, answered_2)
    check_draws(draws)
    check_level(level)
    items = len(problems_1)
    # One call for both groups, so that both see the same teams in each draw.
    drawn = resampled_shares(
        np.concatenate([problems_1, problems_2]),
        np.concatenate([answered_1, answered_2]),
        draws,
        seed,
    )
    low, high = quantile_range(drawn[:, :items] - drawn[:, items:], level)
    silent = teams_agree(problems_1, answered_1) & teams_agree(problems_2, answered_2)
    return np.where(silent, np.nan, low), np.where(silent, np.nan, high)


def permutation_p(
    team: NDArray[np.int64],
    group: NDArray[np.bool_],
    flags: NDArray[np.bool_],
    answered: NDArray[np.bool_],
    *,
    draws: int,
    seed: int,
) -> NDArray[np.float64]:
    """Test, for each item, whether two groups of observations have the same share of problems.

        team       int    (observations,), the observation's team, 0..T-1
        group      bool   (observations,), True in group 1, False in group 2
        flags      bool   (items, observations), problem seen; read only where answered
        answered   bool   (items, observations)
        draws      int    relabellings drawn, 1 or more: no p-value is below 1 / (1 + draws)
        seed       int    the same seed gives an item the same p-value, whatever the other items
    The groups are relabelled item by item: within a team with answers of both groups its answers
    swap their labels; teams with answers of one group swap labels as wholes, among each other. So
    one strict team is not taken for a difference between the groups.

    Returns two-sided p-values, 0..1, one per item: (1 + relabellings whose difference of shares is
    at least as large, either way) / (1 + draws). NaN where a group has no answers. Where nothing
    can be relabelled, as with two teams that each saw one group, p is 1.
    Assumes that, were there no difference, ANY TEAM COULD HAVE BEEN IN EITHER GROUP, and within a
    team any observation. Where teams of one group are stricter, or much busier, than those of the
    other, the test sees that too.

    Problems: analysis.bad_parameter.
    Source: Good, Permutation, Parametric and Bootstrap Tests of Hypotheses (3rd ed., 2005); whole
        clusters: Gail et al., Statist. Med. 15 (1996), 1069-1092; the added one: Phipson & Smyth,
        Stat. Appl. Genet. Mol. Biol. 9 (2010), article 39.
    """
    check_rows(team, flags, answered, group[np.newaxis])
    check_draws(draws)
    seen = flags & answered
    sums = (
        team_sums(team, marked).astype(np.int64)
        for marked in (answered & group, answered & ~group, seen & group, seen & ~group)
    )
    return np.array(
        [_permutation_p(_Item(*by_team), draws, seed) for by_team in zip(*sums, strict=True)]
    )


class _Item(NamedTuple):
    """Answers and problems of each group, by team."""

    answers_1: NDArray[np.int64]
    answers_2: NDArray[np.int64]
    problems_1: NDArray[np.int64]
    problems_2: NDArray[np.int64]


def _permutation_p(item: _Item, draws: int, seed: int) -> float:
    if not item.answers_1.any() or not item.answers_2.any():
        return nan
    rng = np.random.default_rng(seed)
    answers, problems = item.answers_1 + item.answers_2, item.problems_1 + item.problems_2
    both = (item.answers_1 > 0) & (item.answers_2 > 0)
    whole = (answers > 0) & ~both
    swapped = _swapped_whole(
        answers[whole], problems[whole], int(np.count_nonzero(item.answers_1[whole])), draws, rng
    )
    answers_1 = swapped[0] + item.answers_1[both].sum()
    problems_1 = swapped[1] + _swapped_within(
        answers[both], problems[both], item.answers_1[both], draws, rng
    )

    total, base = int(problems.sum()), int(answers.sum())
    # The first of these is the difference observed.
    k_1 = np.append(item.problems_1.sum(), problems_1)
    n_1 = np.append(item.answers_1.sum(), answers_1)
    differences = np.abs(k_1 / n_1 - (total - k_1) / (base - n_1))
    at_least = np.count_nonzero(differences >= differences[0] - ROUNDING)
    return at_least / (1 + draws)


def _swapped_whole(
    answers: NDArray[np.int64],
    problems: NDArray[np.int64],
    teams_1: int,
    draws: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Answers and problems in group 1, (2, draws), when `teams_1` of these teams are in it."""
    kinds, times = np.unique(np.stack([answers, problems]), axis=1, return_counts=True)
    if not times.size:
        return np.zeros((2, draws), dtype=np.int64)
    # Teams with equal answers and problems need not be told apart: only how many are in group 1.
    in_first = rng.multivariate_hypergeometric(times, teams_1, size=draws)
    return kinds @ in_first.T


def _swapped_within(
    answers: NDArray[np.int64],
    problems: NDArray[np.int64],
    answers_1: NDArray[np.int64],
    draws: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Problems in group 1, (draws,), when `answers_1` of each team's answers are in it."""
    kinds, times = np.unique(np.stack([answers, problems, answers_1]), axis=1, return_counts=True)
    most = int(kinds[1:].min(axis=0) @ times)
    size = int(next_fast_len(most + 1, real=True))
    # The distribution of the sum over teams is the product of the teams' transforms, so that one
    # number is drawn for all teams together.
    transform = np.ones(size // 2 + 1, dtype=np.complex128)
    for (n, k, n_1), teams in zip(kinds.T.tolist(), times.tolist(), strict=True):
        transform *= np.fft.rfft(_hypergeometric(n, k, n_1), size) ** teams
    chances = np.maximum(np.fft.irfft(transform, size), 0.0)
    drawn = np.searchsorted(chances.cumsum(), rng.random(draws), side="right")
    return np.minimum(drawn, most)


@lru_cache(maxsize=10_000)
def _hypergeometric(answers: int, problems: int, answers_1: int) -> tuple[float, ...]:
    """Chance of 0, 1, 2, ... problems among `answers_1` of the answers."""
    return tuple(
        comb(problems, seen) * comb(answers - problems, answers_1 - seen) / comb(answers, answers_1)
        for seen in range(min(problems, answers_1) + 1)
    )


def fisher_p(k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike) -> NDArray[np.float64]:
    """Fisher's exact test of equal shares. NAIVE: forms of one team are not independent.

        k1, k2   observations with the problem in each group, one per item
        n1, n2   observations with an answer in each group, 0 or more, one per item
    Returns two-sided p-values, 0..1, one per item: the chance, given all totals, of a split that
    is at most as likely as this one. NaN where a group has no answers.
    Assumes that OBSERVATIONS ARE INDEPENDENT. Where each team saw one group, with a correlation of
    0.1 and ten forms a team, it rejects at 5 % in 15 % of the cases without any difference:
    `permutation_p` is the honest one.

    Problems: analysis.bad_parameter.
    Source: Fisher, Statistical Methods for Research Workers (5th ed., 1934), sec. 21.02.
    """
    first, second = checked_counts("k1", k1, n1), checked_counts("k2", k2, n2)
    tables = np.broadcast_arrays(*map(np.atleast_1d, (*first, *second)))
    return np.array([_fisher(*map(int, row)) for row in zip(*tables, strict=True)])


def _fisher(k_1: int, n_1: int, k_2: int, n_2: int) -> float:
    if n_1 == 0 or n_2 == 0:
        return nan
    return float(fisher_exact([[k_1, n_1 - k_1], [k_2, n_2 - k_2]]).pvalue)


def _check_same_teams(answered_1: NDArray[np.float64], answered_2: NDArray[np.float64]) -> None:
    if answered_1.shape != answered_2.shape:
        raise Problem(
            "analysis.bad_parameter",
            parameter="answered_2",
            value=f"{answered_2.shape} beside answered_1 {answered_1.shape}",
            expected="the same items and the same teams in both groups",
        )
