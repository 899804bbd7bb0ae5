"""Build the document of a statement from accepted findings."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from paragraph8.analysis.catalogue import CATALOGUE, run_all
from paragraph8.analysis.observation import items
from paragraph8.analysis.protocols.rules import rules
from paragraph8.findings.decisions import Decision, accepted
from paragraph8.findings.proposals import Evidence, Subject
from paragraph8.findings.rules.registry import propose
from paragraph8.findings.standards.commitments import find_commitment, require_in_force
from paragraph8.kernel.figure import Figure, Kind
from paragraph8.kernel.finding import Finding, Scope, Strength
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.result import Result
from paragraph8.statement.documents.model import (
    BOOK_FILE,
    STATEMENT_FILES,
    Block,
    CommitmentText,
    Document,
    Entry,
    FindingBlock,
    Heading,
    Paragraph,
    Run,
    Text,
)
from paragraph8.statement.mission import Mission, subject_of
from paragraph8.statement.sections.context import Context
from paragraph8.statement.sections.order import ELECTION_DAY, SECTIONS
from paragraph8.statement.wording.guard import check_text
from paragraph8.statement.wording.references import References, say_date
from paragraph8.tables.profile import find_profile
from paragraph8.tables.tables import Tables

STRENGTH_WORDS = {
    "observed": "seen directly in the data",
    "corroborated": "the same in several sources",
    "reported": "reported by others",
}
SEEN = "seen by observers"
SCOPE_WORDS = {
    Scope.NOT_SCALED: "",
    Scope.ISOLATED: "isolated cases",
    Scope.FEW: "few cases",
    Scope.SOME: "some cases",
    Scope.FREQUENT: "frequent",
    Scope.WIDESPREAD: "widespread",
}
# Texts of the mission file that stand outside the sections.
OWN_TEXTS = ("conclusions", "without_findings", "about")
# A licence has a version in its name; every other number in a name would be a typed-in one.
NAMES_WITH_NUMBERS = ("licence",)
WORKING_COPY = "Working copy of the mission, with single reports of observers: not for publication."
AS_ABOVE = "What is said above in this section holds here too."
NO_FINDING = "No finding has been accepted on this theme."


@dataclass(frozen=True, slots=True)
class Material:
    """All that a statement is made from, computed once: results, figures by id, proposals."""

    mission: Mission
    subject: Subject
    tables: Tables
    results: Mapping[str, Result]
    figures: Mapping[str, Figure]
    proposals: tuple[Finding, ...]


def gather(mission: Mission, tables: Tables, mission_file: str) -> Material:
    """Run all analyses and rules. Raises mission.unknown_election, analysis and rule problems."""
    subject = subject_of(mission, tables, mission_file)
    known = [*(section.id for section in SECTIONS), *OWN_TEXTS]
    for name in mission.sections:
        if name not in known:
            raise Problem(
                "mission.unknown_entry",
                file=mission_file,
                where="[sections]",
                entry=name,
                known=", ".join(known),
            )
    results = run_all(tables, mission.parameters)
    figures = {f.id: f for result in results.values() for f in result.figures}
    evidence = Evidence(results, subject, find_profile(mission.profile))
    return Material(mission, subject, tables, results, figures, tuple(propose(evidence)))


def build_document(material: Material, decisions: Iterable[Decision]) -> Document:
    """The statement as a document.

    Raises Problem statement.no_findings, statement.stale_decision, statement.bare_number,
    statement.unknown_reference, statement.forbidden_words, standard.not_in_force.
    """
    snapshot = material.tables.snapshot
    findings = accepted(material.proposals, decisions, material.figures, snapshot)
    if not findings:
        raise Problem("statement.no_findings", snapshot=snapshot[:12])
    mission = material.mission
    references = _references(material)
    context = Context(material.tables, material.results, material.subject, references)
    blocks = (
        *_conclusions(mission, findings, references),
        *_sections(mission, findings, context),
        *_method(material, references),
        *_mission_information(mission, references),
    )
    return Document(
        title=references.plain(mission.title, "mission title"),
        subtitle=references.plain(mission.subtitle, "mission subtitle"),
        lines=(
            ", ".join(mission.bodies),
            ", ".join(part for part in (mission.place, say_date(mission.date)) if part),
        ),
        notice=_notice(material, references),
        attribution="; ".join(source.attribution for source in material.tables.sources),
        snapshot=snapshot,
        language=mission.language,
        direction=mission.direction,
        blocks=blocks,
        commitments=_cited(findings),
        files=(*STATEMENT_FILES, BOOK_FILE) if has_book(material) else STATEMENT_FILES,
    )


def _notice(material: Material, references: References) -> str:
    """What stands on every page. Evidence pages and data hold single reports and where teams were:
    of a real mission that is for its own desks, until a release leaves them out."""
    notice = references.plain(material.mission.notice, "mission notice")
    if material.mission.kind == "mission" and has_book(material):
        return f"{WORKING_COPY} {notice}".strip()
    return notice


def has_book(material: Material) -> bool:
    """Whether observers' reports were analysed, so that a statistics book stands beside."""
    result = material.results.get(items.NAME)
    return bool(result and result.figures)


def plain_sentence(material: Material, sentence: str, where: str) -> str:
    """A sentence with its references replaced. Raises what `References.resolve` raises."""
    return _references(material).plain(sentence, where)


def _references(material: Material) -> References:
    mission, subject = material.mission, material.subject
    dates = {"election": subject.election_day, "statement": mission.date}
    elections = material.tables["election"].filter(pl.col("election") == subject.beside)
    if elections.height:
        dates["beside"] = elections["election_day"][0]
    contestants = material.tables["contestant"].filter(pl.col("election") == subject.election)
    names = {f"contestant:{code}": name for code, name in contestants["contestant", "name"].rows()}
    for key, name in mission.names.items():
        if key not in NAMES_WITH_NUMBERS:
            check_text(name, f"name {key} of the mission file", mission.language)
    return References(
        figures=material.figures,
        dates=dates,
        names={**names, **mission.names},
        rules={rule.id: rule.says for rule in rules(mission.parameters.get("rules"))},
        election_day=subject.election_day,
        profile=find_profile(mission.profile),
        language=mission.language,
    )


def _conclusions(
    mission: Mission, findings: list[Finding], references: References
) -> Iterator[Block]:
    yield Heading(1, "Preliminary conclusions", "conclusions")
    text = mission.sections.get("conclusions", "")
    yield from _paragraphs(text, "section conclusions", references, "lead")
    for finding in findings:
        if finding.headline:
            yield Paragraph(references.resolve(finding.sentence, f"finding {finding.id}"), "lead")


def _sections(mission: Mission, findings: list[Finding], context: Context) -> Iterator[Block]:
    yield Heading(1, "Preliminary findings", "findings")
    for section in SECTIONS:
        here = [finding for finding in findings if finding.section == section.id]
        text = mission.sections.get(section.id, "")
        where = f"section {section.id}"
        written = [
            *_paragraphs(text, where, context.references),
            *_findings(here, context.references),
            # A theme on which nothing was accepted shows no tables either.
            *(section.blocks(context) if here else ()),
        ]
        if section.optional and not written:
            continue
        yield Heading(section.level, section.title, section.id)
        if not written and section.id != ELECTION_DAY:
            empty = mission.sections.get("without_findings", NO_FINDING)
            written = list(_paragraphs(empty, where, context.references, "empty"))
        yield from written


def _findings(findings: list[Finding], references: References) -> Iterator[FindingBlock]:
    """The findings of a section. What a limit says is said once in it: a page of the same sentences
    is a page that nobody reads."""
    said: set[str] = set()
    for finding in findings:
        new = [limit for limit in finding.limits if limit not in said]
        again = len(new) < len(finding.limits)
        said.update(new)
        yield _finding(finding, [*new, *([AS_ABOVE] if again else [])], references)


def _finding(finding: Finding, limits: list[str], references: References) -> FindingBlock:
    where = f"finding {finding.id}"
    commitments: list[Run] = []
    for commitment_id in finding.standards:
        commitment = require_in_force(commitment_id, references.election_day)
        if commitments:
            commitments.append(Text("; "))
        commitments.append(CommitmentText(commitment.citation, commitment.id))
    return FindingBlock(
        id=finding.id,
        runs=references.resolve(finding.sentence, where),
        strength=_strength(finding, references),
        scope=SCOPE_WORDS[finding.scope],
        commitments=tuple(commitments),
        law="; ".join(finding.law_articles),
        limits=tuple(references.resolve(limit, f"{where}, limits") for limit in limits),
        recommendation=references.resolve(finding.recommendation, f"{where}, recommendation"),
    )


def _strength(finding: Finding, references: References) -> str:
    """How the finding is known; what observers saw is not what stands in the commission's data."""
    kinds = {
        references.figures[name].kind for name in finding.figures if name in references.figures
    }
    if finding.strength is Strength.OBSERVED and kinds & {Kind.OBSERVATION_SHARE}:
        return SEEN
    return STRENGTH_WORDS[finding.strength.value]


def _method(material: Material, references: References) -> Iterator[Block]:
    yield Heading(1, "How the figures were made", "method")
    opening = (
        "Each figure in this statement is computed from a snapshot of the data that cannot be "
        "changed unnoticed, and leads to a page with its numerator, denominator, exclusions, the "
        "query and the rows behind it. Proposals for findings are made by rules; a person accepted "
        "each one that stands here."
    )
    yield from _paragraphs(opening, "method", references)
    for analysis in CATALOGUE:
        result = material.results.get(analysis.name)
        if result is None:
            continue
        yield Heading(3, analysis.question, f"method-{analysis.name.replace('.', '-')}")
        for note in result.notes:
            # Notes are made by the analysis and name elections and rules by their ids.
            yield Paragraph((Text(note),), "note")
        for limit in analysis.cannot_say:
            where = f"limits of {analysis.name}"
            yield Paragraph((Text("Cannot show: "), *references.resolve(limit, where)), "note")


def _mission_information(mission: Mission, references: References) -> Iterator[Block]:
    yield Heading(1, "About this statement", "about")
    yield from _paragraphs(mission.sections.get("about", ""), "section about", references)
    if mission.contact:
        yield Paragraph((Text(mission.contact),))


def _paragraphs(
    text: str, where: str, references: References, role: str = "body"
) -> Iterator[Paragraph]:
    # Before lines are joined, so that the problem names the right one.
    check_text(text, where, references.language)
    for part in text.strip().split("\n\n"):
        joined = " ".join(part.split())
        if joined:
            yield Paragraph(references.resolve(joined, where), role)


def _cited(findings: list[Finding]) -> tuple[Entry, ...]:
    ids = dict.fromkeys(i for finding in findings for i in finding.standards)
    return tuple(Entry(number, i, _cited_text(i)) for number, i in enumerate(ids, start=1))


def _cited_text(commitment_id: str) -> str:
    commitment = find_commitment(commitment_id)
    unchecked = "" if commitment.evidence == "V" else " [not yet checked against the original]"
    return (
        f"{commitment.citation} ({commitment.instrument.binding}): {commitment.summary}{unchecked}"
    )
