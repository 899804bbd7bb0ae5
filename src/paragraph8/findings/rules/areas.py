"""In how many areas does something occur? "Widespread" is never said without asking."""

from collections import Counter

from paragraph8.analysis.observation.tallies import OBSERVERS, item_rule
from paragraph8.findings.proposals import Evidence
from paragraph8.kernel.figure import Figure


def in_most_areas(evidence: Evidence, figure: Figure) -> bool:
    """Whether the figure's share lies above the profile's `frequent_share` in most areas.

    Areas and bases are those of the checks of the figure's analysis (tallies of a rule, or of a
    question to observers); for a figure without tallies by area the answer is no, which errs to the
    weaker word.
    """
    result = evidence.results.get(figure.name.rsplit(".", 1)[0])
    where = figure.dimensions
    rule = where.get("rule") or item_rule(where.get("item", ""))
    source = where.get("source", OBSERVERS)
    if result is None:
        return False
    shares = Counter(
        tally.failed > evidence.profile.frequent_share * tally.checked
        for tally in result.checks
        if tally.area
        and tally.checked
        and tally.rule == rule
        and tally.election == where["election"]
        and tally.source == source
    )
    return shares[True] > shares[False]
