"""References in statement text: figures, commitments, dates, names, rules and sources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from paragraph8.findings.standards.commitments import require_in_force
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.problem import Problem
from paragraph8.statement.documents.model import CommitmentText, FigureText, Run, Text
from paragraph8.statement.wording.guard import REFERENCE, check_text
from paragraph8.statement.wording.numbers import put_into_words
from paragraph8.tables.profile import Profile
from paragraph8.tables.words import SOURCE_WORDS

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class References:
    """All that statement text may refer to.

    figures   by id          dates   by key (election, beside, statement)
    names     by key: those of the mission file, and contestant:CODE
    rules     id -> what the rule says
    """

    figures: Mapping[str, Figure]
    dates: Mapping[str, date]
    names: Mapping[str, str]
    rules: Mapping[str, str]
    election_day: date
    profile: Profile
    language: str

    def resolve(self, text: str, where: str) -> tuple[Run, ...]:
        """The text as runs, every reference replaced.

        Raises Problem statement.bare_number, statement.forbidden_words,
        statement.unknown_reference, standard.unknown, standard.not_in_force.
        """
        check_text(text, where, self.language)
        return tuple(self._runs(text, where))

    def plain(self, text: str, where: str) -> str:
        """The text with every reference replaced, as a plain string (titles, chart titles)."""
        return "".join(run.text for run in self.resolve(text, where))

    def figure_text(self, figure: Figure, form: str) -> FigureText:
        """A run for a figure, for tables that are made from figures."""
        return FigureText(put_into_words(figure, form, self.profile), figure.id)

    def _runs(self, text: str, where: str) -> Iterator[Run]:
        at = 0
        for match in REFERENCE.finditer(text):
            if match.start() > at:
                yield Text(text[at : match.start()])
            line = text.count("\n", 0, match.start()) + 1
            yield self._run(match["kind"], match["name"], match["form"], where, line)
            at = match.end()
        if at < len(text):
            yield Text(text[at:])

    def _run(self, kind: str, name: str, form: str | None, where: str, line: int) -> Run:
        if kind == "fig" and name in self.figures:
            return self._figure(self.figures[name], form or "count", where, line)
        if kind == "std":
            commitment = require_in_force(name, self.election_day)
            return CommitmentText(commitment.citation, commitment.id)
        if kind == "date" and name in self.dates:
            return Text(say_date(self.dates[name]))
        known = {"name": self.names, "rule": self.rules, "source": SOURCE_WORDS}.get(kind, {})
        if name in known:
            return Text(known[name])
        raise Problem(
            "statement.unknown_reference",
            where=where,
            line=line,
            reference=f"{kind}:{name}",
            remedy=self._remedy(kind),
        )

    def _figure(self, figure: Figure, form: str, where: str, line: int) -> FigureText:
        try:
            return self.figure_text(figure, form)
        except Problem as problem:
            raise Problem(problem.code, **{**problem.facts, "where": where, "line": line}) from None

    def _remedy(self, kind: str) -> str:
        if kind == "fig":
            return "The figure is not among those of this snapshot; see p8 analyse for their ids."
        known = {
            "date": self.dates,
            "name": self.names,
            "rule": self.rules,
            "source": SOURCE_WORDS,
        }
        if kind in known:
            return f"There are {', '.join(known[kind])}."
        return "References are fig, std, date, name, rule, source."


def say_date(day: date) -> str:
    """19 September 2004."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
