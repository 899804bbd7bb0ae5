"""A mission server as a person would start it: its own process, its own home, a real port."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVE = "paragraph8.server.site.serve"
SECONDS_TO_START = 40


class Live:
    """A home folder, and the server that runs on it."""

    def __init__(self, home: Path, options: tuple[str, ...] = (), **environment: str) -> None:
        self.home = home
        self.port = free_port()
        self.options = options
        self.environment = {
            **os.environ,
            "P8_HOME": str(home),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'tests'}",
            "DJANGO_SETTINGS_MODULE": "paragraph8.server.site.settings",
            **environment,
        }
        self.environment.pop("P8_SECRET", None)
        self.process: subprocess.Popen[bytes] | None = None
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        arguments = [sys.executable, "-m", SERVE, "--port", str(self.port), *self.options]
        log = (self.home / "server.log").open("ab")
        self.process = subprocess.Popen(
            arguments, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until:
            try:
                # Who speaks is for the test to check; here it is enough that somebody does.
                anybody = ssl._create_unverified_context()
                with urllib.request.urlopen(f"{self.url}/health", timeout=2, context=anybody):
                    return
            except OSError:
                assert self.process.poll() is None, self.log()
                time.sleep(0.1)
        raise AssertionError(f"the server did not answer: {self.log()}")

    def stop(self) -> None:
        """End it as Ctrl+C does, and see that the port is closed."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(20)
            self.process = None

    def run(self, code: str) -> object:
        """Run Python with Django on this home; what it assigns to `result` comes back."""
        script = (
            "import json, django\nfrom paragraph8.server.site.serve import prepare\nprepare()\n"
            f"{code}\nprint('RESULT' + json.dumps(result))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.rpartition("RESULT")[2])

    def manage(self, *arguments: str) -> str:
        """Run one of the server's own commands."""
        done = subprocess.run(
            [sys.executable, "-m", "paragraph8.server.site.manage", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log(self) -> str:
        file = self.home / "server.log"
        return file.read_text(errors="replace") if file.is_file() else ""


@contextmanager
def live(home: Path, options: tuple[str, ...] = (), **environment: str) -> Iterator[Live]:
    """A running server; stopped at the end."""
    home.mkdir(parents=True, exist_ok=True)
    server = Live(home, options, **environment)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
