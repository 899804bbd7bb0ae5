"""Reading delimited text: by Polars if every line is regular, else by Python's csv module."""

import codecs
import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice

import polars as pl

from paragraph8.intake.csv_lines import normalised
from paragraph8.intake.csv_regular import Regular, is_regular
from paragraph8.intake.limits import Limits, check_shape
from paragraph8.intake.raw_rows import (
    SOURCE_ROW,
    FileOptions,
    RawRows,
    as_table,
    column_names,
    damaged,
    tidy,
)
from paragraph8.kernel.problem import Problem

_BATCH_ROWS = 20_000
_END = "\x00END"


def read_csv(
    file: str, content: bytes, options: FileOptions, limits: Limits, delimiter: str
) -> RawRows:
    """Read delimited text. Lines with nothing but blanks are skipped, yet count as lines.

    A line break inside a quoted cell becomes \\n. Physical lines stand for rows when the limits
    are checked, so a file with many quoted line breaks is refused a little early.

    Problems: intake.empty_file, intake.wrong_encoding, intake.too_many_rows,
        intake.too_many_cells, intake.damaged_file, intake.duplicate_column, mapping.bad_value.
    """
    _check_delimiter(file, delimiter)
    text = normalised(file, content, options.encoding)
    if not text.strip():
        raise Problem("intake.empty_file", file=file)
    body = _from_line(file, text, options.header_row)
    header, first_line = _header(file, body, delimiter, options.header_row)
    body = _skip_lines(body, first_line - options.header_row)
    check_shape(file, body.count(b"\n"), len(header), limits)
    names = column_names(file, header)
    if regular := is_regular(body, delimiter, len(names)):
        rows = _by_polars(body, delimiter, names, first_line, regular)
        if rows is not None:
            return RawRows(file, rows, [])
    return _by_csv_module(file, body.decode(), delimiter, names, first_line)


def _check_delimiter(file: str, delimiter: str) -> None:
    usable = len(delimiter) == 1 and delimiter.isascii() and not delimiter.isalnum()
    if not usable or delimiter == '"' or not (delimiter.isprintable() or delimiter == "\t"):
        raise Problem(
            "mapping.bad_value",
            file=file,
            where="[file] delimiter",
            value=delimiter,
            expected="one character such as , ; | or a tab",
        )


def _from_line(file: str, text: bytes, line: int) -> bytes:
    """The text from a 1-based line on, with a final line feed; that line is the header."""
    body = _skip_lines(text, line - 1).rstrip(b"\n") + b"\n"
    if not body[: body.index(b"\n")].strip():
        raise Problem(
            "mapping.bad_value",
            file=file,
            where="[file] header_row",
            value=line,
            expected="the line with the column names; that line is blank or missing",
        )
    return body


def _skip_lines(text: bytes, lines: int) -> bytes:
    position = 0
    for _ in range(lines):
        position = text.find(b"\n", position) + 1
        if position == 0:
            return b""
    return text[position:]


def _header(file: str, body: bytes, delimiter: str, line: int) -> tuple[list[str], int]:
    """The cells of the header, and the line after it."""
    end = body.index(b"\n") + 1
    if b'"' not in body[:end]:
        return body[: end - 1].decode().split(delimiter), line + 1
    with _cells_of_any_size():
        for text in (body[:end], body):  # all of the body only for a header of several lines
            _, after, cells, closed = next(_records(text.decode().split("\n")[:-1], delimiter))
            if closed:
                return cells, line + after
    raise damaged(file, "CSV", "a quotation mark in the header is never closed")


def _by_polars(
    body: bytes, delimiter: str, names: list[str], first_line: int, regular: Regular
) -> pl.DataFrame | None:
    """The rows of a regular body; None where Polars does not agree that it is one."""
    if body.startswith(codecs.BOM_UTF8):
        return None  # the file's own mark is gone; Polars would drop this one from the first cell
    try:
        table = pl.read_csv(
            body,
            has_header=False,
            separator=delimiter,
            quote_char='"' if b'"' in body else None,
            schema=dict.fromkeys(names, pl.String),
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if table.height != body.count(b"\n"):
        return None
    lines = pl.int_range(first_line, first_line + table.height, dtype=pl.UInt32, eager=True)
    blanks = [names[n] for n in sorted(regular.blank_columns)]
    return tidy(table, blanks).insert_column(0, lines.alias(SOURCE_ROW))


def _by_csv_module(
    file: str, text: str, delimiter: str, names: list[str], first_line: int
) -> RawRows:
    """Rows and ragged rows of a body with ragged or blank lines, or with quotes that are not even.

    Costs some ten times as much as Polars.
    """
    lines = text.split("\n")[:-1]
    ragged: list[tuple[int, str]] = []

    def regular() -> Iterator[tuple[int, Sequence[str]]]:
        for start, after, cells, closed in _records(lines, delimiter):
            if closed and len(cells) == len(names) and (len(names) > 1 or lines[start].strip()):
                yield first_line + start, cells
            elif (raw := "\n".join(lines[start:after])).strip():
                ragged.append((first_line + start, raw))

    try:
        with _cells_of_any_size():
            rows = as_table(_batches(regular()), names)
    except csv.Error as fault:
        raise damaged(file, "CSV", str(fault)) from fault
    return RawRows(file, rows, ragged)


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[int, int, list[str], bool]]:
    """Each record: its first line, the line after it, its cells, and whether its quotes close.

    A quotation mark that is never closed would swallow the rest of the file as one cell. Instead
    its line is handed out alone as not closed, and reading goes on with the next line.
    """
    start = 0
    while start < len(lines):
        # The end mark holds a NUL, which no normalised text does; a record that has swallowed it
        # is one that was still open at the end of the file.
        feed = chain((f"{line}\n" for line in islice(lines, start, None)), (_END,))
        reader = csv.reader(feed, delimiter=delimiter)
        base = start
        for cells in reader:
            after = base + reader.line_num
            if after > len(lines):
                break
            yield start, after, cells, True
            start = after
        if start < len(lines):
            yield start, start + 1, [], False
            start += 1


def _batches(
    rows: Iterator[tuple[int, Sequence[str]]],
) -> Iterator[tuple[list[int], list[Sequence[str]]]]:
    while batch := list(islice(rows, _BATCH_ROWS)):
        yield [line for line, _ in batch], [cells for _, cells in batch]


@contextmanager
def _cells_of_any_size() -> Iterator[None]:
    """Lift the csv module's limit of 131,072 characters a cell, and put it back afterwards."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)
