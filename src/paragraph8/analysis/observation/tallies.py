"""Problems by area, for the question in how many areas something occurs."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from paragraph8.analysis.observation.stage import Stage
from paragraph8.kernel.check import CheckTally

OBSERVERS = "observers"


def item_rule(item: str) -> str:
    """What stands in place of a rule's id in the tallies of an item."""
    return f"item {item}"


def area_tallies(stage: Stage) -> Iterator[CheckTally]:
    """For each item and area: forms without the problem, with it, and without an answer.

    Areas with fewer forms or teams than the profile asks for are left out; where that would be one
    alone, the smallest other one goes with it, since totals are known.
    """
    areas = stage.grid.observations["area"].to_list()
    names = _large_enough(stage)
    if not names:
        return
    place = np.array([names.index(area) if area in names else -1 for area in areas])
    inside = np.array([place == n for n in range(len(names))], dtype=np.float32)
    problems = (stage.verdicts == 1).astype(np.float32) @ inside.T
    clean = (stage.verdicts == 0).astype(np.float32) @ inside.T
    sizes = inside.sum(axis=1)
    for row, item in enumerate(stage.items):
        for column, area in enumerate(names):
            passed, failed = int(clean[row, column]), int(problems[row, column])
            yield CheckTally(
                rule=item_rule(item),
                election=stage.election,
                source=OBSERVERS,
                area=area,
                passed=passed,
                failed=failed,
                not_checkable=int(sizes[column]) - passed - failed,
            )


def _large_enough(stage: Stage) -> list[str]:
    profile = stage.settings.profile
    sizes = (
        stage.grid.observations.group_by("area")
        .agg(n=pl.len(), teams=pl.col("team").n_unique())
        .sort("n", "area")
    )
    large = sizes.filter(
        (pl.col("area") != "")
        & (pl.col("n") >= profile.least_observations)
        & (pl.col("teams") >= profile.least_teams)
    )["area"].to_list()
    alone = sizes.height - len(large) == 1
    return sorted(large[1:] if alone else large)
