"""Observers, teams, pairs, counts: what is shown, what is refused, and who sees what."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import Organisation
from paragraph8.server.people import access, actions, readiness, tokens
from paragraph8.server.people.models import HeadCount, Observer, Team
from paragraph8.server.people.uploads import Upload, read_table
from paragraph8.server.record.models import JournalEntry
from paragraph8.server.setup.models import Area, Election, Station
from server.seats import address, coordinator, person
from server.world import World, make_account, make_observer

TODAY = date(2024, 5, 1)


@pytest.fixture
def coalition(world: World):
    """Two members of a coalition with a team and an observer each."""
    made = {}
    for code in ("HILL", "RIVER"):
        organisation = Organisation.objects.create(mission=world.mission, code=code, name=code)
        team = Team.objects.create(
            mission=world.mission, code=f"{code}-1", area="South/Bay", organisation=organisation
        )
        observer = make_observer(
            world.mission, team, f"Secret {code}", "NO", organisation=organisation
        )
        made[code] = (organisation, team, observer)
    return made


# What a person lacks


def test_every_missing_thing_is_said_in_words(world):
    observer = person(world.mission, accredited_until=TODAY - timedelta(days=1))
    said = readiness.blocking(observer, world.mission, TODAY)
    assert said[0] == "has not signed the code of conduct, version 1"
    assert said[1] == "has made no declaration on conflicts of interest"
    assert "accreditation ended on" in said[2]
    assert tokens.why_not_ready(observer, world.mission, TODAY) == "device.no_pledge"
    assert len(readiness.also_open(observer)) == 3
    assert readiness.lacks(observer, world.mission, TODAY, set()) == set(readiness.FILTERS)


def test_a_pledge_of_an_older_version_is_told_apart(world):
    observer = person(world.mission, pledge_version="0")
    assert "signed version 0" in readiness.blocking(observer, world.mission, TODAY)[0]


def test_a_declared_conflict_waits_until_a_person_clears_it(world):
    observer, by = world.observer, make_account("head")
    actions.declare_conflict(observer, "A cousin is a candidate", by=by)
    why = tokens.why_not_ready(observer, world.mission, TODAY)
    assert why == "device.conflict_of_interest"
    assert "nobody has cleared" in readiness.blocking(observer, world.mission, TODAY)[0]
    actions.clear_conflict(observer, by=by)
    assert tokens.why_not_ready(observer, world.mission, TODAY) == ""
    actions.declare_conflict(observer, "And a brother", by=by)
    assert tokens.why_not_ready(observer, world.mission, TODAY) == why
    actions.declare_no_conflict(observer, by=by)
    assert observer.conflict_declared == ""
    assert tokens.why_not_ready(observer, world.mission, TODAY) == ""


def test_nothing_declared_cannot_be_cleared(world):
    with pytest.raises(Problem) as caught:
        actions.clear_conflict(world.observer, by=make_account("head"))
    assert caught.value.code == "people.nothing_declared"
    with pytest.raises(Problem) as caught:
        actions.declare_conflict(world.observer, "", by=make_account("other"))
    assert caught.value.code == "people.nothing_declared"


def test_only_the_version_in_force_can_be_signed(world):
    browser, _seat = coordinator(world)
    world.observer.mission.pledge_version = "2"
    world.observer.mission.save()
    address_ = address(world, "observer_step", world.observer.pk, "pledge")
    answer = browser.post(address_, {"version": "1"})
    assert answer.status_code == 400
    assert b"people.old_pledge" in answer.content
    assert browser.post(address_, {"version": "2"}).status_code == 302
    world.observer.refresh_from_db()
    assert world.observer.pledge_version == "2"


def test_withdrawing_revokes_the_persons_phones_and_can_be_undone(world):
    browser, _seat = coordinator(world)
    browser.post(address(world, "observer_step", world.observer.pk, "withdraw"))
    world.observer.refresh_from_db()
    world.enrolment.device.refresh_from_db()
    assert world.observer.withdrawn
    assert world.enrolment.device.revoked_at is not None
    with pytest.raises(Problem) as caught:
        actions.put_in_team(world.observer, world.team, by=make_account("x"))
    assert caught.value.code == "people.withdrawn"
    browser.post(address(world, "observer_step", world.observer.pk, "reinstate"))
    world.observer.refresh_from_db()
    assert not world.observer.withdrawn


def test_another_team_ends_the_phone_of_the_old_one(world):
    other = Team.objects.create(mission=world.mission, code="T02")
    actions.put_in_team(world.observer, other, by=make_account("x"))
    world.enrolment.device.refresh_from_db()
    assert world.enrolment.device.revoked_at is not None


def test_the_list_filters_by_what_is_missing(world):
    browser, _seat = coordinator(world)
    person(world.mission).save()
    everybody = browser.get(address(world, "observers")).content.decode()
    assert "Ana Example" in everybody
    assert "Cara Example" in everybody
    found = browser.get(address(world, "observers"), {"missing": "pledge"}).content.decode()
    assert "Cara Example" in found
    assert "Ana Example" not in found
    by_team = browser.get(address(world, "observers"), {"team": world.team.pk}).content.decode()
    assert "Cara Example" not in by_team


def test_a_person_is_added_and_changed_by_forms(world):
    browser, _seat = coordinator(world)
    facts = {"name": "Dag Example", "kind": "long_term", "nationality": "no", "languages": "no, EN"}
    assert browser.post(address(world, "observer_new"), facts).status_code == 302
    made = Observer.objects.get(name="Dag Example")
    assert (made.nationality, made.languages) == ("NO", ["no", "en"])
    answer = browser.post(address(world, "observer_new"), {**facts, "nationality": "UK"})
    assert "the United Kingdom is GB" in answer.content.decode()
    browser.post(address(world, "observer_edit", made.pk), {**facts, "phone": "+47 1"})
    made.refresh_from_db()
    assert made.phone == "+47 1"


def test_names_enter_neither_addresses_nor_journal(world):
    browser, _seat = coordinator(world)
    facts = {
        "name": "Zenobia Unusual",
        "kind": "short_term",
        "nationality": "PT",
        "languages": "en",
    }
    answer = browser.post(address(world, "observer_new"), facts)
    assert "Zenobia" not in answer["Location"]
    made = Observer.objects.get(name="Zenobia Unusual")
    browser.post(address(world, "observer_edit", made.pk), {**facts, "name": "Zenobia Unique"})
    declared = {"text": "Zenobia's uncle"}
    browser.post(address(world, "observer_step", made.pk, "conflict"), declared)
    browser.post(address(world, "observer_step", made.pk, "withdraw"))
    upload(browser, world, b"name,nationality\nZenobia Third,PT\n", apply=True)
    journal = list(JournalEntry.objects.values_list("verb", "subject", "details"))
    assert {"observer.added", "observer.changed", "observers.imported"} <= {j[0] for j in journal}
    assert "Zenobia" not in str(journal)


# Bounds


def test_a_coalition_member_sees_its_own_people_alone(world, coalition):
    organisation, team, observer = coalition["HILL"]
    browser, seat = coordinator(world, "coalition_coordinator", organisation=organisation)
    assert list(access.observers(seat)) == [observer]
    assert list(access.teams(seat)) == [team]
    _other, other_team, other_observer = coalition["RIVER"]
    for name, pk in (
        ("observer", other_observer.pk),
        ("observer", world.observer.pk),
        ("observer_edit", other_observer.pk),
        ("team", other_team.pk),
        ("route", other_team.pk),
        ("enrol", other_team.pk),
    ):
        assert browser.get(address(world, name, pk)).status_code == 404
    withdrawn = browser.post(address(world, "observer_step", other_observer.pk, "withdraw"))
    assert withdrawn.status_code == 404
    revoked = browser.post(address(world, "phone_revoke", world.enrolment.device.pk))
    assert revoked.status_code == 404
    for name in ("observers", "teams", "pairs", "phones", "observer_counts", "enrolment_sheets"):
        content = browser.get(address(world, name)).content.decode()
        assert "Secret RIVER" not in content
        assert "Ana Example" not in content


def test_what_a_coalition_member_makes_is_its_own(world, coalition):
    organisation, team, _observer = coalition["HILL"]
    browser, _seat = coordinator(world, "coalition_coordinator", organisation=organisation)
    facts = {"name": "New One", "kind": "short_term", "nationality": "PT", "team": team.pk}
    refused = browser.post(
        address(world, "observer_new"), {**facts, "organisation": coalition["RIVER"][0].pk}
    )
    assert refused.status_code == 200
    assert not Observer.objects.filter(name="New One").exists()
    browser.post(address(world, "observer_new"), {**facts, "organisation": organisation.pk})
    assert Observer.objects.get(name="New One").organisation == organisation
    upload(browser, world, b"name,nationality,organisation\nBy File,PT,\n", apply=True)
    assert Observer.objects.get(name="By File").organisation == organisation
    upload(browser, world, b"name,nationality,organisation\nFor Them,PT,RIVER\n", apply=True)
    assert not Observer.objects.filter(name="For Them").exists()


def test_an_area_holds_what_lies_in_it_and_no_neighbour(world):
    for code, area in (
        ("T10", "North/Hill"),
        ("T11", "Northern"),
        ("T12", "north/Hill"),
        ("T13", ""),
    ):
        Team.objects.create(mission=world.mission, code=code, area=area)
    _browser, seat = coordinator(world, area="North")
    assert [team.code for team in access.teams(seat)] == ["T01", "T10"]
    make_observer(world.mission, None, "No Team", "PT")
    assert {o.name for o in access.observers(seat)} == {"Ana Example", "Bo Example"}


def test_a_seat_of_an_area_adds_people_to_its_own_teams(world):
    elsewhere = Team.objects.create(mission=world.mission, code="T20", area="South")
    browser, _seat = coordinator(world, area="North")
    facts = {"name": "New One", "kind": "short_term", "nationality": "PT"}
    for team in ("", elsewhere.pk):
        browser.post(address(world, "observer_new"), {**facts, "team": team})
    assert not Observer.objects.filter(name="New One").exists()
    browser.post(address(world, "observer_new"), {**facts, "team": world.team.pk})
    assert Observer.objects.filter(name="New One").exists()
    answer = browser.post(
        address(world, "team_new"), {"code": "T21", "kind": "short_term", "area": "South"}
    )
    assert b"No area that you can see" in answer.content


def test_an_analyst_and_a_long_term_observer_see_no_names(world):
    for role in ("statistical_analyst", "long_term_observer", "press_officer"):
        browser, _seat = coordinator(world, role)
        assert browser.get(address(world, "observers")).status_code == 403
        assert browser.get(address(world, "observer", world.observer.pk)).status_code == 403


def test_who_may_see_may_not_change(world):
    browser, _seat = coordinator(world, "security_officer")
    page = browser.get(address(world, "observer", world.observer.pk))
    assert page.status_code == 200
    assert b"Withdraw this observer" not in page.content
    answer = browser.post(address(world, "observer_step", world.observer.pk, "withdraw"))
    assert answer.status_code == 403
    assert browser.post(address(world, "observer_counts")).status_code == 403


def test_a_bounded_seat_neither_sees_nor_keeps_counts_of_the_mission(world, coalition):
    HeadCount.objects.create(
        mission=world.mission, counted_at=timezone.now(), observers=41, accredited=0, states=7
    )
    organisation = coalition["HILL"][0]
    browser, _seat = coordinator(world, "coalition_coordinator", organisation=organisation)
    page = browser.get(address(world, "observer_counts")).content.decode()
    assert "41 observers" not in page
    assert browser.post(address(world, "observer_counts")).status_code == 404


# A list in a file


def upload(browser, world: World, content: bytes, name: str = "list.csv", apply: bool = False):
    """Upload a list; with `apply` take it in as well."""
    file = SimpleUploadedFile(name, content)
    shown = browser.post(address(world, "observers_import"), {"file": file})
    if not apply:
        return shown
    html = shown.content.decode()
    if 'name="content"' not in html:
        return shown
    carried = html.split('name="content" value="')[1].split('"')[0]
    return browser.post(
        address(world, "observers_import"), {"content": carried, "file_name": name, "apply": "1"}
    )


LIST = (
    b"Name;Kind;Nationality;Languages;Institution;Phone;Accreditation;Accredited until;Team;Note\n"
    b"Eva Example;STO;fr;fr en;ODIHR;+33 1;A-1;31.05.2024;T07;x\n"
    b"Finn Example;LTO;fi;fi en;PACE;;A-2;;T07;\n"
    b"Ana Example;;PT;;;+351 2;;;;\n"
    b"Gro Example;STO;UK;e1;ODIHR;;;soon;T01;\n"
)


def test_a_list_is_shown_with_its_faults_before_it_changes_anything(world):
    browser, _seat = coordinator(world)
    before = Observer.objects.count()
    html = upload(browser, world, LIST).content.decode()
    assert Observer.objects.count() == before
    assert "1 new, 1 changed, 0 as before, 2 with faults" in html
    assert "institution: No institution of the mission has this code." in html
    assert "team T07 will be made" in html
    for column in ("nationality", "languages", "accredited_until"):
        assert f'<span class="fault">{column}: ' in html
    assert "Columns that are not read: Note" in html


def test_a_list_is_taken_in_without_its_faults_and_again_without_effect(world):
    browser, _seat = coordinator(world)
    upload(browser, world, LIST, apply=True)
    made = Observer.objects.get(name="Eva Example")
    assert (made.nationality, made.languages, made.kind) == ("FR", ["fr", "en"], "short_term")
    assert made.accredited_until == date(2024, 5, 31)
    assert made.team is not None
    assert made.team.code == "T07"
    ana = Observer.objects.get(name="Ana Example")
    assert (ana.phone, ana.languages, ana.team) == ("+351 2", ["en"], world.team)
    assert not Observer.objects.filter(name="Finn Example").exists()
    html = upload(browser, world, LIST).content.decode()
    assert "0 new, 0 changed, 2 as before, 2 with faults" in html


def test_the_same_person_twice_in_a_list_is_a_fault(world):
    browser, _seat = coordinator(world)
    content = b"name,nationality\nEva Example,FR\nEVA EXAMPLE,fr\nAna Example,PT\nAna Example,PT\n"
    html = upload(browser, world, content).content.decode()
    assert html.count("The same person as in row") == 2


def test_a_workbook_is_read_too(world):
    browser, _seat = coordinator(world)
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["name", "nationality", "accredited_until", "phone"])
    book.active.append(["Eva Example", "FR", date(2024, 5, 31), "0033"])
    book.save(file)
    upload(browser, world, file.getvalue(), "list.xlsx", apply=True)
    made = Observer.objects.get(name="Eva Example")
    assert (made.accredited_until, made.phone) == (date(2024, 5, 31), "0033")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"nom,nationality\nEva,FR\n", "list.csv", "has no column name"),
        (b"\xff\xfe\x00broken", "list.csv", "list.csv"),
        (b"not a zip", "list.xlsx", "list.xlsx"),
        (b"%PDF-1.4", "list.pdf", "its ending is none of"),
        (b"name,nationality\n" + b"x" * 2_000_001, "list.csv", "the limit is"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence_and_no_traceback(world, content, name, said):
    browser, _seat = coordinator(world)
    answer = upload(browser, world, content, name)
    assert answer.status_code == 400
    problem = answer.content.decode().split('class="problem">')[1].split("</p>")[0]
    assert said in problem


def test_a_list_without_its_columns_is_a_problem():
    with pytest.raises(Problem) as caught:
        read_table(Upload("list.csv", b"name\nEva\n"), ("name", "state"), ("state",))
    assert caught.value.code == "people.missing_columns"


def test_pages_stand_without_any_data(world):
    browser, _seat = coordinator(world)
    Station.objects.all().delete()
    Area.objects.all().delete()
    Observer.objects.all().delete()
    Team.objects.all().delete()
    for name in ("observers", "teams", "pairs", "phones", "observer_counts", "plan", "coverage"):
        answer = browser.get(address(world, name))
        assert answer.status_code == 200
        assert b'class="empty"' in answer.content
    Election.objects.all().delete()
    for name in ("plan", "coverage", "route_cards", "plan_import"):
        answer = browser.get(address(world, name))
        assert b"It begins with an election" in answer.content
