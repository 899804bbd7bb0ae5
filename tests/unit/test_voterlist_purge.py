"""The working folder of an audit and its end: private while it lasts, nothing with a name after."""

import json
import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import polars as pl
import pyrage
import pytest

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.engine import open_duck
from paragraph8.voterlist.privacy import purge as purging
from paragraph8.voterlist.privacy.canary import find_canaries
from paragraph8.voterlist.privacy.exposure import exposure_notes
from paragraph8.voterlist.privacy.inputs import RecordedInput
from paragraph8.voterlist.privacy.pseudonyms import KEY_FILE, write_key
from paragraph8.voterlist.privacy.purge import RECEIPT, purge
from paragraph8.voterlist.privacy.sealed import seal, write_sealed
from paragraph8.voterlist.privacy.working import (
    AGGREGATES,
    MARKER,
    at_work,
    check_working_folder,
    make_working_folder,
)

KEY = bytes(range(32))
CANARY = "Хрусталёв-Пескоструев"
ROWS = f"row,surname\n1,{CANARY}\n"
RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
INPUTS = (RecordedInput("paper", "paper.csv", "a" * 64, 4, "Commission of Lumria"),)


def code_of(call, *arguments, **named) -> str:
    with pytest.raises(Problem) as raised:
        call(*arguments, **named)
    assert CANARY not in str(raised.value)
    return raised.value.code


# The working folder


def working_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "audit"
    make_working_folder(folder)
    return folder


def test_a_working_folder_and_all_in_it_is_its_owners_alone(tmp_path):
    folder = working_folder(tmp_path)
    before = os.umask(0o022)
    try:
        with at_work(folder) as spill:
            (spill / "rows").write_text(CANARY, encoding="utf-8")
            open_duck(folder).put("paper_raw", pl.DataFrame({"surname": [CANARY]}))
            made = [folder, *folder.rglob("*")]
            assert [path.name for path in made if path.stat().st_mode & 0o077] == []
            assert {"spill", "rows", "store.duckdb", MARKER} <= {path.name for path in made}
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    assert not spill.exists()
    check_working_folder(folder)


def test_spill_files_go_when_work_fails(tmp_path):
    folder = working_folder(tmp_path)

    def work() -> None:
        with at_work(folder) as spill:
            (spill / "rows").write_text(CANARY, encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert not (folder / "spill").exists()


AT_WORK = """
import sys, time
from pathlib import Path
from paragraph8.voterlist.privacy.working import at_work
with at_work(Path(sys.argv[1])) as spill:
    (spill / "rows").write_text("secret")
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_spill_files_go_when_the_process_is_ended(tmp_path, number):
    folder = working_folder(tmp_path)
    command = [sys.executable, "-c", AT_WORK, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"ready\n"
        child.send_signal(number)
    # Nothing can be done in a process that is killed: what it left, the next one removes.
    assert (folder / "spill").exists() == (number == signal.SIGKILL)
    with at_work(folder) as spill:
        assert list(spill.iterdir()) == []


def test_folders_that_no_audit_may_work_in(tmp_path):
    folder = working_folder(tmp_path)
    assert code_of(make_working_folder, folder) == "voterlist.folder_not_empty"
    assert code_of(make_working_folder, tmp_path / "a" / "b") == "file.not_usable"
    assert code_of(check_working_folder, tmp_path) == "voterlist.not_an_audit"
    (tmp_path / "link").symlink_to(folder)
    assert code_of(check_working_folder, tmp_path / "link") == "voterlist.not_an_audit"
    with at_work(folder):
        assert code_of(at_work(folder).__enter__) == "voterlist.audit_running"
        assert code_of(purge, folder, INPUTS, at="now", by="Ana") == "voterlist.audit_running"
    folder.chmod(0o750)
    assert code_of(at_work(folder).__enter__) == "voterlist.folder_open"


def test_signs_that_a_folder_is_not_only_on_this_disk(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"/dev/a / ext4 rw 0 0\nserver:/x {tmp_path}/my\\040share nfs4 rw 0 0\n/dev/b /mnt\n"
    )
    assert exposure_notes(tmp_path, mounts) == ()
    (note,) = exposure_notes(tmp_path / "my share" / "audit", mounts)
    assert "a network share (nfs4)" in note
    (note,) = exposure_notes(tmp_path / "OneDrive - Office" / "audit", mounts)
    assert "synchronised (OneDrive - Office)" in note
    (tmp_path / ".stfolder").mkdir()
    (note,) = exposure_notes(tmp_path / "audit", mounts)
    assert "synchronised (.stfolder)" in note
    assert "could not be seen" in exposure_notes(Path("/"), tmp_path / "none")[0]


# The end


def finished_audit(tmp_path: Path) -> Path:
    """A folder as a whole audit leaves it."""
    folder = working_folder(tmp_path)
    write_key(folder / KEY_FILE, KEY)
    write_sealed(folder / "case.age", seal(CANARY.encode(), RECIPIENT))
    (folder / AGGREGATES).mkdir()
    (folder / AGGREGATES / "review-counts.csv").write_text("category,n\nchanged,1\n")
    for name in ("store.duckdb", "store.duckdb.wal", "review-a.csv", "spill/x.tmp", "case.txt.age"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(ROWS, encoding="utf-8")
    return folder


def names_in(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_purge_leaves_aggregates_and_a_receipt_and_no_name(tmp_path):
    folder = finished_audit(tmp_path)
    receipt = purge(folder, INPUTS, at="2024-06-01T12:00+02:00", by="Ana")
    assert names_in(folder) == {"aggregates/review-counts.csv", "case.age", RECEIPT}
    assert [(entry.file, entry.kind) for entry in receipt.deleted] == [
        ("mission.key", "mission key"),
        ("case.txt.age", "other"),
        ("review-a.csv", "review"),
        ("spill/x.tmp", "spill file"),
        ("store.duckdb", "working store"),
        ("store.duckdb.wal", "working store"),
    ]
    assert receipt.deleted[2].sha256 == sha256(ROWS.encode()).hexdigest()
    assert receipt.deleted[2].bytes == len(ROWS.encode())
    assert [entry.kind for entry in receipt.stays] == ["aggregate", "sealed file"]
    assert find_canaries(folder, [CANARY]) == ()
    assert (folder / RECEIPT).stat().st_mode & 0o777 == 0o600
    written = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
    assert (written["by"], written["at"]) == ("Ana", "2024-06-01T12:00+02:00")
    assert written["inputs"][0]["file"] == "paper.csv"
    assert "not overwritten" in written["limits"][0]
    assert code_of(purge, folder, INPUTS, at="later", by="Ana") == "voterlist.not_an_audit"


def test_a_purge_refuses_what_reaches_outside_and_deletes_nothing(tmp_path):
    folder = finished_audit(tmp_path)
    outside = tmp_path / "outside.csv"
    outside.write_text("kept")
    before = names_in(folder)
    for make in (os.symlink, os.link, lambda _, target: os.mkfifo(target)):
        make(outside, folder / "spill" / "reaching")
        assert code_of(purge, folder, (), at="now", by="Ana") == "voterlist.purge_link"
        (folder / "spill" / "reaching").unlink()
    os.symlink(tmp_path, folder / "folder")
    assert code_of(purge, folder, (), at="now", by="Ana") == "voterlist.purge_link"
    assert (names_in(folder) - {".lock"}, outside.read_text()) == (before, "kept")
    assert code_of(purge, tmp_path, (), at="now", by="Ana") == "voterlist.not_an_audit"
    assert code_of(purge, folder, (), at="now", by=" ") == "analysis.bad_parameter"


def test_a_purge_that_was_broken_off_is_taken_up_with_all_it_had_deleted(tmp_path, monkeypatch):
    folder = finished_audit(tmp_path)

    def fail_on_the_store(file: Path) -> None:
        if file.name == "store.duckdb":
            raise Problem("file.not_usable", file=file.name, reason="busy")
        file.unlink()

    with monkeypatch.context() as broken:
        broken.setattr(purging, "unlink", fail_on_the_store)
        assert code_of(purge, folder, (), at="now", by="Ana") == "file.not_usable"
    assert not (folder / KEY_FILE).exists()
    assert not (folder / RECEIPT).exists()
    receipt = purge(folder, (), at="later", by="Ivo")
    assert len(receipt.deleted) == len({entry.file for entry in receipt.deleted}) == 6
    assert receipt.deleted[0].file == KEY_FILE


def test_a_purge_looks_again_and_gives_no_receipt_for_what_remains(tmp_path, monkeypatch):
    folder = finished_audit(tmp_path)
    monkeypatch.setattr(purging, "unlink", lambda file: None)
    assert code_of(purge, folder, (), at="now", by="Ana") == "voterlist.purge_remains"
    assert not (folder / RECEIPT).exists()
