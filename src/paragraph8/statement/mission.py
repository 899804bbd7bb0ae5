"""The mission file: who speaks, of which election, with which parameters and texts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from paragraph8.findings.proposals import Subject
from paragraph8.kernel.problem import Problem
from paragraph8.tables.tables import Tables

RIGHT_TO_LEFT = ("ar", "fa", "ur", "he")
KINDS = ("mission", "demonstration", "simulated")


@dataclass(frozen=True, slots=True)
class Mission:
    """What `mission.toml` holds.

    kind      mission, demonstration (official data, no mission's statement), or simulated
    beside    another election shown beside, and what was different about its procedure
    sections  section id -> text in references
    names     what {{name:KEY}} stands for; a name may hold digits (a licence's version) but a
              number is no name and is refused when the statement is built
    parameters  handed to the analyses: rules, seats, levels
    """

    title: str
    subtitle: str
    kind: str
    notice: str
    bodies: tuple[str, ...]
    place: str
    date: date
    language: str
    election: str
    beside: str
    beside_change: str
    profile: str
    contact: str
    names: Mapping[str, str]
    sections: Mapping[str, str]
    parameters: Mapping[str, Any]

    @property
    def direction(self) -> str:
        """rtl or ltr, by the language."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"


def read_mission(file: str, text: str) -> Mission:
    """The mission in this TOML text.

    Raises Problem mission.not_toml, mission.missing_entry.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Problem("mission.not_toml", file=file, reason=error) from None
    head = content.get("mission", {})
    for entry in ("title", "kind", "bodies", "date", "election"):
        if entry not in head:
            raise Problem("mission.missing_entry", file=file, entry=f"{entry} in [mission]")
    if head["kind"] not in KINDS:
        expected = f"kind in [mission] as one of {', '.join(KINDS)}"
        raise Problem("mission.missing_entry", file=file, entry=expected)
    if head["kind"] != "mission" and not head.get("notice"):
        entry = "notice in [mission], which says on every page that this is no mission's statement"
        raise Problem("mission.missing_entry", file=file, entry=entry)
    if not isinstance(head["date"], date):
        raise Problem("mission.missing_entry", file=file, entry="date as 2024-05-13, unquoted")
    beside = content.get("beside", {})
    return Mission(
        title=head["title"],
        subtitle=head.get("subtitle", "Statement of preliminary findings and conclusions"),
        kind=head["kind"],
        notice=head.get("notice", ""),
        bodies=tuple(head["bodies"]),
        place=head.get("place", ""),
        date=head["date"],
        language=head.get("language", "en"),
        election=head["election"],
        beside=beside.get("election", ""),
        beside_change=beside.get("change", ""),
        profile=head.get("profile", "paragraph8-2026"),
        contact=head.get("contact", ""),
        names=content.get("names", {}),
        sections=content.get("sections", {}),
        parameters=content.get("parameters", {}),
    )


def subject_of(mission: Mission, tables: Tables, file: str) -> Subject:
    """The election the mission speaks of, found in the tables. Raises mission.unknown_election."""
    elections = {row["election"]: row for row in tables["election"].to_dicts()}
    for election in (mission.election, mission.beside):
        if election and election not in elections:
            found = ", ".join(elections)
            raise Problem("mission.unknown_election", file=file, election=election, found=found)
    row = elections[mission.election]
    return Subject(
        election=mission.election,
        election_day=row["election_day"],
        country=row["country"],
        beside=mission.beside,
        beside_change=mission.beside_change,
    )
