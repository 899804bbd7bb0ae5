"""The contract of OpenRosa, clause by clause, through the real router."""

import base64
import hashlib
import re
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.openrosa import authentication
from paragraph8.server.openrosa.models import Attempt, Conflict, Submission, Unreadable
from paragraph8.server.people.tokens import revoke
from paragraph8.server.record.ledger import broken_links
from paragraph8.server.record.models import Chain
from server.world import COUNT_FORM, World, count_xml, publish

PHOTO = b"\xff\xd8\xff\xe0 a photo that is none"


def post(world: World, xml: bytes, *files: tuple[str, bytes], query: str = "?deviceID=collect:1"):
    parts = {"xml_submission_file": SimpleUploadedFile("form.xml", xml, "text/xml")}
    for name, content in files:
        parts[name] = SimpleUploadedFile(name, content, "image/jpeg")
    return Client().post(f"{world.base}/submission{query}", parts)


def test_head_says_204_with_both_headers(world):
    answer = Client().head(f"{world.base}/submission?deviceID=collect:1")
    assert answer.status_code == 204
    assert answer["X-OpenRosa-Version"] == "1.0"
    assert answer["X-OpenRosa-Accept-Content-Length"] == "10000000"
    assert "Location" not in answer
    assert Client().get(f"{world.base}/submission").status_code == 204


@pytest.mark.parametrize(
    "path", ["formList", "submission", "forms/counting/1/form.xml", "forms/counting/1/manifest.xml"]
)
def test_without_credentials_there_is_a_challenge(world, path):
    answer = Client().get(f"/m/{world.mission.slug}/{path}")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Digest realm=")
    assert 'qop="auth"' in answer["WWW-Authenticate"]
    assert answer["X-OpenRosa-Version"] == "1.0"


def test_the_form_list_and_the_hash_of_the_download(world):
    answer = Client().get(f"{world.base}/formList")
    assert answer["Content-Type"].startswith("text/xml")
    text = answer.content.decode()
    assert "<formID>counting</formID>" in text
    download = text.split("<downloadUrl>")[1].split("</downloadUrl>")[0]
    form = Client().get(download)
    assert f"md5:{hashlib.md5(form.content).hexdigest()}" in text
    again = Client().get(f"{world.base}/formList", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_a_report_arrives_once_and_is_chained(world):
    first = post(world, count_xml())
    again = post(world, count_xml())
    assert (first.status_code, again.status_code) == (201, 201)
    assert b'nature="duplicate"' in again.content
    submission = Submission.objects.get()
    assert bytes(submission.xml) == count_xml()
    assert submission.team == world.team
    assert [attempt.outcome for attempt in Attempt.objects.order_by("pk")] == ["first", "repeat"]
    chain = Chain.objects.get(name="lumria-2024/submissions")
    assert chain.length == 1
    assert list(broken_links(chain.name)) == []


def test_photos_that_come_in_two_requests(world):
    xml = count_xml(photos=("1.jpg", "2.jpg"))
    first = post(world, xml, ("1.jpg", PHOTO))
    assert b"1 of 2 photos" in first.content
    assert not Submission.objects.get().complete
    second = post(world, xml, ("2.jpg", PHOTO))
    assert b"complete" in second.content
    submission = Submission.objects.get()
    assert submission.complete
    assert submission.files.count() == 2
    assert Chain.objects.get(name="lumria-2024/submissions").length == 1
    assert Chain.objects.get(name="lumria-2024/files").length == 2


def test_other_bytes_under_the_same_id_are_a_conflict(world):
    post(world, count_xml(valid=400))
    answer = post(world, count_xml(valid=401))
    assert answer.status_code == 202
    assert bytes(Submission.objects.get().xml) == count_xml(valid=400)
    assert bytes(Conflict.objects.get().xml) == count_xml(valid=401)
    assert post(world, count_xml(valid=401)).status_code == 202
    assert Conflict.objects.count() == 1


def test_a_correction_replaces_the_report(world):
    post(world, count_xml("uuid:1"), ("x", b""))
    assert post(world, count_xml("uuid:2", 410, deprecated="uuid:1")).status_code == 201
    assert post(world, count_xml("uuid:2", 410, deprecated="uuid:1")).status_code == 201
    new = Submission.objects.get(instance_id="uuid:2")
    assert new.replaces.instance_id == "uuid:1"
    assert post(world, count_xml("uuid:3", 420, deprecated="uuid:1")).status_code == 409
    assert post(world, count_xml("uuid:4", 420, deprecated="uuid:9")).status_code == 404


@pytest.mark.parametrize(
    ("xml", "status", "code"),
    [
        (b"", 400, "intake.xml_empty"),
        (b"<data", 400, "intake.xml_not_well_formed"),
        (
            b'<!DOCTYPE x [<!ENTITY a "b">]><data id="counting">&a;</data>',
            400,
            "intake.xml_doctype",
        ),
    ],
)
def test_what_is_no_report_is_refused_and_kept(world, xml, status, code):
    assert post(world, xml).status_code == status
    assert Unreadable.objects.get().code == code


def test_an_unknown_form_or_version_waits_for_a_person(world):
    assert post(world, count_xml(form="something")).status_code == 202
    assert post(world, count_xml("uuid:2", version="99")).status_code == 202
    assert set(Submission.objects.values_list("state", "reason")) == {
        ("quarantined", "quarantine.unknown_form")
    }


def test_an_old_version_is_bound_to_its_own_definition(world):
    publish(
        world.mission,
        "counting",
        COUNT_FORM.replace("| 1          |", "| 2          |", 1).replace(
            "counting   | 1", "counting   | 2"
        ),
        "2",
    )
    assert post(world, count_xml(version="1")).status_code == 201
    assert Submission.objects.get().form_version == world.version


def test_a_report_without_an_id_has_the_same_one_at_every_try(world):
    assert post(world, count_xml(instance="")).status_code == 201
    assert post(world, count_xml(instance="")).status_code == 201
    assert Submission.objects.get().instance_id.startswith("derived:")


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_row(settings, tmp_path):
    from server.world import make_world

    settings.P8_ATTACHMENTS = str(tmp_path)
    world = make_world()
    answers = []

    def send() -> None:
        try:
            answers.append(post(world, count_xml(photos=("1.jpg",)), ("1.jpg", PHOTO)).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [201] * 20
    submission = Submission.objects.get()
    assert submission.files.count() == 1
    assert submission.attempts.count() == 20
    assert Chain.objects.get(name="lumria-2024/submissions").length == 1


def test_photos_that_come_with_other_answers_are_kept_with_these(world):
    post(world, count_xml(photos=("1.jpg",)))
    answer = post(world, count_xml(valid=401, photos=("1.jpg",)), ("1.jpg", PHOTO))
    assert answer.status_code == 202
    submission = Submission.objects.get()
    assert not submission.complete
    assert submission.files.get().conflict == Conflict.objects.get()
    post(world, count_xml(photos=("1.jpg",)), ("1.jpg", b"another"))
    assert Submission.objects.get().complete
    assert submission.files.count() == 2


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("openrosa_submission", "xml = 'x'"),
        ("openrosa_submission", "team_id = NULL"),
        ("record_link", "commitment = '" + "0" * 64 + "'"),
        ("record_link", "hash = '" + "0" * 64 + "'"),
        ("record_chain", "length = 7"),
    ],
)
def test_a_change_behind_the_servers_back_breaks_the_chain(world, table, change):
    post(world, count_xml())
    assert list(broken_links("lumria-2024/submissions")) == []
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}")
    assert list(broken_links("lumria-2024/submissions"))


def test_a_request_that_breaks_off_keeps_the_answers(world):
    xml = count_xml(photos=("1.jpg",))
    body = (
        b'--B\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="a.xml"\r\n'
        b"Content-Type: text/xml\r\n\r\n" + xml + b"\r\n"
        b'--B\r\nContent-Disposition: form-data; name="1.jpg"; filename="1.jpg"\r\n\r\n' + PHOTO
    )
    answer = Client().post(
        f"{world.base}/submission", body, content_type="multipart/form-data; boundary=B"
    )
    assert answer.status_code == 400
    submission = Submission.objects.get()
    assert bytes(submission.xml) == xml
    assert submission.files.count() == 0


def test_a_file_beyond_the_limit_is_refused_and_the_answers_are_kept(world, settings):
    settings.P8_MAX_BYTES = 50_000
    answer = post(world, count_xml(photos=("1.jpg",)), ("1.jpg", bytes(60_000)))
    assert answer.status_code == 413
    assert b"OpenRosaResponse" in answer.content
    assert not Submission.objects.get().complete


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b.jpg", "фото 1.jpg", "x" * 400, ""])
def test_hostile_and_foreign_file_names(world, name):
    body = (
        b"--B\r\nContent-Disposition: form-data; "
        b'name="xml_submission_file"; filename="a.xml"\r\n\r\n'
        + count_xml()
        + b'\r\n--B\r\nContent-Disposition: form-data; name="'
        + name.encode()
        + b'"; filename="'
        + name.encode()
        + b'"\r\n\r\n'
        + PHOTO
        + b"\r\n--B--\r\n"
    )
    answer = Client().post(
        f"{world.base}/submission", body, content_type="multipart/form-data; boundary=B"
    )
    assert answer.status_code in (201, 400)
    submission = Submission.objects.get()
    if answer.status_code == 201:
        file = submission.files.get()
        assert not file.referenced
        assert "/" not in file.name
        assert file.name.isprintable()


def test_a_closed_form_waits_and_is_refused_in_the_end(world, settings):
    world.form.closes_at = timezone.now() - timedelta(minutes=5)
    world.form.save()
    assert post(world, count_xml()).status_code == 202
    assert Submission.objects.get().reason == "quarantine.form_closed"
    settings.P8_GRACE_MINUTES = 1
    assert post(world, count_xml("uuid:2")).status_code == 409
    assert Unreadable.objects.count() == 0


def test_a_revoked_and_a_wrong_token(world):
    assert Client().head("/o/nothing-of-this-kind/submission").status_code == 401
    revoke(world.enrolment.device, by=None, reason="lost")
    authentication.devices.forget()
    answer = post(world, count_xml())
    assert answer.status_code == 403
    assert b"QR code" in answer.content
    assert Submission.objects.count() == 0


def test_a_token_does_nothing_before_the_pledge(world):
    world.observer.pledge_version, world.observer.pledged_at = "", None
    world.observer.save()
    assert Client().get(f"{world.base}/formList").status_code == 403


def test_digest_as_a_client_speaks_it(world):
    device = world.enrolment.device
    path = f"/m/{world.mission.slug}/submission"
    challenge = Client().head(path)["WWW-Authenticate"]
    told = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    user = f"{world.team.code}.{device.pk}"

    def header(nc: str, uri: str = path, token: str = world.token) -> str:
        first = md5(f"{user}:{told['realm']}:{token}")
        middle = f"{told['nonce']}:{nc}:abc:auth"
        response = md5(f"{first}:{middle}:{md5(f'HEAD:{uri}')}")
        return (
            f'Digest username="{user}", realm="{told["realm"]}", nonce="{told["nonce"]}", '
            f'uri="{uri}", qop=auth, nc={nc}, cnonce="abc", response="{response}"'
        )

    def head(value: str):
        return Client().head(path, headers={"Authorization": value})

    assert head(header("00000001")).status_code == 204
    again = head(header("00000001"))
    assert again.status_code == 401
    assert "stale=true" in again["WWW-Authenticate"]
    assert head(header("00000002")).status_code == 204
    assert head(header("00000003", token="wrong")).status_code == 401
    assert head(header("00000004", uri="/m/other/submission")).status_code == 401


def test_basic_only_over_tls(world):
    user = f"{world.team.code}.{world.enrolment.device.pk}:{world.token}"
    value = "Basic " + base64.b64encode(user.encode()).decode()
    path = f"/m/{world.mission.slug}/formList"
    assert Client().get(path, headers={"Authorization": value}).status_code == 401
    assert Client().get(path, headers={"Authorization": value}, secure=True).status_code == 200


def test_an_observer_sees_what_has_been_received(world):
    page = f"{world.base}/received"
    assert "Nothing yet" in Client().get(page).content.decode()
    post(world, count_xml(photos=("1.jpg", "2.jpg")), ("1.jpg", PHOTO))
    assert "1 of 2 photos" in Client().get(page).content.decode()
    post(world, count_xml(photos=("1.jpg", "2.jpg")), ("2.jpg", PHOTO))
    text = Client().get(page).content.decode()
    assert "Received, complete" in text
    assert world.observer.name not in text


def test_without_a_database_the_phone_is_told_to_wait(world, monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("paragraph8.server.openrosa.views.receive", away)
    answer = post(world, count_xml())
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert str(Problem("openrosa.not_now")).encode() in answer.content.replace(b"&apos;", b"'")


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
