"""tools/postgres.py: a database for one command, and nothing left of it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "postgres.py"
INSTALLED = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
needs_postgresql = pytest.mark.skipif(
    not INSTALLED, reason="NOT RUN: needs PostgreSQL (Debian's package postgresql)"
)
SHOW = """
import os, subprocess, sys
for setting in ("fsync", "data_checksums", "server_encoding", "listen_addresses"):
    asked = ["psql", "-AtX", os.environ["DATABASE_URL"], "-c", f"show {setting}"]
    print(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
sys.exit(7)
"""
WAIT = "import time; print('ready', flush=True); time.sleep(60)"


def started(folder: Path, script: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, TOOL, "--", sys.executable, "-c", script]
    return subprocess.Popen(
        command,
        env=os.environ | {"TMPDIR": str(folder)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def folder() -> Path:
    """A folder that the server's user can reach; the folders of tests are their owner's only."""
    path = Path("/tmp") / f"p8-tool-{os.getpid()}"
    path.mkdir(mode=0o755)
    yield path
    path.rmdir()  # fails if anything is left in it


@needs_postgresql
def test_the_command_gets_a_database_and_its_exit_code_is_returned(folder):
    tool = started(folder, SHOW)
    out, error = tool.communicate(timeout=60)
    assert out.split() == ["on", "on", "UTF8", "127.0.0.1"], error
    assert tool.returncode == 7


@needs_postgresql
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_command_and_removes_everything(folder, number):
    tool = started(folder, WAIT)
    assert tool.stdout.readline() == "ready\n"
    (made,) = folder.iterdir()
    server = int((made / "data" / "postmaster.pid").read_text().split()[0])
    tool.send_signal(number)
    tool.communicate(timeout=30)
    assert tool.returncode == 128 + number
    assert not made.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)


@needs_postgresql
@pytest.mark.parametrize("after", [0.1, 0.4, 0.8])
def test_a_signal_while_it_starts_leaves_nothing(folder, after):
    tool = started(folder, WAIT)
    time.sleep(after)
    tool.send_signal(signal.SIGTERM)
    tool.communicate(timeout=30)
    assert tool.returncode in (128 + signal.SIGTERM, -signal.SIGTERM)


@needs_postgresql
def test_ctrl_c_in_a_terminal_reaches_both(folder):
    command = [sys.executable, TOOL, "--", sys.executable, "-c", WAIT]
    environment = os.environ | {"TMPDIR": str(folder)}
    tool = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert tool.stdout.readline() == "ready\n"
    os.killpg(tool.pid, signal.SIGINT)
    tool.communicate(timeout=30)
    assert tool.returncode == 128 + signal.SIGINT


@needs_postgresql
def test_a_command_that_does_not_exist_is_told(folder):
    command = [sys.executable, TOOL, "--", "no-such-command"]
    environment = os.environ | {"TMPDIR": str(folder)}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (127, "no-such-command: there is no such command\n")


@pytest.mark.parametrize(("everything", "code"), [("", 0), ("1", 1)])
def test_without_postgresql_it_says_not_run(tmp_path, everything, code):
    script = TOOL.read_text(encoding="utf-8").replace("/usr/lib/postgresql", "/nowhere")
    (tmp_path / "tool.py").write_text(script, encoding="utf-8")
    environment = os.environ | {"P8_EVERYTHING_RUNS": everything, "PATH": ""}
    command = [sys.executable, tmp_path / "tool.py", "--", "pytest", "tests/server"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.stdout == "NOT RUN: pytest tests/server: PostgreSQL is not installed\n"
    assert run.returncode == code
