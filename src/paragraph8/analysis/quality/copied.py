"""Pairs of forms about different visits that agree more than chance brings about."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from paragraph8.analysis.quality.pairs import (
    Partners,
    Places,
    TeamForms,
    forms_by_team,
    pairs,
    runs,
)
from paragraph8.analysis.quality.repeats import same_visit
from paragraph8.analysis.quality.reports import (
    TOO_FEW_ANSWERS,
    Outcome,
    Reports,
    flags_at,
    visits_of,
)
from paragraph8.analysis.quality.sql import answers_query
from paragraph8.analysis.quality.varying import WITH_NUMBERS, Varying, varying
from paragraph8.kernel.figure import INPUT
from paragraph8.tables.answers import AnswerGrid
from paragraph8.tables.words import ELECTION_DAY_FORMS

PAIRS_LOOKED_AT = 1_000_000
OTHERS_LOOKED_AT = 5_000
ROUNDING = 1e-9  # equal shares, computed from other counts, lie closer than this
Found = NDArray[np.bool_]


def copied_queries(reports: Reports) -> Iterator[Outcome]:
    """copied: each pair of a team that agrees in nearly all questions whose answers vary, numbers
    among them, and forms anywhere that are the same in every answer; reports of one visit are not
    among them.

    Pairs that chance would bring about are at most the limit. The chance of a pair of a team is the
    larger of the share of pairs of different teams that agree as much, and of the binomial tail if
    the answers of a form were independent: forms agree in question i with chance e_i = the sum of
    the squared shares of its answers, and in at least k of n with at most the tail at the mean of
    e_i. For equal forms of different teams it is the latter; where many forms are equal to them, or
    any form is nearly so, they are of a common kind and not flagged.
    Assumes that FORMS OF A TEAM ARE NO MORE ALIKE THAN THOSE OF ANY TEAM: like places make them so.
    Source: tail of a sum of unequal chances: Hoeffding, Ann. Math. Statist. 27 (1956), 713-721.
    """
    for grid in reports.of(ELECTION_DAY_FORMS):
        yield _outcome(reports, grid)


def _outcome(reports: Reports, grid: AnswerGrid) -> Outcome:
    limits = reports.limits
    answers = varying(grid, WITH_NUMBERS, limits)
    team = grid.observations["team_index"].to_numpy()
    enough = answers.given >= limits.alike_answers
    forms = forms_by_team(team, enough)
    search = _Search(
        reports, answers, team, same_visit(visits_of(reports, grid)), Partners(grid.height)
    )
    few = forms.size <= limits.alike_most_forms
    search.nearly_equal(forms.where(few))
    # Forms of a team that is too large for pairs are compared as if each had a team of its own.
    alone = grid.height + np.arange(len(forms.row))
    search.equal(TeamForms(forms.row, np.where(few, forms.team, alone), forms.size))
    odd, partner = search.found.odd, search.found.first[search.found.odd]
    names = grid.observations["observation"].gather(partner.astype(np.uint32)).to_list()
    unchecked = int((~enough).sum())
    return Outcome(
        "copied",
        grid.form,
        flags_at(grid, odd, search.said(odd, partner), names),
        len(forms.row),
        {TOO_FEW_ANSWERS: unchecked} if unchecked else {},
        answers_query(grid.election, grid.form, WITH_NUMBERS),
        INPUT,
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """One form: its answers, teams, reports of one visit, and what was found."""

    reports: Reports
    answers: Varying
    team: Places
    twice: Partners
    found: Partners

    def nearly_equal(self, forms: TeamForms) -> None:
        """Look at each pair of a team."""
        limits = self.reports.limits
        sizes = np.bincount(forms.team, minlength=1)
        compared = int((sizes * (sizes - 1) // 2).sum())
        usual: NDArray[np.float64] | None = None
        for at, further in pairs(forms.team):
            one, other = forms.row[at], forms.row[further]
            same, both = self.answers.agreement(one, other)
            near = self._near(same, both) & ~self._one_visit(one, other)
            one, other, same, both = one[near], other[near], same[near], both[near]
            if not len(one):
                continue
            usual = self._between_teams(forms) if usual is None else usual
            share = same / both
            tail = binom.sf(same - 1, both, self.answers.mean_chance(one, other))
            expected = compared * np.maximum(tail, _share_from(usual, share))
            odd = expected <= limits.copied_expected
            self.found.add(one[odd], other[odd], share[odd])

    def equal(self, forms: TeamForms) -> None:
        """Look for forms of different teams that give, and leave out, the same answers."""
        if not len(forms.row):
            return
        rows = np.ascontiguousarray(self.answers.codes[:, forms.row].T)
        whole = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel()
        _, kind = np.unique(whole, return_inverse=True)
        order = np.argsort(kind, kind="stable")
        for start, stop in runs(kind[order]):
            row, team = forms.row[order[start:stop]], forms.team[order[start:stop]]
            if (team == team[0]).all() or not self._unlikely(row, len(order)):
                continue
            beyond = row[np.argmax(team != team[0])]
            other = np.where(team == team[0], beyond, row[0])
            apart = ~self._one_visit(row, other)
            self.found.add_each(row[apart], other[apart])

    def said(self, one: Places, other: Places) -> list[str]:
        """Details of the forms found."""
        same, both = self.answers.agreement(one, other)
        whose = np.where(self.team[one] == self.team[other], "same team", "other team")
        return self.found.more(
            [f"{s} of {b} answers agree, {w}" for s, b, w in zip(same, both, whose, strict=True)]
        )

    def _near(self, same: Places, both: Places) -> Found:
        limits = self.reports.limits
        near: Found = (both >= limits.alike_answers) & (same >= limits.copied_agreement * both)
        return near

    def _unlikely(self, row: Places, forms: int) -> bool:
        """Whether chance makes fewer pairs of equal forms like these than the limit, and they are
        not of a common kind."""
        limits = self.reports.limits
        if len(row) > max(2.0, limits.copied_common_share * forms):
            return False
        chance = float(self.answers.mean_chance(row[:1], row[:1])[0])
        pairs_compared = forms * (forms - 1) / 2
        expected = pairs_compared * chance ** int(self.answers.given[row[0]])
        if expected > limits.copied_expected:
            return False
        others = np.setdiff1d(np.flatnonzero(self.answers.given > 0), row)
        others = others[:: max(1, len(others) // OTHERS_LOOKED_AT)]
        same, both = self.answers.agreement(others, np.full(len(others), row[0]))
        return not self._near(same, both).any()

    def _one_visit(self, one: Places, other: Places) -> Found:
        """Whether both are reports of the same visit, which is another query's business."""
        first, second = self.twice.first[one], self.twice.first[other]
        together: Found = (first == other) | (second == one) | ((first == second) & (first >= 0))
        return together

    def _between_teams(self, forms: TeamForms) -> NDArray[np.float64]:
        """Shares of answers that agree in pairs of forms of different teams, sorted."""
        n = len(forms.row)
        order = np.sort(forms.row)
        shares = []
        # Ids of observations have no order of their own, so neighbours are as good as drawn pairs.
        for shift in range(1, min(n, 2 + PAIRS_LOOKED_AT // max(n, 1))):
            one, other = order[:-shift], order[shift:]
            same, both = self.answers.agreement(one, other)
            usable = (both >= self.reports.limits.alike_answers) & (
                self.team[one] != self.team[other]
            )
            shares.append(same[usable] / both[usable])
        return np.sort(np.concatenate(shares)) if shares else np.empty(0)


def _share_from(usual: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part of `usual` (sorted) that is at least as large as each of these."""
    if not len(usual):
        return np.zeros(len(share))
    larger = len(usual) - np.searchsorted(usual, share - ROUNDING)
    part: NDArray[np.float64] = larger / len(usual)
    return part
