"""The mission file: who speaks, of which election, with which parameters and texts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from paragraph8.findings.proposals import Subject
from paragraph8.kernel.entries import Entries, read_toml
from paragraph8.kernel.problem import Problem
from paragraph8.tables.profile import DEFAULT_PROFILE
from paragraph8.tables.tables import Tables

RIGHT_TO_LEFT = ("ar", "fa", "ur")
PARAMETERS = ("rules", "seats", "levels", "observation", "quality", "incidents")
SUBTITLE = "Statement of preliminary findings and conclusions"
LANGUAGE = re.compile(r"[a-z]{2,3}")
KINDS = ("mission", "demonstration", "simulated")


@dataclass(frozen=True, slots=True)
class Mission:
    """What `mission.toml` holds.

    kind      mission, demonstration (official data, no mission's statement), or simulated
    beside    another election shown beside, and what was different about its procedure
    sections  section id -> text in references
    names     what {{name:KEY}} stands for; numbers in them are refused as in all text, but
              for the name `licence`
    parameters  handed to the analyses: profile, rules, seats, levels, observation, quality,
                incidents
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

    Raises Problem mission.not_toml, mission.missing_entry, mission.unknown_entry,
    mission.bad_value.
    """
    top = read_toml(file, text, "mission")
    head, beside = top.table("mission"), top.table("beside", optional=True)
    kind = head.word("kind", KINDS)
    notice = head.text("notice", default="")
    if kind != "mission" and not notice:
        entry = "notice in [mission], which says on every page that this is no mission's statement"
        raise Problem("mission.missing_entry", file=file, entry=entry)
    mission = Mission(
        title=head.text("title"),
        subtitle=head.text("subtitle", default=SUBTITLE),
        kind=kind,
        notice=notice,
        bodies=head.texts("bodies"),
        place=head.text("place", default=""),
        date=head.day("date"),
        language=head.text("language", default="en"),
        election=head.text("election"),
        beside=beside.text("election", default=""),
        beside_change=beside.text("change", default=""),
        profile=head.text("profile", default=DEFAULT_PROFILE),
        contact=head.text("contact", default=""),
        names=top.mapping("names"),
        sections=top.mapping("sections"),
        parameters={
            # Limits of small cells and weak figures are the publisher's, not the analysis's.
            "profile": head.text("profile", default=DEFAULT_PROFILE),
            **_parameters(top.table("parameters", optional=True)),
        },
    )
    if not LANGUAGE.fullmatch(mission.language):
        raise Problem(
            "mission.bad_value",
            file=file,
            where="language in [mission]",
            value=mission.language,
            expected="a language code of two or three letters",
        )
    if not mission.bodies:
        raise Problem("mission.missing_entry", file=file, entry="bodies in [mission]")
    top.refuse_unread()
    return mission


def _parameters(entry: Entries) -> dict[str, Any]:
    """What analyses take; each checks its own values, a word that none knows is refused here."""
    return {name: entry.anything(name) for name in PARAMETERS if entry.has(name)}


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
