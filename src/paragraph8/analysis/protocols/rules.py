"""The rules as data: read from `rules.toml`, changed by what a mission file says."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from paragraph8.analysis.protocols.formula import Formula, Term, read_formula
from paragraph8.kernel.problem import Problem

SEVERITIES = ("critical", "error", "warning")
CHANGES = {"tolerance": (int, Mapping), "law": (str,), "formula": (str,), "off": (bool,)}


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A difference passes up to the larger of `absolute` and `share` of the term `of`."""

    absolute: int = 0
    share: float = 0.0
    of: Term | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One part of a rule, which is what is evaluated and counted.

    id   `protocol.A6.paper`: rule, and part where the rule has several
    counts   what a difference is a number of: ballots, votes, ballot papers, voters, numbers
    law  article of the law that orders it; "" until a mission names it
    """

    id: str
    says: str
    counts: str
    severity: str
    formula: Formula
    tolerance: Tolerance
    not_where: Term | None
    law: str


def rules(changes: Mapping[str, Mapping[str, Any]] | None = None) -> tuple[Rule, ...]:
    """All rules, with the `changes` of a mission: rule id -> tolerance, law, formula, or off.

    Raises Problem rule.bad_formula, analysis.bad_parameter (a rule or an entry that does not exist,
    a tolerance that is no number).
    """
    changes = changes or {}
    for rule_id, change in changes.items():
        _check_change(rule_id, change)
    found = [rule for entry in _entries() for rule in _parts(entry, changes)]
    known = {entry["id"] for entry in _entries()}
    known |= {_part_id(entry, part) for entry in _entries() for part in entry["parts"]}
    for rule_id in changes:
        if rule_id not in known:
            raise Problem(
                "analysis.bad_parameter",
                parameter="rules",
                value=rule_id,
                expected=f"one of {', '.join(sorted(known))}",
            )
    return tuple(found)


def _check_change(rule_id: str, change: object) -> None:
    """Refuse what no rule would read: a typing error would leave the rule as it was."""
    if not isinstance(change, Mapping):
        raise _bad(rule_id, change, "a table of changes")
    for entry, value in change.items():
        if entry not in CHANGES:
            raise _bad(rule_id, entry, f"one of {', '.join(CHANGES)}")
        tolerance = value if entry == "tolerance" and isinstance(value, Mapping) else {}
        if unknown := set(tolerance) - {"absolute", "share", "of"}:
            raise _bad(f"{rule_id}.tolerance", sorted(unknown)[0], "one of absolute, share, of")
        numbers = [value] if isinstance(value, int) else list(tolerance.values())
        if entry == "tolerance" and any(isinstance(n, int | float) and n < 0 for n in numbers):
            raise _bad(f"{rule_id}.tolerance", value, "zero or more")
        if not isinstance(value, CHANGES[entry]):
            raise _bad(f"{rule_id}.{entry}", value, f"a {CHANGES[entry][0].__name__}")


def _bad(parameter: str, value: object, expected: str) -> Problem:
    return Problem(
        "analysis.bad_parameter", parameter=f"rules.{parameter}", value=value, expected=expected
    )


@cache
def _entries() -> tuple[dict[str, Any], ...]:
    file = resources.files("paragraph8.analysis.protocols") / "rules.toml"
    return tuple(tomllib.loads(file.read_text(encoding="utf-8"))["rule"])


def _parts(entry: Mapping[str, Any], changes: Mapping[str, Mapping[str, Any]]) -> list[Rule]:
    made = []
    for part in entry["parts"]:
        rule_id = _part_id(entry, part)
        change = {**changes.get(entry["id"], {}), **changes.get(rule_id, {})}
        if change.get("off"):
            continue
        formula = read_formula(rule_id, change.get("formula", part["formula"]))
        made.append(
            Rule(
                id=rule_id,
                says=part.get("says", entry["says"]),
                counts=part.get("counts", entry["counts"]),
                severity=entry["severity"],
                formula=formula,
                tolerance=_tolerance(rule_id, change.get("tolerance", entry.get("tolerance", {}))),
                not_where=_term(rule_id, entry["not_where"]) if "not_where" in entry else None,
                law=change.get("law", ""),
            )
        )
    return made


def _part_id(entry: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    return f"{entry['id']}.{part['name']}" if "name" in part else str(entry["id"])


def _tolerance(rule_id: str, entry: Mapping[str, Any] | int) -> Tolerance:
    if isinstance(entry, int):
        return Tolerance(entry)
    of = _term(rule_id, entry["of"]) if "of" in entry else None
    return Tolerance(entry.get("absolute", 0), entry.get("share", 0.0), of)


def _term(rule_id: str, text: str) -> Term:
    return read_formula(rule_id, f"{text} = 0").left[0]
