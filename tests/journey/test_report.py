"""A report from the phone to the snapshot, over a link that breaks: the promise of the intake.

The engine of ODK Collect and the one of ODK Web Forms each fill the count form that the server
serves; an uploader that behaves as Collect sends it with two photos while the link is cut, and the
result is one row, two photos, one receipt, one link in the chain, one observation in a snapshot.
"""

import json
import urllib.request
from pathlib import Path

import pytest

from clients import faults
from clients.collect import Collect
from journey.live import live
from paragraph8.tables.snapshot import read_snapshot
from paragraph8.tables.verify import verify_snapshot
from server.verify_receipt import check_receipt

SEED = """
from server.world import make_world
result = make_world().token
"""
ANSWERS = {
    "C41_valid": "412",
    "C41_invalid": "7",
    "C38": "no",
    "C41_photo1": "1.jpg",
    "C41_photo2": "2.jpg",
    "H4x": "N-01",
    "C48": "Canary comment",
}
PHOTOS = {
    "1.jpg": b"\\xff\\xd8 one " + bytes(200_000),
    "2.jpg": b"\\xff\\xd8 two " + bytes(150_000),
}
STATE = """
from paragraph8.server.openrosa.models import Submission
from paragraph8.server.record.ledger import broken_links
from paragraph8.server.record.models import Chain
[submission] = Submission.objects.all()
result = {
    "files": sorted(submission.files.values_list("name", flat=True)),
    "complete": submission.complete,
    "attempts": submission.attempts.count(),
    "links": Chain.objects.get(name="lumria-2024/submissions").length,
    "broken": len(list(broken_links("lumria-2024/submissions"))),
}
"""


def test_a_count_with_two_photos_over_a_broken_link(form_engine, tmp_path: Path):
    with live(tmp_path / "home") as server:
        token = server.run(SEED)
        phone = Collect(f"{server.url}/o/{token}", device_id="collect:test")
        [form] = phone.form_list()
        filled = form_engine.fill(phone.download(form).xml, ANSWERS)
        assert filled.refused == {}
        outcome = phone.send(
            filled.xml,
            PHOTOS,
            fault=[faults.cut(at=0.6), faults.before(), faults.lost_ack()],
        )
        assert outcome.succeeded, outcome
        assert "complete" in outcome.message
        assert phone.send(filled.xml, PHOTOS).status == 201
        state = server.run(STATE)
        assert state["files"] == ["1.jpg", "2.jpg"]
        assert state["complete"]
        assert state["attempts"] >= 2
        assert (state["links"], state["broken"]) == (1, 0)

        with urllib.request.urlopen(f"{server.url}/o/{token}/receipts.json") as answer:
            [receipt] = json.load(answer)["receipts"]
        assert check_receipt(receipt) == []
        assert len(receipt["receipt"]["files"]) == 2
        receipt["receipt"]["xml_sha256"] = "0" * 64
        assert check_receipt(receipt) != []

        told = server.manage("freeze", "lumria-2024")
        folder = server.home / told.split("folder ")[1].splitlines()[0]
        assert not verify_snapshot(folder).differences
        tables = read_snapshot(folder)
        assert tables["observation"].height == 1
        figures = dict(tables["protocol_figure"].select("field", "value").rows())
        assert figures == {"valid": 412, "invalid": 7}
        assert "Canary" not in tables["answer"].write_csv()
        log = server.log()
        assert token not in log
        assert "Canary" not in log
        assert "Traceback" not in log


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_faults_ends_in_one_report(form_engine, tmp_path: Path, seed: int):
    with live(tmp_path / "home", P8_MAX_BYTES="260000") as server:
        token = server.run(SEED)
        phone = Collect(f"{server.url}/o/{token}", device_id="collect:test")
        [form] = phone.form_list()
        filled = form_engine.fill(phone.download(form).xml, ANSWERS)
        plan = faults.plan(seed, len(filled.xml) + sum(map(len, PHOTOS.values())), chunks=2)
        outcome = phone.send(filled.xml, PHOTOS, fault=plan)
        if not outcome.succeeded:
            outcome = phone.send(filled.xml, PHOTOS)
        assert outcome.succeeded, outcome
        state = server.run(STATE)
        assert state["files"] == ["1.jpg", "2.jpg"]
        assert state["complete"]
        assert (state["links"], state["broken"]) == (1, 0)
