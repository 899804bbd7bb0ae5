"""Conditions of the codebook: when an item is asked, when an answer is demanded.

    O4 = yes        V26 > 0        H6 has electronic        E0 = opening or E0 = voting
    O36 >= 3 or serious

Clauses are joined by `and` or by `or`, never by both. `serious` stands for: a serious item of the
form has its problem answer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

CLAUSE = re.compile(r"(?P<item>\w+)\s*(?P<operator>!=|>=|<=|=|>|<|\bhas\b)\s*(?P<value>\S+)")
SERIOUS = "serious"


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison: item, operator (= != > >= < <= has), value."""

    item: str
    operator: str
    value: str

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Whether it holds for answers (item -> value; several choices joined by a space).

        An item without an answer fulfils no clause, not even `!=`.
        """
        answer = answers.get(self.item, "")
        if answer == "":
            return False
        if self.operator == "has":
            return self.value in answer.split()
        if self.operator in ("=", "!="):
            return (answer == self.value) == (self.operator == "=")
        try:
            number, limit = float(answer), float(self.value)
        except ValueError:
            return False
        return {
            ">": number > limit,
            ">=": number >= limit,
            "<": number < limit,
            "<=": number <= limit,
        }[self.operator]


@dataclass(frozen=True, slots=True)
class Condition:
    """Clauses joined by one word.

    text      as the codebook has it
    every     true: all must hold ("and"); false: one is enough ("or")
    serious   the word `serious` is one of the alternatives
    """

    text: str
    clauses: tuple[Clause, ...]
    every: bool
    serious: bool = False

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Whether it holds for these answers; `serious` is left to who knows the form."""
        outcomes = [clause.holds(answers) for clause in self.clauses]
        return all(outcomes) if self.every else any(outcomes)


def read_condition(text: str) -> Condition | None:
    """The condition that `text` states; None for "". ValueError if it is none."""
    if not text:
        return None
    joined_by_and = re.split(r"\s+and\s+", text)
    parts = joined_by_and if len(joined_by_and) > 1 else re.split(r"\s+or\s+", text)
    every = len(joined_by_and) > 1
    clauses = [_clause(part, text) for part in parts if part != SERIOUS]
    return Condition(text, tuple(clauses), every, SERIOUS in parts)


def _clause(part: str, whole: str) -> Clause:
    match = CLAUSE.fullmatch(part.strip())
    if match is None:
        raise ValueError(f"not a condition: {part!r} in {whole!r}")
    return Clause(match["item"], match["operator"], match["value"])
