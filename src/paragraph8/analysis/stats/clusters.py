"""Shares of observations made by teams, whose own forms are not independent of each other.

Several items are treated at once: a row per item, a column per team.
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from paragraph8.analysis.stats.intervals import check_level, wilson_limits
from paragraph8.kernel.problem import Problem

BLOCK: Final = 4_000_000  # numbers held at once for the draws: 32 MB


def team_sums(team: NDArray[np.int64], flags: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Count, for each item and team, the observations for which a flag is up.

        team    int    (observations,), the observation's team, 0..T-1
        flags   bool   (items, observations)
    Returns (items, T) counts. T is one more than the largest team, so that two sets of flags on
    the same observations give columns that belong together.

    Problems: analysis.bad_parameter.
    """
    check_rows(team, flags)
    teams = int(team.max()) + 1 if team.size else 0
    counts = np.zeros((len(flags), teams))
    for item, up in enumerate(flags):
        counts[item] = np.bincount(team[up], minlength=teams)
    return counts


def bootstrap_shares(
    problems: NDArray[np.float64],
    answered: NDArray[np.float64],
    *,
    draws: int,
    seed: int,
    level: float = 0.95,
    method: Literal["percentile", "wilson"] = "percentile",
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Interval for shares of observations, by drawing teams with replacement.

        problems   float   (items, T) observations with the problem, or their weights, by team
        answered   float   (items, T) observations with an answer, or their weights, by team
        draws      int     sets of T teams drawn, 1 or more
        seed       int     the same seed draws the same teams, whatever the items
        level      float   confidence, between 0 and 1
        method     "percentile": the middle `level` of the shares drawn. Plain, needs no formula,
                   stays within 0..1. It does not correct for skewness, so it is too narrow for
                   rare problems and for few teams, and misses mostly by ending too low.
                   "wilson": the score interval for as many independent observations as would
                   vary like the shares drawn, with t for the effective number of teams.
    Returns the low and the high end, 0..1, one per item. NaN where drawing teams says nothing: no
    answers, or all teams that answered have the same share (one team only, a share of exactly 0
    or 1). That is not certainty. Draws in which an item has no answer are left out for that item.
    Describes the observed stations only, never all stations.
    Assumes that TEAMS ARE INDEPENDENT of each other, and are the only clusters. A common
    briefing, or teams that meet the same commission, break that, and the interval is too narrow.

    Problems: analysis.bad_parameter.
    Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), ch. 13; whole clusters:
        Davison & Hinkley, Bootstrap Methods and their Application (1997), sec. 3.8; "wilson":
        Franco, Little, Louis & Slud, J. Surv. Statist. Methodol. 7 (2019), 334-364; t for the
        effective size: Korn & Graubard, Surv. Methodol. 24 (1998), 193-201.
    """
    check_sums(problems, answered)
    check_draws(draws)
    check_level(level)
    drawn = resampled_shares(problems, answered, draws, seed)
    if method == "percentile":
        low, high = quantile_range(drawn, level)
    elif method == "wilson":
        low, high = _wilson_range(drawn, problems, answered, level)
    else:
        raise Problem(
            "analysis.bad_parameter",
            parameter="method",
            value=method,
            expected='"percentile" or "wilson"',
        )
    silent = teams_agree(problems, answered)
    return np.where(silent, np.nan, low), np.where(silent, np.nan, high)


def equal_team_shares(
    problems: NDArray[np.float64], answered: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The share if every team counted equally: the mean of the teams' shares.

        problems, answered   float   (items, T) by team, as for `bootstrap_shares`
    Returns a share per item, over the teams with answers; NaN without any. Far from the plain
    share, it says that busy and less busy teams saw, or judged, different things.

    Problems: analysis.bad_parameter.
    """
    check_sums(problems, answered)
    shares = ratio(problems, answered)
    return ratio(np.nansum(shares, axis=1), (answered > 0).sum(axis=1))


def leave_one_out(
    problems: NDArray[np.float64], answered: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """How far the share of observations moves when any one team is left out.

        problems, answered   float   (items, T) by team, as for `bootstrap_shares`
    Returns, per item, the lowest and the highest share that leaving out one team gives, and the
    index of the team whose leaving moves the share most, the first among equals. Teams without
    answers move nothing and are not tried. With answers of fewer than two teams there is nothing
    left to compare: NaN, NaN and -1.

    Problems: analysis.bad_parameter.
    """
    check_sums(problems, answered)
    total, base = problems.sum(axis=1), answered.sum(axis=1)
    comparable = np.count_nonzero(answered > 0, axis=1) > 1
    tried = (answered > 0) & comparable[:, np.newaxis]
    without = np.full(problems.shape, np.nan)
    rest = base[:, np.newaxis] - answered
    np.divide(total[:, np.newaxis] - problems, rest, out=without, where=tried)
    moved = np.where(tried, np.abs(without - ratio(total, base)[:, np.newaxis]), -1.0)
    lowest, highest = np.full(len(problems), np.nan), np.full(len(problems), np.nan)
    most = np.full(len(problems), -1, dtype=np.int64)
    if comparable.any():
        lowest[comparable] = np.nanmin(without[comparable], axis=1)
        highest[comparable] = np.nanmax(without[comparable], axis=1)
        most[comparable] = moved[comparable].argmax(axis=1)
    return lowest, highest, most


def effective_teams(answered: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many equally busy teams would weigh on a share as unevenly as these.

        answered   float   (items, T) observations with an answer, by team
    Returns (sum n)^2 / sum n^2 per item, from 1 to the number of teams with answers; NaN without
    any. It measures the workload only, not how the teams judged.

    Problems: analysis.bad_parameter.
    Source: Kish, Survey Sampling (1965), sec. 11.7, for weights.
    """
    check_sums(np.zeros_like(answered), answered)
    return ratio(answered.sum(axis=1) ** 2, (answered**2).sum(axis=1))


def resampled_shares(
    problems: NDArray[np.float64], answered: NDArray[np.float64], draws: int, seed: int
) -> NDArray[np.float64]:
    """Shares of the items in each draw of teams, (draws, items); NaN without an answer."""
    items, teams = problems.shape
    rng = np.random.default_rng(seed)
    sums = np.concatenate([problems, answered]).T
    shares = np.full((draws, items), np.nan)
    block = max(1, BLOCK // max(teams, 1))
    for start in range(0, draws, block):
        part = shares[start : start + block]
        # In double precision the sums of counts are exact, so neither the number of threads nor
        # the items beside it can change a share in its last digit.
        drawn = _times_drawn(rng, len(part), teams) @ sums
        np.divide(drawn[:, :items], drawn[:, items:], out=part, where=drawn[:, items:] > 0)
    return shares


def _times_drawn(rng: np.random.Generator, draws: int, teams: int) -> NDArray[np.float64]:
    """How often each team is in each draw, (draws, T)."""
    chosen = rng.integers(0, max(teams, 1), size=(draws, teams))
    chosen += teams * np.arange(draws)[:, np.newaxis]
    times = np.bincount(chosen.ravel(), minlength=draws * teams)
    return times.reshape(draws, teams).astype(np.float64)


def quantile_range(
    drawn: NDArray[np.float64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The middle `level` of each column of (draws, items); NaN is left out, or all there is."""
    low, high = np.full(drawn.shape[1], np.nan), np.full(drawn.shape[1], np.nan)
    known = ~np.isnan(drawn).all(axis=0)
    if known.any():
        ends = ((1 - level) / 2, (1 + level) / 2)
        low[known], high[known] = np.nanquantile(drawn[:, known], ends, axis=0)
    return low, high


def _wilson_range(
    drawn: NDArray[np.float64],
    problems: NDArray[np.float64],
    answered: NDArray[np.float64],
    level: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from scipy.special import stdtrit

    share = ratio(problems.sum(axis=1), answered.sum(axis=1))
    # Below two teams t has less than one degree of freedom, and no use.
    teams = np.maximum(effective_teams(answered), 2.0)
    # A draw of T teams varies less than T new teams would, by (T - 1) / T.
    variance = _variance(drawn) * teams / (teams - 1)
    inverse_size = ratio(variance, share * (1 - share))
    return wilson_limits(share, inverse_size, stdtrit(teams - 1, (1 + level) / 2))


def _variance(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    # A row per item, so that the items beside it cannot change in which order one is summed.
    by_item = np.ascontiguousarray(drawn.T)
    known = ~np.isnan(by_item)
    number = known.sum(axis=1)
    mean = ratio(np.where(known, by_item, 0.0).sum(axis=1), number)
    squares = np.where(known, by_item - mean[:, np.newaxis], 0.0) ** 2
    return ratio(squares.sum(axis=1), number)


def teams_agree(problems: NDArray[np.float64], answered: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Items without answers, or with the same share in every team: no draw can vary them."""
    base = answered.sum(axis=1)
    share = np.nan_to_num(ratio(problems.sum(axis=1), base))
    residual = np.abs(problems - share[:, np.newaxis] * answered).max(axis=1, initial=0.0)
    return np.asarray(residual <= 1e-12 * base)


def ratio(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    """Top / bottom, NaN where the bottom is 0."""
    quotient = np.full(np.shape(top), np.nan)
    np.divide(top, bottom, out=quotient, where=bottom > 0)
    return quotient


def check_rows(team: NDArray[np.int64], *tables: NDArray[np.bool_]) -> None:
    """Refuse teams that do not stand beside the observations of the tables."""
    if team.ndim != 1 or any(table.ndim != 2 or table.shape[1] != team.size for table in tables):
        raise Problem(
            "analysis.bad_parameter",
            parameter="team",
            value=f"{team.shape} beside {[table.shape for table in tables]}",
            expected="a team per observation, and a row per item of as many observations",
        )
    if team.size and (team.min() < 0 or not np.issubdtype(team.dtype, np.integer)):
        raise Problem(
            "analysis.bad_parameter",
            parameter="team",
            value=team.min().item(),
            expected="team numbers, whole and 0 or more",
        )


def check_sums(problems: NDArray[np.float64], answered: NDArray[np.float64]) -> None:
    """Refuse sums by team that do not stand beside each other, or of which no share can be."""
    if problems.ndim != 2 or problems.shape != answered.shape:
        raise Problem(
            "analysis.bad_parameter",
            parameter="problems",
            value=f"{problems.shape} beside answered {answered.shape}",
            expected="two tables with a row per item and a column per team",
        )
    # A weight may lose its last digit where it is summed in another order.
    at_most = answered * (1 + 1e-9)
    if not ((problems >= 0) & (problems <= at_most) & np.isfinite(answered)).all():
        raise Problem(
            "analysis.bad_parameter",
            parameter="problems",
            value="negative, or more than answered, at some teams",
            expected="from 0 to what the team answered",
        )


def check_draws(draws: int) -> None:
    """Refuse fewer than one draw."""
    if draws < 1:
        raise Problem(
            "analysis.bad_parameter", parameter="draws", value=draws, expected="1 or more"
        )
