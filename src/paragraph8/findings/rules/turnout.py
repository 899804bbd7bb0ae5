"""What protocols show of participation."""

from collections.abc import Iterator

from paragraph8.analysis.turnout import participation
from paragraph8.findings.proposals import Evidence, finding, ref
from paragraph8.kernel.finding import Finding, Strength

STANDARDS = ("CPH-7.4", "ICCPR-25b", "UDHR-21")


def turnout(evidence: Evidence) -> Iterator[Finding]:
    """Turnout as recorded."""
    where = {"source": "published", "stations": "all"}
    overall = evidence.figure(f"{participation.NAME}.turnout", **where)
    if overall is None:
        return
    yield finding(
        evidence,
        id="turnout.participation",
        section="voting",
        figures=(overall,),
        standards=STANDARDS,
        strength=Strength.OBSERVED,
        limits=participation.LIMITS,
        sentence=(f"According to the protocols {ref(overall, 'share')} took part."),
    )
