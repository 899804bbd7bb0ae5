"""All rules that propose findings, in the order in which they are shown."""

from paragraph8.findings.proposals import Evidence
from paragraph8.findings.rules import (
    assessments,
    declared,
    incidents,
    protocols,
    protocols_seen,
    turnout,
    voterlist,
)
from paragraph8.kernel.finding import Finding

RULES = (
    assessments.assessments,
    declared.declared,
    assessments.observer_statements,
    assessments.differences,
    incidents.stated_as_fact,
    incidents.received,
    protocols.publication,
    protocols.reconciliation,
    protocols.failing_rules,
    protocols.both_channels,
    protocols.memory,
    protocols.memory_beside,
    protocols.direction,
    protocols.margin,
    protocols.copies,
    protocols_seen.posted_copies,
    protocols_seen.changed_numbers,
    voterlist.lists_differ,
    voterlist.second_entries,
    voterlist.added_voters,
    turnout.turnout,
)


def propose(evidence: Evidence) -> list[Finding]:
    """Every finding that a rule proposes from these results."""
    return [finding for rule in RULES for finding in rule(evidence)]
