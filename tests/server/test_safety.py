"""A state that is not safe is refused in plain words, before the first request."""

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from paragraph8.kernel.problem import Problem
from paragraph8.server.record.sqlite.writer import Writer
from paragraph8.server.site import safety
from paragraph8.server.site.config import Config, database_settings, read_config
from paragraph8.server.site.logs import mask
from paragraph8.server.site.safety import refuse_unsafe_database, refuse_unsafe_settings
from paragraph8.server.site.serve import refuse_taken_port

ROOT = Path(__file__).parents[2]
SECRET = "x" * 40


def refused(code: str, function, *arguments: object, **more: object) -> str:
    with pytest.raises(Problem) as caught:
        function(*arguments, **more)
    assert caught.value.code == code
    return str(caught.value)


def config(**more: object) -> Config:
    return Config(home=Path("mission"), secret=SECRET, **more)


@pytest.mark.parametrize(
    ("code", "given", "workers"),
    [
        ("serve.debug_in_public", {"host": "0.0.0.0", "debug": True}, 1),
        ("serve.demo_in_public", {"host": "192.168.1.5", "demo": True}, 1),
        ("serve.no_tls", {"host": "0.0.0.0"}, 1),
        ("serve.no_tls", {"host": "0.0.0.0", "public_url": "https://a.example"}, 1),
        ("serve.sqlite_with_workers", {}, 2),
    ],
)
def test_unsafe_settings(code, given, workers):
    refused(code, refuse_unsafe_settings, config(**given), workers, tls=False)


@pytest.mark.parametrize(
    ("given", "workers", "tls"),
    [
        ({"debug": True, "demo": True}, 1, False),
        ({"host": "0.0.0.0"}, 1, True),
        ({"host": "0.0.0.0", "public_url": "https://a.example", "behind_proxy": True}, 1, False),
        ({"database_url": "postgresql://x"}, 4, False),
    ],
)
def test_safe_settings(given, workers, tls):
    refuse_unsafe_settings(config(**given), workers, tls=tls)


def test_a_shared_database_needs_a_secret_that_is_given(tmp_path):
    shared = {"P8_HOME": str(tmp_path), "DATABASE_URL": "postgresql://u:p@h/d"}
    assert "not set" in refused("serve.no_secret", read_config, shared)
    refused("serve.no_secret", read_config, {**shared, "P8_SECRET": "short"})
    refused("serve.bad_setting", read_config, {**shared, "DATABASE_URL": "mysql://h/d"})
    refused("serve.bad_setting", read_config, {"P8_HOME": str(tmp_path), "P8_MAX_BYTES": "many"})


def test_a_laptop_makes_its_own_secret_that_only_its_owner_reads(tmp_path):
    first = read_config({"P8_HOME": str(tmp_path)})
    assert len(first.secret) >= 32
    assert read_config({"P8_HOME": str(tmp_path)}).secret == first.secret
    file = tmp_path / "secrets" / "secret_key"
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_the_database_that_we_open_is_durable():
    refuse_unsafe_database()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own switches")
def test_a_database_that_would_forget_is_refused(monkeypatch):
    with connection.cursor() as cursor:
        try:
            cursor.execute("PRAGMA synchronous = NORMAL")
            refused("serve.sqlite_not_durable", refuse_unsafe_database)
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA wal_autocheckpoint = 1000")
            refused("serve.sqlite_race", refuse_unsafe_database)
            cursor.execute("PRAGMA wal_autocheckpoint = 0")
            monkeypatch.setitem(connection.settings_dict, "ENGINE", "django.db.backends.sqlite3")
            monkeypatch.setattr(safety.sqlite3, "sqlite_version_info", (3, 40, 1))
            refused("serve.sqlite_race", refuse_unsafe_database)
        finally:
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA wal_autocheckpoint = 0")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own switches")
def test_a_postgres_that_would_forget_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        refused("serve.postgres_not_durable", refuse_unsafe_database)
        cursor.execute("SET synchronous_commit = on")


def test_the_command_says_it_and_ends_with_2(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "paragraph8.server.site.serve", "--port", "1"],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "P8_HOME": str(tmp_path),
            "P8_HOST": "0.0.0.0",
            "P8_DEBUG": "1",
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "paragraph8.server.site.settings",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("serve.debug_in_public: ")
    assert "Traceback" not in done.stderr


def test_the_settings_of_sqlite_are_those_that_survive_a_power_cut():
    command = database_settings(config())["OPTIONS"]["init_command"]
    assert "synchronous = FULL" in command
    assert "wal_autocheckpoint = 0" in command


def test_the_writer_moves_a_long_log_into_the_database(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "paragraph8.server.record.sqlite.writer.LOG_BYTES_BEFORE_CHECKPOINT", 10_000
    )
    file = str(tmp_path / "a.sqlite3")
    connection_ = sqlite3.connect(file, isolation_level=None)
    connection_.execute("PRAGMA journal_mode = WAL")
    connection_.execute("PRAGMA wal_autocheckpoint = 0")
    connection_.execute("CREATE TABLE t (x)")
    writer = Writer(file)
    for _ in range(20):
        writer.take()
        connection_.execute("INSERT INTO t VALUES (zeroblob(5000))")
        writer.give_back()
    assert writer.log.stat().st_size < 20_000
    assert connection_.execute("SELECT count(*) FROM t").fetchone() == (20,)


def test_logs_mask_the_path_of_a_device():
    line = 'GET /o/Zx3-_kLm90AbCdEf/formList 200 "/o/Zx3-_kLm90AbCdEf/submission?deviceID=x"'
    assert mask("GET /a/Zx3-_kLm90AbCdEf/view") == "GET /a/***/view"
    assert mask(line) == 'GET /o/***/formList 200 "/o/***/submission?deviceID=x"'


def test_a_port_that_another_server_uses():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused("serve.port_taken", refuse_taken_port, "127.0.0.1", port, patience=0.2)
    refuse_taken_port("127.0.0.1", port)
