"""The commands of backups, as a person types them, and a drill that finds a changed answer."""

import sqlite3
from pathlib import Path

from journey.live import Live
from missions import p8

SEED = """
from server.world import count_xml, make_world
from paragraph8.server.openrosa.authentication import Sender
from paragraph8.server.openrosa.parts import FilePart, Parts
from paragraph8.server.openrosa.receive import receive
from paragraph8.server.record.files import file_store
world = make_world()
sender = Sender(world.mission, world.team, world.enrolment.device)
photo = FilePart("1.jpg", "image/jpeg", file_store().keep([b"photo"]))
receive(sender, Parts(xml=count_xml(photos=("1.jpg",)), files=[photo]), {})
result = None
"""


def test_a_server_is_backed_up_drilled_and_restored(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    Live(home).run(SEED)
    key = tmp_path / "secret.key"
    run = p8("backup-key", key, "--home", home)
    assert run.code == 0, run.err
    assert key.stat().st_mode & 0o077 == 0
    made = p8("backup", "--home", home, "--into", tmp_path / "elsewhere")
    assert made.code == 0, made.err
    [file] = (tmp_path / "elsewhere").iterdir()
    drilled = p8("backup", "--drill", "--home", home, "--file", file, "--key", key)
    assert drilled.code == 0, drilled.out + drilled.err
    nameless = p8("backup", "--drill", "--home", home, "--file", file)
    assert nameless.code == 2
    assert nameless.err.startswith("backup.no_secret_key")

    back = tmp_path / "back"
    restored = p8("restore", file, "--key", key, "--home", back)
    assert restored.code == 0, restored.err
    [submission] = sqlite3.connect(back / "p8.sqlite3").execute(
        "SELECT xml_sha256 FROM openrosa_submission"
    )
    [kept] = sqlite3.connect(home / "p8.sqlite3").execute(
        "SELECT xml_sha256 FROM openrosa_submission"
    )
    assert submission == kept
    refused = p8("restore", file, "--key", key, "--home", back)
    assert refused.code == 2
    assert "Traceback" not in refused.err

    with sqlite3.connect(home / "p8.sqlite3") as database:
        database.execute("UPDATE openrosa_submission SET xml = replace(xml, '400', '500')")
    broken = p8("backup", "--drill", "--home", home, "--file", file, "--key", key)
    assert broken.code == 3
    assert "openrosa_submission" in broken.out
