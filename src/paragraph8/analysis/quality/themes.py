"""Answers by area and theme of the questions."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.tables.answers import CELL_STATES, AnswerGrid

ANSWERED = tuple(CELL_STATES.index(state) for state in ("given", "withheld"))
NOT_ASKED = tuple(CELL_STATES.index(state) for state in ("skipped", "na", "absent"))
# A comment is asked for only where there is something to say.
NO_THEME = "comment"
THEMES = {
    "election": pl.String,
    "area": pl.String,
    "form": pl.String,
    "theme": pl.String,
    "asked": pl.Int64,
    "answered": pl.Int64,
    "share": pl.Float64,
}


def theme_rows(grid: AnswerGrid) -> pl.DataFrame:
    """One row for each highest area ("" where none is known) and theme that was asked about there.

    asked: questions of the theme over all forms, without those skipped or not applicable;
    answered: of these, given or kept from the tables as free words; share: answered / asked, 0..1.
    """
    area = grid.observations["area"]
    names = area.unique().sort().to_list()
    code = area.replace_strict(names, list(range(len(names))), return_dtype=pl.Int64).to_numpy()
    rows = []
    for theme, items in _items(grid).items():
        asked, answered = (np.zeros(len(names), dtype=np.int64) for _ in range(2))
        for item in items:
            states = grid.state_of(item)
            asked += _by(code, ~np.isin(states, NOT_ASKED), len(names))
            answered += _by(code, np.isin(states, ANSWERED), len(names))
        for name, n, k in zip(names, asked.tolist(), answered.tolist(), strict=True):
            if n:
                rows.append((grid.election, name, grid.form, theme, n, k, k / n))
    return pl.DataFrame(rows, schema=THEMES, orient="row")


def _items(grid: AnswerGrid) -> dict[str, list[str]]:
    """Theme -> items, themes in alphabetical order."""
    themes: dict[str, list[str]] = {}
    for item in grid.items:
        theme = grid.codebook[item]["supports"]
        if theme and theme != NO_THEME:
            themes.setdefault(str(theme), []).append(item)
    return dict(sorted(themes.items()))


def _by(code: NDArray[np.int64], which: NDArray[np.bool_], areas: int) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = np.bincount(code[which], minlength=areas)
    return counts
