"""The working folder of an audit: private, marked, used by one process at a time, never spilling.

Names lie in it unencrypted while the audit works; the disk beneath it has to be encrypted. Modes of
files mean something on POSIX systems only.
"""

import json
import os
import shutil
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

from paragraph8.kernel.problem import Problem

MARKER = "voterlist-audit.json"
FORMAT = {"format": "paragraph8 voter-list audit", "version": 1}
LOCK = ".lock"
SPILL = "spill"
AGGREGATES = "aggregates"
"""Folder of what may leave: counts and tables without names. All else ends with the audit."""

PRIVATE_UMASK = 0o077
OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO
ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


def make_working_folder(folder: Path) -> None:
    """Make a folder 0700 with the mark of an audit in it, or mark an empty one.

    Raises voterlist.folder_not_empty and file.not_usable.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or any(folder.iterdir()):
            raise Problem("voterlist.folder_not_empty", folder=folder)
        folder.chmod(0o700)
        handle = os.open(folder / MARKER, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(handle, "w", encoding="utf-8") as out:
            json.dump(FORMAT, out)
    except OSError as error:
        raise Problem("file.not_usable", file=folder, reason=error.strerror) from error


def check_working_folder(folder: Path) -> None:
    """Refuse what is no audit's folder, is reached through a link, or is open to others.

    Raises voterlist.not_an_audit and voterlist.folder_open.
    """
    if folder.is_symlink() or not _marked(folder / MARKER):
        raise Problem("voterlist.not_an_audit", folder=folder, marker=MARKER)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if os.name == "posix" and mode & OTHERS_MAY:
        raise Problem("voterlist.folder_open", folder=folder, mode=f"{mode:04o}")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder for this process alone. Raises voterlist.audit_running."""
    lock = FileLock(folder / LOCK, thread_local=False, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Problem("voterlist.audit_running", folder=folder) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def at_work(folder: Path) -> Iterator[Path]:
    """The folder to spill into: empty, 0700, and gone on leaving, whatever happened.

    Also when the process is asked to end (SIGTERM, SIGHUP; in the main thread). What a run left
    that was killed or lost its power is removed by the next. Every file that the process makes
    meanwhile, wherever, is its owner's alone: the umask is the process's, not the folder's.

    Raises voterlist.not_an_audit, voterlist.folder_open, voterlist.audit_running.
    """
    check_working_folder(folder)
    spill = folder / SPILL
    with locked(folder), _ended_by_exception(), _private_files():
        shutil.rmtree(spill, ignore_errors=True)
        try:
            spill.mkdir(mode=0o700)
            yield spill
        finally:
            shutil.rmtree(spill, ignore_errors=True)


@contextmanager
def _private_files() -> Iterator[None]:
    before = os.umask(PRIVATE_UMASK)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _ended_by_exception() -> Iterator[None]:
    """Being asked to end becomes SystemExit, so that what stands in `finally` is done."""
    before = {}
    try:
        for number in ENDING:
            before[number] = signal.signal(number, _end)
    except ValueError:  # only the main thread may say what signals do
        pass
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _marked(marker: Path) -> bool:
    try:
        return bool(json.loads(marker.read_text(encoding="utf-8")) == FORMAT)
    except (OSError, ValueError):
        return False
