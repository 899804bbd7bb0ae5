"""Review: what a seat sees of reports, and what it may decide about them."""

import json
import os
import shutil
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.models import Membership, Organisation
from paragraph8.server.openrosa.models import Conflict, Submission, SubmissionFile
from paragraph8.server.people.models import Team
from paragraph8.server.people.tokens import enrol
from paragraph8.server.record.ledger import broken_links
from paragraph8.server.record.models import JournalEntry, Link
from paragraph8.server.review import actions
from paragraph8.server.review.corrections import correct
from paragraph8.server.review.labels import wordings_of
from paragraph8.server.review.models import SafetyMatter
from server.world import COUNT_FORM, World, client_of, count_xml, make_account, publish

BASE = "/m/lumria-2024"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \u202egpj.exe \"'>"

INCIDENT_FORM = COUNT_FORM.replace("counting", "incident").replace("C38 ", "X19 ")


@pytest.fixture(autouse=True)
def _no_wordings_of_other_tests():
    """Primary keys come again in every test; on a server they never do."""
    wordings_of.cache_clear()


def post(world: World, xml: bytes, *files: tuple[str, bytes], token: str = "") -> int:
    parts = {"xml_submission_file": SimpleUploadedFile("form.xml", xml, "text/xml")}
    for name, content in files:
        parts[name] = SimpleUploadedFile(name, content, "image/jpeg")
    base = f"/o/{token}" if token else world.base
    return Client().post(f"{base}/submission", parts).status_code


def reviewer(world: World, name: str = "Reviewer", role: str = "statistical_analyst") -> Client:
    return client_of(make_account(name, world.mission, role))


def page_of(browser: Client, path: str) -> str:
    answer = browser.get(f"{BASE}/{path}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def incident_xml(instance: str, safety: str) -> bytes:
    xml = count_xml(instance, form="incident", comment="the road is blocked")
    return xml.replace(b"<C38>no</C38>", f"<X19>{safety}</X19>".encode())


def decide(browser: Client, path: str, **data: str):
    return browser.post(f"{BASE}/{path}", data)


def test_the_empty_list_says_what_will_stand_there(world):
    assert "No report has come in yet" in page_of(reviewer(world), "reports")


def test_the_list_shows_form_team_station_files_and_flags(world):
    world.mission.time_zone = "Asia/Almaty"
    world.mission.save()
    post(world, count_xml(photos=("1.jpg", "2.jpg")), ("1.jpg", b"one"))
    post(world, count_xml("uuid:2", form="strange"))
    post(world, count_xml(valid=401, photos=("1.jpg", "2.jpg")))
    text = page_of(reviewer(world), "reports")
    for word in ("N-01", "T01", "Counting", "1 / 2", "conflict open", "files missing", "+05"):
        assert word in text
    assert "1 report in quarantine" in text
    assert "1 report with an open conflict" in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"a", "b", "c", "d"}),
        ("form=counting", {"a", "b", "d"}),
        ("state=quarantined", {"c"}),
        ("state=accepted", {"a", "b", "d"}),
        ("state=rejected", set()),
        ("state=conflict", {"a"}),
        ("state=incomplete", {"b"}),
        ("state=excluded", {"d"}),
        ("state=late", {"d"}),
        ("team=T01", {"a", "b", "c", "d"}),
        ("team=T99", {"a", "b", "c", "d"}),
        ("since=2024-05-12T21:00", {"d"}),
        ("until=2024-05-12T20:59", {"a", "b", "c"}),
        ("since=rubbish&state=quarantined", {"c"}),
        ("before=rubbish", {"a", "b", "c", "d"}),
    ],
)
def test_filters(world, query, shown):
    hour = timezone.now().replace(2024, 5, 12, 20, 0, 0, 0)
    post(world, count_xml("a"))
    post(world, count_xml("b", photos=("1.jpg",)))
    post(world, count_xml("c", form="strange"))
    post(world, count_xml("d"))
    post(world, count_xml("a", 7))
    Submission.objects.update(received_at=hour)
    Submission.objects.filter(instance_id="d").update(
        received_at=hour + timedelta(hours=1), excluded="why"
    )
    world.election.freeze_at = hour + timedelta(minutes=30)
    world.election.save()
    text = page_of(reviewer(world), f"reports?{query}")
    found = {
        one.instance_id
        for one in Submission.objects.all()
        if f'href="{BASE}/reports/{one.pk}"' in text
    }
    assert found == shown


def fill(world: World, count: int) -> None:
    now, xml = timezone.now(), count_xml(comment="x" * 2_000)
    Submission.objects.bulk_create(
        [
            Submission(
                mission=world.mission,
                form_id="counting",
                instance_id=f"uuid:{n}",
                version="1",
                form_version=world.version,
                team=world.team,
                xml=xml,
                xml_sha256="0" * 64,
                received_at=now,
            )
            for n in range(count)
        ],
        batch_size=2_000,
    )


def test_pages_follow_each_other_and_miss_none(world):
    fill(world, 120)
    browser, path, seen = reviewer(world), "reports?form=counting", []
    while path:
        answer = browser.get(f"{BASE}/{path}")
        seen += [row.submission.pk for row in answer.context["shown"].rows]
        path = f"reports?{answer.context['older']}" if answer.context["older"] else ""
    assert seen == sorted(Submission.objects.values_list("pk", flat=True), reverse=True)


def test_the_number_of_queries_does_not_grow_with_the_rows(world, django_assert_max_num_queries):
    fill(world, 120)
    browser = reviewer(world)
    page_of(browser, "reports")
    with django_assert_max_num_queries(20) as queries:
        page_of(browser, "reports")
    assert not any(" OFFSET " in query["sql"] for query in queries.captured_queries)


# Boundaries


def second_team(world: World) -> str:
    """A team elsewhere, of a coalition member, and the token of its phone."""
    member = Organisation.objects.create(mission=world.mission, code="ORG", name="Member")
    other = Team.objects.create(
        mission=world.mission, code="T02", area="South/Hills", organisation=member
    )
    world.observer.team = other
    world.observer.save()
    return enrol(other, world.observer, by=None).token


@pytest.mark.parametrize(
    ("role", "bounds", "seen"),
    [
        ("election_analyst", {}, {"north", "south"}),
        ("election_analyst", {"area": "South"}, {"south"}),
        ("election_analyst", {"area": "Sou"}, set()),
        ("coalition_coordinator", {"organisation": True}, {"south"}),
        ("coalition_coordinator", {"organisation": True, "area": "North"}, set()),
        ("long_term_observer", {"area": "North"}, {"north"}),
        ("long_term_observer", {}, set()),
    ],
)
def test_a_seat_sees_only_its_part(world, role, bounds, seen):
    token = second_team(world)
    post(world, count_xml("north"))
    post(world, count_xml("south"), token=token)
    account = make_account("bounded", world.mission, role)
    membership = Membership.objects.get(account=account)
    membership.area = bounds.get("area", "")
    if bounds.get("organisation"):
        membership.organisation = Organisation.objects.get()
    membership.save()
    browser = client_of(account)
    text = page_of(browser, "reports")
    for one in Submission.objects.all():
        expected = one.instance_id in seen
        assert (f"{BASE}/reports/{one.pk}" in text) is expected
        for path in ("", "/receipt.json"):
            status = browser.get(f"{BASE}/reports/{one.pk}{path}").status_code
            assert status == (200 if expected else 404)


def test_whoever_may_not_review_decides_nothing(world):
    post(world, count_xml())
    pk = Submission.objects.get().pk
    browser = reviewer(world, "reader", "election_analyst")
    assert "Decide" not in page_of(browser, f"reports/{pk}")
    for path in (f"reports/{pk}/decision", f"teams/{world.team.pk}/decision"):
        assert decide(browser, path, decision="exclude", reason="why").status_code == 403
    assert browser.get(f"{BASE}/reports/{pk}/report.xml").status_code == 403
    assert browser.get(f"{BASE}/reports/{pk}/correction").status_code == 403


def test_what_concerns_safety_is_shown_to_those_who_may_see_it_only(world):
    publish(world.mission, "incident", INCIDENT_FORM)
    post(world, incident_xml("danger", "yes"), ("1.jpg", b"x"))
    post(world, incident_xml("calm", "no"))
    post(world, incident_xml("turned", "no"))
    post(world, incident_xml("turned", "yes"))
    assert SafetyMatter.objects.count() == 2
    head, analyst = reviewer(world, "head", "head"), reviewer(world)
    shown = {browser: page_of(browser, "reports") for browser in (head, analyst)}
    file = SubmissionFile.objects.get()
    for one in Submission.objects.all():
        path = f"{BASE}/reports/{one.pk}"
        assert path in shown[head]
        secret = one.instance_id != "calm"
        assert (path in shown[analyst]) is not secret
        for rest in ("", "/receipt.json", "/report.xml", "/correction"):
            assert head.get(path + rest).status_code == 200
            assert analyst.get(path + rest).status_code == (404 if secret else 200)
    original = f"{BASE}/reports/{file.submission_id}/files/{file.pk}/original"
    assert (head.get(original).status_code, analyst.get(original).status_code) == (200, 404)
    conflict = Conflict.objects.get()
    settled = decide(analyst, f"conflicts/{conflict.pk}/settlement", how="keep_first", reason="x")
    assert settled.status_code == 404
    assert "open conflict" not in shown[analyst], "not even their number is told"


def test_safety_is_found_in_reports_that_were_stored_in_bulk(world):
    fill(world, 1)
    Submission.objects.update(xml=incident_xml("uuid:0", "yes"))
    pk, analyst = Submission.objects.get().pk, reviewer(world)
    assert f"reports/{pk}" not in page_of(analyst, "reports")
    Submission.objects.update(xml=incident_xml("uuid:0", "yes"))
    SafetyMatter.objects.all().delete()
    assert analyst.get(f"{BASE}/reports/{pk}").status_code == 404


# One report


def test_a_report_shows_wording_problems_and_evidence(world):
    both = "| label::English (en) | label::Russian (ru) |"
    form = COUNT_FORM.replace("| label              |", both)
    form = form.replace("| Copy posted        |", "| Copy posted | Копия вывешена |")
    items = [
        {"item": "C38", "problem": "no", "serious": True},
        {"item": "C41_invalid", "problem": "positive", "serious": False},
    ]
    publish(world.mission, "counting", form, version="2", items=items)
    post(world, count_xml(version="2", comment="two voters left"))
    pk, browser = Submission.objects.get().pk, reviewer(world)
    text = page_of(browser, f"reports/{pk}")
    marks = ("‡ serious problem", "! problem", "✓ Link 1 fits")
    for word in ("Copy posted", "two voters left", *marks):
        assert word in text
    assert "2 answers are problems" in text
    browser.cookies["django_language"] = "ru"
    assert "Копия вывешена" in page_of(browser, f"reports/{pk}")


def test_a_form_that_is_not_known_falls_back_to_names(world):
    post(world, count_xml(form="strange"))
    text = page_of(reviewer(world), f"reports/{Submission.objects.get().pk}")
    assert "C41_valid" in text
    assert "questions stand with their names only" in text


@pytest.mark.parametrize("broken", ["xml", "link", "file"])
def test_evidence_that_was_tampered_with_is_said(world, broken, settings):
    post(world, count_xml(photos=("1.jpg",)), ("1.jpg", b"a photo"))
    one, browser = Submission.objects.get(), reviewer(world)
    whole = page_of(browser, f"reports/{one.pk}")
    assert "✗" not in whole
    assert "the bytes are those that were received" in whole
    if broken == "xml":
        Submission.objects.update(xml=count_xml(valid=500, photos=("1.jpg",)))
    elif broken == "link":
        Link.objects.filter(chain__name="lumria-2024/submissions").update(salt="00" * 16)
    else:
        sha256 = SubmissionFile.objects.get().sha256
        (settings.P8_HOME / "attachments" / sha256[:2] / sha256).write_bytes(b"another")
    assert "✗" in page_of(browser, f"reports/{one.pk}")


def test_receipt_and_xml_are_downloads(world):
    post(world, count_xml())
    pk, browser = Submission.objects.get().pk, reviewer(world)
    receipt = browser.get(f"{BASE}/reports/{pk}/receipt.json")
    assert json.loads(receipt.content)["receipt"]["link"]["number"] == 1
    assert receipt["Content-Disposition"].startswith("attachment")
    xml = browser.get(f"{BASE}/reports/{pk}/report.xml")
    assert xml.content == count_xml()
    assert xml["Content-Type"] == "application/octet-stream"
    assert JournalEntry.objects.filter(verb="report.downloaded").count() == 1


def test_hostile_text_is_text_everywhere(world):
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    xml = count_xml(comment=escaped).replace(b"N-01", escaped.encode())
    post(world, xml)
    post(world, xml.replace(b"400", b"401"))
    world.team.excluded = HOSTILE
    world.team.save()
    Submission.objects.update(version=HOSTILE[:40], excluded=HOSTILE)
    pk, browser = Submission.objects.get().pk, reviewer(world)
    for path in ("reports", f"reports/{pk}", f"reports/{pk}/correction"):
        text = page_of(browser, path)
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        if not path.endswith("correction"):
            assert "\u202e" not in text
            assert "⟨U+202E⟩" in text


# Decisions


def test_a_report_is_released_or_rejected_with_a_reason(world):
    post(world, count_xml(form="strange"))
    one, browser = Submission.objects.get(), reviewer(world)
    path = f"reports/{one.pk}/decision"
    refused = decide(browser, path, decision="accept", reason="  ")
    assert (refused.status_code, b"review.no_reason" in refused.content) == (400, True)
    assert decide(browser, path, decision="reject", reason="a test form").status_code == 302
    assert Submission.objects.get().state == "rejected"
    assert decide(browser, path, decision="accept", reason="no, a real one").status_code == 302
    assert Submission.objects.get().state == "accepted"
    lines = JournalEntry.objects.filter(verb__startswith="report.").order_by("pk")
    assert [line.details["before"] for line in lines] == [
        {"state": "quarantined"},
        {"state": "rejected"},
    ]
    assert bytes(Submission.objects.get().xml) == bytes(one.xml)


def test_a_decision_that_does_not_exist(world):
    post(world, count_xml())
    pk = Submission.objects.get().pk
    answer = decide(reviewer(world), f"reports/{pk}/decision", decision="delete", reason="x")
    assert b"review.no_such_decision" in answer.content


def test_reports_and_teams_are_left_out_and_brought_back(world):
    post(world, count_xml())
    pk, browser = Submission.objects.get().pk, reviewer(world)
    for path, model in (
        (f"reports/{pk}/decision", Submission),
        (f"teams/{world.team.pk}/decision", Team),
    ):
        decide(browser, path, decision="exclude", reason="not present")
        assert model.objects.get().excluded == "not present"
        assert "not present" in page_of(browser, f"reports/{pk}")
        decide(browser, path, decision="bring_back", reason="was present")
        assert model.objects.get().excluded == ""
    verbs = list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))[-4:]
    assert verbs == ["report.excluded", "report.brought_back", "team.excluded", "team.brought_back"]


def conflicted(world: World) -> Conflict:
    post(world, count_xml(valid=400, photos=("1.jpg",)), ("1.jpg", b"photo"))
    post(world, count_xml(valid=401, photos=("1.jpg",)))
    return Conflict.objects.get()


def test_a_conflict_is_shown_with_what_differs(world):
    conflict = conflicted(world)
    text = page_of(reviewer(world), f"reports/{conflict.submission_id}")
    assert text.count("≠ differs") == 1
    assert "6 answers are the same" in text or "7 answers are the same" in text


@pytest.mark.parametrize("how", actions.SETTLEMENTS)
def test_a_conflict_is_settled(world, how):
    conflict = conflicted(world)
    path = f"conflicts/{conflict.pk}/settlement"
    browser = reviewer(world)
    assert decide(browser, path, how=how, reason="the team was asked").status_code == 302
    assert Conflict.objects.get().settled_at is not None
    made = Submission.objects.exclude(pk=conflict.submission_id).first()
    if how == "keep_first":
        assert made is None
    else:
        assert made.instance_id == f"conflict:{conflict.xml_sha256}"
        assert bytes(made.xml) == bytes(conflict.xml)
        assert made.replaces_id == (conflict.submission_id if how == "take_other" else None)
        assert made.complete
        assert made.files.get().sha256 == SubmissionFile.objects.first().sha256
        assert Link.objects.filter(subject=f"submission {made.pk}").exists()
    assert not list(broken_links("lumria-2024/submissions"))
    again = decide(browser, path, how=how, reason="again")
    assert b"review.settled_already" in again.content
    assert post(world, count_xml(valid=401, photos=("1.jpg",))) == 202
    assert Submission.objects.count() == (1 if how == "keep_first" else 2)


def test_a_conflict_cannot_be_settled_by_just_anything(world):
    with pytest.raises(Problem, match="keep the first") as caught:
        actions.settle(conflicted(world), "toss a coin", "why not", by=None)
    assert caught.value.code == "review.no_such_settlement"


def test_the_office_corrects_an_answer(world):
    post(world, count_xml(photos=("1.jpg",)), ("1.jpg", b"photo"))
    old, browser = Submission.objects.get(), reviewer(world)
    form = browser.get(f"{BASE}/reports/{old.pk}/correction")
    fields = {f"a{a.index}": a.text for a in form.context["answers"]}
    changed = next(f"a{a.index}" for a in form.context["answers"] if a.name == "C41_valid")
    data = {**fields, changed: "404", "reason": "misread the protocol", "entry": "paper"}
    assert decide(browser, f"reports/{old.pk}/correction", **data).status_code == 302
    assert decide(browser, f"reports/{old.pk}/correction", **data).status_code == 302
    new = Submission.objects.get(replaces=old)
    assert b"<C41_valid>404</C41_valid>" in bytes(new.xml)
    assert f"<orx:instanceID>{new.instance_id}</orx:instanceID>".encode() in bytes(new.xml)
    assert b"<orx:deprecatedID>uuid:1</orx:deprecatedID>" in bytes(new.xml)
    assert bytes(Submission.objects.get(pk=old.pk).xml) == bytes(old.xml)
    assert (new.entry, new.complete, new.files.count()) == ("paper", True, 1)
    line = JournalEntry.objects.get(verb="report.corrected")
    assert line.details["items"] == ["C41_valid"]
    assert line.details["before"] == {"xml": old.xml_sha256}
    assert not list(broken_links("lumria-2024/submissions"))
    text = page_of(browser, f"reports/{old.pk}")
    assert f"reports/{new.pk}" in text
    assert text.count("≠ differs") == 1
    assert "misread the protocol" in page_of(browser, f"reports/{new.pk}")


def test_corrections_that_cannot_be_made(world):
    post(world, count_xml())
    one = Submission.objects.get()

    def code(changes: dict[int, str], reason: str = "why") -> str:
        with pytest.raises(Problem) as caught:
            correct(one, changes, reason, entry="paper", by=None)
        return caught.value.code

    assert code({1: "400"}) == "review.nothing_changed"
    assert code({1: "4\x00"}) == "review.unusable_answer"
    assert code({1: "4" * 20_000}) == "review.unusable_answer"
    assert code({1: "401"}, " ") == "review.no_reason"
    correct(one, {1: "401"}, "why", entry="paper", by=None)
    assert code({1: "402"}) == "review.corrected_already"
    Submission.objects.update(reason="quarantine.sealed")
    assert code({1: "402"}) == "review.sealed"


def test_only_one_correction_of_a_report_is_accepted(world):
    post(world, count_xml("uuid:1"))
    post(world, count_xml("uuid:2", 410, deprecated="uuid:1"))
    Submission.objects.filter(instance_id="uuid:2").update(state="quarantined")
    post(world, count_xml("uuid:3", 420, deprecated="uuid:1"))
    waiting = Submission.objects.get(instance_id="uuid:2")
    with pytest.raises(Problem, match="replaced by report") as caught:
        actions.accept(waiting, "why", by=None)
    assert caught.value.code == "review.corrected_already"


@pytest.mark.skipif(os.environ.get("P8_LARGE") != "1", reason="takes half a minute: P8_LARGE=1")
def test_the_first_page_of_a_hundred_thousand(world):
    fill(world, 100_000)
    browser = reviewer(world)
    page_of(browser, "reports")
    for query in ("", "?state=quarantined", "?team=T01"):
        begin = time.perf_counter()
        page_of(browser, f"reports{query}")
        took = time.perf_counter() - begin
        assert took < 0.3, f"{query} took {took:.3f} s"


@pytest.mark.skipif(shutil.which("chromium") is None, reason="NOT RUN: needs the browser chromium")
def test_hostile_text_runs_nothing_in_a_browser(world, live_server, monkeypatch):
    from playwright import sync_api as playwright

    # The browser's library runs a loop in this thread; the database does not mind here.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    escaped = HOSTILE.replace("<", "&lt;").replace(">", "&gt;")
    xml = count_xml(comment=escaped, photos=("1.jpg",)).replace(b"N-01", escaped.encode())
    post(world, xml, ("1.jpg", b"<svg onload=alert(1)>"), ("<script>alert(1).html", b"x"))
    post(world, xml.replace(b"400", b"401"))
    session = reviewer(world).cookies["sessionid"].value
    pk, seen = Submission.objects.get().pk, []
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context()
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.add_init_script(
            "addEventListener('securitypolicyviolation',"
            " e => console.log('VIOLATION ' + e.blockedURI))"
        )
        page.on("console", lambda line: seen.append(line.text) if "VIOL" in line.text else None)
        for path in ("reports", f"reports/{pk}", f"reports/{pk}/correction"):
            answer = page.goto(f"{live_server.url}{BASE}/{path}")
            page.wait_for_load_state("networkidle")
            assert answer.status == 200
            assert page.locator("h1").count() == 1
        browser.close()
    assert seen == []


def test_a_tick_that_was_not_set_is_no_question_of_its_own(world):
    form = COUNT_FORM.replace(
        "|         | select_one yes_no | C38        | Copy posted        |",
        "|         | select_one yes_no | C38        | Copy posted        |\n"
        "|         | text              | C41_valid_dk | Not known        |",
    )
    publish(world.mission, "counting", form, version="3")
    xml = count_xml(version="3").replace(b"<C38>", b"<C41_valid_dk></C41_valid_dk><C38>")
    post(world, xml)
    pk, browser = Submission.objects.get().pk, reviewer(world)
    assert "C41_valid_dk" not in page_of(browser, f"reports/{pk}")
    post(world, xml.replace(b"uuid:1", b"uuid:2").replace(b"dk></C41", b"dk>dk</C41"))
    pk = Submission.objects.latest("pk").pk
    assert "C41_valid_dk" in page_of(browser, f"reports/{pk}")
