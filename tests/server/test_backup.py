"""Backups of a server that goes on working: made, restored, drilled; damage is named."""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from paragraph8.kernel.problem import Problem
from paragraph8.server.backup import dump, make, places
from paragraph8.server.backup.age import Identity, new_identity
from paragraph8.server.backup.changing import CHANGES
from paragraph8.server.backup.commands import (
    backup_main,
    drill_main,
    key_main,
    remember_keys,
    remembered_keys,
    restore_main,
)
from paragraph8.server.backup.drill import Drill, as_table, drill
from paragraph8.server.backup.home_files import attachment_member, safe_path
from paragraph8.server.backup.make import Made, make_backup
from paragraph8.server.backup.newest import alarm, newest_backup, note_newest
from paragraph8.server.backup.opened import open_sealed
from paragraph8.server.backup.places import Place, place_at, place_of_settings
from paragraph8.server.backup.reading import packed, reading
from paragraph8.server.backup.restore import restore
from paragraph8.server.backup.sealed import Member, seal
from paragraph8.server.backup.state import State, broken_chains, read_state, state_of
from paragraph8.server.backup.workplace import tidied_when_ended, workplace
from paragraph8.server.forms.models import FormVersion
from paragraph8.server.openrosa.models import Attempt, Submission
from paragraph8.server.people.models import Stop
from paragraph8.server.record.files import file_store
from paragraph8.server.record.models import Chain, JournalEntry, Link
from paragraph8.server.site.config import DATABASE
from server.world import World, count_xml, make_world

ON_SQLITE = not os.environ.get("DATABASE_URL")
only_sqlite = pytest.mark.skipif(not ON_SQLITE, reason="of SQLite")
only_postgres = pytest.mark.skipif(
    ON_SQLITE, reason="on PostgreSQL only: in the run of the tests that has DATABASE_URL"
)
PHOTO = b"\xff\xd8\xff\xe0 a photo that is none"


@pytest.fixture(scope="module")
def identity() -> Identity:
    return new_identity()


@pytest.fixture
def mission(transactional_db: None, settings, tmp_path: Path) -> World:
    """A server whose home is not where the test keeps its own things, with two reports."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    settings.P8_HOME, settings.P8_ATTACHMENTS = home, str(home / "attachments")
    file_store.cache_clear()
    world = make_world()
    for number in (1, 2):
        send(world, number, PHOTO + bytes([number]))
    snapshot = home / "snapshots" / "lumria-2024" / "0123456789abcdef"
    snapshot.mkdir(parents=True)
    (snapshot / "Answer Table.csv").write_text("code\nC38\n", encoding="utf-8")
    (home / "secrets" / "lan").mkdir(parents=True)
    (home / "secrets" / "lan" / "authority.pem").write_text("a key", encoding="ascii")
    return world


def send(world: World, number: int, photo: bytes = b"") -> int:
    """One report through the router, with a photo if there is one."""
    name = (f"{number}.jpg",) if photo else ()
    xml = count_xml(f"uuid:{number}", valid=400 + number, photos=name)
    parts = {"xml_submission_file": SimpleUploadedFile("form.xml", xml, "text/xml")}
    if photo:
        parts[name[0]] = SimpleUploadedFile(name[0], photo, "image/jpeg")
    return Client().post(f"{world.base}/submission?deviceID=collect:1", parts).status_code


def made(tmp_path: Path, identity: Identity) -> Made:
    return make_backup(tmp_path / "backups", [identity.recipient])


def live() -> Place:
    return place_of_settings(connection.settings_dict)


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The DATABASE_URL of an empty database: "" where SQLite is tested."""
    if ON_SQLITE:
        yield ""
        return
    import psycopg

    place = live()
    name = f"{place.name}_elsewhere"
    with psycopg.connect(**place.arguments, autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        session.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield f"postgresql://{place.user}:{place.password}@{place.host}:{place.port}/{name}"
        session.execute(f"DROP DATABASE {name} WITH (FORCE)")


def content(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir())


# Making


@pytest.mark.django_db
def test_a_backup_holds_everything_and_leaves_nothing_behind(mission, identity, tmp_path, settings):
    home = Path(settings.P8_HOME)
    before = content(home)
    backup = made(tmp_path, identity)
    assert set(content(home)) - set(before) <= {"backup-newest.json", "backup-work.lock"}
    assert content(tmp_path / "backups") == [backup.sealed.file.name]
    assert backup.sealed.file.name.startswith("p8-")
    opened = tmp_path / "opened"
    open_sealed(backup.sealed.file, identity, opened)
    for number in (1, 2):
        photo = PHOTO + bytes([number])
        name = attachment_member(hashlib.sha256(photo).hexdigest())
        assert (opened / name).read_bytes() == photo
    assert (opened / "secret_key").read_text(encoding="utf-8") == settings.SECRET_KEY
    state = read_state((opened / "state.json").read_bytes())
    assert state.tables["openrosa_submission"]["rows"] == 2
    chain = Chain.objects.get(name="lumria-2024/submissions")
    assert state.chains[chain.name] == {"length": 2, "head": chain.head}
    assert "openrosa.0001_initial" in state.migrations
    assert set(state.home.values()) == {
        "secrets/lan/authority.pem",
        "snapshots/lumria-2024/0123456789abcdef/Answer Table.csv",
    }


@pytest.mark.django_db
def test_the_journal_tells_of_it_and_the_start_page_its_age(mission, identity, tmp_path, settings):
    home = Path(settings.P8_HOME)
    assert "no backup" in alarm(home, timezone.now())
    backup = made(tmp_path, identity)
    line = JournalEntry.objects.get(verb="backup.made")
    assert line.details["manifest"] == backup.sealed.manifest_sha256
    assert line.details["sha256"] == backup.sealed.sha256
    newest = newest_backup(home)
    assert newest is not None
    assert newest.file == str(backup.sealed.file)
    now = datetime.fromisoformat(newest.made)
    assert alarm(home, now + timedelta(hours=25, minutes=59)) == ""
    assert "27 hours" in alarm(home, now + timedelta(hours=27))
    note_newest(home, replace(newest, differs=3))
    assert "3 places" in alarm(home, now)
    note_newest(home, replace(newest, damaged=2))
    assert "2 attachments" in alarm(home, now)
    (home / "backup-newest.json").write_text("{}", encoding="ascii")
    assert newest_backup(home) is None


@pytest.mark.django_db
def test_it_is_consistent_while_reports_come_in(mission, identity, tmp_path, elsewhere):
    stop, codes = threading.Event(), []

    def sender(which: int) -> None:
        number = 1000 * which
        while not stop.is_set():
            number += 1
            codes.append(send(mission, number, PHOTO + number.to_bytes(4, "big")))
        connections.close_all()

    threads = [threading.Thread(target=sender, args=[which]) for which in (1, 2, 3)]
    for thread in threads:
        thread.start()
    backups = []
    try:
        for folder in ("a", "b", "c"):
            seen = len(codes)
            backups.append(make_backup(tmp_path / folder, [identity.recipient]))
            while len(codes) < seen + 3:
                stop.wait(0.01)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert set(codes) == {201}
    held = [backup.state.tables["openrosa_submission"]["rows"] for backup in backups]
    assert held[0] < held[2] < Submission.objects.count()
    for backup in backups:
        # Restoring follows every chain and compares every table with the state that was sealed.
        passed(drill(backup.sealed.file, identity))
    restored = restore(backups[1].sealed.file, identity, tmp_path / "there", elsewhere)
    with reading(restored.place) as source:
        files = {sha for (sha,) in source.query("SELECT sha256 FROM openrosa_submissionfile")}
        sizes = dict(source.query("SELECT name, length FROM record_chain"))
        (attempts,) = [row for (row,) in source.query("SELECT count(*) FROM openrosa_attempt")]
    assert sizes["lumria-2024/submissions"] == held[1] == attempts
    kept = {path.name for path in (restored.home / "attachments").glob("*/*")}
    assert files <= kept


@pytest.mark.django_db
def test_a_photo_that_comes_just_before_the_database_is_copied(
    mission, identity, tmp_path, monkeypatch
):
    """What the copy names is in the backup: the store is read after the database."""

    def late(place: Place, folder: Path) -> tuple[Path, State]:
        send(mission, 9, PHOTO + b"late")
        return dump.dump(place, folder)

    monkeypatch.setattr(make, "dump", late)
    backup = made(tmp_path, identity)
    held = {entry.name for entry in backup.sealed.manifest.members}
    assert attachment_member(hashlib.sha256(PHOTO + b"late").hexdigest()) in held
    assert backup.state.tables["openrosa_submissionfile"]["rows"] == 3


@only_sqlite
def test_attachments_in_object_storage(mission, identity, tmp_path, settings, monkeypatch):
    """They are fetched one by one, and none stays beside the sealed file."""
    moto = pytest.importorskip("moto", reason="NOT RUN: needs moto")
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "of-this-test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    folder = file_store()
    with moto.mock_aws():
        boto3.client("s3").create_bucket(Bucket="attachments")
        settings.P8_ATTACHMENTS = "s3://attachments/p8"
        file_store.cache_clear()
        for name in folder.names():
            file_store().keep(folder.read(name))
        shutil.rmtree(folder.folder)
        backup = made(tmp_path, identity)
        assert backup.attachments == 2
        passed(drill(backup.sealed.file, identity))
        first = next(file_store().names())
        boto3.client("s3").delete_object(Bucket="attachments", Key=f"p8/{first}")
        failed(drill(backup.sealed.file, identity), f"attachment {first} is not here")
    file_store.cache_clear()


@pytest.mark.django_db
def test_without_a_key_there_is_no_backup(mission, tmp_path):
    with pytest.raises(Problem) as refused:
        make_backup(tmp_path / "backups", [])
    assert refused.value.code == "backup.no_public_key"


@pytest.mark.django_db
def test_a_failure_leaves_no_copy_in_the_clear(mission, identity, tmp_path, settings):
    (tmp_path / "backups").write_text("a file where the folder should be", encoding="ascii")
    with pytest.raises(Problem) as refused:
        made(tmp_path, identity)
    assert refused.value.code == "file.not_usable"
    (tmp_path / "backups").unlink()
    home = Path(settings.P8_HOME)
    killed = home / "backup-work"
    killed.mkdir()
    (killed / "database.sqlite").write_text("what a killed run left", encoding="ascii")
    made(tmp_path, identity)
    assert not killed.exists()


@pytest.mark.django_db
def test_one_at_a_time(mission, identity, tmp_path, settings):
    with workplace(Path(settings.P8_HOME)) as work:
        assert stat.S_IMODE(work.stat().st_mode) == 0o700
        with pytest.raises(Problem) as refused:
            made(tmp_path, identity)
    assert refused.value.code == "backup.running"
    assert not work.exists()


@only_sqlite
def test_a_damaged_database_is_not_sealed(mission, tmp_path):
    damaged = tmp_path / "damaged.sqlite3"
    with reading(live()) as source:
        copy = sqlite3.connect(damaged)
        source.connection.backup(copy)
        copy.close()
    raw = bytearray(damaged.read_bytes())
    for page in range(20, 60):
        raw[4096 * page : 4096 * page + 200] = b"\xff" * 200
    damaged.write_bytes(raw)
    (tmp_path / "work").mkdir()
    with pytest.raises(Problem) as refused:
        dump.dump(Place("sqlite", str(damaged)), tmp_path / "work")
    assert refused.value.code == "backup.database_damaged"


def test_a_program_that_is_not_there_or_fails(monkeypatch, tmp_path):
    if Path("/usr/lib/postgresql").is_dir():
        with pytest.raises(Problem) as failed:
            dump.run("pg_dump", ["--format=none"], {})
        assert failed.value.code == "backup.program_failed"
    monkeypatch.setattr(dump, "INSTALLED", tmp_path)
    with pytest.raises(Problem) as refused:
        dump.program("pg_dump_that_is_not_there")
    assert refused.value.code == "backup.no_program"


# Restoring


@pytest.mark.django_db
def test_a_server_comes_back_as_it_was(mission, identity, tmp_path, settings, elsewhere):
    backup = made(tmp_path, identity)
    restored = restore(backup.sealed.file, identity, tmp_path / "there", elsewhere)
    assert restored.attachments == 2
    assert restored.damaged == ()
    home = restored.home
    assert (home / "secrets/secret_key").read_text(encoding="utf-8") == settings.SECRET_KEY
    snapshot = home / "snapshots/lumria-2024/0123456789abcdef/Answer Table.csv"
    assert snapshot.read_text(encoding="utf-8") == "code\nC38\n"
    for path in [home, *home.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert not (home / "restoring").exists()
    with reading(restored.place) as source:
        assert list(broken_chains(source)) == []
        now = state_of(source, backup.state.engine)
    same = set(now.tables) - {"record_journalentry"}
    assert {n: now.tables[n] for n in same} == {n: backup.state.tables[n] for n in same}
    more = now.tables["record_journalentry"]["rows"]
    assert more == backup.state.tables["record_journalentry"]["rows"] + 1


@only_sqlite
def test_a_new_process_serves_what_was_restored(mission, identity, tmp_path):
    """Without any settings: as on a machine that has only the software, the file and the key."""
    secret = tmp_path / "secret.key"
    secret.write_text(f"{identity.secret}\n", encoding="ascii")
    backup = made(tmp_path, identity)
    there = tmp_path / "there"
    code = (
        "import sys; from pathlib import Path;"
        "from paragraph8.server.backup.commands import restore_main;"
        "f, k, h = map(Path, sys.argv[1:]);"
        "c = restore_main(f, k, h);"
        "from paragraph8.server.openrosa.models import Submission;"
        "from paragraph8.server.record.ledger import broken_links;"
        "from paragraph8.server.record.signing import public_key;"
        "b = list(broken_links('lumria-2024/submissions'));"
        "sys.stdout.write(f'{c} {Submission.objects.count()} {b} {public_key()}')"
    )
    outside = ("DJANGO_SETTINGS_MODULE", "P8_HOME", "P8_SECRET", "DATABASE_URL", "P8_ATTACHMENTS")
    environment = {k: v for k, v in os.environ.items() if k not in outside}
    source = str(Path(places.__file__).parents[3])
    run = subprocess.run(
        [sys.executable, "-c", code, backup.sealed.file, secret, there],
        env={**environment, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=False,
    )
    from paragraph8.server.record.signing import public_key

    assert run.stdout.endswith(f"0 2 [] {public_key()}"), run.stderr
    assert "2 attachments, every hash right" in run.stdout


@pytest.mark.django_db
def test_only_where_nothing_is(mission, identity, tmp_path, elsewhere):
    backup = made(tmp_path, identity).sealed.file
    full = tmp_path / "full"
    full.mkdir()
    (full / "p8.sqlite3").write_text("somebody's", encoding="ascii")
    with pytest.raises(Problem) as refused:
        restore(backup, identity, full, elsewhere)
    assert refused.value.code == "backup.target_not_empty"
    assert content(full) == ["p8.sqlite3"]
    (full / "p8.sqlite3").unlink()
    (full / "lost+found").mkdir()
    restore(backup, identity, full, elsewhere)
    assert (full / "lost+found").is_dir()
    with pytest.raises(Problem) as refused:
        restore(backup, identity, tmp_path / "another" if elsewhere else full, elsewhere)
    assert refused.value.code == "backup.target_not_empty"


def changed(made: Made, identity: Identity, tmp_path: Path, **facts: object) -> Path:
    """The same backup, sealed again with another state.json."""
    opened = tmp_path / "to-change"
    manifest = open_sealed(made.sealed.file, identity, opened)
    state = json.loads((opened / "state.json").read_bytes()) | facts
    (opened / "state.json").write_text(json.dumps(state), encoding="utf-8")
    members = [Member(entry.name, opened / entry.name) for entry in manifest.members]
    return seal(tmp_path / "changed.age", members, "now", [identity.recipient]).file


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"migrations": ["record.9999_of_next_year"]}, "backup.newer_software"),
        ({"migrations": ["an_app_of_next_year.0001_initial"]}, "backup.newer_software"),
        ({"engine": "another"}, "backup.other_database"),
        ({"version": 2}, "backup.unknown_format"),
        ({"home": {"home/000001": "../outside"}}, "backup.unknown_format"),
        ({"chains": None}, "backup.unknown_format"),
        ({"tables": {"openrosa_submission": {"rows": 3, "sha256": ""}}}, "backup.restored_differs"),
    ],
)
def test_what_does_not_fit_is_refused(mission, identity, tmp_path, elsewhere, facts, code):
    file = changed(made(tmp_path, identity), identity, tmp_path, **facts)
    with pytest.raises(Problem) as refused:
        restore(file, identity, tmp_path / "there", elsewhere)
    assert refused.value.code == code
    assert content(tmp_path / "there") == []


@pytest.mark.parametrize("path", ["/etc/passwd", "secrets/../../x", "p8.sqlite3", "", ".."])
def test_a_backup_cannot_write_elsewhere(path):
    with pytest.raises(ValueError, match="no place"):
        safe_path(path)


@only_sqlite
def test_an_older_backup_is_migrated(mission, identity, tmp_path):
    """The table of a later migration is taken away, and the migration, before the backup."""
    place = live()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT app, name, applied FROM django_migrations WHERE name = '0002_archivekey'"
        )
        applied = cursor.fetchall()
        (shape,) = cursor.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'review_archivekey'"
        ).fetchone()
        cursor.execute("DROP TABLE review_archivekey")
        cursor.execute("DELETE FROM django_migrations WHERE name = '0002_archivekey'")
    try:
        backup = made(tmp_path, identity)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(shape)
            for row in applied:
                cursor.execute(
                    "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", row
                )
    assert "review_archivekey" not in backup.state.tables
    restored = restore(backup.sealed.file, identity, tmp_path / "there")
    with reading(restored.place) as source:
        assert "review_archivekey" in source.tables()
    assert place == live()


# The drill


def passed(done: Drill) -> Drill:
    assert done.differences == ()
    assert "everything in the backup is here as it was" in as_table(done)
    return done


def failed(done: Drill, *words: str) -> None:
    assert done.differs
    table = as_table(done)
    assert "is here as it was" not in table
    for word in words:
        assert any(word in sentence for sentence in done.differences), done.differences
        assert word in table


@pytest.mark.django_db
def test_the_drill_passes_and_counts_what_came_since(mission, identity, tmp_path, settings):
    made(tmp_path, identity)
    send(mission, 3, PHOTO + b"3")
    Submission.objects.filter(pk=1).update(excluded="sent from the office")
    mission.team.area = "South"
    mission.team.save()
    done = passed(drill(None, identity))
    lines = {line.part: line for line in done.lines}
    assert (lines["openrosa_submission"].held, lines["openrosa_submission"].added) == (2, 1)
    assert lines["people_team"].changed == 1
    assert (lines["attachments"].held, lines["attachments"].added) == (2, 1)
    assert lines["chains"].held == 2
    newest = newest_backup(Path(settings.P8_HOME))
    assert newest is not None
    assert newest.drilled
    assert newest.differs == 0
    assert JournalEntry.objects.get(verb="backup.drilled").details["differs"] == 0
    assert not (Path(settings.P8_HOME) / "backup-work").exists()


@pytest.mark.django_db
def test_a_flipped_byte_in_an_attachment(mission, identity, tmp_path, settings):
    made(tmp_path, identity)
    sha256 = hashlib.sha256(PHOTO + b"\x01").hexdigest()
    path = Path(settings.P8_ATTACHMENTS) / sha256[:2] / sha256
    raw = bytearray(path.read_bytes())
    raw[5] ^= 1
    path.write_bytes(raw)
    failed(drill(None, identity), f"attachment {sha256}: its bytes")
    # The next backup says so too, and a restore of it leaves the damaged file out.
    second = make_backup(tmp_path / "second", [identity.recipient])
    assert second.damaged == (sha256,)
    failed(drill(second.sealed.file, identity), f"attachment {sha256} was damaged before")
    path.unlink()
    failed(drill(newest_of(tmp_path / "backups"), identity), f"attachment {sha256} is not here")


def newest_of(folder: Path) -> Path:
    return max(folder.glob("*.age"))


@pytest.mark.django_db
def test_a_deleted_row(mission, identity, tmp_path):
    made(tmp_path, identity)
    gone = Attempt.objects.order_by("pk").first()
    assert gone is not None
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM openrosa_attempt WHERE id = %s", [gone.pk])
    failed(drill(None, identity), f"openrosa_attempt {gone.pk} is not here")


@pytest.mark.django_db
def test_a_changed_answer(mission, identity, tmp_path, settings):
    made(tmp_path, identity)
    report = Submission.objects.order_by("pk").first()
    assert report is not None
    report.xml = bytes(report.xml).replace(b"<C41_valid>401<", b"<C41_valid>501<")
    report.save()
    done = drill(None, identity)
    failed(done, f"openrosa_submission {report.pk}: xml is not what was backed up")
    assert done.differs == 1
    assert "differs from this server" in alarm(Path(settings.P8_HOME), timezone.now())


@pytest.mark.django_db
def test_a_draft_of_a_form_may_change_and_a_published_form_may_not(mission, identity, tmp_path):
    published = mission.version
    draft = FormVersion.objects.create(
        form=mission.form, version="2", xform=b"<draft/>", md5="0" * 32, source=b""
    )
    made(tmp_path, identity)
    FormVersion.objects.filter(pk=draft.pk).delete()
    passed(drill(None, identity))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE forms_formversion SET items = '[1]' WHERE id = %s", [published.pk])
    failed(drill(None, identity), f"forms_formversion {published.pk}: items is not")


@pytest.mark.django_db
def test_a_link_that_was_rewritten(mission, identity, tmp_path):
    made(tmp_path, identity)
    link = Link.objects.order_by("pk").first()
    assert link is not None
    Link.objects.filter(pk=link.pk).update(commitment="0" * 64)
    failed(drill(None, identity), f"record_link {link.pk}: commitment", "link 1 does not follow")


@pytest.mark.django_db
def test_a_chain_that_was_cut_back(mission, identity, tmp_path):
    """An older state of the chain, consistent in itself: only who kept a head can tell."""
    made(tmp_path, identity)
    chain = Chain.objects.get(name="lumria-2024/submissions")
    chain.links.filter(number=2).delete()
    chain.length, chain.head = 1, chain.links.get(number=1).hash
    chain.save()
    failed(drill(None, identity), f"chain {chain.name}: the head of the backup is not in")


@pytest.mark.django_db
def test_a_changed_snapshot_and_another_secret(mission, identity, tmp_path, settings):
    made(tmp_path, identity)
    home = Path(settings.P8_HOME)
    (home / "snapshots/lumria-2024/0123456789abcdef/Answer Table.csv").write_text("", "ascii")
    (home / "secrets/lan/authority.pem").write_text("renewed", encoding="ascii")
    settings.SECRET_KEY = "another secret of at least thirty-two signs"
    done = drill(None, identity)
    failed(done, "Answer Table.csv is not what was backed up", "signs with another secret")
    assert done.differs == 2


@pytest.mark.django_db
def test_a_truncated_backup(mission, identity, tmp_path, settings):
    file = made(tmp_path, identity).sealed.file
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(Problem) as refused:
        drill(None, identity)
    assert refused.value.code == "backup.damaged"
    with pytest.raises(Problem) as refused:
        drill(file, new_identity())
    assert refused.value.code == "backup.wrong_key"
    assert not (Path(settings.P8_HOME) / "backup-work").exists()


@pytest.mark.django_db
def test_a_backup_that_somebody_else_sealed(mission, identity, tmp_path):
    """Whole, opened by the right key, and true; but this server did not make it."""
    file = changed(made(tmp_path, identity), identity, tmp_path)
    failed(drill(file, identity), "no line of this backup")


@pytest.mark.django_db
def test_there_is_nothing_to_drill(mission, identity):
    with pytest.raises(Problem) as refused:
        drill(None, identity)
    assert refused.value.code == "backup.none_yet"


@only_postgres
@pytest.mark.django_db
def test_the_second_database_is_dropped_and_may_be_refused(mission, identity, tmp_path, settings):
    import psycopg

    made(tmp_path, identity)
    passed(drill(None, identity))
    with psycopg.connect(**live().arguments, autocommit=True) as session:
        # Other workers of the tests drill at the same time, beside databases of their own.
        pattern = f"{live().arguments['dbname']}_drill%"
        left = session.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
        assert left.fetchall() == []
        session.execute("CREATE ROLE small LOGIN SUPERUSER PASSWORD 'small'")
    try:
        with pytest.raises(Problem) as refused:
            _drill_as_small(identity)
        assert refused.value.code == "backup.no_drill_database"
    finally:
        with psycopg.connect(**live().arguments, autocommit=True) as session:
            session.execute("DROP ROLE small")


def _drill_as_small(identity: Identity) -> None:
    import psycopg

    from paragraph8.server.backup.drill import _place_beside

    with psycopg.connect(**live().arguments, autocommit=True) as session:
        session.execute("ALTER ROLE small NOSUPERUSER NOCREATEDB")
    small = replace(live(), user="small", password="small")
    with _place_beside(small, Path()):
        raise AssertionError("made without the right to")


# Commands


@pytest.mark.django_db
def test_the_commands(mission, tmp_path, settings, elsewhere):
    home, secret, out = Path(settings.P8_HOME), tmp_path / "secret.key", StringIO()
    with pytest.raises(Problem) as refused:
        backup_main(home, out=out)
    assert refused.value.code == "backup.no_public_key"
    assert key_main(secret, home, out) == 0
    assert "AGE-SECRET-KEY" not in out.getvalue()
    assert len(remembered_keys(home)) == 1
    assert backup_main(home, out=out) == 0
    assert "2 attachments" in out.getvalue()
    assert drill_main(home, secret, out=out) == 0
    (file,) = (home / "backups").glob("*.age")
    assert restore_main(file, secret, tmp_path / "there", elsewhere, out) == 0
    assert remembered_keys(tmp_path / "there") == remembered_keys(home)
    assert ("P8_SECRET set" in out.getvalue()) is bool(elsewhere)
    Attempt.objects.filter(pk=Attempt.objects.order_by("pk")[0].pk).delete()
    assert drill_main(home, secret, file, out) == 3
    assert "DIFFERENT: openrosa_attempt" in out.getvalue()
    with pytest.raises(Problem) as refused:
        remember_keys(home, ["age1nonsense"])
    assert refused.value.code == "backup.bad_public_key"
    assert len(remembered_keys(home)) == 1


# The parts


def test_the_name_of_the_database_is_the_servers():
    assert place_at(Path("/x"), "").name == f"/x/{DATABASE}"
    place = place_at(Path("/x"), "postgresql://a%40b:p%2Fw@[::1]:5433/name")
    assert (place.user, place.password, place.host, place.port) == ("a@b", "p/w", "::1", "5433")
    assert "p/w" not in repr(place)


def test_what_may_change_exists():
    """A table or column that was renamed would be held to never change, and raise false alarms."""
    models = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True)}
    for name, changes in CHANGES.items():
        if name == "server_cache":
            continue
        columns = {field.column for field in models[name]._meta.local_fields}
        assert (changes.columns or set()) | ({changes.until} - {""}) <= columns, name


def test_other_cells_give_other_bytes():
    cells = [None, "", "1", 1, 1.0, b"1", "n1:1", "a", b""]
    assert len({packed([cell]) for cell in cells}) == len(cells)
    assert packed(["a", "bc"]) != packed(["ab", "c"])


def test_stops_may_go_and_reports_may_not():
    assert CHANGES[Stop._meta.db_table].rows_go
    assert not CHANGES[Submission._meta.db_table].rows_go


def test_being_asked_to_end_removes_what_is_in_the_clear(tmp_path):
    before = signal.getsignal(signal.SIGTERM)

    def work() -> None:
        with tidied_when_ended(), workplace(tmp_path) as folder:
            (folder / "database.sqlite").write_text("in the clear", encoding="ascii")
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(SystemExit):
        work()
    assert not (tmp_path / "backup-work").exists()
    assert signal.getsignal(signal.SIGTERM) == before
