"""The case file: what a court or an authority needs to look into single entries, sealed for it.

A ZIP inside an age file, built in memory: nothing unsealed touches a disk. It is the one thing with
names that leaves an audit, and only its recipient opens it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.kernel.sql import Steps, literal, query
from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.fields import KEPT
from paragraph8.voterlist.privacy.case_facts import RECORDS, CaseFacts, check_facts, readme
from paragraph8.voterlist.privacy.cases import CATEGORIES, case_entries
from paragraph8.voterlist.privacy.inputs import RecordedInput
from paragraph8.voterlist.privacy.sealed import read_recipient, seal

MOST_BYTES = 200_000_000
CASES_AT_ONCE = 20_000
ENTRIES = "case_entry"
# As in the open data, and the apostrophe too, so that taking one off gives the cell back.
FORMULA_STARTS = r"^([=+\-@\t\r'])"
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Cases:
    """What the audit found.

    decisions    paper_row, electronic_row, category, and where known score, fields: one row for
                 each entry or linked pair; None where one list alone was audited
    duplicates   name of a list -> row_a, row_b, and where known score: pairs inside the list
    """

    decisions: pl.DataFrame | None
    duplicates: Mapping[str, pl.DataFrame]


def case_file(
    engine: Engine,
    cases: Cases,
    facts: CaseFacts,
    inputs: Sequence[RecordedInput],
    *,
    key: bytes,
    recipient: str,
    categories: Sequence[str] = CATEGORIES,
    most_bytes: int = MOST_BYTES,
) -> bytes:
    """The sealed case file: an age file with a ZIP of records.csv and README.txt.

    engine      holds the tables `paper_raw` and `electronic_raw`, or `list_raw`, of this audit
    key         the mission's key, for the references
    recipient   the public key `age1…` of who may open it
    categories  which cases; the fewer, the better
    most_bytes  of records before compression; memory is needed for about twice as much

    Assumes that the decisions were made of THE SAME INPUTS as the tables: rows that are missing
    are noticed, rows that hold somebody else are not. Same arguments, same ZIP; the sealing is
    another one each time.

    Problems: voterlist.case_incomplete, voterlist.case_empty, voterlist.case_too_large,
        voterlist.case_mismatch, voterlist.bad_recipient, voterlist.secret_key_given,
        voterlist.bad_key, analysis.bad_parameter for unknown categories and missing columns.
    """
    public_key = read_recipient(recipient)
    check_facts(facts)
    entries = case_entries(cases.decisions, cases.duplicates, key, categories)
    if entries.is_empty():
        raise Problem("voterlist.case_empty", categories=", ".join(categories))
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        digest = _write_records(archive, engine, entries, most_bytes)
        archive.writestr(_member("README.txt"), readme(facts, inputs, entries, digest))
    return seal(held.getvalue(), public_key)


def _write_records(archive: ZipFile, engine: Engine, entries: pl.DataFrame, most_bytes: int) -> str:
    """Write records.csv in parts, so that a file over the limit is never whole in memory. Returns
    its SHA-256."""
    digest, size, lines = sha256(), 0, 0
    engine.put(ENTRIES, entries)
    try:
        with archive.open(_member(RECORDS), "w", force_zip64=True) as member:
            for records in _parts(engine, entries):
                text = _csv(records, header=lines == 0)
                size, lines = size + len(text), lines + len(records)
                if size > most_bytes:
                    raise Problem(
                        "voterlist.case_too_large", limit=most_bytes, entries=len(entries)
                    )
                digest.update(text)
                member.write(text)
    finally:
        engine.drop(ENTRIES)
    if lines != len(entries):
        raise Problem("voterlist.case_mismatch", missing=len(entries) - lines)
    return digest.hexdigest()


def _parts(engine: Engine, entries: pl.DataFrame) -> Iterator[pl.DataFrame]:
    lists = sorted(set(entries["list_name"]))
    for first in range(1, int(entries["case_number"][-1]) + 1, CASES_AT_ONCE):
        yield engine.frame(_select(engine, lists, first))


def _select(engine: Engine, lists: Sequence[str], first: int) -> str:
    """Entries of the cases from number `first` on, with the raw cells of their rows."""
    raw = {name: [c for c in engine.columns(f"{name}_raw") if c != "row"] for name in lists}
    every = list(dict.fromkeys(column for columns in raw.values() for column in columns))
    shared = [c for c in every if all(c in columns for columns in raw.values())]
    steps: Steps = {
        "entry": f"SELECT * FROM {ENTRIES} WHERE case_number >= {first} "
        f"AND case_number < {first + CASES_AT_ONCE}",
        "cell": "\nUNION ALL\n".join(_cells(name, columns, every) for name, columns in raw.items()),
        "found": f"SELECT e.*, {', '.join(f'c.{column}' for column in every)}\n"
        "FROM entry e JOIN cell c ON e.list_name = c.of_list AND e.row = c.at_row",
    }
    differs = ", ".join(_differs(column) for column in shared if column not in KEPT) or "''"
    return query(
        steps,
        "SELECT case_number, reference, list_name, row, category, fields, "
        f"nullif(concat_ws(',', {differs}), '') AS differs, score, {', '.join(every)}\n"
        "FROM found ORDER BY case_number, side",
    )


def _cells(name: str, columns: Sequence[str], every: Sequence[str]) -> str:
    chosen = ", ".join(c if c in columns else f"CAST(NULL AS VARCHAR) AS {c}" for c in every)
    return f"SELECT {literal(name)} AS of_list, row AS at_row, {chosen} FROM {name}_raw"


def _differs(column: str) -> str:
    """The column's name where both entries of a case have it and it is not the same."""
    cell, pair = f"coalesce({column}, '')", "OVER (PARTITION BY case_number)"
    return f"CASE WHEN min({cell}) {pair} <> max({cell}) {pair} THEN {literal(column)} END"


def _csv(records: pl.DataFrame, header: bool) -> bytes:
    safe = records.with_columns(pl.col(pl.String).str.replace(FORMULA_STARTS, "'$1"))
    return safe.write_csv(include_header=header, include_bom=header).encode()


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name, EPOCH)
    member.compress_type = ZIP_DEFLATED
    return member
