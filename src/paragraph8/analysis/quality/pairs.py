"""Pairs of reports that belong to one group: which others each is odd beside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
NOBODY = -1


def following(group: Places, shift: int, among: Places) -> Places:
    """Of these rows, those whose group goes on so many rows further down; rows sorted by group."""
    inside = among[among + shift < len(group)]
    together: Places = inside[group[inside] == group[inside + shift]]
    return together


def pairs(group: Places) -> Iterator[tuple[Places, Places]]:
    """All pairs of rows of the same group, in turns: rows, and the rows so many further down.

    group   int   (rows,), sorted
    The work grows with the square of the largest group.
    """
    first, shift = np.arange(len(group)), 1
    while len(first := following(group, shift, first)):
        yield first, first + shift
        shift += 1


def overlapping(
    group: Places, begun: NDArray[np.float64], ended: NDArray[np.float64], least: float
) -> Iterator[tuple[Places, Places]]:
    """The pairs of rows of the same group of which the later begins `least` or more before the
    earlier ends, in turns as `pairs`.

    group, begun   (rows,), sorted by group and begun; ended (rows,), not before begun
    """
    first, shift = np.arange(len(group)), 1
    while len(first := following(group, shift, first)):
        # Rows are sorted by begun: who begins too late for one that far does for all further on.
        first = first[begun[first + shift] <= ended[first] - least]
        yield first, first + shift
        shift += 1


@dataclass(slots=True)
class Partners:
    """For each row, the first row it was found odd beside, and beside how many.

    worth   of two partners the one with the larger worth is named; equal: the one found first
    """

    rows: int
    first: Places = field(init=False)
    worth: NDArray[np.float64] = field(init=False)
    times: Places = field(init=False)

    def __post_init__(self) -> None:
        self.first = np.full(self.rows, NOBODY, dtype=np.int64)
        self.worth = np.full(self.rows, -np.inf)
        self.times = np.zeros(self.rows, dtype=np.int64)

    def add(self, one: Places, other: Places, worth: NDArray[np.float64]) -> None:
        """Pairs found odd; no row stands more than once in `one`, or in `other`."""
        for here, there in ((one, other), (other, one)):
            better = worth > self.worth[here]
            self.first[here[better]] = there[better]
            self.worth[here[better]] = worth[better]
            self.times[here] += 1

    def add_each(self, one: Places, other: Places) -> None:
        """Rows found odd beside another, only where they have no partner yet."""
        new = self.times[one] == 0
        self.first[one[new]], self.times[one[new]] = other[new], 1

    @property
    def odd(self) -> Places:
        """Rows that have a partner."""
        return np.flatnonzero(self.times)

    def more(self, details: Sequence[str]) -> list[str]:
        """Details of the odd rows, each saying how many further partners there are."""
        times = self.times[self.odd]
        return [
            f"{detail}; {n - 1} more" if n > 1 else detail
            for detail, n in zip(details, times.tolist(), strict=True)
        ]


@dataclass(frozen=True, slots=True)
class TeamForms:
    """Forms that are compared, sorted by team.

    row    places in the grid
    team   their team
    size   forms of that team
    """

    row: Places
    team: Places
    size: Places

    def where(self, which: NDArray[np.bool_]) -> "TeamForms":
        """Some of them."""
        return TeamForms(self.row[which], self.team[which], self.size[which])


def forms_by_team(team: Places, which: NDArray[np.bool_]) -> TeamForms:
    """Some forms of a grid, sorted by team; `team` per form of the grid."""
    row = np.flatnonzero(which)
    row = row[np.argsort(team[row], kind="stable")]
    size = np.bincount(team[row], minlength=1)
    return TeamForms(row, team[row], size[team[row]])


def runs(group: Places) -> Iterator[tuple[int, int]]:
    """Start and end of each run of rows of the same group, 0 or above; rows sorted by group."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    return pairwise([*starts.tolist(), len(group)])
