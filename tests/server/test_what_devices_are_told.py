"""What a phone is told when something is wrong: each sentence of the catalogue, through HTTP."""

import html
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.openrosa.models import Submission, Unreadable
from server.test_openrosa import post
from server.world import World, client_of, count_xml, make_account


def told(answer) -> str:
    return html.unescape(answer.content.decode())


def send(world: World, body: bytes, content_type: str = "multipart/form-data; boundary=B"):
    return Client().post(f"{world.base}/submission", body, content_type=content_type)


def test_device_unknown(world):
    answer = Client().get("/o/no-such-token-anywhere/formList")
    assert answer.status_code == 401
    assert str(Problem("device.unknown")) in told(answer)


def test_device_observer_withdrawn(world):
    world.observer.withdrawn = True
    world.observer.save()
    answer = Client().get(f"{world.base}/formList")
    assert answer.status_code == 403
    assert str(Problem("device.observer_withdrawn")) in told(answer)


def test_an_accreditation_that_expired_makes_reports_wait(world):
    """device.not_accredited does not refuse: the report is kept, and a person looks at it."""
    world.observer.accredited_until = timezone.now().date() - timedelta(days=1)
    world.observer.save()
    assert Client().get(f"{world.base}/formList").status_code == 200
    assert post(world, count_xml()).status_code == 202
    assert Submission.objects.get().reason == "quarantine.not_accredited"


def test_openrosa_version(world):
    answer = Client().get(f"{world.base}/formList", headers={"X-OpenRosa-Version": "2.0"})
    assert answer.status_code == 400
    assert str(Problem("openrosa.version")) in told(answer)
    twice = Client().get(f"{world.base}/formList", headers={"X-OpenRosa-Version": "1.0, 1.0"})
    assert twice.status_code == 200


@pytest.mark.parametrize(
    ("code", "body", "content_type"),
    [
        ("openrosa.not_multipart", count_xml(), "text/xml"),
        ("openrosa.broken_multipart", b"--B\r\nContent-Disp", "multipart/form-data; boundary=B"),
        (
            "openrosa.no_xml",
            b'--B\r\nContent-Disposition: form-data; name="1.jpg"\r\n\r\nx\r\n--B--\r\n',
            "multipart/form-data; boundary=B",
        ),
    ],
)
def test_a_request_that_is_no_report_is_kept(world, code, body, content_type):
    answer = send(world, body, content_type)
    assert answer.status_code == 400
    assert str(Problem(code)) in told(answer)
    assert Unreadable.objects.get().code == code


def test_openrosa_too_large(world, settings):
    settings.P8_MAX_BYTES = 1_000
    answer = send(world, b"--B\r\n" + bytes(5_000))
    assert answer.status_code == 413
    assert str(Problem("openrosa.too_large", limit=1_000)) in told(answer)


def test_openrosa_not_a_report(world):
    answer = post(world, b'<data id="' + b"x" * 100 + b'"/>')
    assert answer.status_code == 400
    assert str(Problem("openrosa.not_a_report")) in told(answer)


def test_openrosa_unknown_instance_and_not_the_latest(world):
    answer = post(world, count_xml("uuid:2", deprecated="uuid:1"))
    assert answer.status_code == 404
    assert str(Problem("openrosa.unknown_instance", instance="uuid:1")) in told(answer)
    post(world, count_xml("uuid:1"))
    post(world, count_xml("uuid:2", 401, deprecated="uuid:1"))
    answer = post(world, count_xml("uuid:3", 402, deprecated="uuid:1"))
    assert answer.status_code == 409
    assert str(Problem("openrosa.not_the_latest", instance="uuid:1")) in told(answer)


def test_openrosa_form_closed(world, settings):
    world.form.closes_at = timezone.now() - timedelta(days=3)
    world.form.save()
    answer = post(world, count_xml())
    assert answer.status_code == 409
    assert str(Problem("openrosa.form_closed", form="counting")) in told(answer)


def test_openrosa_conflict_where_a_mission_wants_it_strict(world, settings):
    settings.P8_STRICT_CONFLICTS = True
    post(world, count_xml())
    answer = post(world, count_xml(valid=401))
    assert answer.status_code == 409
    assert str(Problem("openrosa.conflict")) in told(answer)


def test_a_page_that_is_sent_too_much(world, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    head = client_of(make_account("head", world.mission, "head"))
    answer = head.post(f"/m/{world.mission.slug}/collected/take-in", {"format": "x" * 5_000})
    assert answer.status_code == 400
    assert "This request could not be understood" in told(answer)


def test_a_file_name_with_markup_is_text(world):
    parts = {"xml_submission_file": SimpleUploadedFile("a.xml", count_xml(), "text/xml")}
    parts["<b>&amp;.jpg"] = SimpleUploadedFile("x.jpg", b"x", "image/jpeg")
    assert Client().post(f"{world.base}/submission", parts).status_code == 201
    assert Submission.objects.get().files.get().name == "<b>&amp;.jpg"
