"""Files of a folder, without ever following a link out of it."""

import os
import stat
from pathlib import Path

from paragraph8.kernel.problem import Problem


def files_of(folder: Path) -> list[str]:
    """Names of all files below the folder, with / between parts, sorted.

    Raises voterlist.purge_link for whatever would reach outside: a link, a file with a second name
    elsewhere, another file system, and what is no file.
    """
    disk = folder.lstat().st_dev
    names = []
    for above, folders, files in os.walk(folder, onerror=_unreadable):
        for name in (*folders, *files):
            path = Path(above, name)
            within = path.relative_to(folder).as_posix()
            _refuse_outside(within, path.lstat(), disk)
            if name in files:
                names.append(within)
    return sorted(names)


def remove_empty_folders(folder: Path) -> None:
    """Remove the folders below `folder` that hold no file."""
    for above, _, _ in os.walk(folder, topdown=False):
        if Path(above) != folder and not any(Path(above).iterdir()):
            Path(above).rmdir()


def unlink(file: Path) -> None:
    """Delete one file. Raises file.not_usable."""
    try:
        file.unlink()
    except OSError as error:
        raise Problem("file.not_usable", file=file.name, reason=error.strerror) from error


def write_private(file: Path, text: str) -> None:
    """Write a small file that only its owner reads, whole and onto the disk. Raises
    file.not_usable."""
    partial = file.with_name(f"{file.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(file)
    except OSError as error:
        raise Problem("file.not_usable", file=file.name, reason=error.strerror) from error


def _refuse_outside(name: str, status: os.stat_result, disk: int) -> None:
    kind = None
    if stat.S_ISLNK(status.st_mode):
        kind = "a symbolic link"
    elif status.st_dev != disk:
        kind = "on another file system"
    elif stat.S_ISREG(status.st_mode):
        kind = "a file with a second name (hard link)" if status.st_nlink > 1 else None
    elif not stat.S_ISDIR(status.st_mode):
        kind = "no file and no folder"
    if kind:
        raise Problem("voterlist.purge_link", file=name, kind=kind)


def _unreadable(error: OSError) -> None:
    raise Problem("file.not_usable", file=error.filename, reason=error.strerror) from error
