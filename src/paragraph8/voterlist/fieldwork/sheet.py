"""The enumerators' sheet: whom each reference stands for, sealed for the one who prints it."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.fieldwork.draw import Drawn
from paragraph8.voterlist.privacy.sealed import seal

# What an enumerator needs to find a person and to check the entry; nothing else leaves the list.
SHOWN: Final = (
    "station", "surname", "given", "patronymic", "birth_date", "sex",
    "locality", "street", "house", "flat", "address",
)  # fmt: skip
# A cell that a spreadsheet would run as a formula gets an apostrophe.
FORMULA_STARTS: Final = r"^([=+\-@\t\r'])"
SAMPLE: Final = "field_sample"


def sealed_sheet(
    engine: Engine,
    list_name: str,
    drawn: Drawn,
    recipient: str,
    references: Sequence[str] = (),
) -> bytes:
    """The names and addresses of a sample as CSV, sealed with age.

        list_name    has the table `<list_name>_raw`
        drawn        a sample of that list
        recipient    the public key `age1…` of who may open it
        references   only these; a team gets its own stations, not the sample. Empty: all
    Columns: reference, and those of SHOWN that the list has, in the order of the list. Nothing
    unsealed touches a disk.
    Assumes that the sample was drawn of THE SAME INPUT as the table.

    Problems: voterlist.bad_recipient, voterlist.secret_key_given, and analysis.bad_parameter for
        rows that the list does not have, or references that were not drawn.
    """
    wanted = _chosen(drawn.rows, references).select("reference", "row")
    columns = [column for column in SHOWN if column in engine.columns(f"{list_name}_raw")]
    engine.put(SAMPLE, wanted)
    shown = "".join(f", r.{column} AS {column}" for column in columns)
    found = engine.frame(
        f"SELECT s.reference AS reference{shown} FROM {list_name}_raw r"
        f" JOIN {SAMPLE} s ON s.row = r.row ORDER BY r.row"
    )
    engine.drop(SAMPLE)
    if found.height != wanted.height:
        raise _bad("drawn", f"{wanted.height} rows", f"rows of the list {list_name}")
    return seal(_csv(found), recipient)


def sealed_households(drawn: Drawn, recipient: str, references: Sequence[str] = ()) -> bytes:
    """Which households to visit and which adult to ask there, sealed with age.

        drawn, recipient, references   as for `sealed_sheet`, of a draw of households
    Problems: as for `sealed_sheet`.
    """
    return seal(_csv(_chosen(drawn.rows, references).sort("area", "household")), recipient)


def _chosen(rows: pl.DataFrame, references: Sequence[str]) -> pl.DataFrame:
    if not references:
        return rows
    chosen = rows.filter(pl.col("reference").is_in(list(references)))
    if chosen.height != len(set(references)):
        raise _bad("references", f"{len(set(references))}", "references of this sample")
    return chosen


def _csv(frame: pl.DataFrame) -> bytes:
    harmless = frame.with_columns(pl.col(pl.String).str.replace(FORMULA_STARTS, "'$1"))
    return harmless.write_csv().encode()


def _bad(parameter: str, value: object, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
