"""What a run found, in ten lines for a terminal."""

from collections.abc import Iterable

from paragraph8.findings.decisions import Decision, accepted
from paragraph8.statement.build import Material, plain_sentence
from paragraph8.statement.wording.references import say_date

LINES = 10


def ten_lines(material: Material, decisions: Iterable[Decision]) -> list[str]:
    """At most ten lines: what was looked at, then the first sentence of each accepted finding.

    Raises what `accepted` raises.
    """
    stations = material.tables["station"].group_by("election").len().sort("election")
    elections = ", ".join(f"{election}: {n:,} stations" for election, n in stations.rows())
    day = say_date(material.subject.election_day)
    findings = accepted(material.proposals, decisions, material.figures, material.tables.snapshot)
    lines = [f"{elections}. What follows speaks of {day}."]
    for finding in findings:
        sentence = plain_sentence(material, finding.sentence, f"finding {finding.id}")
        lines.append("- " + sentence.partition(". ")[0].rstrip(".") + ".")
    return lines[:LINES]
