"""A PostgreSQL for the length of one command: made in a temporary folder, then removed.

    python tools/postgres.py -- pytest tests/server      DATABASE_URL is set for the command
    with postgres() as url: ...                          the same from Python

Debian's newest version is used, as it is meant for real data: checksums and fsync are on. It
listens on loopback and on a socket in its own folder, with a password made for this run. The exit
code is the command's. Without PostgreSQL nothing is run: exit code 0 and a line NOT RUN, or 1
where P8_EVERYTHING_RUNS is set. An administrator (root) lends it to the user postgres or nobody,
since PostgreSQL refuses to run as root.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

INSTALLED = Path("/usr/lib/postgresql")
NAME = "paragraph8"
NEEDED = ("initdb", "postgres", "pg_isready", "createdb")
UNPRIVILEGED = ("postgres", "nobody")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}
SECONDS_TO_START, SECONDS_TO_STOP, TRIES = 30, 20, 3
ENDING = (signal.SIGTERM, signal.SIGHUP)


class NotInstalled(Exception):
    """PostgreSQL is not on this machine."""


class DidNotStart(Exception):
    """PostgreSQL is there and could not be started; its own words are the text."""


class Ended(SystemExit):
    """A signal asked this process to end; the exit code is the shell's for that signal."""


def programs() -> Path:
    """The folder of the newest version that has all programs. Raises NotInstalled."""
    versions = (path for path in INSTALLED.glob("*/bin") if path.parent.name.isdigit())
    found = sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    initdb = shutil.which("initdb")
    for folder in [*found, *([Path(initdb).resolve().parent] if initdb else [])]:
        if all((folder / name).is_file() for name in NEEDED):
            return folder
    raise NotInstalled


@contextmanager
def postgres() -> Iterator[str]:
    """A running server; yields the URL of an empty database.

    On leaving, also by SIGTERM or SIGHUP in the main thread, the server is stopped and its folder
    removed. Raises NotInstalled, DidNotStart.
    """
    where = programs()
    with _signals_that_end():
        folder = Path(tempfile.mkdtemp(prefix="p8-postgres-"))
        server: _Server | None = None
        try:
            server = _Server(where, folder)
            yield server.start()
        finally:
            with _undisturbed():
                if server:
                    server.stop()
                _remove(folder)


class _Server:
    def __init__(self, where: Path, folder: Path) -> None:
        self._where, self._folder = where, folder
        self._data, self._log = folder / "data", folder / "log"
        self._password = secrets.token_urlsafe(24)
        self._user = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        if self._user:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)

    def start(self) -> str:
        self._make()
        for last in (False,) * (TRIES - 1) + (True,):
            port = _free_port()
            try:
                self._serve(port)
                break
            except DidNotStart:
                # Someone may have taken the port between the look and the use.
                if last:
                    raise
        self._run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", NAME, NAME)
        return f"postgresql://{NAME}:{self._password}@127.0.0.1:{port}/{NAME}"

    def stop(self) -> None:
        """Fast, then hard; sessions of a killed command must not hold it."""
        if not self._process:
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            self._process.send_signal(number)
            try:
                self._process.wait(SECONDS_TO_STOP)
                return
            except subprocess.TimeoutExpired:
                continue

    def _make(self) -> None:
        password = self._folder / "password"
        password.touch(mode=0o600)
        password.write_text(self._password, encoding="ascii")
        if self._user:
            os.chown(password, self._user.pw_uid, self._user.pw_gid)
        options = (
            "--data-checksums",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=scram-sha-256",
        )
        self._run("initdb", "-D", str(self._data), "-U", NAME, f"--pwfile={password}", *options)
        password.unlink()

    def _serve(self, port: int) -> None:
        settings = [word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")]
        places = ["-D", str(self._data), "-k", str(self._folder), "-p", str(port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._where / "postgres"), *places, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A Ctrl-C is for the command; this server is stopped after it.
                start_new_session=True,
                **self._as_user(),
            )
        self._wait(port)

    def _wait(self, port: int) -> None:
        assert self._process
        asked = [str(self._where / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end and self._process.poll() is None:
            if subprocess.run(asked, check=False).returncode == 0:
                return
            time.sleep(0.05)
        self.stop()
        raise DidNotStart(self._log.read_text(errors="replace")[-2000:])

    def _run(self, program: str, *arguments: str) -> None:
        run = subprocess.run(
            [str(self._where / program), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            **self._as_user(),
        )
        if run.returncode:
            raise DidNotStart(f"{program}: {(run.stdout + run.stderr).decode(errors='replace')}")

    def _as_user(self) -> dict[str, Any]:
        environment = {"PATH": os.environ.get("PATH", ""), "PGPASSWORD": self._password}
        options: dict[str, Any] = {"cwd": self._folder, "env": environment}
        if self._user:
            numbers = {"user": self._user.pw_uid, "group": self._user.pw_gid}
            options |= numbers | {"extra_groups": []}
        return options


def _unprivileged() -> pwd.struct_passwd | None:
    """Who runs the server: oneself, unless one is root."""
    if os.geteuid():
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise DidNotStart("root may not run it, and there is neither a user postgres nor nobody")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


def _remove(folder: Path) -> None:
    """A program of PostgreSQL that was just killed may still be writing for a moment."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)
    shutil.rmtree(folder)


def _end(number: int, _: FrameType | None) -> None:
    raise Ended(128 + number)


@contextmanager
def _signals_that_end() -> Iterator[None]:
    """In the main thread SIGTERM and SIGHUP become exceptions, so that everything is tidied up."""
    try:
        before = {number: signal.signal(number, _end) for number in ENDING}
    except ValueError:  # only the main thread may say what signals do
        before = {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not stop the tidying up."""
    try:
        before = {n: signal.signal(n, signal.SIG_IGN) for n in (*ENDING, signal.SIGINT)}
    except ValueError:
        before = {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """The command's exit code; when this process is asked to end, so is the command."""
    child = subprocess.Popen(command, env=environment)
    try:
        code = child.wait()
    except BaseException as error:
        # A terminal's Ctrl-C has reached the command as well: give it time before asking.
        with _undisturbed():
            _end_child(child, ask_at_once=isinstance(error, Ended))
        raise
    return code if code >= 0 else 128 - code


def _end_child(child: subprocess.Popen[bytes], ask_at_once: bool) -> None:
    for number in (() if ask_at_once else (None,)) + (signal.SIGTERM, signal.SIGKILL):
        if number:
            child.send_signal(number)
        try:
            child.wait(10)
            return
        except subprocess.TimeoutExpired:
            continue


def main(arguments: Sequence[str]) -> int:
    """Run what stands after `--`. Returns the exit code."""
    if arguments[:1] != ["--"] or len(arguments) < 2:
        sys.stderr.write("usage: python tools/postgres.py -- COMMAND [ARGUMENT …]\n")
        return 2
    try:
        with postgres() as url:
            return run(arguments[1:], os.environ | {"DATABASE_URL": url})
    except NotInstalled:
        sys.stdout.write(f"NOT RUN: {' '.join(arguments[1:])}: PostgreSQL is not installed\n")
        return 1 if os.environ.get("P8_EVERYTHING_RUNS") else 0
    except DidNotStart as error:
        sys.stderr.write(f"PostgreSQL did not start: {error}\n")
        return 1
    except FileNotFoundError as error:
        sys.stderr.write(f"{error.filename}: there is no such command\n")
        return 127
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
