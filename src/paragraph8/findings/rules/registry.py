"""All rules that propose findings, in the order in which they are shown."""

from paragraph8.findings.proposals import Evidence
from paragraph8.findings.rules import protocols, turnout, voterlist
from paragraph8.kernel.finding import Finding

RULES = (
    protocols.publication,
    protocols.reconciliation,
    protocols.failing_rules,
    protocols.both_channels,
    protocols.memory,
    protocols.memory_beside,
    protocols.direction,
    protocols.margin,
    protocols.copies,
    voterlist.added_voters,
    turnout.turnout,
)


def propose(evidence: Evidence) -> list[Finding]:
    """Every finding that a rule proposes from these results."""
    return [finding for rule in RULES for finding in rule(evidence)]
