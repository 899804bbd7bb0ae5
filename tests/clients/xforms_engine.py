"""The engine of ODK Web Forms on Node: a second reading of every form."""

import fcntl
import hashlib
import os
import shutil
from pathlib import Path

from clients.engine import Engine, EngineMissing, cache_folder, prepare

SOURCE = Path(__file__).parent / "xforms_engine"
LISTS = ("package.json", "package-lock.json")


def missing() -> str | None:
    """What the engine lacks here, in words, or None."""
    lacking = [tool for tool in ("node", "npm") if not shutil.which(tool)]
    return f"needs {' and '.join(lacking)} on PATH" if lacking else None


def installed() -> Path:
    """The harness beside its installed packages, installed if this lock file never was.

    Raises:
        EngineMissing: There is no Node here, or the packages cannot be had.
    """
    lacking = missing()
    if lacking:
        raise EngineMissing(lacking)
    digest = hashlib.sha256(b"".join((SOURCE / name).read_bytes() for name in LISTS)).hexdigest()
    folder = cache_folder() / f"xforms-engine-{digest[:16]}"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "installed").is_file():
            folder.mkdir(exist_ok=True)
            for name in LISTS:
                shutil.copy(SOURCE / name, folder)
            prepare(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder)
            (folder / "installed").touch()
    return _beside_packages(folder)


def _beside_packages(folder: Path) -> Path:
    """Node looks for packages beside the script, so the script goes there, under its own hash."""
    script = (SOURCE / "fill.mjs").read_bytes()
    file = folder / f"fill-{hashlib.sha256(script).hexdigest()[:16]}.mjs"
    if not file.is_file():
        part = file.with_suffix(f".{os.getpid()}")
        part.write_bytes(script)
        part.replace(file)
    return file


class XFormsEngine(Engine):
    """One Node process that fills forms as ODK Web Forms does, in UTC.

    Media answers become files of one byte: only their names reach the instance.
    """

    def _command(self) -> list[str]:
        return ["env", "TZ=UTC", "node", str(installed())]
