"""p8 findings, p8 standards: proposals, decisions, and the commitments they rest on."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from paragraph8.cli.terminal import print_json, say
from paragraph8.cli.workspace import DECISIONS, beside, day_of, load_decisions, load_material
from paragraph8.findings.decisions import ACTIONS, HEADER, as_toml, decide
from paragraph8.findings.standards.commitments import search
from paragraph8.kernel.finding import Finding
from paragraph8.kernel.problem import Problem
from paragraph8.statement.build import Material, plain_sentence


def findings(
    snapshot: Annotated[Path, typer.Argument(help="Folder of a snapshot.")],
    action: Annotated[
        str | None, typer.Argument(help="accept, word or reject; none lists the proposals.")
    ] = None,
    finding: Annotated[list[str] | None, typer.Argument(help="Ids of findings, or all.")] = None,
    by: Annotated[str, typer.Option(help="Name of the person who decides.")] = "",
    why: Annotated[str, typer.Option(help="Reason.")] = "",
    sentence: Annotated[str, typer.Option(help="New wording, numbers as references.")] = "",
    recommendation: Annotated[str, typer.Option(help="Recommendation to publish with it.")] = "",
    on: Annotated[str, typer.Option(help="Date of the decision, 2024-05-13; today if none.")] = "",
    mission: Annotated[Path | None, typer.Option(help="Mission file.")] = None,
    decisions: Annotated[Path | None, typer.Option(help="Decisions file.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """List proposed findings, or decide on them. Decisions are appended, never changed."""
    material = load_material(snapshot, mission)
    if action is None:
        _list(material, snapshot, decisions, json)
        return
    chosen = _chosen_for(material, action, finding or [], sentence)
    day = day_of("--on", on) if on else datetime.now(tz=UTC).date()
    text = ""
    for item in chosen:
        # The guard speaks now, not when the statement is built at four in the morning.
        plain_sentence(material, sentence, f"finding {item.id}")
        plain_sentence(material, recommendation, f"finding {item.id}, recommendation")
        decision = decide(
            item,
            material.figures,
            snapshot=material.tables.snapshot,
            action=action,
            by=by,
            at=day,
            why=why,
            sentence=sentence,
            recommendation=recommendation,
        )
        text += as_toml(decision)
    path = beside(snapshot, decisions, DECISIONS)
    with path.open("a", encoding="utf-8") as file:
        file.write(text if file.tell() else HEADER + text)
    said = {"accept": "accepted", "word": "accepted in new words", "reject": "rejected"}[action]
    say(f"{len(chosen)} {said} by {by}, recorded in {path}")


def standards(
    words: Annotated[list[str] | None, typer.Argument(help="Words to look for.")] = None,
    theme: Annotated[str, typer.Option(help="Theme, for instance CNT or NVT.")] = "",
    on: Annotated[str, typer.Option(help="Election day, 2004-09-19: only texts in force.")] = "",
    state: Annotated[
        str, typer.Option(help="Two letters: does it bind this state on that day?")
    ] = "",
) -> None:
    """Search the catalogue of commitments."""
    day = day_of("--on", on) if on else None
    found = search(" ".join(words or ()), theme, day)
    for commitment in found:
        binding = ""
        if state and day:
            binds = commitment.binds(state.upper(), day)
            binding = f" [{'binds' if binds else 'does not bind'} {state.upper()}]"
        say(f"{commitment.id}: {commitment.citation} (adopted {commitment.instrument.adopted_on})"
            f"{binding}")  # fmt: skip
        say(f"  {commitment.summary} ({' '.join(commitment.themes)}; {commitment.evidence})")
    say(f"{len(found)} commitments")


def _chosen_for(material: Material, action: str, ids: list[str], sentence: str) -> list[Finding]:
    """The findings decided on. Raises Problem for an action that is none, and for a wording that
    is missing, not wanted, or meant for several findings at once."""
    if action not in ACTIONS:
        expected = f"one of {', '.join(ACTIONS)}"
        raise Problem("analysis.bad_parameter", parameter="action", value=action, expected=expected)
    if (action == "word") != bool(sentence.strip()):
        expected = "the new wording with the action word, and nothing with another action"
        raise Problem(
            "analysis.bad_parameter", parameter="--sentence", value=sentence, expected=expected
        )
    chosen = _chosen(material, ids)
    if sentence and len(chosen) > 1:
        expected = "one finding at a time"
        raise Problem(
            "analysis.bad_parameter", parameter="word", value=len(chosen), expected=expected
        )
    return chosen


def _chosen(material: Material, ids: list[str]) -> list[Finding]:
    proposed = {finding.id: finding for finding in material.proposals}
    if ids == ["all"]:
        return list(proposed.values())
    for finding_id in ids or [""]:
        if finding_id not in proposed:
            known = ", ".join(proposed)
            raise Problem("decision.unknown_finding", finding=finding_id, known=known)
    return [proposed[finding_id] for finding_id in ids]


def _list(material: Material, snapshot: Path, decisions: Path | None, json: bool) -> None:
    latest = {
        d.finding: d
        for d in load_decisions(snapshot, decisions)
        if d.snapshot == material.tables.snapshot
    }
    records = [
        {
            "id": finding.id,
            "section": finding.section,
            "sentence": plain_sentence(material, finding.sentence, f"finding {finding.id}"),
            "template": finding.sentence,
            "figures": list(finding.figures),
            "standards": list(finding.standards),
            "commitments": ", ".join(finding.standards),
            "strength": finding.strength.value,
            "scope": finding.scope.value,
            "limits": list(finding.limits),
            "decision": latest[finding.id].action if finding.id in latest else None,
        }
        for finding in material.proposals
    ]
    if json:
        print_json(records)
        return
    for record in records:
        decided = record["decision"] or "no decision yet"
        say(f"{record['id']}  ({record['strength']}, {record['scope']}; {decided})")
        say(f"  {record['sentence']}")
        say(f"  {record['commitments']}")
    say(f"{len(records)} proposals. To decide: p8 findings {snapshot} accept ID --by NAME")
