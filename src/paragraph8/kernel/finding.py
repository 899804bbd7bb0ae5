"""Finding: figures joined to the commitments in force on election day, in a sentence."""

from dataclasses import dataclass
from enum import StrEnum


class Strength(StrEnum):
    """How a finding is known. The words of a sentence follow it."""

    OBSERVED = "observed"
    CORROBORATED = "corroborated"
    REPORTED = "reported"


class Scope(StrEnum):
    """How far a finding reaches; the shares behind the words stand in a named profile."""

    NOT_SCALED = "not scaled"
    ISOLATED = "isolated"
    FEW = "few"
    SOME = "some"
    FREQUENT = "frequent"
    WIDESPREAD = "widespread"


@dataclass(frozen=True, slots=True)
class Finding:
    """A proposed or accepted statement of fact.

    sentence   text in which every number, date, name and commitment is a reference
    standards  commitment ids, most specific first
    section    the section of the statement in which it stands
    law_articles  articles of the domestic law, as the mission file names them
    limits     sentences that say what the finding cannot show
    """

    id: str
    rule: str
    section: str
    election: str
    figures: tuple[str, ...]
    standards: tuple[str, ...]
    strength: Strength
    scope: Scope
    sentence: str
    limits: tuple[str, ...]
    law_articles: tuple[str, ...] = ()
    recommendation: str = ""
    headline: bool = False
