"""The sections of a statement of preliminary findings, in the fixed order of the field."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from paragraph8.statement.documents.model import Block
from paragraph8.statement.sections import observation
from paragraph8.statement.sections.chain import chain
from paragraph8.statement.sections.context import Context
from paragraph8.statement.sections.list_comparison import comparison
from paragraph8.statement.sections.protocols import counting
from paragraph8.statement.sections.technology import technology
from paragraph8.statement.sections.turnout import participation
from paragraph8.statement.sections.voterlist import additions


def _nothing(_: Context) -> Iterator[Block]:
    return iter(())


def _both(*makers: Callable[[Context], Iterator[Block]]) -> Callable[[Context], Iterator[Block]]:
    def blocks(context: Context) -> Iterator[Block]:
        for make in makers:
            yield from make(context)

    return blocks


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its id (used by findings and the mission file), title, level and own blocks.

    optional   left out where nothing stands in it
    """

    id: str
    title: str
    blocks: Callable[[Context], Iterator[Block]] = _nothing
    level: int = 2
    optional: bool = False


ELECTION_DAY = "election_day"

SECTIONS = (
    Section("background", "Background"),
    Section("legal_framework", "Legal framework and electoral system"),
    Section("administration", "Election administration"),
    Section("technology", "New voting technologies", technology),
    Section("voter_registration", "Voter registration", _both(comparison, additions)),
    Section("candidate_registration", "Candidate registration"),
    Section("campaign", "Election campaign"),
    Section("campaign_finance", "Campaign finance"),
    Section("media", "Media"),
    Section("complaints", "Complaints and appeals"),
    Section("women", "Participation of women"),
    Section("minorities", "Participation of national minorities"),
    Section("observers", "Citizen and international observers"),
    Section(ELECTION_DAY, "Election day", observation.election_day),
    Section("opening", "Opening", observation.opening, level=3),
    Section(
        "voting", "Voting and participation", _both(observation.voting, participation), level=3
    ),
    Section(
        "electronic", "Electronic voting", observation.electronic_voting, level=3, optional=True
    ),
    Section("count", "Closing and counting", _both(observation.count, counting), level=3),
    Section("results", "Tabulation and results", _both(observation.tabulation, chain), level=3),
    Section("observers_access", "Observers and agents on election day", level=3, optional=True),
)
