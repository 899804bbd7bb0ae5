"""Numbers on a form that do not agree with each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paragraph8.analysis.quality.reports import Outcome, Reports, flagged
from paragraph8.analysis.quality.sql import numbers_query
from paragraph8.tables.answers import AnswerGrid

# Items of the codebook's header and of the voting form.
ON_LIST, ON_ARRIVAL, ON_DEPARTURE, ADDED = "H10", "H11a", "H11b", "V26"
# What a result protocol must satisfy within one channel: left, relation, right; sums by fields.
RULES = (
    ("received", "=", ("issued", "unused", "spoiled")),
    ("ballots_in_box", "=", ("valid", "invalid")),
    ("ballots_in_box", "<=", ("issued",)),
    ("issued", "<=", ("received",)),
)
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule on the items of one form: numbers on its left and its right side."""

    left: str
    relation: str
    right: tuple[str, ...]
    items: tuple[str, ...]

    def sides(self, grid: AnswerGrid) -> tuple[Numbers, Numbers]:
        """Both sides, NaN where a number is not given."""
        found, *parts = (grid.numbers(item) for item in self.items)
        return found, np.sum(parts, axis=0)

    def fails(self, grid: AnswerGrid) -> NDArray[np.bool_]:
        """Where it is broken; False where it cannot be checked."""
        found, expected = self.sides(grid)
        failed: NDArray[np.bool_] = (
            found > expected
            if self.relation == "<="
            else (found != expected) & ~np.isnan(found - expected)
        )
        return failed

    def said(self, grid: AnswerGrid) -> list[str]:
        """What stands on the form, for each form that breaks it."""
        failed = self.fails(grid)
        relation = "above" if self.relation == "<=" else "beside"
        named = " + ".join(self.right)
        return [
            f"{self.left} {found:g} {relation} {named} {expected:g}"
            for found, expected in zip(*(side[failed] for side in self.sides(grid)), strict=True)
        ]


def number_queries(reports: Reports) -> Iterator[Outcome]:
    """protocol_figures, turnout_backwards."""
    for grid in reports.grids.values():
        if rules := _rules(grid):
            yield _protocol(grid, rules)
        if grid.has(ON_DEPARTURE):
            yield _turnout(grid)


def _rules(grid: AnswerGrid) -> list[_Rule]:
    """The rules whose fields this form has items for, channel by channel."""
    channels: dict[str, dict[str, str]] = {}
    for item, row in grid.codebook.items():
        if row["form"] == grid.form and row["field"]:
            channels.setdefault(str(row["channel"]), {})[str(row["field"])] = item
    return [
        _Rule(left, relation, right, tuple(fields[name] for name in (left, *right)))
        for fields in channels.values()
        for left, relation, right in RULES
        if {left, *right} <= set(fields)
    ]


def _protocol(grid: AnswerGrid, rules: list[_Rule]) -> Outcome:
    odd, known = np.zeros(grid.height, dtype=bool), np.zeros(grid.height, dtype=bool)
    details: dict[int, list[str]] = {}
    for rule in rules:
        failed = rule.fails(grid)
        odd |= failed
        known |= ~np.isnan(np.subtract(*rule.sides(grid)))
        for place, said in zip(np.flatnonzero(failed).tolist(), rule.said(grid), strict=True):
            details.setdefault(place, []).append(said)
    detail = ["; ".join(details[place]) for place in np.flatnonzero(odd).tolist()]
    items = {item: item for rule in rules for item in rule.items}
    condition = " OR ".join(_condition(rule) for rule in rules)
    sql = numbers_query(grid.election, grid.form, items, condition)
    why = {"numbers missing": ~known}
    return flagged("protocol_figures", grid, odd, known, detail, sql, why)


def _condition(rule: _Rule) -> str:
    left, *right = (f'"{item}"' for item in rule.items)
    return f"{left} {'>' if rule.relation == '<=' else '<>'} {' + '.join(right)}"


def _turnout(grid: AnswerGrid) -> Outcome:
    before, after = grid.numbers(ON_ARRIVAL), grid.numbers(ON_DEPARTURE)
    on_list, added = grid.numbers(ON_LIST), grid.numbers(ADDED)
    fewer, over = after < before, after > on_list + added
    odd = fewer | over
    known = ~np.isnan(after - before) | ~np.isnan(after - on_list - added)
    numbers: Mapping[str, Numbers] = {"b": before, "a": after, "l": on_list, "n": added}
    rows = zip(fewer[odd], *(column[odd] for column in numbers.values()), strict=True)
    detail = [
        f"voted {a:g} at departure, {b:g} at arrival"
        if is_fewer
        else f"voted {a:g}, on the list {on:g}, added {n:g}"
        for is_fewer, b, a, on, n in rows
    ]
    sql = numbers_query(
        grid.election,
        grid.form,
        {"before": ON_ARRIVAL, "after": ON_DEPARTURE, "on_list": ON_LIST, "added": ADDED},
        "after < before OR after > on_list + added",
    )
    why = {"numbers missing": ~known}
    return flagged("turnout_backwards", grid, odd, known, detail, sql, why)
