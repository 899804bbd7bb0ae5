"""SQL as text: literals, conditions, and the named steps of a query."""

from collections.abc import Mapping

Steps = dict[str, str]
"""Name -> the SELECT that makes it, in an order in which each uses earlier ones only."""


def literal(text: str) -> str:
    """The text as SQL writes it: between apostrophes, those inside it doubled."""
    return "'" + text.replace("'", "''") + "'"


def matches(values: Mapping[str, str]) -> str:
    """The condition that every column has its value."""
    return " AND ".join(f"{column} = {literal(value)}" for column, value in values.items())


def query(steps: Steps, select: str) -> str:
    """WITH all steps, the SELECT that gives the answer."""
    named = ",\n".join(f"{name} AS (\n{_indented(step)}\n)" for name, step in steps.items())
    return f"WITH {named}\n{select}" if named else select


def _indented(step: str) -> str:
    return "\n".join(f"  {line}" for line in step.split("\n"))
