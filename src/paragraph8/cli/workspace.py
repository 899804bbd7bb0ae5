"""A snapshot with its mission and decisions, as most commands need them."""

from datetime import date
from pathlib import Path

from paragraph8.cli.files import read_text
from paragraph8.findings.decisions import Decision, read_decisions
from paragraph8.kernel.problem import Problem
from paragraph8.statement.build import Material, gather
from paragraph8.statement.mission import read_mission
from paragraph8.tables.snapshot import read_snapshot

MISSION = "mission.toml"
DECISIONS = "decisions.toml"


def beside(snapshot: Path, given: Path | None, name: str) -> Path:
    """The file given, or the one of this name beside the snapshot's folder."""
    return given if given is not None else snapshot.resolve().parent / name


def load_material(snapshot: Path, mission: Path | None) -> Material:
    """Results, figures and proposals of a snapshot for a mission."""
    path = beside(snapshot, mission, MISSION)
    parsed = read_mission(path.name, read_text(path, "mission.missing"))
    return gather(parsed, read_snapshot(snapshot), path.name)


def load_decisions(snapshot: Path, decisions: Path | None) -> list[Decision]:
    """The decisions so far; none if the file does not exist yet."""
    path = beside(snapshot, decisions, DECISIONS)
    if not path.is_file():
        return []
    return read_decisions(path.name, read_text(path, "mission.missing"))


def day_of(option: str, text: str) -> date:
    """The day that an option names. Raises Problem analysis.bad_parameter."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        expected = "a date as 2024-05-13"
        raise Problem(
            "analysis.bad_parameter", parameter=option, value=text, expected=expected
        ) from None
