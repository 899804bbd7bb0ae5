"""CSV and TSV into the raw table: Polars where rows are regular, the csv module where not."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import duckdb
import polars as pl

from paragraph8.intake.csv_regular import is_regular
from paragraph8.intake.limits import Limits
from paragraph8.intake.raw_rows import tidy
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.read.columns import Header, checked_header
from paragraph8.voterlist.read.encodings import count_encodings, explained
from paragraph8.voterlist.read.lines import PIECE_BYTES, FileBytes, gunzipped, text_pieces
from paragraph8.voterlist.read.mapping import ListMapping
from paragraph8.voterlist.read.source import OPEN_QUOTE, TOO_FEW, TOO_MANY
from paragraph8.voterlist.read.table import FAULT_SCHEMA, ROW, RawTable, Read

_LINES_OF_A_ROW = 100
_END = "\x00END"


def read_text(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    mapping: ListMapping,
    limits: Limits,
    piece_bytes: int = PIECE_BYTES,
) -> Read:
    """Make `<name>_raw` from delimited text, also packed by gzip, some 32 MB at a time.

    Row r begins on line r + header row of the file (plus the lines that the header runs over).

    Problems: those of `text_pieces` and `gunzipped`, intake.empty_file, intake.too_many_rows,
        intake.too_many_cells, mapping.bad_value (header row), voterlist.missing_column,
        voterlist.duplicate_column, voterlist.ragged.
    """
    try:
        return _read(con, path, mapping, limits, piece_bytes)
    except Problem as problem:
        if problem.code not in ("intake.wrong_encoding", "voterlist.other_encoding"):
            raise
        pieces = _pieces(FileBytes(path, piece_bytes), limits)
        raise explained(problem, count_encodings(pieces)) from None


def _read(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    mapping: ListMapping,
    limits: Limits,
    piece_bytes: int,
) -> Read:
    file, name = path.name, path.name.lower()
    content = FileBytes(path, piece_bytes)
    tabs = name.removesuffix(".gz").endswith(".tsv") and mapping.options.delimiter == ","
    delimiter = "\t" if tabs else mapping.options.delimiter
    texts = text_pieces(file, _pieces(content, limits), mapping.options.encoding)
    header, body = _header(file, texts, delimiter, mapping)
    table = RawTable(con, mapping, header, limits)
    table.begin()
    row, rest = 1, b""
    for text in chain([body], texts):
        whole = rest + text
        rest = _add(table, whole, delimiter, row, is_last=False)
        row += whole.count(b"\n", 0, len(whole) - len(rest))
    _add(table, rest, delimiter, row, is_last=True)
    _check_ragged(table)
    table.distrust_places()
    return Read(
        sha256=content.digest.hexdigest(),
        format="csv",
        header=header,
        rows=table.rows,
        empty_rows=table.empty_rows,
        dates=mapping.dates,
        faults=table.faults(),
        encoding=mapping.options.encoding,
    )


def _pieces(content: FileBytes, limits: Limits) -> Iterator[bytes]:
    """The bytes of the text, unpacked if they are packed."""
    pieces, name = content.pieces(), content.path.name
    return gunzipped(name, pieces, limits) if name.lower().endswith(".gz") else pieces


def _header(
    file: str, texts: Iterator[bytes], delimiter: str, mapping: ListMapping
) -> tuple[Header, bytes]:
    """The header, and what follows it in the pieces that were needed to find it."""
    row = mapping.options.header_row
    head = b""
    for text in texts:
        head += text
        if head.count(b"\n") >= row + _LINES_OF_A_ROW:
            break
    if not head.strip():
        raise Problem("intake.empty_file", file=file)
    lines = head.split(b"\n", row + _LINES_OF_A_ROW)[:-1]
    if len(lines) < row or not lines[row - 1].strip():
        raise Problem(
            "mapping.bad_value",
            file=file,
            where=f"header_row in [{mapping.name}]",
            value=row,
            expected="the line with the names of the columns; that line is blank or missing",
        )
    record = _record(lines, row - 1, delimiter) or (1, lines[row - 1].decode().split(delimiter))
    header = checked_header(file, row, record[1], mapping)
    return header, head.split(b"\n", row - 1 + record[0])[-1]


def _add(table: RawTable, text: bytes, delimiter: str, row: int, is_last: bool) -> bytes:
    """Add the rows of a piece of whole lines; what is left may be the beginning of a row."""
    if not text:
        return b""
    columns = table.header.sql_names()
    if regular := is_regular(text, delimiter, len(columns)):
        blanks = [columns[n] for n in sorted(regular.blank_columns)]
        frame = _by_polars(text, delimiter, columns, '"' if b'"' in text else None)
        if frame is not None and frame.height == text.count(b"\n"):
            rows = pl.int_range(row, row + frame.height, dtype=pl.Int64, eager=True)
            table.add(tidy(frame, blanks).insert_column(0, rows.alias(ROW)))
            return b""
    found = _sort_out(text, delimiter, len(columns), row, is_last)
    _add_sorted(table, found, delimiter)
    return found.rest


def _by_polars(
    text: bytes, delimiter: str, columns: Sequence[str], quote: str | None
) -> pl.DataFrame | None:
    """The cells of a regular text; None where Polars does not agree that it is one."""
    if text.startswith(codecs.BOM_UTF8):
        return None  # the mark of the file is gone; Polars would drop this one from a cell
    try:
        return pl.read_csv(
            text,
            has_header=False,
            separator=delimiter,
            quote_char=quote,
            schema=dict.fromkeys(columns, pl.String),
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return None


@dataclass(slots=True)
class _Sorted:
    """Lines of a piece that is not regular.

    plain    rows without quotation marks that have as many cells as the header
    cells    all other rows, cut and made to fit the header
    faults   row, kind, cells found, text
    rest     lines from a quotation mark on that the next piece may close
    """

    plain_rows: list[int] = field(default_factory=list)
    plain: list[bytes] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    faults: list[tuple[int, str, int, str]] = field(default_factory=list)
    blank: int = 0
    rest: bytes = b""

    def add(self, row: int, cells: list[str], columns: int, raw: str, is_open: bool) -> None:
        surplus = any(cell.strip() for cell in cells[columns:])
        if is_open or surplus or len(cells) < columns:
            kind = OPEN_QUOTE if is_open else TOO_MANY if surplus else TOO_FEW
            self.faults.append((row, kind, len(cells), raw))
        self.rows.append(row)
        self.cells.append((cells + [""] * columns)[:columns])


def _sort_out(text: bytes, delimiter: str, columns: int, row: int, is_last: bool) -> _Sorted:
    found = _Sorted()
    lines = text.split(b"\n")[:-1]
    mark = delimiter.encode()
    at = 0
    while at < len(lines):
        line, taken = lines[at], 1
        if b'"' in line:
            record = _record(lines, at, delimiter)
            if record is None and not is_last and len(lines) - at < _LINES_OF_A_ROW:
                found.rest = b"\n".join(lines[at:]) + b"\n"
                break
            if record and record[0] > 1 and len(record[1]) != columns:
                record = None  # the mark has swallowed rows
            taken, cells = record or (1, line.decode().split(delimiter))
            raw = b"\n".join(lines[at : at + taken]).decode()
            found.add(row + at, cells, columns, raw, is_open=record is None)
        elif line.count(mark) == columns - 1 and line.strip():
            found.plain_rows.append(row + at)
            found.plain.append(line)
        elif (raw := line.decode()).strip():
            found.add(row + at, raw.split(delimiter), columns, raw, is_open=False)
        else:
            found.blank += 1
        at += taken
    return found


def _record(lines: list[bytes], at: int, delimiter: str) -> tuple[int, list[str]] | None:
    """Lines and cells of the row that begins here; None if its quotation mark stays open."""
    lines_of_row = [line.decode() for line in lines[at : at + _LINES_OF_A_ROW]]
    # The end mark holds a NUL, which no normalised text does.
    reader = csv.reader(chain((f"{line}\n" for line in lines_of_row), (_END,)), delimiter=delimiter)
    try:
        cells = next(reader)
    except csv.Error:  # a cell longer than the csv module allows
        return None
    return (reader.line_num, cells) if reader.line_num <= len(lines_of_row) else None


def _add_sorted(table: RawTable, found: _Sorted, delimiter: str) -> None:
    columns = table.header.sql_names()
    table.empty_rows += found.blank
    if found.plain:
        text = b"\n".join(found.plain) + b"\n"
        frame = _by_polars(text, delimiter, columns, None)
        if frame is None or frame.height != len(found.plain):
            cells = [line.decode().split(delimiter) for line in found.plain]
            frame = pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String), orient="row")
        table.add(tidy(frame).insert_column(0, pl.Series(ROW, found.plain_rows, pl.Int64)))
    if found.rows:
        schema = dict.fromkeys(columns, pl.String)
        frame = tidy(pl.DataFrame(found.cells, schema=schema, orient="row"))
        table.add(frame.insert_column(0, pl.Series(ROW, found.rows, pl.Int64)))
    table.add_faults(pl.DataFrame(found.faults, schema=FAULT_SCHEMA, orient="row"))


def _check_ragged(table: RawTable) -> None:
    """Raises voterlist.ragged if most rows do not fit the header."""
    faults = table.faults()
    ragged = sum(fault.rows for fault in faults)
    if 2 * ragged > table.rows:
        first = min(fault.examples[0] for fault in faults)
        raise Problem(
            "voterlist.ragged",
            file=table.header.file,
            ragged=ragged,
            rows=table.rows,
            row=first,
        )
