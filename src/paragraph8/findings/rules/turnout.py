"""What protocols show of participation."""

from collections.abc import Iterator

from paragraph8.analysis.turnout import participation
from paragraph8.findings.proposals import Evidence, finding, ref
from paragraph8.kernel.finding import Finding, Strength

STANDARDS = ("CPH-7.4", "ICCPR-25b", "UDHR-21")


def turnout(evidence: Evidence) -> Iterator[Finding]:
    """Turnout as recorded, and stations that record more voters than their list."""
    where = {"source": "published", "stations": "all"}
    overall = evidence.figure(f"{participation.NAME}.turnout", **where)
    over_list = evidence.figure(f"{participation.NAME}.over_list", **where)
    if not (overall and over_list):
        return
    yield finding(
        evidence,
        id="turnout.participation",
        section="voting",
        figures=(overall, over_list),
        standards=STANDARDS,
        strength=Strength.OBSERVED,
        limits=participation.LIMITS,
        sentence=(
            f"According to the protocols {ref(overall, 'share')} took part. More persons than were "
            f"on the list or added are recorded at {ref(over_list, 'of')}."
        ),
    )
