"""Missions, accounts, roles, journal and chains, through the real router."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions import actions
from paragraph8.server.missions.features import BY_FORMAT, features
from paragraph8.server.missions.models import (
    FORMATS,
    Account,
    Institution,
    Membership,
    Mission,
    Organisation,
)
from paragraph8.server.openrosa.models import Conflict, Submission
from paragraph8.server.people.models import Team
from paragraph8.server.record.ledger import append
from paragraph8.server.record.models import Chain, JournalEntry, Link
from paragraph8.server.snapshots.models import FrozenSnapshot
from server.verify_receipt import check_chain
from server.world import PASSWORD, World, client_of, make_account, make_observer

NOW = datetime(2024, 5, 12, 20, tzinfo=UTC)
NEW = {
    "slug": "lumria-2025",
    "title": "Lumria 2025",
    "format": "limited",
    "country": "zz",
    "languages": "en, ru en",
    "time_zone": "Asia/Almaty",
    "pledge_version": "1",
}


@pytest.fixture
def head(world: World) -> Account:
    return make_account("ana", world.mission, "head")


@pytest.fixture
def office(head: Account) -> Client:
    return client_of(head)


@pytest.fixture
def server(db: None) -> Client:
    return client_of(make_account("root", is_superuser=True))


def text(answer) -> str:
    """What a page shows, without its tags."""
    assert answer.status_code in (200, 400), answer
    main = answer.content.decode().split("<main", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def shown(client: Client) -> dict[str, str]:
    """The numbers of the mission's front page."""
    page = client.get("/m/lumria-2024/").content.decode()
    found = re.findall(r"<dt>([^<]+)</dt><dd>(?:<a [^>]+>)?([\d,]+)", page.split("</dl>")[0])
    return dict(found)


def report(world: World, instance: str, team: Team | None = None, **more: object) -> Submission:
    values = {"xml": b"<a/>", "xml_sha256": instance, "received_at": NOW, **more}
    return Submission.objects.create(
        mission=world.mission, form_id="counting", instance_id=instance, team=team, **values
    )


def verbs() -> list[str]:
    """What the journal tells, but for what the world itself did."""
    entries = JournalEntry.objects.exclude(verb="device.enrolled").order_by("id")
    return list(entries.values_list("verb", flat=True))


# The server's administrator


def test_the_administrator_makes_a_mission_and_appoints_its_head(server):
    answer = server.post("/server/missions/new", NEW)
    assert answer["Location"] == "/server/missions/of/lumria-2025"
    mission = Mission.objects.get(slug="lumria-2025")
    assert (mission.country, mission.languages) == ("ZZ", ["en", "ru"])
    assert not mission.simulated
    assert "no active head" in text(server.get("/server/missions"))
    make_account("ana")
    server.post("/server/missions/of/lumria-2025", {"account": "ana", "role": "head"})
    assert "ana (Head of mission)" in text(server.get("/server/missions"))
    assert "no active head" not in text(server.get("/server/missions"))
    assert verbs() == ["mission.created", "member.given_role"]


def test_the_administrator_has_no_way_into_a_mission(server, world):
    assert server.get("/m/lumria-2024/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "lumria-2024"),
        ("slug", "a/b"),
        ("format", "election_score"),
        ("country", "12"),
        ("languages", "English!"),
        ("languages", ""),
        ("time_zone", "Mars/Olympus"),
    ],
)
def test_a_mission_with_a_fault_is_not_made(server, world, field, value):
    answer = server.post("/server/missions/new", NEW | {field: value})
    assert answer.status_code == 200
    assert 'class="errorlist"' in answer.content.decode()
    assert Mission.objects.count() == 1


def test_the_password_of_an_account_is_shown_once_and_opens_it(server):
    page = server.post("/server/accounts/new", {"username": "bo"}).content.decode()
    password = re.search(r'id="password">([^<]+)<', page)[1]
    assert len(password) == 16
    assert set(password) <= set(actions.SIGNS)
    account = Account.objects.get(username="bo")
    assert account.check_password(password)
    assert not account.is_superuser
    assert password not in server.get("/server/accounts").content.decode()
    assert password not in json.dumps(list(JournalEntry.objects.values("details", "subject")))


def test_two_passwords_differ():
    assert len({actions.new_password() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "name", ["BO", "bo\N{CYRILLIC SMALL LETTER O}", "b", "-bo", "bo bo", "ana"]
)
def test_a_name_that_could_be_taken_for_another_is_refused(server, name):
    make_account("ana")
    server.post("/server/accounts/new", {"username": name})
    assert Account.objects.count() == 2


def test_a_new_password_replaces_the_old_one(server):
    account = make_account("bo")
    page = server.post(f"/server/accounts/{account.pk}/password").content.decode()
    account.refresh_from_db()
    assert account.check_password(re.search(r'id="password">([^<]+)<', page)[1])
    assert not account.check_password(PASSWORD)


def test_second_factors_of_a_lost_phone_are_removed(server):
    account = make_account("bo")
    client = client_of(account)
    assert client.get("/").status_code == 200
    server.post(f"/server/accounts/{account.pk}/second-factors")
    assert client.get("/")["Location"] == "/accounts/2fa/"


def test_administrators_cannot_deactivate_themselves(server):
    root = Account.objects.get(username="root")
    answer = server.post(f"/server/accounts/{root.pk}/active", {"active": "0"})
    assert answer.status_code == 400
    assert "missions.own_account" in text(answer)
    root.refresh_from_db()
    assert root.is_active


def test_a_deactivated_account_is_let_in_again(server):
    account = make_account("bo")
    for active in ("0", "1"):
        server.post(f"/server/accounts/{account.pk}/active", {"active": active})
        account.refresh_from_db()
        assert account.is_active == (active == "1")
    assert verbs() == ["account.deactivated", "account.activated"]


@pytest.mark.parametrize(
    "path", ["missions", "missions/new", "missions/of/lumria-2024", "accounts", "accounts/new"]
)
def test_a_head_of_mission_is_no_administrator(office, path):
    assert office.get(f"/server/{path}").status_code == 403
    assert Client().get(f"/server/{path}")["Location"].startswith("/accounts/login/")


# The front page


def test_the_front_page_counts_what_stands(world, office):
    report(world, "uuid:1", world.team)
    report(world, "uuid:2", world.team, complete=False)
    report(world, "uuid:3", world.team, state="quarantined")
    Conflict.objects.create(
        submission=Submission.objects.first(), xml=b"<b/>", xml_sha256="b", received_at=NOW
    )
    make_observer(world.mission, None, "Gone Example", "FR", withdrawn=True)
    assert shown(office) == {
        "Polling stations": "1",
        "Teams": "1",
        "Observers": "2",
        "Forms published": "1",
        "Reports received": "3",
        "Complete": "2",
        "In quarantine": "1",
        "Conflicts": "1",
    }
    page = text(office.get("/m/lumria-2024/"))
    assert "Settle the conflicts" in page
    assert "Look at the reports in quarantine" in page
    assert "Freeze the first snapshot" in page
    assert "No snapshot yet" in page


def test_a_settled_conflict_does_not_wait(world, office):
    Conflict.objects.create(
        submission=report(world, "uuid:1"), xml=b"", xml_sha256="b", received_at=NOW, settled_at=NOW
    )
    assert shown(office)["Conflicts"] == "0"


def test_the_last_snapshot_stands_with_its_time(world, office):
    FrozenSnapshot.objects.create(
        mission=world.mission, snapshot="3f" * 32, folder="x", as_of=NOW, at=NOW
    )
    # One that is still being made has no id yet.
    FrozenSnapshot.objects.create(mission=world.mission, as_of=NOW, at=NOW)
    page = text(office.get("/m/lumria-2024/"))
    assert "Data as of 12 May 2024, 20:00 UTC" in page
    assert "3f3f3f3f3f3f" in page


def test_an_empty_mission_says_what_comes_first(db):
    mission = Mission.objects.create(slug="new", title="New", format="full", country="ZZ")
    page = text(client_of(make_account("ana", mission, "head")).get("/m/new/"))
    for step in ("Add the election", "Enter the observers", "Publish the forms"):
        assert step in page
    assert "Form teams" not in page


def test_a_role_is_told_only_what_it_may_see_and_do(world):
    client = client_of(make_account("bo", world.mission, "press_officer"))
    assert set(shown(client)) == {"Polling stations"}
    page = client.get("/m/lumria-2024/").content.decode()
    assert "Nothing waits for you here." in page
    assert 'href="/m/lumria-2024/setup"' not in page
    assert "snapshot" not in page


def test_numbers_are_bounded_to_the_organisation(world):
    hill = Organisation.objects.create(mission=world.mission, code="H", name="Hill Monitors")
    theirs = Team.objects.create(mission=world.mission, code="T02", area="South", organisation=hill)
    make_observer(world.mission, theirs, "Cy Example", "SE", organisation=hill)
    report(world, "uuid:1", world.team)
    report(world, "uuid:2", theirs)
    report(world, "uuid:3", theirs, state="quarantined")
    account = make_account("bo")
    Membership.objects.create(
        account=account, mission=world.mission, role="coalition_coordinator", organisation=hill
    )
    client = client_of(account)
    seen = shown(client)
    assert (seen["Teams"], seen["Observers"]) == ("1", "1")
    assert (seen["Reports received"], seen["In quarantine"]) == ("2", "1")
    assert "those of Hill Monitors alone" in text(client.get("/m/lumria-2024/"))


def test_numbers_are_bounded_to_the_area_and_what_lies_below(world):
    for code, area in (("T02", "North/A"), ("T03", "Northeast"), ("T04", "South")):
        team = Team.objects.create(mission=world.mission, code=code, area=area)
        report(world, f"uuid:{code}", team)
    account = make_account("bo")
    Membership.objects.create(
        account=account, mission=world.mission, role="lto_coordinator", area="North"
    )
    seen = shown(client_of(account))
    assert (seen["Teams"], seen["Reports received"]) == ("2", "1")


# What a format switches on


def test_every_format_has_its_features():
    assert set(BY_FORMAT) == {name for name, _ in FORMATS}


def test_features_agree_with_what_the_mission_says_of_itself():
    for name, its in BY_FORMAT.items():
        mission = Mission(format=name)
        assert features(mission) is its
        assert its.short_term_observers == mission.observes_systematically
        assert its.long_term_observers == mission.has_long_term_observers
        assert its.percentages == its.short_term_observers


def test_a_second_round_gives_counts():
    assert BY_FORMAT["full"].statistics() == "percentages"
    assert BY_FORMAT["full"].statistics(2) == "counts"
    assert BY_FORMAT["limited"].statistics(2) == "narrative"


def test_the_page_says_that_a_format_refuses_percentages(world, office):
    assert "refuses percentages" not in text(office.get("/m/lumria-2024/"))
    Mission.objects.update(format="limited")
    assert "This format refuses percentages" in text(office.get("/m/lumria-2024/"))


# Settings


def settings_of(**changes: object) -> dict[str, object]:
    return NEW | {"title": "Observation Mission Lumria 2024", "format": "full"} | changes


def test_settings_are_changed_and_the_journal_says_which(world, office):
    office.post("/m/lumria-2024/settings", settings_of(pledge_version="2"))
    world.mission.refresh_from_db()
    assert (world.mission.pledge_version, world.mission.time_zone) == ("2", "Asia/Almaty")
    assert world.mission.slug == "lumria-2024"
    entry = JournalEntry.objects.get(verb="mission.changed")
    assert entry.details == {"fields": ["time_zone", "pledge_version"]}
    office.post("/m/lumria-2024/settings", settings_of(pledge_version="2"))
    assert verbs() == ["mission.changed"]


@pytest.mark.parametrize(
    ("kind", "model"), [("institutions", Institution), ("organisations", Organisation)]
)
def test_bodies_are_added_and_removed(world, office, kind, model):
    answer = office.post(
        f"/m/lumria-2024/{kind}", {f"{kind}-code": "PACE", f"{kind}-name": "Assembly"}
    )
    assert answer.status_code == 302
    body = model.objects.get(code="PACE")
    again = office.post(f"/m/lumria-2024/{kind}", {f"{kind}-code": "PACE", f"{kind}-name": "x"})
    assert "in the list already" in text(again)
    office.post(f"/m/lumria-2024/{kind}/{body.pk}/remove")
    assert not model.objects.filter(code="PACE").exists()
    assert verbs() == [f"{kind[:-1]}.added", f"{kind[:-1]}.removed"]


def test_an_institution_that_sent_somebody_stays(world, office):
    body = Institution.objects.get(code="ODIHR")
    answer = office.post(f"/m/lumria-2024/institutions/{body.pk}/remove")
    assert answer.status_code == 400
    assert "missions.body_in_use" in text(answer)
    assert "2 rows" in text(answer)
    assert Institution.objects.filter(code="ODIHR").exists()
    assert verbs() == []


def test_a_body_of_another_mission_is_not_there(world, office):
    other = Mission.objects.create(slug="other", title="Other", format="full", country="ZZ")
    body = Institution.objects.create(mission=other, code="X", name="X")
    assert office.post(f"/m/lumria-2024/institutions/{body.pk}/remove").status_code == 404
    assert office.post("/m/other/institutions", {}).status_code == 404


# Members


def test_a_role_is_given_replaced_and_taken(world, office):
    bo = make_account("bo")
    hill = Organisation.objects.create(mission=world.mission, code="H", name="Hill Monitors")
    office.post("/m/lumria-2024/members", {"account": "BO", "role": "legal_analyst"})
    office.post(
        "/m/lumria-2024/members",
        {
            "account": "bo",
            "role": "coalition_coordinator",
            "organisation": hill.pk,
            "area": "North/",
        },
    )
    membership = Membership.objects.get(account=bo)
    assert (membership.role, membership.organisation, membership.area) == (
        "coalition_coordinator",
        hill,
        "North",
    )
    page = text(office.get("/m/lumria-2024/members"))
    assert "Hill Monitors , area North" in page.replace("Monitors,", "Monitors ,")
    office.post(f"/m/lumria-2024/members/{membership.pk}/end")
    assert not Membership.objects.filter(account=bo).exists()
    assert verbs() == ["member.given_role", "member.given_role", "member.took_role"]
    assert "bo" not in {
        str(v) for d in JournalEntry.objects.values_list("details") for v in d[0].values()
    }


@pytest.mark.parametrize("name", ["nobody", "gone"])
def test_only_an_active_account_is_given_a_role(world, office, name):
    make_account("gone", is_active=False)
    answer = office.post("/m/lumria-2024/members", {"account": name, "role": "legal_analyst"})
    assert "There is no account of this name" in text(answer)


def test_nobody_takes_the_last_head_away(world, office, head):
    membership = Membership.objects.get(account=head)
    gone = make_account("gone", world.mission, "head", is_active=False)
    answer = office.post(f"/m/lumria-2024/members/{membership.pk}/end")
    assert answer.status_code == 400
    assert "missions.last_head" in text(answer)
    answer = office.post("/m/lumria-2024/members", {"account": "ana", "role": "deputy"})
    assert answer.status_code == 400
    membership.refresh_from_db()
    assert membership.role == "head"
    assert verbs() == []
    actions.set_active(gone, head, True)
    assert office.post(f"/m/lumria-2024/members/{membership.pk}/end")["Location"] == "/"
    assert office.get("/m/lumria-2024/").status_code == 404


def test_the_administrator_cannot_take_the_last_head_away_either(world, server, head):
    answer = server.post("/server/missions/of/lumria-2024", {"account": "ana", "role": "deputy"})
    assert answer.status_code == 400


def test_a_head_sees_the_whole_mission(world, office):
    make_account("bo")
    form = {"account": "bo", "role": "deputy", "area": "North"}
    answer = office.post("/m/lumria-2024/members", form)
    assert answer.status_code == 400
    assert "missions.head_is_bounded" in text(answer)
    assert not Membership.objects.filter(account__username="bo").exists()


def test_an_organisation_of_another_mission_cannot_be_given(world, office):
    make_account("bo")
    other = Mission.objects.create(slug="other", title="Other", format="full", country="ZZ")
    theirs = Organisation.objects.create(mission=other, code="X", name="X")
    form = {"account": "bo", "role": "legal_analyst", "organisation": theirs.pk}
    assert office.post("/m/lumria-2024/members", form).status_code == 200
    assert not Membership.objects.filter(account__username="bo").exists()


@pytest.mark.parametrize("role", ["election_analyst", "operations", "national_staff"])
def test_others_cannot_give_roles(world, head, role):
    client = client_of(make_account("bo", world.mission, role))
    form = {"account": "bo", "role": "head"}
    assert client.post("/m/lumria-2024/members", form).status_code == 403
    key = Membership.objects.get(account=head).pk
    assert client.post(f"/m/lumria-2024/members/{key}/end").status_code == 403


def test_a_member_of_another_mission_is_not_there(world, office):
    other = Mission.objects.create(slug="other", title="Other", format="full", country="ZZ")
    make_account("bo", other, "head")
    key = Membership.objects.get(mission=other).pk
    assert office.post(f"/m/lumria-2024/members/{key}/end").status_code == 404


# Journal and chains


def journal_of(slug: str, count: int, verb: str = "team.formed") -> None:
    JournalEntry.objects.bulk_create(
        JournalEntry(mission=slug, at=NOW, verb=verb, subject=f"team {n}", details={"n": n})
        for n in range(1, count + 1)
    )


def test_the_journal_is_paged_newest_first(world, office):
    journal_of("lumria-2024", 101)
    journal_of("other", 1, "other.thing")
    JournalEntry.objects.filter(verb="device.enrolled").delete()
    first, second = (text(office.get(f"/m/lumria-2024/journal?page={n}")) for n in (1, 2))
    assert "Lines 1 to 100 of 101" in first
    assert first.index("team 101 ") < first.index("team 2 ")
    assert "n: 1 " in second
    assert "n: 101 " not in second
    assert "other.thing" not in first + second


def test_the_journal_is_filtered_by_what_was_done(world, office, head):
    journal_of("lumria-2024", 2)
    actions.change_mission(world.mission, head, {"title": "Another"})
    page = text(office.get("/m/lumria-2024/journal?verb=mission.changed"))
    assert "Lines 1 to 1 of 1" in page
    assert "fields: title" in page
    assert "Lines 1 to 4 of 4" in text(office.get("/m/lumria-2024/journal?verb=no.such"))


def chain_of(name: str, count: int) -> Chain:
    with transaction.atomic():
        for number in range(1, count + 1):
            append(name, f"submission {number}", {"number": number})
    return Chain.objects.get(name=name)


def test_a_whole_chain_is_verified(world, office):
    chain = chain_of("lumria-2024/examples", 5)
    page = text(office.get("/m/lumria-2024/journal"))
    assert "lumria-2024/examples" in page
    answer = text(office.post(f"/m/lumria-2024/journal/chains/{chain.pk}"))
    assert "All 5 links follow" in answer
    assert chain.head in answer


def test_a_changed_and_a_missing_link_are_found(world, office):
    chain = chain_of("lumria-2024/examples", 5)
    Link.objects.filter(number=2).update(commitment="0" * 64)
    Link.objects.filter(number=4).delete()
    answer = text(office.post(f"/m/lumria-2024/journal/chains/{chain.pk}"))
    assert "This chain has been changed" in answer
    assert "its hash does not follow from the link before" in answer
    assert "a link is missing before this one" in answer


def test_chains_of_another_mission_are_not_there(world, office):
    chain = chain_of("lumria-2024-b/submissions", 1)
    assert office.post(f"/m/lumria-2024/journal/chains/{chain.pk}").status_code == 404
    assert "lumria-2024-b" not in text(office.get("/m/lumria-2024/journal"))


def test_the_heads_are_a_signed_file(world, office):
    import base64

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    chain = chain_of("lumria-2024/examples", 3)
    answer = office.get("/m/lumria-2024/journal/heads.json")
    assert answer["Content-Disposition"] == 'attachment; filename="lumria-2024-heads.json"'
    document = json.loads(answer.content)
    assert document["chains"] == [{"name": chain.name, "length": 3, "head": chain.head}]
    signature, key = (base64.b64decode(document.pop(name)) for name in ("signature", "public_key"))
    signed = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    Ed25519PublicKey.from_public_bytes(key).verify(signature, signed.encode())


def test_the_journal_is_not_for_everybody(world):
    client = client_of(make_account("bo", world.mission, "legal_analyst"))
    assert client.get("/m/lumria-2024/journal").status_code == 403
    assert client.get("/m/lumria-2024/journal/heads.json").status_code == 403


# Writing and telling are one


def test_nothing_is_done_that_the_journal_does_not_tell(world, head, monkeypatch):
    def full(*args: object, **more: object) -> None:
        raise IntegrityError("the disk is full")

    monkeypatch.setattr(actions, "record", full)
    bo = make_account("bo")
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.give_role(world.mission, bo, "deputy", head)
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.set_active(bo, head, False)
    bo.refresh_from_db()
    assert bo.is_active
    assert not bo.memberships.exists()


def test_a_problem_in_an_action_changes_nothing(world, head):
    with pytest.raises(Problem, match="without a head"):
        actions.give_role(world.mission, head, "deputy", head)
    assert Membership.objects.get(account=head).role == "head"


def test_a_whole_chain_is_downloaded_and_checked_without_the_server(world, office):
    chain = chain_of("lumria-2024/examples", 3)
    answer = office.get(f"/m/lumria-2024/journal/chains/{chain.pk}/links.json")
    exported = json.loads(b"".join(answer.streaming_content))
    assert check_chain(exported["name"], exported["links"]) == []
    assert exported["links"][-1]["hash"] == exported["head"]
    del exported["links"][1]
    assert check_chain(exported["name"], exported["links"])
