"""Has a snapshot been altered since it was frozen: which row, and which cell?"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from paragraph8.tables.check import row_name
from paragraph8.tables.contract import Contract
from paragraph8.tables.contracts import CONTRACTS
from paragraph8.tables.hashing import row_hashes_and_table_hash
from paragraph8.tables.snapshot import (
    read_descriptor,
    read_parquet,
    read_table,
    snapshot_id,
    snapshot_identity,
)

ROWS_LISTED = 50
NO_HASHES = pl.DataFrame(schema={"row_hash": pl.UInt64})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was frozen (or not as in the original).

    place   table, row and column as far as they are known
    says    what differs
    """

    place: str
    says: str

    def __str__(self) -> str:
        return f"{self.place}: {self.says}"


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome: the id computed from the rows as they are now, and every difference."""

    computed_id: str
    stated_id: str
    differences: tuple[Difference, ...]


def verify_snapshot(folder: Path) -> Verification:
    """Recompute every row hash, every table hash and the id, and name what differs.

    Who alters a row and rewrites all hashes and the id is not caught here but by an id known from
    elsewhere (the statement's footer, a signature). Raises snapshot.missing, snapshot.unreadable.
    """
    descriptor = read_descriptor(folder)
    frames, hashes = {}, {}
    differences: list[Difference] = []
    for contract in CONTRACTS:
        frame = read_table(folder, contract)
        row_hashes, table_hash = row_hashes_and_table_hash(frame, contract)
        stored = read_parquet(folder, f"hashes/{contract.name}.parquet", NO_HASHES)
        frames[contract.name], hashes[contract.name] = frame, table_hash
        differences += _altered_rows(frame, row_hashes, stored, contract)
    identity = snapshot_identity(frames, hashes, str(descriptor["as_of"]))
    stated = descriptor["identity"].get("tables", {})
    for name in {**stated, **identity["tables"]}:
        if stated.get(name) != identity["tables"].get(name):
            place, says = f"table {name}", "its rows are not those that the descriptor was made of"
            differences.append(Difference(place, says))
    computed = snapshot_id(identity)
    if computed != descriptor["id"]:
        says = f"the descriptor states {descriptor['id'][:12]}…, the rows give {computed[:12]}…"
        differences.append(Difference("snapshot id", says))
    return Verification(computed, str(descriptor["id"]), tuple(differences))


def compare_snapshots(folder: Path, original: Path) -> tuple[Difference, ...]:
    """Every cell and row in which the snapshot in `folder` differs from the one in `original`."""
    read_descriptor(folder)
    read_descriptor(original)
    differences: list[Difference] = []
    for contract in CONTRACTS:
        here, there = read_table(folder, contract), read_table(original, contract)
        if not here.equals(there):
            differences += _differing_cells(here, there, contract)
            differences += _rows_on_one_side(here, there, contract, "is not in the original")
            differences += _rows_on_one_side(there, here, contract, "is missing here")
    return tuple(differences)


def _altered_rows(
    frame: pl.DataFrame, hashes: pl.DataFrame, stored: pl.DataFrame, contract: Contract
) -> Iterator[Difference]:
    if hashes.equals(stored):
        return
    unknown = frame.filter(~hashes["row_hash"].is_in(stored["row_hash"].implode()))
    for row in unknown.head(ROWS_LISTED).to_dicts():
        place = f"table {contract.name}, row [{row_name(row, contract.key)}]"
        yield Difference(place, "altered or added since the snapshot was frozen")
    if unknown.height > ROWS_LISTED:
        says = f"{unknown.height - ROWS_LISTED:,} further rows altered or added"
        yield Difference(f"table {contract.name}", says)
    if frame.height < stored.height:
        says = f"{stored.height - frame.height:,} rows fewer than when the snapshot was frozen"
        yield Difference(f"table {contract.name}", says)


def _differing_cells(
    here: pl.DataFrame, there: pl.DataFrame, contract: Contract
) -> Iterator[Difference]:
    both = here.join(there, on=contract.key, how="inner", suffix=" original")
    for column in contract.columns:
        if column.name in contract.key:
            continue
        was = f"{column.name} original"
        changed = both.filter(pl.col(column.name).ne_missing(pl.col(was)))
        for row in changed.head(ROWS_LISTED).to_dicts():
            place = (
                f"table {contract.name}, row [{row_name(row, contract.key)}], column {column.name}"
            )
            yield Difference(place, f"is {row[column.name]}, the original has {row[was]}")
        if changed.height > ROWS_LISTED:
            place = f"table {contract.name}, column {column.name}"
            yield Difference(place, f"{changed.height - ROWS_LISTED:,} further cells differ")


def _rows_on_one_side(
    frame: pl.DataFrame, other: pl.DataFrame, contract: Contract, says: str
) -> Iterator[Difference]:
    lone = frame.join(other, on=contract.key, how="anti")
    for row in lone.head(ROWS_LISTED).to_dicts():
        place = f"table {contract.name}, row [{row_name(row, contract.key)}]"
        yield Difference(place, f"the row {says}")
    if lone.height > ROWS_LISTED:
        yield Difference(
            f"table {contract.name}", f"{lone.height - ROWS_LISTED:,} more: row {says}"
        )
