"""Freezing a mission: pseudonymous, reproducible, and fit for the line."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from paragraph8.analysis.catalogue import CATALOGUE
from paragraph8.kernel.problem import Problem
from paragraph8.server.openrosa.models import Submission
from paragraph8.server.snapshots.actions import begin
from paragraph8.server.snapshots.freeze import freeze, tables_of
from paragraph8.server.snapshots.models import CollectedFile, FrozenSnapshot
from paragraph8.tables.check import check_snapshot
from paragraph8.tables.snapshot import read_snapshot
from paragraph8.tables.verify import verify_snapshot
from server.test_openrosa import PHOTO, post
from server.world import World, client_of, count_xml, make_account


def frozen(world: World, as_of: datetime | None = None) -> FrozenSnapshot:
    now = timezone.now()
    row = FrozenSnapshot.objects.create(mission=world.mission, as_of=as_of or now, at=now)
    return freeze(row, by=None)


def test_a_count_form_is_one_observation_and_one_copied_protocol(world, settings):
    post(world, count_xml(photos=("1.jpg", "2.jpg")), ("1.jpg", PHOTO))
    folder = settings.P8_HOME / frozen(world).folder
    assert check_snapshot(folder) == []
    assert not verify_snapshot(folder).differences
    tables = read_snapshot(folder)
    [observation] = tables["observation"].to_dicts()
    assert (observation["form"], observation["station"]) == ("counting", "N-01")
    assert observation["team"].startswith("t-")
    figures = tables["protocol_figure"].sort("field").rows()
    assert [(field, value) for _, field, _, value in figures] == [("invalid", 5), ("valid", 400)]
    assert tables["protocol"]["source"].to_list() == ["observer_copy"]
    # One of the two photographs came; it is known by its hash, under the question that names it.
    [photo] = tables["attachment"].to_dicts()
    assert photo["observation"] == observation["observation"]
    assert photo["item"].startswith("C41_photo")
    assert (photo["sha256"], photo["size"]) == (sha256(PHOTO).hexdigest(), len(PHOTO))


def test_the_same_hour_gives_the_same_id(world):
    post(world, count_xml())
    hour = timezone.now()
    first = frozen(world, hour)
    post(world, count_xml("uuid:later"))
    again = frozen(world, hour)
    assert (first.snapshot, first.folder) == (again.snapshot, again.folder)
    assert frozen(world, timezone.now()).snapshot != first.snapshot


def test_late_pending_excluded_and_corrected_reports_are_counted(world):
    world.election.freeze_at = timezone.now() - timedelta(minutes=1)
    world.election.save()
    post(world, count_xml("uuid:1", photos=("1.jpg",)))
    post(world, count_xml("uuid:2", form="unknown"))
    post(world, count_xml("uuid:3", 410, deprecated="uuid:1"))
    Submission.objects.filter(instance_id="uuid:3").update(excluded="made up at the desk")
    tables, tally = tables_of(world.mission, timezone.now())
    assert {state: tally.total(state) for state in tally.counts} == {
        "received": 0,
        "late": 1,
        "pending": 2,
        "excluded": 1,
    }
    observations = tables["observation"]
    replaced = observations.filter(pl.col("replaced_by").is_not_null())
    assert replaced.height == 1
    assert observations.filter(pl.col("excluded").is_not_null()).height == 1


def test_nothing_personal_enters(world, settings):
    world.observer.name = "Canary Name"
    world.observer.save()
    post(world, count_xml(comment="Canary comment by Canary Name"))
    folder = settings.P8_HOME / frozen(world).folder
    for name, frame in read_snapshot(folder).frames.items():
        text = frame.write_csv()
        for canary in ("Canary", world.token, world.team.code):
            assert canary not in text, name


@pytest.mark.parametrize("analysis", CATALOGUE, ids=lambda a: a.name)
def test_the_line_runs_on_it(world, analysis):
    post(world, count_xml())
    tables, _ = tables_of(world.mission, datetime.now(UTC))
    if all(tables[name].height for name in analysis.needs):
        analysis.run(tables, {})


def test_one_snapshot_at_a_time_and_none_of_the_future(world, monkeypatch):
    account = make_account("head", world.mission, "head")
    monkeypatch.setattr("paragraph8.server.snapshots.actions._start", lambda pk: None)
    with pytest.raises(Problem) as caught:
        begin(world.mission, timezone.now() + timedelta(hours=1), account)
    assert caught.value.code == "snapshots.in_the_future"
    row = begin(world.mission, timezone.now(), account)
    assert row.state == FrozenSnapshot.State.RUNNING
    with pytest.raises(Problem) as caught:
        begin(world.mission, timezone.now(), account)
    assert caught.value.code == "snapshots.running"


KOBO = """start,H4,H7,H9,C38,C41_valid,C41_invalid,_uuid,_submission_time,_submitted_by
2024-05-12T20:00:00,N-01,19:50,start,no,311,4,11111111-2222,2024-05-12T21:00:00,team_t01
2024-05-12T20:30:00,N-99,19:55,part,yes,1oo,4,11111111-3333,2024-05-12T21:05:00,team_t02
"""


def test_reports_collected_elsewhere_are_in_the_next_snapshot(world):
    head = client_of(make_account("head", world.mission, "head"))
    base = f"/m/{world.mission.slug}/collected"
    assert head.get(base).status_code == 200

    def take_in():
        file = SimpleUploadedFile("counting.csv", KOBO.encode(), "text/csv")
        given = {"election": world.election.pk, "format": "kobo", "file": file}
        return head.post(f"{base}/take-in", given)

    assert take_in().status_code == 302
    again = take_in()
    assert again.status_code == 400
    assert "snapshots.file_known" in again.content.decode()
    post(world, count_xml())
    tables, _ = tables_of(world.mission, timezone.now())
    assert tables["observation"].height == 3
    assert tables["observation"]["station"].drop_nulls().to_list() == ["N-01", "N-01"]
    assert tables["fault"].height >= 2
    assert "team_t01" not in tables["observation"].write_csv()
    row = CollectedFile.objects.get()
    refused = head.post(f"{base}/{row.pk}/withdraw", {"reason": ""})
    assert "snapshots.no_reason" in refused.content.decode()
    head.post(f"{base}/{row.pk}/withdraw", {"reason": "the same as ours"})
    tables, _ = tables_of(world.mission, timezone.now())
    assert tables["observation"].height == 1


def test_a_snapshot_is_downloaded_as_a_zip(world):
    post(world, count_xml())
    row = frozen(world)
    head = client_of(make_account("head", world.mission, "head"))
    answer = head.get(f"/m/{world.mission.slug}/snapshots/{row.pk}/zip")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {"datapackage.json", "observation.parquet"} <= set(names)
