"""Answer files: what one reviewer said, item by item. No names, no rows, no scores."""

import csv
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from filelock import FileLock, Timeout

from paragraph8.kernel.problem import Problem

SAME, DIFFERENT, CANNOT_TELL = "same", "different", "cannot_tell"
ANSWERS: Final = (SAME, DIFFERENT, CANNOT_TELL)
HEADER: Final = "item,answer,order"
LABEL: Final = re.compile(r"[a-z0-9]{1,12}")


def answer_path(folder: Path, label: str) -> Path:
    """Where the answers of a reviewer stand.

    label   1 to 12 small letters and digits that say which reviewer, not who; "a", "b", "third"

    Problems: analysis.bad_parameter.
    """
    if not LABEL.fullmatch(label):
        # A label with a slash would name a file elsewhere.
        raise Problem(
            "analysis.bad_parameter",
            parameter="label",
            value=repr(label[:20]),
            expected="1 to 12 small letters or digits, such as a",
        )
    return folder / f"review-{label}.csv"


class AnswerFile:
    """The answers of one reviewer, open for more. Each is on disk before the next is asked.

    Nothing is ever overwritten: a corrected answer is a further line, and the last one counts.
    """

    def __init__(self, folder: Path, label: str) -> None:
        """label   of the reviewer, as for `answer_path`

        Problems: analysis.bad_parameter, voterlist.review_in_use, voterlist.review_bad_answers.
        """
        self._file = answer_path(folder, label)
        self._lock = FileLock(self._file.with_suffix(".lock"), mode=0o600, thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise Problem("voterlist.review_in_use", file=self._file.name) from None
        try:
            self._keep_whole_lines()
            lines = _lines(self._file)
        except BaseException:
            self._lock.release()
            raise
        self._order = len(lines)
        self._answers = dict(lines)

    @property
    def answers(self) -> Mapping[int, str]:
        """Item -> answer."""
        return self._answers

    def append(self, item: int, answer: str) -> None:
        """Write one answer; returns when it is on the disk."""
        if answer not in ANSWERS:
            raise Problem(
                "analysis.bad_parameter",
                parameter="answer",
                value=repr(answer[:20]),
                expected=", ".join(ANSWERS),
            )
        self._add(f"{item},{answer},{self._order + 1}\n")
        self._order += 1
        self._answers[item] = answer

    def close(self) -> None:
        """Let others write."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _keep_whole_lines(self) -> None:
        """What a power cut left of a line is no answer; the item is asked again."""
        content = self._file.read_bytes() if self._file.exists() else b""
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self._file, whole)
        if whole == 0:
            self._add(f"{HEADER}\n", os.O_CREAT)

    def _add(self, line: str, create: int = 0) -> None:
        # Only the first line makes the file: a purge meanwhile must not be undone.
        handle = os.open(self._file, create | os.O_APPEND | os.O_WRONLY, 0o600)
        with open(handle, "w", encoding="ascii") as out:
            out.write(line)
            out.flush()
            os.fsync(out.fileno())


def read_answers(file: Path) -> dict[int, str]:
    """Item -> answer; where an item was answered again, the last answer.

    Problems: voterlist.review_no_answers, voterlist.review_bad_answers.
    """
    if not file.is_file():
        raise Problem("voterlist.review_no_answers", file=file.name)
    return dict(_lines(file))


def _lines(file: Path) -> list[tuple[int, str]]:
    found = []
    text = file.read_text(encoding="ascii", errors="replace")
    # A last line without an end was cut off.
    rows = csv.reader(text[: text.rfind("\n") + 1].splitlines())
    if ",".join(next(rows, [])) != HEADER:
        raise Problem("voterlist.review_bad_answers", file=file.name, line=1, expected=HEADER)
    for number, row in enumerate(rows, start=2):
        readable = len(row) == 3 and row[0].isdecimal() and row[1] in ANSWERS
        if not readable or row[2] != str(number - 1):
            # The line itself is not repeated: by mistake it may be of another file.
            raise Problem(
                "voterlist.review_bad_answers",
                file=file.name,
                line=number,
                expected=f"an item, one of {', '.join(ANSWERS)}, and {number - 1}",
            )
        found.append((int(row[0]), row[1]))
    return found
