"""Decisions: who accepted, worded or rejected a finding, when, and on which figures.

A decisions file is append-only TOML beside the snapshot, never inside it. The latest decision on
a finding holds. The server writes the same records.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from paragraph8.kernel.canonical import canonical_json, sha256_hex
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.finding import Finding
from paragraph8.kernel.problem import Problem

ACTIONS = ("accept", "word", "reject")
NEEDED = ("snapshot", "finding", "action", "by", "at", "figures")
FIGURE_REFERENCE = re.compile(r"\{\{fig:(?P<name>[^|{}]+)")
HEADER = (
    "# Decisions on proposed findings: append-only, the latest on a finding holds.\n"
    "# figures: digest of the sentence and figures the person saw; when they change it is stale.\n"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `at` is the date as typed; `sentence` only where the person worded it anew."""

    snapshot: str
    finding: str
    action: str
    by: str
    at: str
    figures: str
    why: str = ""
    sentence: str = ""
    recommendation: str = ""


def figures_digest(finding: Finding, figures: Mapping[str, Figure], sentence: str = "") -> str:
    """Sixteen hexadecimal digits over all that a person sees who decides on a finding.

    The sentence (as proposed, or as worded anew), its figures with their values and bases, scope,
    strength, commitments and limits. A figure that is not there any more is part of it as absent.
    """
    text = sentence or finding.sentence
    named = {match["name"] for match in FIGURE_REFERENCE.finditer(text)}
    seen = []
    for figure_id in sorted({*finding.figures, *named}):
        figure = figures.get(figure_id)
        values = [figure.value, figure.numerator, figure.denominator, figure.base] if figure else []
        seen.append([figure_id, *values])
    content = [
        text,
        seen,
        finding.scope.value,
        finding.strength.value,
        finding.standards,
        finding.limits,
    ]
    return sha256_hex(canonical_json(content))[:16]


def read_decisions(file: str, text: str) -> list[Decision]:
    """The decisions in this TOML text. Raises Problem decision.bad_entry."""
    try:
        entries = tomllib.loads(text).get("decision", [])
    except tomllib.TOMLDecodeError as error:
        raise Problem("decision.bad_entry", file=file, number=0, reason=error) from None
    if not isinstance(entries, list):
        reason = "a decision begins with [[decision]], in double brackets"
        raise Problem("decision.bad_entry", file=file, number=0, reason=reason)
    if not all(isinstance(entry, dict) for entry in entries):
        reason = "a decision is a table that begins with [[decision]]"
        raise Problem("decision.bad_entry", file=file, number=0, reason=reason)
    return [_decision(file, number, entry) for number, entry in enumerate(entries, start=1)]


def as_toml(decision: Decision) -> str:
    """The text to append to a decisions file."""
    lines = ["", "[[decision]]"]
    for name in Decision.__dataclass_fields__:
        value = getattr(decision, name)
        if value:
            # TOML's basic strings are JSON strings, but for the one control character JSON bears.
            text = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
            lines.append(f"{name} = {text}")
    return "\n".join(lines) + "\n"


def accepted(
    proposals: Iterable[Finding],
    decisions: Iterable[Decision],
    figures: Mapping[str, Figure],
    snapshot: str,
) -> list[Finding]:
    """The accepted findings, in the order of the proposals, as their latest decisions word them.

    Raises Problem decision.unknown_finding (a decision on this snapshot names no proposal),
    statement.stale_decision (the figures are no longer those the person saw).
    """
    proposed = {finding.id: finding for finding in proposals}
    latest = {d.finding: d for d in decisions if d.snapshot == snapshot}
    for finding_id in latest:
        if finding_id not in proposed:
            known = ", ".join(proposed) or "none"
            raise Problem("decision.unknown_finding", finding=finding_id, known=known)
    taken = []
    for finding_id, finding in proposed.items():
        decision = latest.get(finding_id)
        if decision is None or decision.action == "reject":
            continue
        if figures_digest(finding, figures, decision.sentence) != decision.figures:
            raise Problem(
                "statement.stale_decision", finding=finding_id, by=decision.by, at=decision.at
            )
        taken.append(
            replace(
                finding,
                sentence=decision.sentence or finding.sentence,
                recommendation=decision.recommendation,
            )
        )
    return taken


def decide(
    finding: Finding,
    figures: Mapping[str, Figure],
    *,
    snapshot: str,
    action: str,
    by: str,
    at: date,
    why: str = "",
    sentence: str = "",
    recommendation: str = "",
) -> Decision:
    """A decision on a finding as it stands now. Raises Problem decision.no_name."""
    if not by.strip():
        raise Problem("decision.no_name")
    for name, text in (("by", by), ("why", why), ("sentence", sentence)):
        if not text.isprintable():
            expected = "a text on one line, without control characters"
            raise Problem("analysis.bad_parameter", parameter=name, value=text, expected=expected)
    digest = figures_digest(finding, figures, sentence)
    return Decision(
        snapshot, finding.id, action, by, at.isoformat(), digest, why, sentence, recommendation
    )


def _decision(file: str, number: int, entry: Mapping[str, object]) -> Decision:
    known = Decision.__dataclass_fields__
    missing = [name for name in NEEDED if not str(entry.get(name, "")).strip()]
    unknown = [name for name in entry if name not in known]
    reason = ""
    if missing:
        reason = f"it lacks {', '.join(missing)}"
    elif unknown:
        reason = f"it has the unknown entry {', '.join(unknown)}"
    elif entry["action"] not in ACTIONS:
        reason = f"the action is {entry['action']!r}; expected {', '.join(ACTIONS)}"
    elif entry["action"] == "word" and not entry.get("sentence"):
        reason = "the action word needs a sentence"
    if reason:
        raise Problem("decision.bad_entry", file=file, number=number, reason=reason)
    return Decision(**{name: str(value) for name, value in entry.items()})
