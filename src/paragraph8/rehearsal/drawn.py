"""The forms of one drawing: which answers the teams give at their visits."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.rehearsal.filled import WITHHELD, Filled, fill
from paragraph8.rehearsal.names import observation_name
from paragraph8.rehearsal.seen import seen_at
from paragraph8.rehearsal.truth import Truth
from paragraph8.tables.codebook_reader import Item, codebook_form

OVERALL = {"opening": "O36", "voting": "V63", "counting": "C47", "tabulation": "T28",
           "evoting": "E36", "mobile": "M11"}  # fmt: skip
COMMENT = {"opening": "O37", "voting": "V64", "counting": "C48", "tabulation": "T29",
           "evoting": "E37", "mobile": "M12"}  # fmt: skip


@dataclass(slots=True)
class Drawn:
    """One form: its visits (a copy that may be changed), and what stands on it."""

    visits: pl.DataFrame
    filled: Filled


def draw_forms(truth: Truth, seed: int) -> dict[str, Drawn]:
    """form -> what the teams report at their visits."""
    rng = np.random.default_rng([seed, truth.seed])
    return {form: _draw(truth, form, seed, rng) for form in truth.visits}


def _draw(truth: Truth, form: str, seed: int, rng: np.random.Generator) -> Drawn:
    visits, planted = truth.visits[form], truth.planted[form]
    observations = [observation_name(seed, form, n) for n in range(visits.height)]
    drawn = planted.draw(truth.where[form], rng)
    problem = {item.id: drawn[place] for place, item in enumerate(planted.items)}
    filled = fill(form, observations, problem, seen_at(truth, form), rng)
    _make_consistent(filled)
    return Drawn(visits.with_columns(observation=pl.Series(observations)), filled)


def _make_consistent(filled: Filled) -> None:
    """What the forms ask of the teams: a comment beside a serious problem or a bad assessment; no
    best mark beside a serious problem, no worst one without any problem."""
    overall, comment = OVERALL[filled.form], COMMENT[filled.form]
    items = codebook_form(filled.form).items
    serious = any_problem(filled, (item for item in items if item.serious))
    some = any_problem(filled, (item for item in items if item.supports != "rating"))
    marks = filled.values[overall]
    marks = np.where((marks == "1") & serious, "2", marks)
    filled.values[overall] = np.where((marks == "4") & ~some, "3", marks)
    bad = np.isin(filled.values[overall], ["3", "4"])
    filled.states[comment] = np.where(serious | bad, WITHHELD, filled.states[comment])


def any_problem(filled: Filled, items: Iterable[Item]) -> NDArray[np.bool_]:
    """Where a form gives the problem answer to at least one of these items."""
    found = np.zeros(len(filled.observations), dtype=bool)
    for item in items:
        if item.problem == ("positive",):
            found |= ~np.isin(filled.values[item.id], ["", "0"])
        for answer in item.problem:
            found |= filled.given(item.id, answer)
    return found
