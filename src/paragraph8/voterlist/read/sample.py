"""The beginning of a file, as far as a proposal for its mapping needs it."""

import codecs
import csv
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from paragraph8.intake.limits import Limits, check_size
from paragraph8.intake.raw_rows import SOURCE_ROW, FileOptions, damaged
from paragraph8.intake.xlsx_reader import read_xlsx
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.sql import literal
from paragraph8.voterlist.read.encodings import UTF_8, likely_encoding
from paragraph8.voterlist.read.headings import LANGUAGES, headings
from paragraph8.voterlist.read.parquet import without_wildcards
from paragraph8.voterlist.read.sheet import sheet_limits
from paragraph8.voterlist.read.source import LIST_LIMITS

ROWS: Final = 1_000
_BYTES: Final = 1 << 20
_HEADER_WITHIN: Final = 20
_DELIMITERS: Final = (",", ";", "\t", "|")
_BYTE_ORDER_MARKS: Final = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a file.

    header    names of the columns
    columns   the cells of each column, in the order of the file; None where empty
    options   how the file seems to be written
    typed     headers whose type in the file is a date (Parquet)
    """

    file: str
    header: tuple[str, ...]
    columns: tuple[tuple[str | None, ...], ...]
    options: FileOptions
    typed: tuple[str, ...] = ()


def read_sample(path: Path, limits: Limits = LIST_LIMITS) -> Sample:
    """The first thousand rows of a file, with encoding, delimiter and header row guessed.

    Problems: intake.empty_file, intake.file_too_large, intake.damaged_file, voterlist.no_header,
        and for workbooks those of `read_xlsx`.
    """
    if not path.is_file():
        raise damaged(path.name, "a voter list", "there is no such file")
    check_size(path.name, path.stat().st_size, limits)
    name = path.name.lower()
    if name.endswith(".parquet"):
        return _of_parquet(path)
    if name.endswith(".xlsx"):
        return _of_sheet(path, limits)
    return _of_text(path)


def _of_text(path: Path) -> Sample:
    content = _beginning(path)
    encoding = _encoding(content)
    text = content.decode(encoding, "replace").removeprefix("\ufeff")
    lines = text.splitlines()
    # The last line is cut off where the file goes on.
    lines = lines[: ROWS + _HEADER_WITHIN] if len(content) < _BYTES else lines[:-1]
    delimiter = _delimiter(lines)
    rows = list(csv.reader(lines[: ROWS + _HEADER_WITHIN], delimiter=delimiter))
    at = _header_at(path.name, rows)
    options = FileOptions(delimiter=delimiter, encoding=encoding, header_row=at + 1)
    return _sample(path.name, rows[at], rows[at + 1 :], options)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(_BYTES)
    if not path.name.lower().endswith(".gz"):
        return content
    try:
        return zlib.decompressobj(wbits=31).decompress(content, _BYTES)
    except zlib.error:
        raise damaged(path.name, "gzip", "its data are broken") from None


def _encoding(content: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    # The last letter may be cut in two.
    whole = content[: content.rfind(b"\n") + 1] or content
    try:
        whole.decode()
    except UnicodeDecodeError:
        return likely_encoding(
            b"\n".join(line for line in whole.split(b"\n") if not line.isascii())
        )
    return UTF_8


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that cuts the most lines into the same number of cells, above one."""

    def agreement(sign: str) -> tuple[int, int]:
        counts = [len(cells) for cells in csv.reader(lines, delimiter=sign)]
        several = [count for count in counts if count > 1]
        most = max(set(several), key=several.count, default=0)
        return several.count(most), most

    return max(_DELIMITERS, key=agreement)


def _header_at(file: str, rows: Sequence[Sequence[str]]) -> int:
    """The row among the first twenty in which the most cells are known as headers.

    Two must be: a row of somebody's data may hold one such word, and would be shown.
    """
    known = [sum(_is_known(cell) for cell in row) for row in rows[:_HEADER_WITHIN]]
    if max(known, default=0) < 2:
        languages = ", ".join(LANGUAGES.values())
        raise Problem("voterlist.no_header", file=file, rows=_HEADER_WITHIN, languages=languages)
    return known.index(max(known))


def _is_known(cell: str) -> bool:
    return any(heading.exact for heading in headings(cell))


def _of_sheet(path: Path, limits: Limits) -> Sample:
    limits = sheet_limits(limits)
    check_size(path.name, path.stat().st_size, limits)
    content = path.read_bytes()
    first, table = _first_table(path.name, content, limits)
    names = [name for name in table.columns if name != SOURCE_ROW]
    below = table.select(names).head(ROWS + _HEADER_WITHIN).rows()
    rows = [[cell or "" for cell in row] for row in (tuple(names), *below)]
    at = _header_at(path.name, rows)
    lines = [first, *table[SOURCE_ROW].head(len(below)).to_list()]
    return _sample(path.name, rows[at], rows[at + 1 :], FileOptions(header_row=int(lines[at])))


def _first_table(file: str, content: bytes, limits: Limits) -> tuple[int, pl.DataFrame]:
    """The first row that can name columns, and the sheet below it."""
    for row in range(1, _HEADER_WITHIN):
        try:
            return row, read_xlsx(file, content, FileOptions(header_row=row), limits).rows
        except Problem as problem:
            if problem.code not in ("mapping.bad_value", "intake.duplicate_column"):
                raise
    return _HEADER_WITHIN, read_xlsx(
        file, content, FileOptions(header_row=_HEADER_WITHIN), limits
    ).rows


def _of_parquet(path: Path) -> Sample:
    file = literal(without_wildcards(str(path)))
    try:
        with duckdb.connect() as con:
            described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({file})").fetchall()
            rows = con.execute(
                f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet({file}) LIMIT {ROWS}"
            ).fetchall()
    except duckdb.Error:
        reason = "it is damaged, encrypted or no Parquet file"
        raise damaged(path.name, "Parquet", reason) from None
    names = [str(name) for name, *_ in described]
    typed = tuple(str(n) for n, kind, *_ in described if str(kind).startswith(("DATE", "TIME")))
    return replace(_sample(path.name, names, rows, FileOptions()), typed=typed)


def _sample(
    file: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    options: FileOptions,
) -> Sample:
    names = [cell.strip() or f"column_{n}" for n, cell in enumerate(header, start=1)]
    columns = tuple(
        tuple(row[n] if n < len(row) else None for row in rows[:ROWS]) for n in range(len(names))
    )
    return Sample(file, tuple(names), columns, options)
