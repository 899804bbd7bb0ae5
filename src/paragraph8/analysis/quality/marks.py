"""Overall marks and comments beside what the form reports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.quality.reports import Outcome, Reports, flagged
from paragraph8.analysis.quality.sql import comment_query, mark_query
from paragraph8.tables.answers import CELL_STATES, AnswerGrid, item_is_rating

SAID = (CELL_STATES.index("given"), CELL_STATES.index("withheld"))
ABSENT = CELL_STATES.index("absent")
LAST_GRADE = {"rating": "4", "rating_five": "5"}
NO_MARK = "no overall mark, or nothing to compare it with"
NO_ROOM = "no place for a comment in its version"


@dataclass(frozen=True, slots=True)
class _Overall:
    """The question for the overall assessment, its best and its worst answer."""

    item: str
    best: str
    worst: str


def mark_queries(reports: Reports) -> Iterator[Outcome]:
    """serious_without_comment, best_mark_with_serious, worst_mark_without_problem.

    Assumes that the LAST RATING OF A FORM is its overall assessment, as in the codebook.
    """
    for grid in reports.grids.values():
        serious, some = _problems(grid, serious=True), _problems(grid, serious=False)
        if comments := _comments(grid):
            yield _uncommented(grid, serious, comments)
        overall = _overall(grid)
        if overall is None:
            continue
        yield _mark("best_mark_with_serious", grid, overall, overall.best, serious)
        yield _mark("worst_mark_without_problem", grid, overall, overall.worst, some)


def _problems(grid: AnswerGrid, serious: bool) -> dict[str, NDArray[np.int8]]:
    """Item -> verdicts, of items that know a problem and are no rating."""
    return {
        item: grid.verdicts(item)
        for item in grid.items
        if (row := grid.codebook[item])["problem"]
        and not item_is_rating(row)
        and (row["serious"] or not serious)
    }


def _uncommented(
    grid: AnswerGrid, serious: Mapping[str, NDArray[np.int8]], comments: list[str]
) -> Outcome:
    states = np.stack([grid.state_of(item) for item in comments])
    said = np.isin(states, SAID).any(axis=0)
    reported = _any(serious, 1, grid.height)
    room = (states != ABSENT).any(axis=0)
    versions = grid.observations["version"]
    with_room = versions.is_in(versions.filter(pl.Series(room)).unique().to_list()).to_numpy()
    odd = reported & with_room & ~said
    return flagged(
        "serious_without_comment",
        grid,
        odd,
        reported & with_room,
        _named(serious, odd),
        comment_query(grid.election, grid.form, comments),
        {NO_ROOM: reported & ~with_room},
    )


def _mark(
    name: str,
    grid: AnswerGrid,
    overall: _Overall,
    mark: str,
    problems: Mapping[str, NDArray[np.int8]],
) -> Outcome:
    best = mark == overall.best
    given = grid.said(overall.item, mark)
    checkable = (given >= 0) & (_any(problems, 1, grid.height) | _any(problems, 0, grid.height))
    some = _any(problems, 1, grid.height)
    odd = checkable & (given == 1) & (some if best else ~some)
    if best:
        detail = [f"mark {mark} in {overall.item}, {named}" for named in _named(problems, odd)]
    else:
        detail = [f"mark {mark} in {overall.item}"] * int(np.count_nonzero(odd))
    sql = mark_query(grid.election, grid.form, overall.item, mark, serious=best)
    return flagged(name, grid, odd, checkable, detail, sql, {NO_MARK: ~checkable})


def _any(verdicts: Mapping[str, NDArray[np.int8]], verdict: int, n: int) -> NDArray[np.bool_]:
    """Where at least one of the items has this verdict."""
    found = np.zeros(n, dtype=bool)
    for given in verdicts.values():
        found |= given == verdict
    return found


def _named(serious: Mapping[str, NDArray[np.int8]], odd: NDArray[np.bool_]) -> list[str]:
    """The items with a problem, for each odd form."""
    places = np.flatnonzero(odd)
    items: list[list[str]] = [[] for _ in places]
    for item, verdicts in serious.items():
        for at in np.flatnonzero(verdicts[places] == 1):
            items[int(at)].append(item)
    return [f"problem in {', '.join(names)}" for names in items]


def _comments(grid: AnswerGrid) -> list[str]:
    """The questions of this form that ask for a comment."""
    return [
        item
        for item, row in grid.codebook.items()
        if row["form"] == grid.form and row["type"] == "text" and row["supports"] == "comment"
    ]


def _overall(grid: AnswerGrid) -> _Overall | None:
    ratings = [
        item
        for item, row in grid.codebook.items()
        if row["form"] == grid.form and item_is_rating(row) and row["problem"]
    ]
    if not ratings:
        return None
    row = grid.codebook[ratings[-1]]
    grades = ("1", LAST_GRADE[str(row["type"])])
    # Polarity hangs on the item: the worst grade is the end that the codebook calls a problem.
    worst = grades[0] if grades[0] in str(row["problem"]).split(";") else grades[1]
    best = grades[1] if worst == grades[0] else grades[0]
    return _Overall(ratings[-1], best, worst)
