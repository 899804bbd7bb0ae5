"""Result protocols as observers saw them: posted or not, and whether numbers changed later."""

from collections.abc import Iterator

from paragraph8.analysis.protocols import chain
from paragraph8.findings.proposals import Evidence, finding, ref
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.finding import Finding, Strength
from paragraph8.tables.words import said

STANDARDS = ("CPH-7.4", "CGP-I.3.2", "GC25-20")


def changed_numbers(evidence: Evidence) -> Iterator[Finding]:
    """How many stations' numbers stayed the same, and between whom the others first changed."""
    unchanged = evidence.figure(f"{chain.NAME}.unchanged")
    if unchanged is None or not unchanged.denominator:
        return
    steps = [figure for figure in _steps(evidence) if figure.value]
    alone = evidence.figure(f"{chain.NAME}.observers_alone")
    sentence = f"The numbers stayed the same up to publication at {ref(unchanged, 'of')}"
    if steps:
        told = ", ".join(f"between {_sides(figure)} at {ref(figure, 'count')}" for figure in steps)
        sentence += f"; elsewhere they first changed {told}"
    sentence += "."
    figures = [unchanged, *steps]
    if alone and alone.value:
        figures.append(alone)
        sentence += (
            f" At {ref(alone, 'count')} only the observers' copy differs, which a slip of those "
            "who copied it would explain."
        )
    yield finding(
        evidence,
        id="protocols.chain",
        section="results",
        figures=tuple(figures),
        standards=STANDARDS,
        strength=Strength.CORROBORATED,
        limits=chain.LIMITS,
        sentence=sentence,
    )


def posted_copies(evidence: Evidence) -> Iterator[Finding]:
    """Where a protocol was posted, and copies of it that observers brought."""
    posted = evidence.figure(f"{chain.NAME}.posted")
    in_hand = evidence.figure(f"{chain.NAME}.copy_in_hand")
    later = evidence.figure(f"{chain.NAME}.changed_later", posting="not_posted")
    beside = evidence.figure(f"{chain.NAME}.changed_later", posting="posted")
    if not (posted and in_hand and later and beside and posted.value):
        return
    yield finding(
        evidence,
        id="protocols.posting",
        section="results",
        figures=(posted, in_hand, later, beside),
        standards=STANDARDS,
        strength=Strength.OBSERVED,
        limits=chain.LIMITS,
        sentence=(
            f"A protocol was posted in {ref(posted, 'share')}, and observers have its copy from "
            f"{ref(in_hand, 'of')}. Numbers changed later at {ref(later, 'of')}, and at "
            f"{ref(beside, 'of')}."
        ),
    )


def _steps(evidence: Evidence) -> Iterator[Figure]:
    result = evidence.results.get(chain.NAME)
    for figure in result.figures if result else ():
        if (
            figure.name == f"{chain.NAME}.first_step"
            and figure.dimensions["election"] == evidence.subject.election
        ):
            yield figure


def _sides(figure: Figure) -> str:
    left, right = figure.dimensions["step"].split(">")
    return f"{said(left)} and {said(right)}"
