"""Bulk pull as ODK Briefcase does it."""

import hashlib
import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from paragraph8.kernel.problem import Problem
from paragraph8.server.openrosa.models import Submission
from paragraph8.server.review.archive_keys import make_key
from paragraph8.server.review.models import ArchiveKey, SafetyMatter
from server.test_openrosa import PHOTO, post
from server.world import client_of, count_xml, make_account, make_world

SUBMISSIONS = "{http://opendatakit.org/submissions}"


@pytest.fixture
def archive(world) -> str:
    account = make_account("statistician", world.mission, "statistical_analyst")
    return f"/a/{make_key(world.mission, account)}"


def pulled(archive: str, **query: str) -> ElementTree.Element:
    answer = Client().get(f"{archive}/view/submissionList", query)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/xml")
    return ElementTree.fromstring(answer.content)


def ids(chunk: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in chunk.iter(f"{SUBMISSIONS}id")]


def test_all_reports_are_pulled_in_pieces(world, archive):
    for number in range(5):
        post(world, count_xml(f"uuid:{number}"))
    found, cursor = [], ""
    for _ in range(10):
        chunk = pulled(archive, formId="counting", numEntries="2", cursor=cursor)
        if not ids(chunk):
            break
        found += ids(chunk)
        cursor = chunk.findtext(f"{SUBMISSIONS}resumptionCursor") or ""
    assert found == [f"uuid:{number}" for number in range(5)]


def test_one_report_comes_with_its_files(world, archive):
    post(world, count_xml("uuid:1", photos=("1.jpg",)), ("1.jpg", PHOTO))
    key = "counting[@version=null and @uiVersion=null]/data[@key=uuid:1]"
    answer = Client().get(f"{archive}/view/downloadSubmission", {"formId": key})
    root = ElementTree.fromstring(answer.content)
    data = root.find(f"{SUBMISSIONS}data")[0]
    assert data.get("instanceID") == "uuid:1"
    assert data.get("id") == "counting"
    media = root.find(f"{SUBMISSIONS}mediaFile")
    assert media.findtext(f"{SUBMISSIONS}filename") == "1.jpg"
    digest = hashlib.md5(PHOTO).hexdigest()
    assert media.findtext(f"{SUBMISSIONS}hash") == f"md5:{digest}"
    file = Client().get(media.findtext(f"{SUBMISSIONS}downloadUrl"))
    assert b"".join(file.streaming_content) == PHOTO


def test_the_forms_are_pulled_too(world, archive):
    text = Client().get(f"{archive}/formList").content.decode()
    url = re.search(r"<downloadUrl>(.*?)</downloadUrl>", text)[1]
    form = Client().get(url).content
    assert f"md5:{hashlib.md5(form).hexdigest()}" in text


def test_matters_of_safety_and_other_missions_are_not_there(world, archive):
    post(world, count_xml("uuid:1"))
    SafetyMatter.objects.create(submission=Submission.objects.get())
    other = make_world("other-2024")
    post(other, count_xml("uuid:2"))
    assert ids(pulled(archive, formId="counting")) == []
    for instance in ("uuid:1", "uuid:2"):
        answer = Client().get(
            f"{archive}/view/downloadSubmission", {"formId": f"counting/data[@key={instance}]"}
        )
        assert answer.status_code == 404
        assert str(Problem("review.not_in_archive")) in answer.content.decode()


def test_a_key_is_made_shown_once_and_revoked(world):
    head = client_of(make_account("head", world.mission, "head"))
    base = f"/m/{world.mission.slug}/archive"
    page = head.post(f"{base}/make").content.decode()
    token = re.search(r"/a/([\w-]{20,})", page)[1]
    assert token not in head.get(base).content.decode()
    assert Client().get(f"/a/{token}/formList").status_code == 200
    head.post(f"{base}/{ArchiveKey.objects.get().pk}/revoke")
    answer = Client().get(f"/a/{token}/formList")
    assert answer.status_code == 401
    assert str(Problem("review.unknown_archive_key")).split(":")[0] in answer.content.decode()


def test_a_cursor_that_is_none(world, archive):
    answer = Client().get(f"{archive}/view/submissionList", {"cursor": "<x>"})
    assert answer.status_code == 400
    assert str(Problem("review.bad_cursor")) in answer.content.decode()
