"""Pairs: what is unusual about a team, and whom to put together. Pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from paragraph8.server.missions.models import Mission
from paragraph8.server.people.models import Observer

# Pairing compares everybody with everybody; more than this at once would make the page slow.
MOST = 400


@dataclass(frozen=True, slots=True)
class Pair:
    """Two observers who could go together, and why."""

    first: Observer
    second: Observer
    languages: tuple[str, ...]
    remarks: tuple[str, ...]


def mixes_nationalities(mission: Mission) -> bool:
    """Whether the rule of two nationalities holds; a citizen network has one nationality."""
    return mission.format != "citizen_network"


def warnings(members: Sequence[Observer], mission: Mission) -> list[str]:
    """What is unusual about a team with these members. None of it forbids anything."""
    here = [member for member in members if not member.withdrawn]
    said = []
    if len(members) > len(here):
        said.append(_("A withdrawn observer is still in the team: phones of the team do not work."))
    if len(here) != 2:
        count = len(here)
        said.append(
            ngettext(
                "The team has %d observer, not two.", "The team has %d observers, not two.", count
            )
            % count
        )
    if len(here) > 1:
        said += _between(here, mission)
    if here and not _speaks(here, mission):
        said.append(
            _("Nobody in the team reads a language of the forms (%s).")
            % ", ".join(mission.languages)
        )
    return said


def _between(members: Sequence[Observer], mission: Mission) -> list[str]:
    said = []
    if mixes_nationalities(mission) and len({m.nationality for m in members}) == 1:
        said.append(_("All have the same nationality."))
    if not common_languages(members):
        said.append(_("They have no common language."))
    if len({m.institution_id for m in members}) > 1:
        said.append(_("They are sent by different institutions."))
    return said


def common_languages(members: Iterable[Observer]) -> list[str]:
    """Languages that all have, in the order of the first one."""
    first, *others = list(members)
    return [word for word in first.languages if all(word in o.languages for o in others)]


def suggest(unpaired: Sequence[Observer], mission: Mission) -> tuple[list[Pair], list[Observer]]:
    """Pairs of different nationality with a common language, and who is left over.

    Greedy and repeatable: whoever has the fewest possible partners is paired first, with the
    partner of the same institution before others, then with a language of the forms in common,
    then the partner who has the fewest others; equal cases go by id. Only observers of the same
    kind and organisation go together. At most MOST observers are looked at.
    """
    people = sorted(unpaired, key=lambda o: o.pk)[:MOST]
    by_id = {o.pk: o for o in people}
    partners = {o.pk: {p.pk for p in people if _fit(o, p, mission)} for o in people}
    pairs = []
    while free := [pk for pk in partners if partners[pk]]:
        first = min(free, key=lambda pk: (len(partners[pk]), pk))
        second = min(
            partners[first],
            key=lambda pk: (*_rank(by_id[first], by_id[pk], mission), len(partners[pk]), pk),
        )
        pairs.append(_pair(by_id[first], by_id[second], mission))
        for gone in (first, second):
            for other in partners.pop(gone):
                if other in partners:
                    partners[other].discard(gone)
    return pairs, [by_id[pk] for pk in partners]


def _fit(one: Observer, other: Observer, mission: Mission) -> bool:
    return (
        one.pk != other.pk
        and one.kind == other.kind
        and one.organisation_id == other.organisation_id
        and (one.nationality != other.nationality or not mixes_nationalities(mission))
        and bool(set(one.languages) & set(other.languages))
    )


def _rank(one: Observer, other: Observer, mission: Mission) -> tuple[bool, bool]:
    common = set(common_languages([one, other]))
    return one.institution_id != other.institution_id, not common & set(mission.languages)


def _speaks(members: Iterable[Observer], mission: Mission) -> bool:
    return not mission.languages or any(set(m.languages) & set(mission.languages) for m in members)


def _pair(one: Observer, other: Observer, mission: Mission) -> Pair:
    remarks = []
    if one.institution_id != other.institution_id:
        remarks.append(_("different institutions"))
    if not _speaks([one, other], mission):
        remarks.append(_("no language of the forms"))
    return Pair(one, other, tuple(common_languages([one, other])), tuple(remarks))
