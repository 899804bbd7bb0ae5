"""Routes, cards, coverage and its gaps, and a plan in a file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from paragraph8.server.missions.models import Membership, Organisation
from paragraph8.server.people import coverage, plan
from paragraph8.server.people.models import Observer, Stop, Team
from paragraph8.server.record.models import JournalEntry
from paragraph8.server.setup.models import Area, Station
from server.world import World, client_of, make_account

STATIONS = (
    ("N-02", "North/Hill", "paper", False),
    ("N-03", "North/Hill", "both", False),
    ("N-09", "North/Hill", "paper", True),
    ("S-01", "South/Bay", "machine", False),
    ("S-02", "South/Bay", "unknown", False),
)


def address(world: World, name: str, *args: object) -> str:
    return reverse(name, args=[world.mission.slug, *args])


def person(world: World, role: str, **bounds: object) -> Client:
    account = make_account(f"person-{Membership.objects.count()}", world.mission, role)
    Membership.objects.filter(account=account).update(**bounds)
    return client_of(account)


@pytest.fixture
def browser(world: World) -> Client:
    return person(world, "lto_coordinator")


@pytest.fixture
def country(world: World) -> World:
    """Two regions with a district each, and stations of every sort."""
    for code, level in (
        ("North/Hill", "district"),
        ("South", "region"),
        ("South/Bay", "district"),
    ):
        name = code.rpartition("/")[2]
        parent = code.rpartition("/")[0]
        Area.objects.create(
            election=world.election, code=code, level=level, name=name, parent=parent
        )
    for code, area, channels, withdrawn in STATIONS:
        Station.objects.create(
            election=world.election, code=code, area=area, channels=channels, withdrawn=withdrawn
        )
    return world


def stop(world: World, team: Team, station: str, form: str) -> Stop:
    found = Station.objects.get(election=world.election, code=station)
    return plan.add_stop(team, world.election, found, form, by=None)


def numbers(world: World, team: Team) -> list[tuple[int, str, str]]:
    return [(s.number, s.station.code, s.form) for s in plan.route(team, world.election)]


def test_a_route_grows_moves_and_shrinks_by_plain_forms(country, browser):
    here = address(country, "route", country.team.pk)
    for station, form in (("N-01", "opening"), ("N-02", "voting"), ("N-01", "counting")):
        answer = browser.post(here, {"station": station, "form": form})
        assert answer.status_code == 302
    first, second, _third = plan.route(country.team, country.election)
    browser.post(address(country, "stop_step", first.pk, "down"))
    assert [n for n, *_ in numbers(country, country.team)] == [1, 2, 3]
    assert numbers(country, country.team)[0] == (1, "N-02", "voting")
    browser.post(address(country, "stop_step", second.pk, "up"))  # at the end: nothing happens
    assert numbers(country, country.team)[0] == (1, "N-02", "voting")
    browser.post(address(country, "stop_step", second.pk, "remove"))
    assert numbers(country, country.team) == [(1, "N-01", "opening"), (2, "N-01", "counting")]
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert {"plan.stop_added", "plan.stop_moved", "plan.stop_removed"} <= verbs


@pytest.mark.parametrize(
    ("station", "said"),
    [("N-99", "No station that you can see"), ("N-09", "was withdrawn from the list")],
)
def test_a_stop_is_at_a_station_of_the_list(country, browser, station, said):
    answer = browser.post(
        address(country, "route", country.team.pk), {"station": station, "form": "voting"}
    )
    assert said in answer.content.decode()
    assert not Stop.objects.exists()


def test_who_sees_the_plan_may_not_change_it(country):
    its = stop(country, country.team, "N-01", "opening")
    analyst = person(country, "election_analyst")
    here = address(country, "route", country.team.pk)
    page = analyst.get(here)
    assert page.status_code == 200
    assert b"Add a stop" not in page.content
    assert analyst.post(here, {"station": "N-01", "form": "voting"}).status_code == 403
    assert analyst.post(address(country, "stop_step", its.pk, "remove")).status_code == 403
    assert analyst.get(address(country, "plan_import")).status_code == 403
    assert Stop.objects.count() == 1


def test_no_page_of_the_plan_has_a_name_on_it(country, browser):
    stop(country, country.team, "N-01", "opening")
    Observer.objects.update(pledge_version="", pledged_at=None)
    pages = [address(country, n) for n in ("plan", "coverage", "route_cards", "plan_import")]
    for page in [*pages, address(country, "route", country.team.pk)]:
        answer = browser.get(page)
        assert answer.status_code == 200
        assert b"Example" not in answer.content


def test_cards_hold_the_routes_of_those_who_have_one(country, browser):
    Team.objects.create(mission=country.mission, code="T02", area="South")
    stop(country, country.team, "N-01", "opening")
    page = browser.get(address(country, "route_cards")).content.decode()
    assert page.count('<section class="card">') == 1
    assert "N-01" in page
    none = browser.get(address(country, "route_cards"), {"team": "T02"}).content.decode()
    assert '<section class="card">' not in none


# Bounds


@pytest.fixture
def elsewhere(country: World) -> Team:
    """A team of another organisation and area, with a route."""
    organisation = Organisation.objects.create(mission=country.mission, code="BAY", name="Bay")
    team = Team.objects.create(
        mission=country.mission, code="B1", area="South/Bay", organisation=organisation
    )
    stop(country, team, "S-01", "opening")
    return team


def test_a_long_term_observer_sees_the_plan_of_the_area(country, elsewhere):
    stop(country, country.team, "N-02", "opening")
    lto = person(country, "long_term_observer", area="North")
    for name in ("plan", "coverage", "route_cards"):
        content = lto.get(address(country, name)).content.decode()
        assert "S-01" not in content
        assert "B1" not in content
        assert "Bay" not in content
    assert "N-02" in lto.get(address(country, "plan")).content.decode()
    assert lto.get(address(country, "route", elsewhere.pk)).status_code == 404
    assert lto.get(address(country, "route", country.team.pk)).status_code == 200


def test_a_visitor_from_another_area_counts_where_the_station_lies(country, elsewhere):
    stop(country, elsewhere, "N-02", "voting")
    lto = person(country, "long_term_observer", area="North")
    content = lto.get(address(country, "coverage")).content.decode()
    assert "1 planned visits by 1 teams reach 1 of 3 stations" in content


def test_a_coordinator_of_an_area_plans_stations_of_the_area(country, elsewhere):
    bounded = person(country, "lto_coordinator", area="North")
    here = address(country, "route", country.team.pk)
    answer = bounded.post(here, {"station": "S-01", "form": "voting"})
    assert b"No station that you can see" in answer.content
    moved = bounded.post(address(country, "stop_step", elsewhere.stops.get().pk, "remove"))
    assert moved.status_code == 404
    assert Stop.objects.count() == 1


def test_a_coalition_member_sees_its_own_routes(country, elsewhere):
    stop(country, country.team, "N-02", "opening")
    own = person(country, "coalition_coordinator", organisation=elsewhere.organisation)
    content = own.get(address(country, "plan")).content.decode()
    assert "B1" in content
    assert "T01" not in content
    covered = own.get(address(country, "coverage")).content.decode()
    assert "1 planned visits by 1 teams reach 1 of 5 stations" in covered
    assert own.get(address(country, "route", country.team.pk)).status_code == 404
    file = SimpleUploadedFile("plan.csv", b"team,number,station,form\nT01,1,N-01,voting\n")
    shown = own.post(address(country, "plan_import"), {"file": file}).content.decode()
    assert "team: No team that you can see has this code." in shown


# Coverage


def found(world: World, depth: int = 1) -> list[coverage.Row]:
    stops = Stop.objects.select_related("station", "team")
    return coverage.rows(Station.objects.all(), stops, Area.objects.all(), depth)


def said(world: World, not_ready: dict[str, int] | None = None) -> dict[str, tuple[str, ...]]:
    stops = list(Stop.objects.select_related("station", "team"))
    gaps = coverage.gaps(found(world), stops, list(Team.objects.all()), not_ready or {})
    return {gap.sentence: gap.codes for gap in gaps}


def test_areas_count_their_stations_visits_and_machines(country):
    for station, form in (("N-01", "opening"), ("N-03", "voting"), ("N-03", "counting")):
        stop(country, country.team, station, form)
    north, south = found(country)
    assert (north.stations, north.electronic, north.unknown) == (3, 1, 1)
    assert north.by_stage == [1, 1, 1, 0]
    assert (len(north.planned), len(north.planned_electronic)) == (2, 1)
    assert (south.stations, south.electronic, south.all_visits) == (2, 1, 0)
    whole = coverage.total([north, south])
    assert (whole.stations, whole.electronic, whole.all_visits) == (5, 2, 3)
    assert [row.code for row in found(country, 2)] == ["North", "North/Hill", "South/Bay"]


def test_every_gap_is_said_in_words(country):
    second = Team.objects.create(mission=country.mission, code="T02", area="South")
    Team.objects.create(mission=country.mission, code="T03")
    Team.objects.create(mission=country.mission, code="L01", kind="long_term")
    stop(country, country.team, "N-02", "voting")
    stop(country, second, "N-02", "voting")
    stop(country, second, "N-01", "opening")
    Stop.objects.create(
        team=second,
        election=country.election,
        number=9,
        station=Station.objects.get(code="N-09"),
        form="voting",
    )
    gaps = said(country, {"T01": 1, "T03": 1})
    assert gaps == {
        "1 area has stations and no planned visit.": ("South",),
        "1 area is visited, and no counting is planned in it.": ("North",),
        "1 team has no route.": ("T03",),
        "1 team has a route without opening.": ("T01",),
        "2 teams have a route without counting.": ("T01", "T02"),
        "1 team has a route and a member whose phone would not work yet.": ("T01",),
        "1 station is planned more than once for voting.": ("N-02",),
        "1 stop is at a station that was withdrawn from the list.": ("N-09 (T02)",),
    }


def test_a_plan_without_gaps_says_so(country, browser):
    Station.objects.filter(area__startswith="South").delete()
    Area.objects.filter(code__startswith="South").delete()
    for form in ("opening", "voting", "counting"):
        stop(country, country.team, "N-01", form)
    assert said(country) == {}
    assert b"No gap was found" in browser.get(address(country, "coverage")).content


def test_a_gap_names_some_and_counts_the_rest(world):
    for number in range(coverage.MOST_NAMED + 3):
        Team.objects.create(mission=world.mission, code=f"X{number:02}")
    gap = coverage.gaps([], [], list(Team.objects.all()), {})[0]
    assert (len(gap.codes), gap.more) == (coverage.MOST_NAMED, 4)


def test_the_page_shows_the_level_that_is_asked_for(country, browser):
    top = browser.get(address(country, "coverage")).content.decode()
    assert "<td>Hill</td>" not in top
    lower = browser.get(address(country, "coverage"), {"depth": "2"}).content.decode()
    assert "<td>Hill</td>" in lower
    assert browser.get(address(country, "coverage"), {"depth": "x"}).status_code == 200
    assert browser.get(address(country, "coverage"), {"election": "none"}).status_code == 404


# A plan in a file

PLAN = b"""Team,Number,Station,Form
T01,2,N-02,voting
T01,1,N-01,Opening
T02,1,N-09,voting
T02,1,N-77,lunch
T02,zero,S-01,voting
T09,1,S-01,voting
"""


def upload(browser: Client, world: World, content: bytes, apply: bool = False):
    here = address(world, "plan_import")
    shown = browser.post(here, {"file": SimpleUploadedFile("plan.csv", content)})
    html = shown.content.decode()
    if not apply or 'name="content"' not in html:
        return shown
    carried = html.split('name="content" value="')[1].split('"')[0]
    return browser.post(here, {"content": carried, "file_name": "plan.csv", "apply": "1"})


def test_a_plan_is_shown_with_its_faults_and_taken_in_route_by_route(country, browser):
    second = Team.objects.create(mission=country.mission, code="T02", area="South")
    stop(country, second, "S-02", "voting")
    html = upload(browser, country, PLAN).content.decode()
    assert "Routes: 1 new, 0 changed, 0 as before, 2 with faults" in html
    for fault in (
        "station: This station was withdrawn from the list.",
        "station: No station that you can see has this code.",
        "form: None of: opening, voting, counting, tabulation.",
        "number: The route has this number already.",
        "number: Not a whole number from 1 to 99.",
        "team: No team that you can see has this code.",
    ):
        assert fault in html
    assert Stop.objects.count() == 1
    upload(browser, country, PLAN, apply=True)
    assert numbers(country, country.team) == [(1, "N-01", "opening"), (2, "N-02", "voting")]
    assert numbers(country, second) == [(1, "S-02", "voting")]
    again = upload(browser, country, PLAN).content.decode()
    assert "0 new, 0 changed, 1 as before, 2 with faults" in again


def test_a_route_in_a_file_replaces_the_one_that_is_there(country, browser):
    stop(country, country.team, "N-03", "counting")
    upload(browser, country, b"team,number,station,form\nT01,5,N-01,voting\n", apply=True)
    assert numbers(country, country.team) == [(1, "N-01", "voting")]


def test_a_plan_without_its_columns_is_a_sentence(country, browser):
    answer = upload(browser, country, b"team,station\nT01,N-01\n")
    assert answer.status_code == 400
    assert b"has no column number, form" in answer.content
