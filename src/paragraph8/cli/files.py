"""Files: sizes are looked at before content; text is read as UTF-8."""

from collections.abc import Iterable
from pathlib import Path

from paragraph8.intake.limits import Limits, check_size
from paragraph8.kernel.problem import Problem


def read_all(paths: Iterable[Path], limits: Limits) -> dict[str, bytes]:
    """Base name -> content. Raises intake.file_too_large, intake.empty_file, intake.damaged_file
    before reading any."""
    listed: dict[str, Path] = {}
    for path in paths:
        reason = "" if path.is_file() else "there is no such file"
        if path.name in listed:
            # Faults and protocols name their file by its base name.
            reason = f"{listed[path.name]} has the same name; rename one of them"
        if reason:
            raise Problem("intake.damaged_file", file=path, format="a file", reason=reason)
        check_size(path.name, path.stat().st_size, limits)
        listed[path.name] = path
    return {name: path.read_bytes() for name, path in listed.items()}


def read_text(path: Path, missing_code: str) -> str:
    """The text of a file. Raises the problem `missing_code` if there is no such file, and
    intake.wrong_encoding."""
    if not path.is_file():
        raise Problem(missing_code, file=path)
    content = path.read_bytes()
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line, byte = content.count(b"\n", 0, error.start) + 1, f"0x{content[error.start]:02x}"
        raise Problem(
            "intake.wrong_encoding", file=path, line=line, byte=byte, encoding="UTF-8"
        ) from None
