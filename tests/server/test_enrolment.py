"""Phones: the QR code that Collect reads, the token that is shown once, access that ends."""

import base64
import hashlib
import json
import re
import zlib
from html import unescape
from urllib.parse import unquote

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import Membership, Organisation
from paragraph8.server.people import enrolment
from paragraph8.server.people.collect_qr import image, only_this_machine, qr_text, sheet
from paragraph8.server.people.models import Device, Observer, Team
from paragraph8.server.record.models import JournalEntry
from server.world import World, client_of, make_account, make_observer

TOKEN = re.compile(r"/o/([A-Za-z0-9_-]{22})<")
LONGEST_CODE = 300  # signs; beyond this a code needs a better camera than observers have


def address(world: World, name: str, *args: object) -> str:
    return reverse(name, args=[world.mission.slug, *args])


@pytest.fixture
def browser(world: World) -> Client:
    return client_of(make_account("coordinator", world.mission, "lto_coordinator"))


def opened(text: str) -> dict:
    return json.loads(zlib.decompress(base64.b64decode(text)))


def test_the_code_says_what_collect_needs_and_no_more():
    text = qr_text("https://observe.example.org/o/" + "x" * 22, "Миссия Лумрия · T01")
    assert opened(text) == {
        "general": {
            "server_url": "https://observe.example.org/o/" + "x" * 22,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": "Миссия Лумрия · T01"},
    }
    assert len(text) < LONGEST_CODE
    drawn = image(text)
    assert drawn.startswith("data:image/svg+xml")
    assert "<svg" in unquote(drawn)


def test_the_project_name_stays_short(world):
    world.mission.title = "M" * 200
    world.enrolment.device.team.mission = world.mission
    made = sheet(world.enrolment, "https://observe.example.org")
    assert made.project == "M" * 40 + " · T01"
    assert world.token not in repr(made)


def test_the_address_in_the_sheet_opens_the_form_list(world, browser, settings):
    settings.P8_PUBLIC_URL = "http://testserver"
    page = browser.post(address(world, "enrol", world.team.pk), {"observer": world.observer.pk})
    token = TOKEN.search(page.content.decode()).group(1)
    answer = Client().get(f"/o/{token}/formList")
    assert answer.status_code == 200
    assert b"<formID>counting</formID>" in answer.content
    device = Device.objects.latest("pk")
    assert (device.observer, device.team) == (world.observer, world.team)


def test_user_name_and_password_of_the_sheet_pass_digest(world, browser):
    page = browser.post(address(world, "enrol", world.team.pk), {"observer": ""}).content.decode()
    shown = [unescape(code) for code in re.findall(r'<span class="code">([^<]+)</span>', page)]
    base, user, password = shown[1:4]
    assert base == f"http://testserver/m/{world.mission.slug}"
    path = f"/m/{world.mission.slug}/formList"
    challenge = Client().get(path)["WWW-Authenticate"]
    realm, nonce = (
        re.search(f'{word}="([^"]+)"', challenge).group(1) for word in ("realm", "nonce")
    )
    first, second = md5(f"{user}:{realm}:{password}"), md5(f"GET:{path}")
    response = md5(f"{first}:{nonce}:00000001:c:auth:{second}")
    header = (
        f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{path}", qop=auth, '
        f'nc=00000001, cnonce="c", response="{response}"'
    )
    assert Client().get(path, headers={"Authorization": header}).status_code == 200


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def test_a_token_is_on_its_page_and_nowhere_else(world, browser, caplog):
    caplog.set_level("DEBUG")
    answer = browser.post(address(world, "enrol", world.team.pk), {"observer": world.observer.pk})
    assert answer.status_code == 200  # the page itself, no redirect to an address
    assert "no-store" in answer["Cache-Control"]
    token = TOKEN.search(answer.content.decode()).group(1)
    log = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert token not in str(log)
    assert token not in str(list(JournalEntry.objects.values_list("subject", "details")))
    assert token not in str([session.get_decoded() for session in Session.objects.all()])
    assert token not in str(list(Device.objects.values()))
    for name, args in (("phones", ()), ("team", (world.team.pk,)), ("enrol", (world.team.pk,))):
        assert token not in browser.get(address(world, name, *args)).content.decode()


def test_loading_the_page_again_makes_another_phone(world, browser):
    here = address(world, "enrol", world.team.pk)
    assert b"Loading that page again makes another access" in browser.get(here).content
    tokens = {
        TOKEN.search(browser.post(here, {"observer": ""}).content.decode()).group(1)
        for _ in range(2)
    }
    assert len(tokens) == 2
    assert Device.objects.count() == 3


def test_the_code_is_shown_as_an_image_that_the_policy_allows(world, browser):
    answer = browser.post(address(world, "enrol", world.team.pk), {"observer": ""})
    assert "img-src 'self' data:" in answer["Content-Security-Policy"]
    assert b'src="data:image/svg+xml' in answer.content
    assert b"<script" not in answer.content
    assert b"style=" not in answer.content


def test_an_address_that_leads_a_phone_to_itself_is_warned_about(world, browser, settings):
    assert only_this_machine("http://127.0.0.1:8000")
    assert only_this_machine("http://localhost")
    assert not only_this_machine("https://192.168.1.5:8443")
    settings.P8_PUBLIC_URL = "http://127.0.0.1:8000"
    page = browser.get(address(world, "enrol", world.team.pk))
    assert b"which on a phone is the phone itself" in page.content


def test_an_access_for_who_is_not_ready_says_what_is_missing(world, browser):
    Observer.objects.filter(pk=world.observer.pk).update(pledge_version="", pledged_at=None)
    page = browser.post(address(world, "enrol", world.team.pk), {"observer": world.observer.pk})
    assert b"has not signed the code of conduct" in page.content


def test_nobody_is_enrolled_who_was_withdrawn(world):
    world.observer.withdrawn = True
    with pytest.raises(Problem) as caught:
        enrolment.enrol_one(world.team, world.observer, by=make_account("x"))
    assert caught.value.code == "people.withdrawn"


def test_nobody_is_enrolled_for_another_team(world):
    other = Team.objects.create(mission=world.mission, code="T02")
    with pytest.raises(Problem) as caught:
        enrolment.enrol_one(other, world.observer, by=make_account("x"))
    assert caught.value.code == "people.observer_of_other_team"


def test_a_revoked_phone_opens_nothing_and_the_reason_is_a_word(world, browser):
    path = address(world, "phone_revoke", world.enrolment.device.pk)
    browser.post(path, {"reason": "Ana lost it"})
    assert Client().get(f"{world.base}/formList").status_code == 403
    entry = JournalEntry.objects.get(verb="device.revoked")
    assert entry.details == {"reason": "other"}
    assert b"revoked" in browser.get(address(world, "phones"), {"state": "revoked"}).content


def test_phones_say_when_they_were_last_seen_and_why_one_does_not_work(world, browser):
    assert b"never" in browser.get(address(world, "phones")).content
    Observer.objects.filter(pk=world.observer.pk).update(pledge_version="", pledged_at=None)
    page = browser.get(address(world, "phones"), {"state": "blocked"}).content
    assert b"has not signed the code of conduct" in page


# Sheets for many


def test_sheets_are_made_for_the_ready_without_a_phone_and_once(world, browser):
    unready = make_observer(world.mission, world.team, "Cara Example", "IE")
    Observer.objects.filter(pk=unready.pk).update(pledge_version="", pledged_at=None)
    make_observer(world.mission, None, "Dag Example", "NO")
    here = address(world, "enrolment_sheets")
    asked = browser.get(here).content.decode()
    assert Device.objects.count() == 1
    assert "1 observers are ready and have no phone of their own" in asked
    page = browser.post(here, {"scope": "without_phone"}).content.decode()
    assert page.count('<section class="sheet">') == 1
    assert "Bo Example" in page
    assert "Cara Example" not in page
    again = browser.post(here, {"scope": "without_phone"}).content.decode()
    assert "Nobody was due" in again
    assert Device.objects.count() == 2


def test_new_sheets_for_the_unused_revoke_the_old_ones(world, browser):
    here = address(world, "enrolment_sheets")
    page = browser.post(here, {"scope": "never_seen"}).content.decode()
    token = TOKEN.search(page).group(1)
    assert Client().get(f"{world.base}/formList").status_code == 403
    assert Client().get(f"/o/{token}/formList").status_code == 200


def test_a_seen_phone_is_not_replaced(world):
    Client().head(f"{world.base}/submission")
    Device.objects.filter(pk=world.enrolment.device.pk).update(last_seen="2024-05-01T10:00Z")
    account = make_account("c", world.mission, "lto_coordinator")
    here = address(world, "enrolment_sheets")
    assert b"Nobody was due" in client_of(account).post(here, {"scope": "never_seen"}).content
    assert Client().get(f"{world.base}/formList").status_code == 200


def test_a_coalition_member_prints_sheets_of_its_own_people(world):
    organisation = Organisation.objects.create(mission=world.mission, code="HILL", name="Hill")
    team = Team.objects.create(mission=world.mission, code="H1", organisation=organisation)
    make_observer(world.mission, team, "Own Person", "NO", organisation=organisation)
    account = make_account("hill", world.mission, "coalition_coordinator")
    Membership.objects.filter(account=account).update(organisation=organisation)
    own = client_of(account)
    page = own.post(address(world, "enrolment_sheets"), {"scope": "without_phone"}).content.decode()
    assert "Own Person" in page
    assert "Bo Example" not in page
    assert own.post(address(world, "enrol", world.team.pk), {"observer": ""}).status_code == 404


@pytest.mark.parametrize("role", ["security_officer", "statistical_analyst", "long_term_observer"])
def test_who_may_not_manage_makes_no_token(world, role):
    other = client_of(make_account("other", world.mission, role))
    assert other.post(address(world, "enrol", world.team.pk), {"observer": ""}).status_code == 403
    assert other.post(address(world, "enrolment_sheets"), {"scope": "x"}).status_code == 403
    assert Device.objects.count() == 1
