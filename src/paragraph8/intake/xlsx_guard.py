"""Checking a workbook before the spreadsheet library sees it.

A workbook is a zip of XML, and both can be made to cost far more than they weigh. The parts are
unpacked here, counted, and put into a new plain zip: the library gets only bytes that were
counted, however its own reading of the original zip might differ.
"""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from paragraph8.intake.limits import Limits
from paragraph8.intake.raw_rows import damaged
from paragraph8.kernel.problem import Problem

FORMAT = "an XLSX workbook"

_OLD_OFFICE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_CENTRAL_ENTRY = b"PK\x01\x02"
_MAX_PARTS = 10_000
_CHUNK_BYTES = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_LOCAL_HEADER_BYTES = 30  # without the name that follows it

# What zipfile raises for damaged input, found by feeding it damaged input.
_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
)

# calamine keeps every cell of the rectangle around the filled ones, at this size each.
_CELL_BYTES = 32

# A stray cell or two far from the table is common; a rectangle this much larger than what stands
# in it is not, and costs a gigabyte for a file of five thousand bytes.
_FREE_AREA, _AREA_PER_CELL = 1_000_000, 50

_ROW = re.compile(rb"<(?:[^\s<>:]*:)?row[\s/>]")
_CELL = re.compile(rb"<(?:[^\s<>:]*:)?c[\s/>]")
_REF_COLUMN = re.compile(rb"""r\s*=\s*["']([A-Za-z]+)\d""")
_REF_ROW = re.compile(rb"""r\s*=\s*["'][A-Za-z]*(\d+)""")
# Space is set aside for as many texts as this announces, before one is seen.
_COUNT = re.compile(rb"""uniqueCount\s*=\s*["']\s*\+?(\d+)""")
_DOCTYPE = re.compile(rb"<!doctype", re.IGNORECASE)


def checked_workbook(file: str, content: bytes, limits: Limits) -> bytes:
    """The workbook's XML parts in a plain zip, once they are known to stay within the limits.

    Every sheet counts against the limits on its own, also those that will not be read.

    Problems: intake.damaged_file, intake.expands_too_far, intake.too_many_rows,
        intake.too_many_cells.
    """
    if content.startswith(_OLD_OFFICE_MAGIC):
        reason = "it is an old .xls or has a password; save it as .xlsx without a password"
        raise damaged(file, FORMAT, reason)
    if content.count(_CENTRAL_ENTRY) > _MAX_PARTS:
        raise damaged(file, FORMAT, f"it has more than {_MAX_PARTS:,} parts")
    try:
        return _copy_parts(file, content, limits)
    except _ZIP_FAULTS as fault:
        raise damaged(file, FORMAT, f"its zip is broken ({fault})") from fault


def _copy_parts(file: str, content: bytes, limits: Limits) -> bytes:
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(plain, "w") as target:
        parts = source.infolist()
        _check_parts(file, parts, limits)
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels")):
                with source.open(part) as packed, target.open(part.filename, "w") as copy:
                    count = SheetCount(file, limits)
                    while chunk := packed.read(_CHUNK_BYTES):
                        count.feed(chunk)
                        copy.write(chunk)
                    count.finish()
    return plain.getvalue()


def _check_parts(file: str, parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Check what the zip says about its parts; zipfile never unpacks more of one than is said."""
    if sum(part.file_size for part in parts) > limits.max_unpacked_bytes:
        raise Problem("intake.expands_too_far", file=file, limit=limits.max_unpacked_bytes)
    names = [part.filename.lower() for part in parts]
    if len(set(names)) < len(names):
        raise damaged(file, FORMAT, "two of its parts have the same name")
    if not {"[content_types].xml", "xl/workbook.xml"} <= set(names):
        raise damaged(file, FORMAT, "it is a zip, but not one of a workbook")
    if any(part.compress_type not in _METHODS or part.flag_bits & _ENCRYPTED for part in parts):
        raise damaged(file, FORMAT, "a part is encrypted or packed as no spreadsheet program does")
    ends = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < ends:
            raise damaged(file, FORMAT, "two of its parts overlap")
        ends = part.header_offset + _LOCAL_HEADER_BYTES + part.compress_size


@dataclass(slots=True)
class SheetCount:
    """Counts the rows and cells in a part of a workbook as it passes by.

    It errs upwards only: text that looks like a tag is counted, and where references to cells are
    missing the widest row so far is added to the widest reference.
    """

    file: str
    limits: Limits
    rest: bytes = b""
    rows: int = 0
    cells: int = 0
    references: int = 0
    last_row: int = 0
    last_column: int = 0
    widest: int = 0
    open_row: int = 0

    def feed(self, chunk: bytes) -> None:
        """Count the tags that end in this chunk; the last, perhaps cut off, waits for the next."""
        seen = self.rest + chunk
        cut = seen.rfind(b"<")
        if cut < len(self.rest) and len(seen) > 2 * _CHUNK_BYTES:
            raise self._damaged("it holds a single text or tag of over a million characters")
        if cut > 0:
            self._count(seen[:cut])
            seen = seen[cut:]
        self.rest = seen

    def finish(self) -> None:
        self._count(self.rest)
        self.rest = b""
        height, width = self._rectangle()
        if height * width > _FREE_AREA + _AREA_PER_CELL * self.cells:
            raise self._damaged(
                f"its {self.cells:,} cells are scattered over {height:,} rows and {width:,} "
                "columns; delete the stray ones"
            )

    def _count(self, xml: bytes) -> None:
        if b"\0" in xml:
            raise self._damaged("its XML is not UTF-8")
        if _DOCTYPE.search(xml):
            raise self._damaged("its XML has a DOCTYPE, which no spreadsheet program writes")
        self._check_announced(_COUNT.findall(xml))
        cells = len(_CELL.findall(xml))
        columns = _REF_COLUMN.findall(xml)
        self.rows += len(_ROW.findall(xml))
        self.cells += cells
        self.references += min(len(columns), cells)
        self._note_references(set(columns), set(_REF_ROW.findall(xml)))
        if len(columns) < cells or self.open_row:
            self._note_widest(xml)
        self._check()

    def _check_announced(self, counts: list[bytes]) -> None:
        most = self.limits.max_unpacked_bytes // _CELL_BYTES
        if any(len(count) > 18 or int(count) > most for count in counts):
            raise self._damaged("it announces more texts than could be unpacked")

    def _note_references(self, columns: set[bytes], rows: set[bytes]) -> None:
        if any(len(name) > 3 for name in columns) or any(len(row) > 7 for row in rows):
            raise self._damaged("it names cells that no sheet has")
        self.last_column = max([self.last_column, *map(_column_number, columns)])
        self.last_row = max([self.last_row, *map(int, rows)])

    def _note_widest(self, xml: bytes) -> None:
        """Cells between row tags; a row may go on from the last chunk and into the next."""
        counts = [len(_CELL.findall(row)) for row in _ROW.split(xml)]
        counts[0] += self.open_row
        self.widest = max(self.widest, *counts)
        self.open_row = counts[-1]

    def _check(self) -> None:
        if self.rows > self.limits.max_rows:
            raise Problem("intake.too_many_rows", file=self.file, limit=self.limits.max_rows)
        if self.cells > self.limits.max_cells:
            raise Problem("intake.too_many_cells", file=self.file, limit=self.limits.max_cells)
        height, width = self._rectangle()
        if height * width * _CELL_BYTES > self.limits.max_unpacked_bytes:
            limit = self.limits.max_unpacked_bytes
            raise Problem("intake.expands_too_far", file=self.file, limit=limit)

    def _rectangle(self) -> tuple[int, int]:
        """Rows and columns from A1 to the last cell; more where cells lack references."""
        if self.cells > self.references:
            return self.last_row + self.rows, self.last_column + self.widest
        return self.last_row, self.last_column

    def _damaged(self, reason: str) -> Problem:
        return damaged(self.file, FORMAT, reason)


def _column_number(name: bytes) -> int:
    number = 0
    for letter in name.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
