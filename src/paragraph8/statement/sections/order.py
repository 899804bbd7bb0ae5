"""The sections of a statement of preliminary findings, in the fixed order of the field."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from paragraph8.statement.documents.model import Block
from paragraph8.statement.sections.context import Context
from paragraph8.statement.sections.protocols import counting
from paragraph8.statement.sections.technology import technology
from paragraph8.statement.sections.turnout import participation
from paragraph8.statement.sections.voterlist import additions


def _nothing(_: Context) -> Iterator[Block]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its id (used by findings and the mission file), title, level and own blocks."""

    id: str
    title: str
    blocks: Callable[[Context], Iterator[Block]] = _nothing
    level: int = 2


ELECTION_DAY = "election_day"

SECTIONS = (
    Section("background", "Background"),
    Section("legal_framework", "Legal framework and electoral system"),
    Section("administration", "Election administration"),
    Section("technology", "New voting technologies", technology),
    Section("voter_registration", "Voter registration", additions),
    Section("candidate_registration", "Candidate registration"),
    Section("campaign", "Election campaign"),
    Section("campaign_finance", "Campaign finance"),
    Section("media", "Media"),
    Section("complaints", "Complaints and appeals"),
    Section("women", "Participation of women"),
    Section("minorities", "Participation of national minorities"),
    Section("observers", "Citizen and international observers"),
    Section(ELECTION_DAY, "Election day"),
    Section("opening", "Opening", level=3),
    Section("voting", "Voting and participation", participation, level=3),
    Section("count", "Closing and counting", counting, level=3),
    Section("results", "Tabulation and results", level=3),
)
