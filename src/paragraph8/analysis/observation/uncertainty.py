"""How far shares depend on which teams observed: for the mission's own caution.

The intervals describe the forms that there are, had other teams of the same kind filled them in.
They are no margin of error for the country.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paragraph8.analysis.observation.bases import Base
from paragraph8.analysis.observation.stage import Stage, any_of
from paragraph8.analysis.stats.clusters import (
    bootstrap_shares,
    effective_teams,
    equal_team_shares,
    leave_one_out,
    team_sums,
)
from paragraph8.kernel.figure import Interval
from paragraph8.tables.tables import Tables

LEVEL = 0.95
METHOD = "team bootstrap; describes what was observed, no margin of error for the country"
NOTHING_TO_SAY = "none: with no case, or nothing but cases, resampling teams says nothing"
ALL_AGREE = "none: teams that all have the same share say nothing when they are resampled"
NOT_DRAWN = "none: not computed in this run"
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Uncertainty:
    """For each item of a stage, in its order.

    share, low, high       share of observations and its team-bootstrap interval, 0..1
    equal_teams            mean of the teams' shares
    lowest, highest, team  range of the share when one team is left out; the team that moves it most
    effective              effective number of teams
    """

    stage: Stage
    share: Numbers
    low: dict[Base, Numbers]
    high: dict[Base, Numbers]
    equal_teams: Numbers
    lowest: Numbers
    highest: Numbers
    team: NDArray[np.int64]
    effective: Numbers

    def sensitive(self, item: str) -> bool:
        """Whether equal teams, or one team less, move the share by more than the profile allows."""
        at, profile = self.stage.items.index(item), self.stage.settings.profile
        moved = abs(self.equal_teams[at] - self.share[at])
        one = max(self.highest[at] - self.share[at], self.share[at] - self.lowest[at])
        return bool(
            moved > profile.sensitive_points / 100 or one > profile.sensitive_team_points / 100
        )

    def interval(self, item: str, base: Base) -> Interval | str:
        """The interval of an item's share, or why there is none."""
        if not self.stage.settings.draws:
            return NOT_DRAWN
        at = self.stage.items.index(item)
        return _interval(self.low[base][at], self.high[base][at], self.stage.verdicts[at])

    def interval_of_group(self, items: Sequence[str], base: Base) -> Interval | str:
        """The interval of the share of forms with at least one problem among items."""
        if base == Base.STATIONS:
            return "none: describes what was observed, not a sample of all stations"
        if not self.stage.settings.draws:
            return NOT_DRAWN
        some, _ = any_of([self.stage.verdict(item) for item in items])
        low, high = _bootstrap(self.stage, some[None, :], base)
        return _interval(low[0], high[0], some)


def uncertainty(tables: Tables, stage: Stage) -> Uncertainty:
    """The uncertainty of a stage, computed once for these tables and settings."""
    key = f"uncertainty {stage.election} {stage.form} {stage.settings}"
    return tables.made_once(key, lambda: _uncertainty(stage))


def _uncertainty(stage: Stage) -> Uncertainty:
    problems, answered = _sums(stage, stage.verdicts, Base.OBSERVATIONS)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = problems.sum(axis=1) / answered.sum(axis=1)
    low, high = {}, {}
    if stage.settings.draws:
        for base in (Base.OBSERVATIONS, Base.OBSERVERS):
            low[base], high[base] = _bootstrap(stage, stage.verdicts, base)
    lowest, highest, team = leave_one_out(problems, answered)
    return Uncertainty(
        stage,
        share,
        low,
        high,
        equal_team_shares(problems, answered),
        lowest,
        highest,
        team,
        effective_teams(answered),
    )


def _bootstrap(stage: Stage, verdicts: NDArray[np.int8], base: Base) -> tuple[Numbers, Numbers]:
    problems, answered = _sums(stage, verdicts, base)
    return bootstrap_shares(
        problems,
        answered,
        draws=stage.settings.draws,
        seed=stage.settings.seed,
        level=LEVEL,
        # Percentiles of the draws cover too seldom where problems are rare.
        method="wilson",
    )


def _sums(stage: Stage, verdicts: NDArray[np.int8], base: Base) -> tuple[Numbers, Numbers]:
    """Problems and answers per team; of observers, its members if it has any."""
    problems = team_sums(stage.team, verdicts == 1)
    answered = team_sums(stage.team, verdicts >= 0)
    if base == Base.OBSERVERS:
        members = np.maximum(stage.observers, 0).astype(np.float64)
        return np.where(problems > 0, members, 0.0), np.where(answered > 0, members, 0.0)
    return problems, answered


def _interval(low: float, high: float, verdict: NDArray[np.int8]) -> Interval | str:
    if np.isnan(low) or np.isnan(high):
        both = (verdict == 1).any() and (verdict == 0).any()
        return ALL_AGREE if both else NOTHING_TO_SAY
    return Interval(float(low), float(high), LEVEL, METHOD)
