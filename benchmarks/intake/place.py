"""A mission server's home for one run, and the server on it as a process that can be killed."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from benchmarks.intake.client import Target

ROOT = Path(__file__).resolve().parents[2]
SERVE = "paragraph8.server.site.serve"
UNSAFE = "benchmarks.intake.unsafe"
SECRET = "a secret that only runs under load know"
SECONDS_TO_START = 60.0


class DidNotAnswer(Exception):
    """A server that was started did not answer in time; its own words are the text."""


@dataclass
class Place:
    """A home folder and a database; empty `database_url`: SQLite in the folder.

    unsafe   "" for the server as it is, or what `benchmarks.intake.unsafe` is to do wrong
    """

    home: Path
    database_url: str = ""
    workers: int = 1
    unsafe: str = ""
    token: str = ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("P8_")}
        kept.pop("DATABASE_URL", None)
        return {
            **kept,
            "P8_HOME": str(self.home),
            "P8_SECRET": SECRET,
            "P8_UNSAFE": self.unsafe,
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "src", ROOT / "tests", ROOT))),
            "DJANGO_SETTINGS_MODULE": "paragraph8.server.site.settings",
            **({"DATABASE_URL": self.database_url} if self.database_url else {}),
        }

    @property
    def kind(self) -> str:
        return "PostgreSQL" if self.database_url else "SQLite"

    def run(self, module: str, *arguments: str) -> str:
        """Run one of the modules that look at the database from inside; what it printed."""
        command = [sys.executable, "-m", f"benchmarks.intake.{module}", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{module}: {done.stderr[-2000:]}")
        return done.stdout

    def seed(self) -> None:
        """A mission, an enrolled device, the long form."""
        self.token = json.loads(self.run("seed"))["token"]


@dataclass
class Server:
    """The web server on a place: its own process group on its own port."""

    place: Place
    log: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    groups: list[int] = field(default_factory=list)
    exit_codes: list[int] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/o/{self.place.token}/submission?deviceID=load"

    @property
    def target(self) -> Target:
        return Target(self.port, self.path)

    def start(self) -> None:
        """Start without waiting for an answer. The port stays the same over all starts."""
        self.port = self.port or free_port()
        module = UNSAFE if self.place.unsafe else SERVE
        command = [sys.executable, "-m", module, "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--workers", str(self.place.workers)],
                cwd=ROOT,
                env=self.place.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.groups.append(self.process.pid)

    def answers(self, seconds: float = 1.0) -> bool:
        """Whether HEAD of the submission address is answered with 204."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("HEAD", self.path)
            return connection.getresponse().status == 204
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def wait(self) -> float:
        """Wait until it answers; returns the seconds. Raises DidNotAnswer."""
        started = time.monotonic()
        while time.monotonic() - started < SECONDS_TO_START:
            if self.answers():
                return time.monotonic() - started
            if self.process is not None and self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise DidNotAnswer(self.log.read_text(errors="replace")[-3000:])

    def supervise(self) -> bool:
        """Start it again if its first process is gone, as a service manager does.

        What is left of the old group is ended first. Returns whether it was started.
        """
        if self.process is None or self.process.poll() is None:
            return False
        self.exit_codes.append(self.process.returncode)
        self.kill_group()
        self.start()
        return True

    def worker_pids(self) -> list[int]:
        assert self.process is not None
        return children(self.process.pid)

    def kill_group(self) -> None:
        """kill -9 of everything that was started here."""
        for group in self.groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        if self.process is not None:
            self.process.wait(20)
        self.groups.clear()

    def stop(self) -> None:
        """End it as a person does, then see that nothing is left."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        self.kill_group()
        self.process = None

    def memory(self) -> tuple[float, float]:
        """Resident and proportional size of all its processes, in MB."""
        assert self.process is not None
        pids = [self.process.pid, *self.worker_pids()]
        sizes = [_memory_of(pid) for pid in pids]
        return sum(rss for rss, _ in sizes), sum(pss for _, pss in sizes)


@contextlib.contextmanager
def serving(place: Place, log: Path) -> Iterator[Server]:
    """A running server that answers."""
    server = Server(place, log)
    server.start()
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def children(pid: int) -> list[int]:
    """The processes that `pid` started and that still are."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, task.read_text().split())
    return found


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


def end_on_signals() -> None:
    """In a program: SIGTERM ends it as Ctrl+C does, so that no server is left behind."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)


def load_average() -> str:
    """How busy the machine is, to stand beside a figure."""
    return f"load average {os.getloadavg()[0]:.1f}"


def _memory_of(pid: int) -> tuple[float, float]:
    sizes = {"Rss": 0.0, "Pss": 0.0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in sizes:
            sizes[name] = int(rest.split()[0]) / 1000
    return sizes["Rss"], sizes["Pss"]
