"""The formulas of rules: read from text, computed by Polars, told as SQL."""

import re
from dataclasses import dataclass

from paragraph8.kernel.problem import Problem
from paragraph8.tables.words import CHANNELS, FIELDS, SOURCES

TERM = re.compile(
    r"\s*(?P<sign>[+-]?)\s*(?:(?P<factor>\d+)\s+)?"
    r"(?:(?P<number>\d+)|(?P<name>[a-z_]+)(?::(?P<channel>[a-z]+)|\[(?P<source>[a-z_]+)\])?)"
    r"(?P<optional>\??)\s*"
)
NUMBERS = {"", "votes", "largest_vote", "unreadable_cells", *FIELDS}


@dataclass(frozen=True, slots=True)
class Term:
    """`factor` times a named number of a protocol, or times one (`name` "").

    column   how the grid of protocols names it: field:channel
    source   set for the votes of each contestant in one source
    """

    factor: int
    name: str
    channel: str
    source: str
    optional: bool

    @property
    def column(self) -> str:
        return f"{self.name}:{self.channel}"


@dataclass(frozen=True, slots=True)
class Formula:
    """left = right, or left <= right; each side a sum of terms."""

    text: str
    left: tuple[Term, ...]
    equal: bool
    right: tuple[Term, ...]

    @property
    def sources(self) -> tuple[str, str] | None:
        """The two sources compared contestant by contestant, or None for a rule on one protocol."""
        first, second = self.left[0], self.right[0]
        return (first.source, second.source) if first.source and second.source else None


def read_formula(rule: str, text: str) -> Formula:
    """The formula in `text`. Raises Problem rule.bad_formula with the place it cannot be read."""
    left, sign, right = re.split(r"(<=|=)", text, maxsplit=1) if "=" in text else (text, "", "")
    if not sign:
        raise Problem("rule.bad_formula", rule=rule, formula=text, at=text)
    return Formula(text, _terms(rule, text, left), sign == "=", _terms(rule, text, right))


def _terms(rule: str, text: str, side: str) -> tuple[Term, ...]:
    terms: list[Term] = []
    at = 0
    while at < len(side) or not terms:
        match = TERM.match(side, at)
        # Two terms without a sign between them would be a typing error, not a sum.
        if not match or (terms and not match["sign"]):
            raise Problem("rule.bad_formula", rule=rule, formula=text, at=side[at:].strip())
        factor = int(match["number"] or match["factor"] or 1)
        signed = -factor if match["sign"] == "-" else factor
        name, channel = match["name"] or "", match["channel"] or "all"
        source = match["source"] or ""
        # A misspelt name would never be found on a protocol: the rule would be not checkable.
        if name not in NUMBERS or channel not in CHANNELS or source not in ("", *SOURCES):
            raise Problem("rule.bad_formula", rule=rule, formula=text, at=match[0].strip())
        terms.append(Term(signed, name, channel, source, bool(match["optional"])))
        at = match.end()
    return tuple(terms)
