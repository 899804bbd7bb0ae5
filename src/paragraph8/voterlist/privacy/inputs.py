"""An input as receipts and case files name it."""

from dataclasses import dataclass

from paragraph8.voterlist.read.source import Source


@dataclass(frozen=True, slots=True)
class RecordedInput:
    """A list as it was given to the audit.

    name       what the audit calls it: paper, electronic, list
    file       name of the file, without its folder
    sha256     of its bytes, 64 hexadecimal digits
    rows       data rows read
    supplier   who gave it
    """

    name: str
    file: str
    sha256: str
    rows: int
    supplier: str


def recorded(source: Source) -> RecordedInput:
    """What of a file that was read goes into receipts and case files."""
    return RecordedInput(source.list, source.file, source.sha256, source.rows, source.supplier)
