"""What the plan covers: areas and stages, and the gaps in words. Pure functions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import ngettext

from paragraph8.server.people.models import Stop, Team
from paragraph8.server.people.words import STAGE_WORDS, STAGES
from paragraph8.server.setup.models import Area, Station

# Names in one sentence; a page of codes says less than their number.
MOST_NAMED = 12
NEEDED = ("opening", "counting")


@dataclass(slots=True)
class Row:
    """One area: its stations, and what is planned there."""

    code: str
    name: str
    stations: int = 0
    electronic: int = 0
    unknown: int = 0
    visits: Counter[str] = field(default_factory=Counter)
    planned: set[str] = field(default_factory=set)
    planned_electronic: set[str] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)

    @property
    def all_visits(self) -> int:
        """Planned visits of every stage."""
        return self.visits.total()

    @property
    def by_stage(self) -> list[int]:
        """Planned visits in the order of STAGES."""
        return [self.visits[stage] for stage in STAGES]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something to settle before election day: a sentence, and codes it is about."""

    sentence: str
    codes: tuple[str, ...] = ()
    more: int = 0


def is_electronic(station: Station) -> bool:
    """Whether voters can vote by machine there."""
    return station.kind == "electronic" or station.channels in ("machine", "both")


def at_depth(area: str, depth: int) -> str:
    """The area above `area` with `depth` parts in its code; `area` itself if it has fewer."""
    return "/".join(area.split("/")[:depth])


def rows(
    stations: Iterable[Station], stops: Iterable[Stop], areas: Iterable[Area], depth: int
) -> list[Row]:
    """One row for each area of `depth` that has stations or is known, in order of codes.

    Withdrawn stations count neither as stations nor as visits.
    """
    names = {area.code: area.name for area in areas}
    known = [code for code in names if code.count("/") + 1 == depth]
    found = {code: Row(code, names[code]) for code in known}

    def row(area: str) -> Row:
        code = at_depth(area, depth)
        return found.setdefault(code, Row(code, names.get(code, code)))

    for station in stations:
        if station.withdrawn:
            continue
        its = row(station.area)
        its.stations += 1
        its.electronic += is_electronic(station)
        its.unknown += station.channels == "unknown" and station.kind != "electronic"
    for stop in stops:
        if stop.station.withdrawn:
            continue
        its = row(stop.station.area)
        its.visits[stop.form] += 1
        its.planned.add(stop.station.code)
        its.teams.add(stop.team.code)
        if is_electronic(stop.station):
            its.planned_electronic.add(stop.station.code)
    return [found[code] for code in sorted(found)]


def total(of: Sequence[Row]) -> Row:
    """All rows in one."""
    whole = Row("", "")
    for row in of:
        whole.stations += row.stations
        whole.electronic += row.electronic
        whole.unknown += row.unknown
        whole.visits += row.visits
        whole.planned |= row.planned
        whole.planned_electronic |= row.planned_electronic
        whole.teams |= row.teams
    return whole


def gaps(
    of: Sequence[Row], stops: Sequence[Stop], teams: Sequence[Team], not_ready: Mapping[str, int]
) -> list[Gap]:
    """What is missing in the plan, in words. `not_ready`: members who lack something, by team."""
    said = [*_areas(of), *_teams(stops, teams, not_ready), *_stations(stops)]
    return [gap for gap in said if gap.codes]


def _areas(of: Sequence[Row]) -> list[Gap]:
    empty = [row.name for row in of if row.stations and not row.all_visits]
    said = [
        _gap(
            ngettext(
                "%d area has stations and no planned visit.",
                "%d areas have stations and no planned visit.",
                len(empty),
            ),
            empty,
        )
    ]
    for stage in NEEDED:
        without = [row.name for row in of if row.all_visits and not row.visits[stage]]
        sentence = ngettext(
            "%(count)d area is visited, and no %(stage)s is planned in it.",
            "%(count)d areas are visited, and no %(stage)s is planned in them.",
            len(without),
        )
        said.append(_gap(sentence, without, stage))
    return said


def _teams(stops: Sequence[Stop], teams: Sequence[Team], not_ready: Mapping[str, int]) -> list[Gap]:
    stages: dict[int, set[str]] = defaultdict(set)
    for stop in stops:
        stages[stop.team_id].add(stop.form)
    on_the_day = [team for team in teams if team.kind != "long_term"]
    idle = [team.code for team in on_the_day if not stages[team.pk]]
    said = [
        _gap(ngettext("%d team has no route.", "%d teams have no route.", len(idle)), idle),
    ]
    for stage in NEEDED:
        without = [t.code for t in on_the_day if stages[t.pk] and stage not in stages[t.pk]]
        sentence = ngettext(
            "%(count)d team has a route without %(stage)s.",
            "%(count)d teams have a route without %(stage)s.",
            len(without),
        )
        said.append(_gap(sentence, without, stage))
    routed = [t.code for t in teams if stages[t.pk] and not_ready.get(t.code)]
    sentence = ngettext(
        "%d team has a route and a member whose phone would not work yet.",
        "%d teams have a route and a member whose phone would not work yet.",
        len(routed),
    )
    return [*said, _gap(sentence, routed)]


def _stations(stops: Sequence[Stop]) -> list[Gap]:
    seen = Counter((stop.station.code, stop.form) for stop in stops)
    said = []
    for stage in STAGES:
        twice = sorted(code for (code, form), n in seen.items() if form == stage and n > 1)
        sentence = ngettext(
            "%(count)d station is planned more than once for %(stage)s.",
            "%(count)d stations are planned more than once for %(stage)s.",
            len(twice),
        )
        said.append(_gap(sentence, twice, stage))
    gone = sorted({f"{s.station.code} ({s.team.code})" for s in stops if s.station.withdrawn})
    sentence = ngettext(
        "%d stop is at a station that was withdrawn from the list.",
        "%d stops are at stations that were withdrawn from the list.",
        len(gone),
    )
    return [*said, _gap(sentence, gone)]


def _gap(sentence: str, codes: Sequence[str], stage: str = "") -> Gap:
    words = {"count": len(codes), "stage": STAGE_WORDS[stage]} if stage else len(codes)
    return Gap(sentence % words, tuple(codes[:MOST_NAMED]), max(0, len(codes) - MOST_NAMED))
