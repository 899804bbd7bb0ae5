"""The pages of forms: the list, one version, what can be downloaded, and who sees what."""

import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from paragraph8.server.forms import actions, codebook
from paragraph8.server.forms.generate.xform import convert
from paragraph8.server.forms.models import Form, FormVersion
from paragraph8.server.missions.models import Membership, Organisation
from paragraph8.server.openrosa.models import Submission
from paragraph8.server.people.models import Team
from paragraph8.server.setup.models import Contestant
from paragraph8.tables.codebook_reader import CODEBOOK_FORMS, codebook_form
from server.forms_world import OWN, publish_everything, url, xlsx
from server.world import client_of, count_xml, make_account, make_world


@pytest.fixture
def analyst(world):
    return make_account("analyst", world.mission, "election_analyst")


@pytest.fixture
def office(analyst):
    return client_of(analyst)


@pytest.fixture
def published(world, analyst) -> dict[str, FormVersion]:
    return publish_everything(world, analyst)


def test_an_empty_page_says_what_to_do_and_one_click_does_it(world, office):
    FormVersion.objects.all()._raw_delete("default")
    Form.objects.all().delete()
    said = office.get(url(world)).content.decode()
    assert "No form yet" in said
    assert "Publish these 13 forms" in said
    said = office.post(url(world, "/publish-all"), follow=True).content.decode()
    assert "13 forms were published" in said
    assert "Not published yet" not in said
    assert all(f">{name}</bdi>" in said for name in CODEBOOK_FORMS)


def test_a_version_shows_every_item_in_every_language(world, published, office):
    said = office.get(url(world, f"/versions/{published['counting'].pk}")).content.decode()
    for item in codebook_form("counting").items:
        assert f"<bdi>{item.id}</bdi>" in said
    item = next(item for item in codebook_form("counting").items if item.id == "C5b")
    row = said[said.index("<bdi>C5b</bdi>") :].partition("</tr>")[0]
    for told in (item.wording["en"], item.wording["ru"], "C5 = yes", "‡", "GC25-20", "yes"):
        assert told in row, told
    assert "Hill List · River List" in said


def test_a_draft_is_made_looked_at_published_and_downloaded(world, published, office):
    Contestant.objects.filter(code="2").update(name="Lake List")
    made = office.post(url(world, "/draft"), {"form": "counting"})
    assert made.status_code == 302
    said = office.get(made["Location"]).content.decode()
    assert "Publish version 3" in said
    assert "Lake List" in said
    office.post(f"{made['Location']}/publish")
    workbook = office.get(f"{made['Location']}/xlsform")
    assert convert(workbook.content).version == "3"
    newest = FormVersion.objects.latest("pk")
    xform = office.get(f"{made['Location']}/xform")
    assert xform.content == bytes(newest.xform)
    assert xform["Content-Disposition"].startswith("attachment")
    for language in ("en", "ru"):
        paper = office.get(f"{made['Location']}/paper/{language}")
        assert paper.content.startswith(b"%PDF")
    assert office.get(f"{made['Location']}/paper/kk").status_code == 404
    # Nothing differs now.
    made = office.post(url(world, "/draft"), {"form": "counting"})
    assert "Nothing differs from version 3" in office.get(made["Location"]).content.decode()
    office.post(f"{made['Location']}/discard")
    assert office.get(made["Location"]).status_code == 404


def test_the_paper_of_an_old_version_is_what_that_version_asked(
    world, published, office, monkeypatch
):
    path = url(world, f"/versions/{published['counting'].pk}/paper/en")
    paper = office.get(path).content
    Contestant.objects.all().update(name="Somebody else")
    assert office.get(path).content == paper
    # The codebook has moved on: it is printed from the XLSForm that was kept.
    monkeypatch.setattr("paragraph8.server.forms.paper.workbook_of", lambda *a, **b: other_book())
    kept = office.get(path).content
    assert kept.startswith(b"%PDF")
    assert kept != paper


def other_book():
    return codebook.workbook_of("voting", version="1", languages=["en"], contestants=[])


def test_an_own_form_has_its_pages_too(world, office):
    file = SimpleUploadedFile("q.xlsx", xlsx(OWN))
    said = office.post(url(world, "/upload"), {"file": file}, follow=True).content.decode()
    assert "The draft was made" in said
    assert "Она длинная?" in said
    version = FormVersion.objects.latest("pk")
    for rest in ("xlsform", "xform", "paper/ru"):
        assert office.get(url(world, f"/versions/{version.pk}/{rest}")).status_code == 200


def test_a_draft_is_seen_by_those_only_who_may_publish(world, analyst):
    draft = actions.draft_from_codebook(world.mission, "voting", analyst)
    reader = client_of(make_account("reader", world.mission, "legal_analyst"))
    assert reader.get(url(world, f"/versions/{draft.pk}")).status_code == 404
    assert "draft" not in reader.get(url(world)).content.decode()
    assert reader.get(url(world, f"/versions/{world.version.pk}")).status_code == 200
    stranger = client_of(make_account("stranger", make_world("other-2024").mission, "head"))
    assert stranger.get(url(world, f"/versions/{world.version.pk}")).status_code == 404


def reports_shown(world, role: str, **bounds: object) -> str | None:
    account = make_account(f"{role}-{Membership.objects.count()}", world.mission, role)
    Membership.objects.filter(account=account).update(**bounds)
    said = client_of(account).get(url(world)).content.decode()
    return re.findall(r'class="number">(\d+)</td>', said)[1:2] or None


def test_reports_are_counted_by_version_and_only_those_of_the_part(world):
    body = Organisation.objects.create(mission=world.mission, code="A", name="Alpha")
    south = Team.objects.create(mission=world.mission, code="T02", area="South", organisation=body)
    for number, team in enumerate((world.team, world.team, south)):
        Submission.objects.create(
            mission=world.mission,
            form_id="counting",
            instance_id=f"uuid:{number}",
            form_version=world.version,
            team=team,
            xml=count_xml(),
            xml_sha256="x",
            received_at=timezone.now(),
        )
    assert reports_shown(world, "legal_analyst") == ["3"]
    assert reports_shown(world, "lto_coordinator", area="South") == ["1"]
    assert reports_shown(world, "coalition_coordinator", organisation=body) == ["1"]
    assert reports_shown(world, "long_term_observer") == ["0"]
    assert reports_shown(world, "media_analyst") is None


def test_who_works_on_a_part_changes_no_form(world, published):
    account = make_account("part", world.mission, "election_analyst")
    Membership.objects.filter(account=account).update(area="North")
    client = client_of(account)
    said = client.get(url(world)).content.decode()
    assert "Make a new version" not in said
    form = published["voting"].form
    for rest in ("/publish-all", "/draft", "/upload", f"/{form.pk}/close", f"/{form.pk}/reopen"):
        assert client.post(url(world, rest)).status_code == 403, rest
    draft = actions.draft_from_codebook(world.mission, "voting", None)
    for rest in ("publish", "discard"):
        assert client.post(url(world, f"/versions/{draft.pk}/{rest}")).status_code == 403


def test_pages_are_quick_with_all_forms_in_three_languages(world, analyst, office):
    world.mission.languages = ["en", "ru", "kk"]
    world.mission.save()
    actions.publish(actions.draft_from_codebook(world.mission, "counting", analyst), analyst)
    actions.publish_all(world.mission, analyst)
    longest = FormVersion.objects.get(form__form_id="voting")
    draft = actions.draft_from_codebook(world.mission, "voting", analyst)
    for rest in ("", f"/versions/{longest.pk}", f"/versions/{draft.pk}"):
        office.get(url(world, rest))
        times = []
        for _ in range(3):
            start = time.perf_counter()
            assert office.get(url(world, rest)).status_code == 200
            times.append(time.perf_counter() - start)
        assert min(times) < 0.3, (rest, times)
