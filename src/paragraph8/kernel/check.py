"""Check: one rule on one protocol. CheckTally: how many passed, failed, were not checkable."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """`not_checkable` never counts as pass."""

    PASS = "pass"
    FAIL = "fail"
    NOT_CHECKABLE = "not_checkable"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule on one protocol, complete enough to be quoted in a report.

    expected, found, tolerance, difference   in the unit of the rule's fields (ballots, voters);
    difference = found - expected. They are None where the rule could not be checked.
    """

    rule: str
    protocol: str
    expected: int | None
    found: int | None
    difference: int | None
    tolerance: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class CheckTally:
    """Verdicts of one rule over one source's protocols of one election, in one area ("" = all)."""

    rule: str
    election: str
    source: str
    area: str
    passed: int
    failed: int
    not_checkable: int

    @property
    def checked(self) -> int:
        """Protocols on which the rule could be checked."""
        return self.passed + self.failed
