"""An XLSForm as rows of text, written to and read from a workbook."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook

from paragraph8.intake.limits import Limits, check_size
from paragraph8.intake.raw_rows import SOURCE_ROW, FileOptions, damaged
from paragraph8.intake.xlsx_guard import FORMAT, checked_workbook
from paragraph8.intake.xlsx_reader import read_xlsx
from paragraph8.kernel.problem import Problem

Row = Mapping[str, str]  # column -> text; empty cells are left out

# A form of a thousand questions in ten languages stays far below each of these.
FORM_LIMITS = Limits(
    max_bytes=5_000_000, max_unpacked_bytes=60_000_000, max_rows=10_000, max_cells=300_000
)
SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")

# Every workbook and every zip part carries a time; a fixed one keeps equal forms equal bytes.
_FIXED_TIME = datetime(2000, 1, 1)  # noqa: DTZ001 - workbooks hold times without a zone
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
# The row number, and columns whose header is empty: remarks beside the form.
_UNNAMED = re.compile(rf"{SOURCE_ROW}|column_\d+")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of an XLSForm, each as its rows below the header.

    An empty row stands for an empty row of the sheet, so that row numbers in messages are right.
    """

    survey: Sequence[Row]
    choices: Sequence[Row] = ()
    settings: Sequence[Row] = ()
    others: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    def sheets(self) -> dict[str, Sequence[Row]]:
        """All sheets by name, those without rows left out."""
        named = {"survey": self.survey, "choices": self.choices, "settings": self.settings}
        return {name: rows for name, rows in {**named, **self.others}.items() if rows}


def columns(rows: Iterable[Row]) -> list[str]:
    """The columns of a sheet, in the order in which its rows first have them."""
    return list(dict.fromkeys(column for row in rows for column in row))


def plain(text: str) -> str:
    """Text from a person as a cell can hold it: no control characters, no `${…}` reference."""
    return _CONTROLS.sub(" ", text).replace("${", "$ {")


def as_xlsx(workbook: Workbook) -> bytes:
    """The workbook as an XLSX file; the same rows give the same bytes.

    Every cell is text, also one that begins as a formula does.
    """
    book = openpyxl.Workbook()
    for name, rows in workbook.sheets().items():
        sheet = book.create_sheet(name)
        header = columns(rows)
        for place, row in enumerate([{c: c for c in header}, *rows], start=1):
            for column, name_of_column in enumerate(header, start=1):
                _put(sheet, place, column, row.get(name_of_column, ""))
        sheet.freeze_panes = "A2"
    del book["Sheet"]
    book.properties.created = _FIXED_TIME
    raw = io.BytesIO()
    book.save(raw)
    return _without_times(raw.getvalue())


def read_sheets(file: str, content: bytes, limits: Limits = FORM_LIMITS) -> Workbook:
    """The sheets of an uploaded XLSForm, read only after the guard has counted them.

    Problems: intake.empty_file, intake.file_too_large, intake.damaged_file,
        intake.expands_too_far, intake.too_many_rows, intake.too_many_cells,
        intake.duplicate_column, forms.not_an_xlsform.
    """
    check_size(file, len(content), limits)
    names = _sheet_names(file, checked_workbook(file, content, limits))
    found = {name.strip().lower(): name for name in names}
    sheets = {name: _rows(file, content, found[name], limits) for name in SHEETS if name in found}
    if not sheets.get("survey"):
        there = ", ".join(names) or "none"
        reason = f"it has no sheet named survey with questions in it; its sheets are: {there}"
        raise Problem("forms.not_an_xlsform", file=file, reason=reason)
    return Workbook(
        sheets.pop("survey"), sheets.pop("choices", ()), sheets.pop("settings", ()), sheets
    )


def _put(sheet: Worksheet, row: int, column: int, text: str) -> None:
    if text == "":
        return
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    cell.value = text
    cell.data_type = "s"
    if text[0] in "=+-@":
        cell.quotePrefix = True


def _without_times(content: bytes) -> bytes:
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + _FIXED_TIME.isoformat().encode() + b"Z", part)
            entry = zipfile.ZipInfo(name, _FIXED_TIME.timetuple()[:6])
            target.writestr(entry, part, zipfile.ZIP_DEFLATED)
    return result.getvalue()


def _sheet_names(file: str, checked: bytes) -> list[str]:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(checked)).sheet_names
    except (CalamineError, OSError, ValueError, OverflowError) as fault:
        raise damaged(file, FORMAT, f"its contents are broken ({fault})") from fault
    except BaseException as fault:
        # A fault inside calamine's Rust code, which is no Exception and cannot be imported.
        if type(fault).__name__ != "PanicException":
            raise
        raise damaged(file, FORMAT, "the spreadsheet library could not cope with it") from None


def _rows(file: str, content: bytes, sheet: str, limits: Limits) -> list[Row]:
    """The sheet's rows at their places: the first element is row 2."""
    try:
        table = read_xlsx(file, content, FileOptions(sheet=sheet), limits).rows
    except Problem as problem:
        if problem.code == "intake.empty_file":
            return []
        raise
    rows: list[Row] = []
    for cells in table.iter_rows(named=True):
        while len(rows) < cells[SOURCE_ROW] - 2:
            rows.append({})
        rows.append(_row(cells))
    return rows


def _row(cells: Mapping[str, str | None]) -> Row:
    named = {name: text for name, text in cells.items() if not _UNNAMED.fullmatch(name)}
    cleaned = {name: (text or "").replace("\u00a0", " ").strip() for name, text in named.items()}
    return {name: text for name, text in cleaned.items() if text}
