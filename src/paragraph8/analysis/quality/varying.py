"""Answers that vary from form to form: only where others differ does it say something to agree."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paragraph8.analysis.quality.limits import Limits
from paragraph8.tables.answers import AnswerGrid

CLOSED = ("yes_no", "yes_no_na", "one_of", "many_of", "rating", "rating_five")
WITH_NUMBERS = (*CLOSED, "integer", "decimal")
NOT_GIVEN = -1


@dataclass(frozen=True, slots=True)
class Varying:
    """Questions of one form whose answers vary, and their answers as codes.

    items    ids, K of them
    codes    int32 (K, forms): equal codes are equal answers, -1 where none was given
    chance   float (K,): two forms drawn from all agree in it with this chance
    given    int (forms,): answers given
    """

    items: tuple[str, ...]
    codes: NDArray[np.int32]
    chance: NDArray[np.float64]
    given: NDArray[np.int64]

    def agreement(
        self, one: NDArray[np.int64], other: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For pairs of forms: answers that agree, and answers given in both."""
        same = np.zeros(len(one), dtype=np.int64)
        both = np.zeros(len(one), dtype=np.int64)
        for answers in self.codes:
            first, second = answers[one], answers[other]
            given = (first >= 0) & (second >= 0)
            both += given
            same += given & (first == second)
        return same, both

    def mean_chance(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
        """For pairs of forms: the mean chance to agree, over the answers given in both."""
        total = np.zeros(len(one))
        both = np.zeros(len(one))
        for answers, chance in zip(self.codes, self.chance, strict=True):
            given = (answers[one] >= 0) & (answers[other] >= 0)
            total += given * chance
            both += given
        mean: NDArray[np.float64] = np.divide(total, both, out=np.ones(len(one)), where=both > 0)
        return mean


def varying(grid: AnswerGrid, types: Sequence[str], limits: Limits) -> Varying:
    """The form's own questions of these types whose answers vary over the forms of all teams.

    The commonest answer leaves a share to others, and answers come from several teams. Questions
    of the header describe the place and the visit: they differ, or agree, for reasons of their own.
    """
    team = grid.observations["team_index"].to_numpy()
    items, codes, chances = [], [], []
    for item in grid.items:
        row = grid.codebook[item]
        if row["form"] != grid.form or row["type"] not in types:
            continue
        answers = _codes(grid, item)
        given = answers >= 0
        counts = np.bincount(answers[given])
        n = int(counts.sum())
        if n < limits.informative_answers or len(np.unique(team[given])) < 2:
            continue
        if 1 - counts.max() / n >= limits.informative_other_share:
            items.append(item)
            codes.append(answers)
            chances.append(float(((counts / n) ** 2).sum()))
    table = np.stack(codes) if codes else np.empty((0, grid.height), dtype=np.int32)
    return Varying(tuple(items), table, np.array(chances), (table >= 0).sum(axis=0))


def _codes(grid: AnswerGrid, item: str) -> NDArray[np.int32]:
    values = grid.values[grid.items.index(item)]
    used, codes = np.unique(values, return_inverse=True)
    shift = int(len(used) > 0 and used[0] < 0)
    answers: NDArray[np.int32] = (codes - shift).astype(np.int32)
    return answers
