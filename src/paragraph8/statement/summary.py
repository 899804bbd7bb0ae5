"""What a run found, in ten lines for a terminal."""

from collections.abc import Iterator

from paragraph8.kernel.finding import Finding
from paragraph8.statement.build import Material, plain_sentence
from paragraph8.statement.wording.references import say_date

LINES = 10


def ten_lines(material: Material) -> list[str]:
    """At most ten lines: what was looked at, then proposals, headline ones first."""
    stations = material.tables["station"].group_by("election").len().sort("election")
    elections = ", ".join(f"{election}: {n:,} stations" for election, n in stations.rows())
    day = say_date(material.subject.election_day)
    lines = [f"{elections}. Findings below speak of {day}."]
    for finding in _in_order(material.proposals):
        lines.append("- " + plain_sentence(material, finding.sentence, f"finding {finding.id}"))
    return lines[:LINES]


def _in_order(proposals: tuple[Finding, ...]) -> Iterator[Finding]:
    yield from (finding for finding in proposals if finding.headline)
    yield from (finding for finding in proposals if not finding.headline)
