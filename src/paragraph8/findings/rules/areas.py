"""In how many areas does something occur? "Widespread" is never said without asking."""

from collections import Counter

from paragraph8.findings.proposals import Evidence
from paragraph8.kernel.figure import Figure


def in_most_areas(evidence: Evidence, figure: Figure) -> bool:
    """Whether the figure's share lies above the profile's `frequent_share` in most areas.

    Areas and bases are those of the checks of the figure's analysis (rule tallies); for a figure
    without tallies by area the answer is no, which errs to the weaker word.
    """
    result = evidence.results.get(figure.name.rsplit(".", 1)[0])
    if result is None or "rule" not in figure.dimensions:
        return False
    shares = Counter(
        tally.failed > evidence.profile.frequent_share * tally.checked
        for tally in result.checks
        if tally.area
        and tally.checked
        and tally.rule == figure.dimensions["rule"]
        and tally.election == figure.dimensions["election"]
        and tally.source == figure.dimensions["source"]
    )
    return shares[True] > shares[False]
