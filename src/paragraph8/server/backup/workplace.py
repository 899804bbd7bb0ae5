"""A folder for unencrypted intermediate files: private, one user at a time, and never left over."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

from paragraph8.kernel.problem import Problem

FOLDER = "backup-work"
ENDING = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def workplace(home: Path) -> Iterator[Path]:
    """An empty folder 0700 in `home`, removed on leaving, whatever happened.

    What a run left that was killed is removed by the next. Raises Problem backup.running.
    """
    folder = home / FOLDER
    lock = FileLock(home / f"{FOLDER}.lock", thread_local=False, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Problem("backup.running", home=home) from None
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def write_whole(file: Path, content: bytes) -> None:
    """Write a small private file whole and onto the disk, or leave what was there."""
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    with open(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)


@contextmanager
def tidied_when_ended() -> Iterator[None]:
    """In the main thread: being asked to end becomes SystemExit, so that folders are removed."""
    try:
        before = {number: signal.signal(number, _end) for number in ENDING}
    except ValueError:  # only the main thread may say what signals do
        before = {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
