"""Reading XLSX sheets as a person reads them: numbers, dates and yes/no become plain text."""

import datetime as dt
import io
import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook

from paragraph8.intake.controls import without_controls
from paragraph8.intake.limits import Limits, check_shape
from paragraph8.intake.raw_rows import (
    FileOptions,
    RawRows,
    as_table,
    column_names,
    damaged,
)
from paragraph8.intake.xlsx_guard import FORMAT, checked_workbook
from paragraph8.kernel.problem import Problem

_BATCH_ROWS = 20_000
_EXACT_WHOLE_NUMBERS = 2**53

_Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def read_xlsx(file: str, content: bytes, options: FileOptions, limits: Limits) -> RawRows:
    """Read one sheet of a workbook; rows without a filled cell are skipped.

    No row is ragged: a sheet's rows all end where its widest row ends, and cells that stand right
    of the header belong to a "column_N". A formula gives the value that was saved with it.

    Problems: intake.damaged_file, intake.expands_too_far, intake.too_many_rows,
        intake.too_many_cells, intake.missing_sheet, intake.empty_file, intake.duplicate_column,
        mapping.bad_value (header row).
    """
    (first_row, first_column), cells = _sheet(
        file, checked_workbook(file, content, limits), options.sheet
    )
    if not any(map(_is_filled, cells)):
        raise Problem("intake.empty_file", file=file)
    header = options.header_row - 1 - first_row
    if not 0 <= header < len(cells) or not _is_filled(cells[header]):
        raise Problem(
            "mapping.bad_value",
            file=file,
            where="[file] header_row",
            value=options.header_row,
            expected=f"the row with the column names; the sheet begins in row {first_row + 1}",
        )
    check_shape(file, len(cells) - header - 1, len(cells[header]), limits)
    names = column_names(file, [_text(cell) for cell in cells[header]], first_column + 1)
    return RawRows(file, as_table(_batches(cells, header + 1, first_row + 1), names), [])


def _sheet(
    file: str, workbook: bytes, name: str | None
) -> tuple[tuple[int, int], list[list[_Cell]]]:
    """The top left filled cell (0-based row, column) and the rectangle of cells from there."""
    try:
        return _open_sheet(file, workbook, name)
    except (CalamineError, OSError, ValueError, OverflowError) as fault:
        raise damaged(file, FORMAT, f"its contents are broken ({fault})") from fault
    except BaseException as fault:
        # A fault inside calamine's Rust code arrives as this class, which is no Exception and
        # cannot be imported. It says that the library could not cope with the file.
        if type(fault).__name__ != "PanicException":
            raise
        raise damaged(file, FORMAT, "the spreadsheet library could not cope with it") from None


def _open_sheet(
    file: str, workbook: bytes, name: str | None
) -> tuple[tuple[int, int], list[list[_Cell]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    if not book.sheet_names:
        raise damaged(file, FORMAT, "it has no sheet")
    name = book.sheet_names[0] if name is None else name
    if name not in book.sheet_names:
        found = ", ".join(map(without_controls, book.sheet_names))
        raise Problem("intake.missing_sheet", file=file, sheet=name, found=found)
    sheet = book.get_sheet_by_name(name)
    return sheet.start or (0, 0), sheet.to_python(skip_empty_area=True)


def _batches(
    cells: list[list[_Cell]], begin: int, first_row: int
) -> Iterator[tuple[list[int], list[Sequence[str]]]]:
    for start in range(begin, len(cells), _BATCH_ROWS):
        batch = cells[start : start + _BATCH_ROWS]
        filled = [(first_row + start + n, row) for n, row in enumerate(batch) if _is_filled(row)]
        if filled:
            yield [n for n, _ in filled], [[_text(cell) for cell in row] for _, row in filled]


def _is_filled(row: list[_Cell]) -> bool:
    return any(cell != "" for cell in row)


def _text(cell: _Cell) -> str:
    """A cell as a person reads it; the format of the sheet is left aside, so 25 % is "0.25"."""
    match cell:
        case str():
            return without_controls(cell)
        case bool():
            return "true" if cell else "false"
        case float():
            return _number(cell)
        case dt.datetime() | dt.date() | dt.time():
            return cell.isoformat()
        case dt.timedelta():
            return _duration(cell)
        case _:
            return str(cell)


def _number(value: float) -> str:
    """Whole numbers without a point; others to the 15 digits that a spreadsheet keeps."""
    if not math.isfinite(value):
        return str(value)
    if value.is_integer() and abs(value) <= _EXACT_WHOLE_NUMBERS:
        return str(int(value))
    return format(Decimal(f"{value:.15g}"), "f")


def _duration(value: dt.timedelta) -> str:
    """Hours, minutes and seconds, as the format [h]:mm:ss shows them."""
    sign = "-" if value < dt.timedelta(0) else ""
    minutes, seconds = divmod(abs(value) // dt.timedelta(seconds=1), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
