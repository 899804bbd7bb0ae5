"""What several tests share: tables written as text, and elections imported once."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest

from paragraph8.cli.rehearse import with_lists
from paragraph8.intake.protocols.declaration import Declaration, read_declaration
from paragraph8.intake.protocols.formats import built_in_declaration
from paragraph8.intake.protocols.importer import Import, import_protocols
from paragraph8.rehearsal.mission import SEED, rehearsal_tables
from paragraph8.rehearsal.reports import Reports
from paragraph8.rehearsal.truth import Truth
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.tables import Tables, shape_all

DATA = Path(__file__).parent / "data"
LUMRIA = DATA / "lumria"
BULGARIA = Path(__file__).parents[1] / "src" / "paragraph8" / "data" / "bulgaria"
# The first lines of a mapping, up to its files of results.
HEAD = """
[election]
country = "ZZ"
title = "Election of the Assembly"
day = 2024-05-12
simulated = true
[source]
title = "Invented"
licence = "CC0-1.0"
attribution = "Invented"
as_of = "2024-05-14"
[contestants]
"""


def table(text: str) -> dict[str, list[int | str | None]]:
    """Columns of a small table; the first line has the names, "-" is an empty cell, whole numbers
    are numbers."""
    header, *rows = [line.split() for line in text.strip().splitlines()]
    return {name: [_cell(row[at]) for row in rows] for at, name in enumerate(header)}


def frame(name: str, text: str) -> pl.DataFrame:
    """A small table as the table `name` of a snapshot, dates as text 2024-05-12."""
    columns = table(text)
    schema = {column: dtype for column, dtype in BY_NAME[name].schema.items() if column in columns}
    texts = {c: [None if v is None else str(v) for v in values] for c, values in columns.items()}
    read = {pl.Date: lambda s: s.str.to_date(), pl.Boolean: lambda s: s == "true"}
    series = [pl.Series(column, values, dtype=pl.String) for column, values in texts.items()]
    return pl.DataFrame(
        [read.get(schema[s.name], lambda s: s.cast(schema[s.name]))(s) for s in series]
    )


def tables_of(as_of: str = "2024-05-14", **texts: str) -> Tables:
    """Tables from small text tables, one per table name."""
    return Tables(shape_all({name: frame(name, text) for name, text in texts.items()}), as_of)


def mapped(mapping: str, files: Mapping[str, str | bytes]) -> Import:
    """An import by the text of a mapping; texts become UTF-8 bytes."""
    content = {n: text if isinstance(text, bytes) else text.encode() for n, text in files.items()}
    return import_protocols(read_declaration("mapping.toml", mapping), content)


def lumria_declaration() -> Declaration:
    """The mapping of Lumria."""
    return read_declaration("lumria.toml", (LUMRIA / "lumria.toml").read_text(encoding="utf-8"))


@cache
def lumria_import() -> Import:
    """All files of Lumria, imported."""
    return import_protocols(lumria_declaration(), _bytes(sorted(LUMRIA.glob("*.csv"))))


def lumria() -> Tables:
    """The tables of Lumria."""
    return lumria_import().tables


@cache
def bulgaria_import() -> Import:
    """Both elections of Bulgaria with names and announced totals, imported."""
    return built_in_import("bulgaria", *sorted(BULGARIA.glob("*.csv*")))


def bulgaria() -> Tables:
    """The tables of Bulgaria."""
    return bulgaria_import().tables


@cache
def built_in_import(name: str, *files: Path) -> Import:
    """These files by a built-in format, imported."""
    return import_protocols(built_in_declaration(name), _bytes(files))


@cache
def rehearsal(seed: int) -> tuple[Tables, Truth, Reports]:
    """The rehearsal mission of this seed, made once: tables, truth, and what was planted."""
    return rehearsal_tables(seed)


@cache
def audited_rehearsal() -> Tables:
    """The demonstration's rehearsal with the counts of its voter lists, made once."""
    tables, happened, _ = rehearsal(SEED)
    with TemporaryDirectory() as folder:
        return with_lists(tables, happened, Path(folder))


def p8_data(name: str) -> Path:
    """A file below the folder that P8_DATA names; without it the test is skipped."""
    folder = os.environ.get("P8_DATA")
    if not folder:
        pytest.skip(f"NOT RUN: needs P8_DATA, a folder with {name}")
    path = Path(folder) / name
    if not path.is_file():
        pytest.skip(f"NOT RUN: needs P8_DATA with {name}, which {folder} lacks")
    return path


def accounted_rows(done: Import, file: str) -> set[int]:
    """Lines of a file that became a protocol or are kept whole as a fault."""
    protocols = done.tables["protocol"].filter(pl.col("source_file") == file)
    faults = done.tables["fault"].filter(
        (pl.col("source_file") == file) & (pl.col("column") == "*")
    )
    return {*protocols["source_row"], *faults["source_row"]}


def _bytes(paths: object) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in paths}


def _cell(text: str) -> int | str | None:
    if text == "-":
        return None
    return int(text) if text.lstrip("-").isdigit() else text
