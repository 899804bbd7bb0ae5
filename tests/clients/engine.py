"""What both form engines share: a process that takes one job a line, and where it is kept."""

import contextlib
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Answers = Mapping[str, str | Sequence[str]]
# What a form may ask of the device.
DEVICE = {"deviceid": "collect:test-device", "username": "observer", "email": "o@example.org"}


class EngineMissing(Exception):
    """What an engine needs cannot be had on this machine."""


class EngineFault(Exception):
    """The engine could not load or fill a form, or its process ended."""


@dataclass(frozen=True)
class Filled:
    """A form filled by an engine.

    xml: the instance as the client would send it.
    refused: question -> "required", "constraint", "choice: …" or "type: …".
    asked: the relevant questions in the order of the form, notes among them.
    """

    xml: bytes
    refused: dict[str, str]
    asked: list[str]


def cache_folder() -> Path:
    """Where compiled and installed engines are kept: P8_CACHE, or ~/.cache/paragraph8."""
    given = os.environ.get("P8_CACHE")
    folder = Path(given) if given else Path.home() / ".cache" / "paragraph8"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def prepare(command: Sequence[str | Path], folder: Path | None = None) -> None:
    """Run a command that prepares an engine, in a folder if one is given.

    Raises:
        EngineMissing: It failed; the message has the end of what it printed.
    """
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if run.returncode:
        said = (run.stderr or run.stdout).strip()[-500:]
        raise EngineMissing(f"{Path(command[0]).name} failed: {said}")


class Engine:
    """A process that fills forms. Use it in a `with`; several threads may share it."""

    def __init__(self, timeout: float = 60, properties: Mapping[str, str] = DEVICE) -> None:
        """timeout: seconds for one form; properties: what the form may ask of the device."""
        self._timeout = timeout
        self._properties = dict(properties)
        self._lock = threading.Lock()
        self._closing = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    def _command(self) -> list[str]:
        """The command of the process, after preparing what it needs."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        command = self._command()
        with contextlib.ExitStack() as stack:
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            log = stack.enter_context((self._folder / "log").open("wb"))
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            )
            stack.callback(self._end)
            self._closing = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()

    def _end(self) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        self._process = None

    def fill(
        self, xform: bytes, answers: Answers, files: Mapping[str, bytes] | None = None
    ) -> Filled:
        """Fill a form from beginning to end and finalise it.

        Args:
            xform: The XForm.
            answers: By name of the question, or by its path below the root where a name is used
                twice. A list for select many and rank; a file name for media; "OK" for a trigger.
            files: Media of the form (CSV lists and the like) by name.

        Raises:
            EngineFault: The form cannot be loaded or filled, or the process has ended.
        """
        with self._lock, self._job(files or {}) as folder:
            form, out = folder / "form.xml", folder / "out.xml"
            form.write_bytes(xform)
            job = {"form": str(form), "out": str(out), "answers": dict(answers)}
            result = self._send(job | {"properties": self._properties})
            if "error" in result:
                raise EngineFault(result["error"])
            return Filled(out.read_bytes(), result["refused"], result["asked"])

    @contextlib.contextmanager
    def _job(self, files: Mapping[str, bytes]) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            for file, content in files.items():
                (Path(name) / file).write_bytes(content)
            yield Path(name)

    def _send(self, job: Mapping[str, object]) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EngineFault("the engine is not running; use it in a with statement")
        watch = threading.Timer(self._timeout, process.kill)
        watch.start()
        try:
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            watch.cancel()
        if not line:
            log = (self._folder / "log").read_text(encoding="utf-8", errors="replace")
            raise EngineFault(f"the engine ended: {log[-1000:]}")
        result: dict[str, Any] = json.loads(line)
        return result
