"""Incidents: facts are told as facts, what was told is told as told, and nothing else is said."""

from collections.abc import Iterator

from paragraph8.analysis.incidents import reports
from paragraph8.findings.proposals import Evidence, finding, ref
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.finding import Finding, Strength

STANDARDS = ("CPH-7.7", "CPH-5.4", "ICCPR-9")
# Category -> what such an incident is, in words that accuse nobody.
KINDS = {
    "violence": "violence",
    "threat": "threats or intimidation",
    "vote_buying": "offers for votes",
    "public_resources": "use of public resources for a contestant",
    "obstruction": "obstruction of observers, agents or media",
    "registration": "voters and the list",
    "fraud": "votes that were not the voter's",
    "tampering": "ballots or results that were interfered with",
    "secrecy": "the secrecy of the vote",
    "campaign_freedom": "freedom to campaign",
    "hate_speech": "hate speech",
    "detention": "people held",
    "damage": "damage to property",
    "technical": "technical failures",
    "other": "other matters",
}
MOST_KINDS = 4


def stated_as_fact(evidence: Evidence) -> Iterator[Finding]:
    """Events that observers saw, or had from several independent sources."""
    events = evidence.figure(f"{reports.NAME}.events")
    if events is None or not events.value:
        return
    kinds = _by_category(evidence)[:MOST_KINDS]
    sentence = f"Observers saw, or learnt of from independent sources, {ref(events, 'count')}"
    if kinds:
        told = ", ".join(f"{words} ({ref(figure, 'number')})" for words, figure in kinds)
        sentence += f"; among them were events about {told}"
    yield finding(
        evidence,
        id="incidents.facts",
        section="election_day",
        figures=(events, *(figure for _, figure in kinds)),
        standards=STANDARDS,
        strength=Strength.CORROBORATED,
        limits=reports.LIMITS,
        sentence=f"{sentence}.",
    )


def received(evidence: Evidence) -> Iterator[Finding]:
    """Events known from one credible source each: told as received, never added to the others."""
    events = evidence.figure(f"{reports.NAME}.received_events")
    if events is None or not events.value:
        return
    yield finding(
        evidence,
        id="incidents.received",
        section="election_day",
        figures=(events,),
        standards=STANDARDS,
        strength=Strength.REPORTED,
        limits=reports.LIMITS,
        sentence=(
            f"Observers were told of {ref(events, 'count')} by a credible source that nobody else "
            "confirmed. They are not counted with what observers saw."
        ),
    )


def _by_category(evidence: Evidence) -> list[tuple[str, Figure]]:
    """Kinds of events with their figures, the most frequent first."""
    result = evidence.results.get(reports.NAME)
    found = [
        (KINDS[figure.dimensions["category"]], figure)
        for figure in (result.figures if result else ())
        if figure.name == f"{reports.NAME}.events_by_category"
        and figure.dimensions["election"] == evidence.subject.election
        and figure.dimensions["category"] in KINDS
        and figure.value
    ]
    found.sort(key=lambda entry: (-entry[1].value, entry[0]))
    return found
