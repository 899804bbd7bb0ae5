"""A table that somebody uploads: read, shown, and only then taken in.

Between the two steps the file travels inside the page: neither the session nor the disk keeps a
list of names that nobody accepted yet.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest

from paragraph8.intake.limits import Limits
from paragraph8.intake.raw_rows import SOURCE_ROW, FileOptions, RawRows
from paragraph8.intake.readers import read_rows
from paragraph8.kernel.problem import Problem

LIMITS = Limits(
    max_bytes=2_000_000, max_unpacked_bytes=50_000_000, max_rows=20_000, max_cells=400_000
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its name there and its bytes."""

    name: str
    content: bytes

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """The file in a request: uploaded now, or carried by the page that showed it.

        None if there is none. Raises Problem intake.file_too_large.
        """
        if file := request.FILES.get("file"):
            name = file.name or ""
            if file.size is not None and file.size > LIMITS.max_bytes:
                raise Problem(
                    "intake.file_too_large", file=name, size=file.size, limit=LIMITS.max_bytes
                )
            return cls(name, file.read())
        try:
            carried = base64.b64decode(request.POST.get("content", ""), validate=True)
        except binascii.Error:
            return None
        return cls(request.POST.get("file_name", ""), carried) if carried else None

    @property
    def carried(self) -> str:
        """The bytes as text for a hidden field."""
        return base64.b64encode(self.content).decode("ascii")

    @property
    def sha256(self) -> str:
        """What the journal keeps of the file."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of an upload under the names of known columns, blanks as ""."""

    rows: tuple[tuple[int, dict[str, str]], ...]
    ragged: tuple[int, ...]
    ignored: tuple[str, ...]


def read_table(upload: Upload, columns: Sequence[str], required: Sequence[str]) -> Table:
    """The upload's rows. Headers may be in capitals and with spaces: `Accredited until`.

    Raises Problem people.missing_columns, and those of read_rows.
    """
    raw = read_rows(upload.name, upload.content, FileOptions(_delimiter(upload.content)), LIMITS)
    known: dict[str, str] = {}
    for header in raw.rows.columns:
        name = header.strip().lower().replace(" ", "_")
        if name in columns and name not in known.values():
            known[header] = name
    if missing := [name for name in required if name not in known.values()]:
        raise Problem(
            "people.missing_columns",
            file=upload.name,
            missing=", ".join(missing),
            columns=", ".join(columns),
        )
    ignored = [name for name in raw.rows.columns if name not in known and name != SOURCE_ROW]
    ragged = tuple(number for number, _line in raw.ragged)
    return Table(tuple(_rows(raw, known)), ragged, tuple(ignored))


def _rows(raw: RawRows, known: dict[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    for row in raw.rows.iter_rows(named=True):
        cells = {name: str(row[header] or "") for header, name in known.items()}
        if any(cells.values()):
            yield int(row[SOURCE_ROW]), cells


def _delimiter(content: bytes) -> str:
    # Spreadsheets in many European languages separate by semicolons.
    header = content.split(b"\n", 1)[0]
    return ";" if header.count(b";") > header.count(b",") else ","
