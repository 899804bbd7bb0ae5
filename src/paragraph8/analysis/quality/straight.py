"""Many forms of one team that agree where those of other teams vary."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from paragraph8.analysis.quality.limits import Limits
from paragraph8.analysis.quality.pairs import Places, TeamForms, forms_by_team, pairs, runs
from paragraph8.analysis.quality.reports import TOO_FEW_ANSWERS, Outcome, Reports, flags_at
from paragraph8.analysis.quality.sql import answers_query
from paragraph8.analysis.quality.varying import CLOSED, Varying, varying
from paragraph8.kernel.figure import INPUT
from paragraph8.tables.words import ELECTION_DAY_FORMS

TOO_MANY_FORMS = "more forms of the team than are compared in pairs"
FEW_FORMS = "too few forms of the team"
OTHERS_LOOKED_AT = 20_000


def straight_queries(reports: Reports) -> Iterator[Outcome]:
    """straight_lining: forms of a team that agree with one of them, the middle, in nearly all
    closed questions whose answers vary.

    If a form of another team looks like the middle with chance q, then at least k of the m - 1
    other forms of the team do with the binomial tail; that, times the forms tried as the middle, is
    at most the limit. Assumes that FORMS OF A TEAM ARE NO MORE ALIKE THAN THOSE OF ANY TEAM: where
    all its places are of one kind, they are.
    """
    limits = reports.limits
    for grid in reports.of(ELECTION_DAY_FORMS):
        answers = varying(grid, CLOSED, limits)
        team = grid.observations["team_index"].to_numpy()
        enough = answers.given >= limits.alike_answers
        every = forms_by_team(team, enough)
        few, many = every.size < limits.straight_forms, every.size > limits.alike_most_forms
        forms = every.where(~few & ~many)
        odd, middle = _around_a_middle(limits, answers, team, forms)
        sizes = np.bincount(middle, minlength=1)
        why = {TOO_FEW_ANSWERS: ~enough, FEW_FORMS: few, TOO_MANY_FORMS: many}
        yield Outcome(
            "straight_lining",
            grid.form,
            flags_at(grid, odd, [f"{sizes[at]} forms of the team alike" for at in middle]),
            len(forms.row),
            {reason: n for reason, where in why.items() if (n := int(where.sum()))},
            answers_query(grid.election, grid.form, CLOSED),
            INPUT,
        )


def _around_a_middle(
    limits: Limits, answers: Varying, team: Places, forms: TeamForms
) -> tuple[Places, Places]:
    """Forms flagged, and the form of their team to which they are alike."""
    row, like = forms.row, np.zeros(len(team), dtype=np.int64)
    for one, other in pairs(forms.team):
        alike = _alike(limits, answers, row[one], row[other])
        for places in (row[one[alike]], row[other[alike]]):
            like[places] += 1
    middle = np.full(len(team), -1, dtype=np.int64)
    for start, stop in runs(forms.team):
        here = row[start:stop]
        best = int(here[np.argmax(like[here])])
        if like[best] + 1 < limits.straight_forms:
            continue
        chance = _chance(limits, answers, team, best)
        expected = len(row) * binom.sf(like[best] - 1, len(here) - 1, chance)
        if expected <= limits.straight_expected:
            near = (here == best) | _alike(limits, answers, here, np.full(len(here), best))
            middle[here[near]] = best
    odd = np.flatnonzero(middle >= 0)
    return odd, middle[odd]


def _alike(limits: Limits, answers: Varying, one: Places, other: Places) -> NDArray[np.bool_]:
    same, both = answers.agreement(one, other)
    alike: NDArray[np.bool_] = (both >= limits.alike_answers) & (
        same >= limits.straight_agreement * both
    )
    return alike


def _chance(limits: Limits, answers: Varying, team: Places, middle: int) -> float:
    """How likely a form of another team looks like this one."""
    others = np.flatnonzero((team != team[middle]) & (answers.given >= limits.alike_answers))
    # Ids of observations have no order of their own: every so manieth is as good as a draw.
    others = others[:: max(1, len(others) // OTHERS_LOOKED_AT)]
    alike = int(_alike(limits, answers, others, np.full(len(others), middle)).sum())
    # One is added so that the chance is not nought because few forms were looked at.
    return (1 + alike) / (1 + len(others))
