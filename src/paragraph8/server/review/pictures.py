"""Copies of pictures for pages: re-encoded, without place, time, camera and hidden thumbnails.

The original is never shown on a page and never changed. Copies are made in a process of their own
(`strip_picture`) and kept in the folder `copies` of the mission's home under the hash of the
original; the folder can be deleted at any time.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from django.conf import settings

from paragraph8.server.record.files import file_store
from paragraph8.server.review.strip_picture import MOST_BYTES, SECONDS, UNREADABLE

PROGRAM = Path(__file__).with_name("strip_picture.py")
TIMEOUT = 4 * SECONDS
# Beginnings of files that may be pictures; everything else never starts a process.
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
HEIF_BRANDS = (b"heic", b"heix", b"mif1", b"msf1")
# Nothing of the server's environment; Windows starts no program without this one.
ENVIRONMENT = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
# A page with many photos must not start as many processes.
_turn = threading.BoundedSemaphore(2)


def copy_of(sha256: str) -> bytes | None:
    """The stripped JPEG of an original; None if it is no picture that can be shown.

    Raises FileNotFoundError if the original is not in the file store.
    """
    place = _place(sha256)
    if place.is_file():
        return place.read_bytes()
    if was_no_picture(sha256):
        return None
    with _turn:
        content, final = _made(sha256)
    if content is not None:
        _keep(place, content)
    elif final:
        _keep(place.with_suffix(".none"), b"")
    return content


def may_be_picture(content: bytes) -> bool:
    """Whether bytes begin like a picture that `copy_of` might read."""
    heif = content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS
    return heif or content.startswith(BEGINNINGS)


def was_no_picture(sha256: str) -> bool:
    """Whether a copy was tried before and cannot be made."""
    return _place(sha256).with_suffix(".none").is_file()


def _folder() -> Path:
    return Path(settings.P8_HOME) / "copies"


def _place(sha256: str) -> Path:
    return _folder() / sha256[:2] / f"{sha256}.jpg"


def _made(sha256: str) -> tuple[bytes | None, bool]:
    """The copy, and whether the outcome is final (a process that was too slow gets another try)."""
    original = _original(sha256)
    if original is None or not may_be_picture(original):
        return None, True
    command = [sys.executable, "-I", str(PROGRAM)]
    try:
        done = subprocess.run(
            command,
            input=original,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT,
            check=False,
            env=ENVIRONMENT,
        )
    except subprocess.TimeoutExpired:
        return None, False
    if done.returncode == 0:
        return done.stdout, True
    return None, done.returncode in (UNREADABLE, *_killed_by_limit())


def _killed_by_limit() -> tuple[int, ...]:
    names = ("SIGXCPU", "SIGKILL", "SIGSEGV", "SIGABRT")
    return tuple(-getattr(signal, name) for name in names if hasattr(signal, name))


def _original(sha256: str) -> bytes | None:
    """The bytes of the original; None if they are too many for a picture."""
    pieces, size = [], 0
    for piece in file_store().read(sha256):
        size += len(piece)
        if size > MOST_BYTES:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _keep(place: Path, content: bytes) -> None:
    """Put a copy in place at once, readable by the server alone."""
    for folder in (_folder(), place.parent):
        folder.mkdir(exist_ok=True, mode=0o700)
    handle, partial = tempfile.mkstemp(dir=place.parent, prefix=".partial-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(partial, place)
