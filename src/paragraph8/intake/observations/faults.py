"""Faults of reports: what could not be read or placed, each with its place, no row twice."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from paragraph8.intake.controls import without_controls
from paragraph8.tables.contracts import FAULT

WHOLE_ROW = "*"
NAME_LENGTH = 100


@dataclass(slots=True)
class Fault:
    """One cell or row of a report. `protocol` is filled in once the protocol has its id."""

    file: str
    row: int
    column: str
    code: str
    raw: str | None = None
    protocol: str | None = None
    observation: str = ""


def fault_frame(faults: Iterable[Fault]) -> pl.DataFrame:
    """The table `fault`. Faults with one key are told apart by a number behind the column."""
    rows: dict[tuple[str, int, str, str], dict[str, object]] = {}
    for fault in faults:
        file, row = without_controls(fault.file), max(fault.row, 1)
        name = without_controls(fault.column)[:NAME_LENGTH]
        column, times = name, 1
        while (file, row, column, fault.code) in rows:
            times += 1
            column = f"{name} ({times})"
        rows[file, row, column, fault.code] = {
            "source_file": file,
            "source_row": row,
            "column": column,
            "code": fault.code,
            "raw": without_controls(fault.raw) if fault.raw is not None else None,
            "protocol": fault.protocol,
        }
    return FAULT.shape(pl.DataFrame(list(rows.values()), schema=FAULT.schema))
