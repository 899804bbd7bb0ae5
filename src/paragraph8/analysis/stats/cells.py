"""Small cells of a table: merge neighbours until all are large enough, and hide what gives away."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paragraph8.kernel.problem import Problem


@dataclass(slots=True)
class _Group:
    cells: list[int]
    observations: int
    teams: set[Hashable]


def merge_cells(
    sizes: Sequence[int],
    teams: Sequence[Collection[Hashable]],
    least_observations: int,
    least_teams: int,
) -> list[list[int]]:
    """Merge neighbouring cells until each group has enough observations from enough teams.

        sizes                observations per cell, 0 or more, the cells in geographic order
        teams                the teams of each cell; a team in several cells of a group counts once
        least_observations   in each group, 0 or more
        least_teams          different teams in each group, 0 or more
    The smallest group that is too small joins the smaller of its neighbours (fewer observations,
    the earlier among equals), until none is too small or only one group is left.

    Returns the groups, in order, each with the indices of its cells. A group is too small only
    where all cells together are. Without cells there are no groups.
    Assumes that CELLS NEXT TO EACH OTHER IN THE ORDER BELONG TOGETHER. The order is all that is
    known of the map here.

    Problems: analysis.bad_parameter.
    Source: own.
    """
    _check_cells(sizes, teams)
    groups = [
        _Group([cell], size, set(of_cell))
        for cell, (size, of_cell) in enumerate(zip(sizes, teams, strict=True))
    ]

    def is_small(group: _Group) -> bool:
        return group.observations < least_observations or len(group.teams) < least_teams

    while len(groups) > 1 and any(map(is_small, groups)):
        small = [at for at, group in enumerate(groups) if is_small(group)]
        at = min(small, key=lambda place: groups[place].observations)
        beside = [place for place in (at - 1, at + 1) if 0 <= place < len(groups)]
        neighbour = min(beside, key=lambda place: groups[place].observations)
        first, second = sorted((at, neighbour))
        groups[first : second + 1] = [_together(groups[first], groups[second])]
    return [group.cells for group in groups]


def _together(first: _Group, second: _Group) -> _Group:
    return _Group(
        first.cells + second.cells,
        first.observations + second.observations,
        first.teams | second.teams,
    )


def suppress(counts: NDArray[np.int64], hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Hide further cells of a two-way table, so that no hidden one is alone in its row or column.

        counts   int    (rows, columns), 0 or more; totals of rows and columns are published
        hidden   bool   (rows, columns), True for the cells that must not be published
    In a line with one hidden cell the smallest other count above zero is hidden too; among equals
    one whose other line has a lone hidden cell, then the first. A zero is hidden only where the
    line has nothing else. This is repeated until it changes nothing.

    Returns the hidden cells, those given among them. Each row and column of two or more cells has
    then none or at least two. A line of a single cell has no total of its own to publish: it would
    be the cell.
    Protects against SUBTRACTION WITHIN ONE LINE ONLY. Sums over several lines can still give a
    cell exactly (a hidden cell that alone joins two blocks of hidden cells), and the totals always
    bound it, since counts are not negative: where a line hides little, the bounds are narrow.
    Other tables of the same observations are not looked at.

    Problems: analysis.bad_parameter.
    Source: Cox, J. Am. Statist. Assoc. 75 (1980), 377-385; what several lines give away: Gusfield,
        SIAM J. Comput. 17 (1988), 552-571; Willenborg & de Waal, Elements of Statistical
        Disclosure Control (2001).
    """
    _check_table(counts, hidden)
    result = hidden.copy()
    changed = True
    while changed:
        by_rows = _hide_beside_lone(counts, result)
        by_columns = _hide_beside_lone(counts.T, result.T)
        changed = by_rows or by_columns
    return result


def _hide_beside_lone(counts: NDArray[np.int64], hidden: NDArray[np.bool_]) -> bool:
    """Hide a second cell in each row that has one hidden, in place; whether there was any."""
    changed = False
    for row, line in enumerate(hidden):
        if len(line) < 2 or line.sum() != 1:
            continue
        lone = hidden.sum(axis=0) == 1
        open_cells = np.flatnonzero(~line)
        line[min(open_cells, key=lambda at: _cost(counts[row, at], lone[at]))] = True
        changed = True
    return changed


def _cost(count: np.int64, closes_another: np.bool_) -> tuple[bool, int, bool]:
    return bool(count == 0), int(count), not closes_another


def _check_cells(sizes: Sequence[int], teams: Sequence[Collection[Hashable]]) -> None:
    if len(sizes) != len(teams) or min(sizes, default=0) < 0:
        raise Problem(
            "analysis.bad_parameter",
            parameter="sizes",
            value=f"{len(sizes)} cells from {min(sizes, default=0)}, {len(teams)} sets of teams",
            expected="observations, 0 or more, and a set of teams for each cell",
        )


def _check_table(counts: NDArray[np.int64], hidden: NDArray[np.bool_]) -> None:
    if counts.ndim != 2 or counts.shape != hidden.shape or counts.min(initial=0) < 0:
        raise Problem(
            "analysis.bad_parameter",
            parameter="counts",
            value=f"{counts.shape} beside hidden {hidden.shape}, from {counts.min(initial=0)}",
            expected="a two-way table of counts, 0 or more, and a mark for each cell",
        )
