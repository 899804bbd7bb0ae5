"""What protocols show of the voter list on election day."""

from collections.abc import Iterator

from paragraph8.analysis.voterlist import additions
from paragraph8.findings.proposals import Evidence, finding, ref
from paragraph8.kernel.finding import Finding, Strength

STANDARDS = ("CGP-I.1.2", "GC25-11", "CPH-7.3", "ICCPR-25b")


def added_voters(evidence: Evidence) -> Iterator[Finding]:
    """Voters added on the day: how many, where, and how they spread over ordinary stations."""
    name = additions.NAME
    everywhere = evidence.figure(f"{name}.added", source="published", stations="all")
    ordinary = evidence.figure(f"{name}.added", source="published", stations="ordinary")
    abroad = evidence.figure(f"{name}.added", source="published", stations="abroad")
    median = evidence.figure(f"{name}.median", source="published", stations="ordinary")
    if not (everywhere and ordinary and median and everywhere.value):
        return
    figures = [everywhere, ordinary, median]
    sentence = (
        f"Stations added {ref(everywhere, 'count')} to their lists on election day, which is "
        f"{ref(everywhere, 'share')}. "
    )
    at_ordinary = "At ordinary"
    if abroad:
        figures.append(abroad)
        sentence += (
            f"Abroad, where adding voters is how voting works, it was {ref(abroad, 'share')}; "
        )
        at_ordinary = "at ordinary"
    sentence += (
        f"{at_ordinary} stations it was {ref(ordinary, 'share')}, and the ordinary station in the "
        f"middle added {ref(median, 'count')}."
    )
    yield finding(
        evidence,
        id="voterlist.additions",
        section="voter_registration",
        figures=tuple(figures),
        standards=STANDARDS,
        strength=Strength.OBSERVED,
        limits=additions.LIMITS,
        sentence=sentence,
    )
