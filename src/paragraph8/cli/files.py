"""Files: sizes are looked at before content; text is read as UTF-8."""

from collections.abc import Iterable
from pathlib import Path

from paragraph8.intake.limits import Limits, check_size
from paragraph8.kernel.problem import Problem


def read_all(paths: Iterable[Path], limits: Limits) -> dict[str, bytes]:
    """Base name -> content. Raises intake.file_too_large, intake.empty_file before reading any."""
    listed = list(paths)
    for path in listed:
        if not path.is_file():
            reason = "there is no such file"
            raise Problem("intake.damaged_file", file=path, format="a file", reason=reason)
        check_size(path.name, path.stat().st_size, limits)
    return {path.name: path.read_bytes() for path in listed}


def read_text(path: Path, missing_code: str) -> str:
    """The text of a file. Raises the problem `missing_code` if there is no such file."""
    if not path.is_file():
        raise Problem(missing_code, file=path)
    return path.read_text(encoding="utf-8")
