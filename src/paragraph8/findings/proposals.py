"""Proposals: findings that rules make from results. Nothing is published before a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from paragraph8.findings.standards.commitments import citable, too_young
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.finding import Finding, Scope, Strength
from paragraph8.kernel.result import Result
from paragraph8.tables.profile import Profile


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement speaks of: the election, its day and state, and the one beside it."""

    election: str
    election_day: date
    country: str
    beside: str = ""
    beside_change: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that rules may look at."""

    results: Mapping[str, Result]
    subject: Subject
    profile: Profile

    def figure(self, name: str, **dimensions: str) -> Figure | None:
        """The figure `analysis.name[…]` of the subject's election, or None.

        `name` is the full name; the election is added to the dimensions unless they hold one.
        """
        wanted = {"election": self.subject.election, **dimensions}
        analysis = name.rsplit(".", 1)[0]
        result = self.results.get(analysis)
        if result is None:
            return None
        return next(
            (f for f in result.figures if f.name == name and dict(f.dimensions) == wanted), None
        )


LEFT_OUT = (
    "Commitments on this that are younger than the election, or did not yet apply to the state, "
    "are not cited."
)
NONE_IN_FORCE = (
    "No commitment in the catalogue that names this question was in force on election day."
)


def ref(figure: Figure, form: str) -> str:
    """The reference to a figure in one of the forms of the wording engine."""
    return f"{{{{fig:{figure.id}|{form}}}}}"


def finding(
    evidence: Evidence,
    *,
    id: str,
    section: str,
    figures: tuple[Figure, ...],
    standards: tuple[str, ...],
    sentence: str,
    strength: Strength,
    limits: tuple[str, ...],
    scope: Scope = Scope.NOT_SCALED,
    law_articles: tuple[str, ...] = (),
    headline: bool = False,
) -> Finding:
    """A proposed finding whose commitments are those of `standards` that may be cited: in force on
    election day, and in the state. Where others had to be left out, a limit says so."""
    day, state = evidence.subject.election_day, evidence.subject.country
    cited = citable(standards, day, state)
    if not cited:
        limits = (*limits, NONE_IN_FORCE)
    elif too_young(standards, day, state):
        limits = (*limits, LEFT_OUT)
    return Finding(
        id=id,
        rule=id,
        section=section,
        election=evidence.subject.election,
        figures=tuple(f.id for f in figures),
        standards=cited,
        strength=strength,
        scope=scope,
        sentence=sentence,
        limits=limits,
        law_articles=law_articles,
        headline=headline,
    )
