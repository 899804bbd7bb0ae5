"""Problems by area, for the question in how many areas something occurs."""

from collections.abc import Iterator

import numpy as np

from paragraph8.analysis.observation.stage import Stage
from paragraph8.kernel.check import CheckTally

OBSERVERS = "observers"


def item_rule(item: str) -> str:
    """What stands in place of a rule's id in the tallies of an item."""
    return f"item {item}"


def area_tallies(stage: Stage) -> Iterator[CheckTally]:
    """For each item and area: forms without the problem, with it, and without an answer."""
    areas = stage.grid.observations["area"].to_list()
    names = sorted({area for area in areas if area})
    if not names:
        return
    place = np.array([names.index(area) if area else -1 for area in areas])
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
