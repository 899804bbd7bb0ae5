"""Set the demonstration's mission up through the same actions that a person's clicks reach."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from paragraph8.server.demonstration import lumria
from paragraph8.server.forms.actions import publish_all
from paragraph8.server.missions.models import Account, Institution, Membership, Mission
from paragraph8.server.missions.roles import ROLES
from paragraph8.server.people.models import Observer, Stop, Team
from paragraph8.server.record.journal import record
from paragraph8.server.setup.models import Area, Contest, Contestant, Election, Station

SLUG = "lumria-2024"
DAY = date(2024, 5, 12)
PASSWORD_BYTES = 9


@dataclass(frozen=True, slots=True)
class Access:
    """An account of the demonstration, with its password, which is shown once."""

    role: str
    user: str
    password: str


def set_up() -> tuple[Mission, list[Access]]:
    """The mission with stations, ballots, observers, teams, plans, forms, and an account a role."""
    mission = Mission.objects.create(
        slug=SLUG,
        title="Observation Mission Lumria 2024",
        format="full",
        country="ZZ",
        languages=["en", "ru", "kk"],
        time_zone="Europe/Sofia",
        simulated=True,
    )
    accounts = list(_accounts(mission))
    head = Account.objects.get(username="head")
    record("mission.created", mission, mission=SLUG, by=head)
    election = _election(mission)
    _people(mission, election)
    publish_all(mission, by=head)
    return mission, [Access("Administrator of the server", "administrator", _root()), *accounts]


def _accounts(mission: Mission) -> Iterator[Access]:
    for role in ROLES:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        account = Account.objects.create_user(username=role.name, password=password)
        area = "North" if role.name == "long_term_observer" else ""
        Membership.objects.create(account=account, mission=mission, role=role.name, area=area)
        yield Access(str(role.title), role.name, password)


def _root() -> str:
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    Account.objects.create_superuser(username="administrator", password=password)
    return password


def _election(mission: Mission) -> Election:
    election = Election.objects.create(
        mission=mission, code="zz-2024-05-12", title="Election of the Assembly", day=DAY
    )
    for code, name in lumria.AREAS:
        Area.objects.create(election=election, code=code, level="region", name=name)
    Station.objects.bulk_create(_stations(election))
    contest = Contest.objects.create(election=election, code="list")
    for place, (code, name) in enumerate(lumria.LISTS, start=1):
        Contestant.objects.create(contest=contest, code=code, place=place, name=name)
    return election


def _stations(election: Election) -> Iterator[Station]:
    for row, (area, _) in enumerate(lumria.AREAS):
        for number in range(1, lumria.STATIONS_PER_AREA + 1):
            electronic = number % lumria.ELECTRONIC_EVERY == 0
            yield Station(
                election=election,
                code=f"{area[0]}-{number:02}",
                area=area,
                name=f"School {number}",
                kind="electronic" if electronic else "ordinary",
                channels="both" if electronic else "paper",
                registered=600 + 37 * number,
                longitude=20 + row + number / 40,
                latitude=45 + number / 30,
            )


def _people(mission: Mission, election: Election) -> None:
    institutions = [
        Institution.objects.create(mission=mission, code=code, name=name)
        for code, name in lumria.INSTITUTIONS
    ]
    pairs = list(zip(lumria.OBSERVERS[::2], lumria.OBSERVERS[1::2], strict=True))
    for number, pair in enumerate(pairs, start=1):
        long_term = number > lumria.SHORT_TERM_TEAMS
        area = lumria.AREAS[number % len(lumria.AREAS)][0]
        kind = "long_term" if long_term else "short_term"
        code = f"{'L' if long_term else 'T'}{number:02}"
        team = Team.objects.create(mission=mission, code=code, kind=kind, area=area)
        for person in pair:
            _observer(mission, team, person, institutions[number % 2])
        if not long_term:
            _plan(team, election, number)


def _observer(
    mission: Mission,
    team: Team,
    person: tuple[str, str, tuple[str, ...]],
    institution: Institution,
) -> None:
    name, state, languages = person
    now = timezone.now()
    Observer.objects.create(
        mission=mission,
        team=team,
        name=f"{name} Example",
        kind=team.kind,
        nationality=state,
        languages=list(languages),
        institution=institution,
        accreditation=f"Z-{team.code}-{state}",
        pledge_version=mission.pledge_version,
        pledged_at=now,
        no_conflict_declared_at=now,
    )


def _plan(team: Team, election: Election, number: int) -> None:
    """One opening, four visits, one count, in the team's area."""
    stations = list(Station.objects.filter(election=election, area=team.area).order_by("code"))
    route = [stations[(number * 4 + step) % len(stations)] for step in range(6)]
    forms = ("opening", "voting", "voting", "voting", "voting", "counting")
    Stop.objects.bulk_create(
        Stop(team=team, election=election, number=place, station=station, form=form)
        for place, (station, form) in enumerate(zip(route, forms, strict=True), start=1)
    )
