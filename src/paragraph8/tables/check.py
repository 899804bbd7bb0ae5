"""Does a snapshot keep its contracts? Each breach names table, row, column and rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from paragraph8.tables.contract import Column, Contract
from paragraph8.tables.contracts import BY_NAME, CONTRACTS
from paragraph8.tables.snapshot import read_descriptor, read_parquet

# A tab or a line feed stands in many a cell of a source, and is kept with it.
CONTROL_CHARACTERS = r"[\x00-\x08\x0b-\x1f\x7f]"
# A table that is wrong throughout would otherwise print millions of lines.
BREACHES_PER_RULE = 20


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where a table does not keep its contract.

    row     key of the row as `column=value, …`; "" where the whole column is wrong
    rule    what the contract asks, in words
    further how many more rows of this column break the same rule and are not listed
    """

    table: str
    row: str
    column: str
    rule: str
    value: str
    further: int = 0

    def __str__(self) -> str:
        more = f" (and {self.further:,} more rows)" if self.further else ""
        where = f" row [{self.row}]" if self.row else ""
        return f"{self.table}:{where} column {self.column}: {self.value} — {self.rule}{more}"


def check_snapshot(folder: Path) -> list[Breach]:
    """Every breach of a contract in the snapshot's files, read as they stand.

    Raises Problem snapshot.missing, snapshot.unreadable. Hashes are the matter of `verify`.
    """
    read_descriptor(folder)
    frames = {
        contract.name: read_parquet(folder, f"{contract.name}.parquet", contract.empty())
        for contract in CONTRACTS
    }
    return check_frames(frames)


def check_frames(frames: Mapping[str, pl.DataFrame]) -> list[Breach]:
    """Every breach in these frames (table name -> DataFrame, unshaped)."""
    breaches = []
    sound = {}
    for contract in CONTRACTS:
        frame = frames.get(contract.name, contract.empty())
        wrong = list(_check_columns(frame, contract))
        breaches += wrong
        if not wrong:
            sound[contract.name] = frame
    for name, frame in sound.items():
        breaches += _check_rows(frame, BY_NAME[name])
        breaches += _check_references(sound, BY_NAME[name])
    return breaches


def _check_columns(frame: pl.DataFrame, contract: Contract) -> Iterator[Breach]:
    for name, dtype in contract.schema.items():
        if name not in frame.columns:
            yield Breach(contract.name, "", name, "the column must be there", "missing")
        elif frame.schema[name] != dtype:
            rule = f"the column must hold {dtype}"
            yield Breach(contract.name, "", name, rule, f"holds {frame.schema[name]}")


def _check_rows(frame: pl.DataFrame, contract: Contract) -> Iterator[Breach]:
    for column in contract.columns:
        for rule, broken in _column_rules(column, contract):
            yield from _breaches(frame.filter(broken), contract, column.name, rule)
    # Counting distinct keys is much cheaper than finding the repeated ones.
    if frame.select(contract.key).n_unique() < frame.height:
        repeated = frame.filter(pl.struct(contract.key).is_duplicated())
        yield from _breaches(repeated, contract, "+".join(contract.key), "the key must be unique")


def _column_rules(column: Column, contract: Contract) -> Iterator[tuple[str, pl.Expr]]:
    cell = pl.col(column.name)
    if column.required or column.name in contract.key:
        yield "a value is required", cell.is_null()
    if column.minimum is not None:
        yield f"at least {column.minimum}", cell < column.minimum
    if column.maximum is not None:
        yield f"at most {column.maximum}", cell > column.maximum
    if column.one_of:
        yield f"one of {', '.join(column.one_of)}", ~cell.is_in(column.one_of)
    elif column.type == "string":
        yield "no control characters but tab and line feed", cell.str.contains(CONTROL_CHARACTERS)


def _check_references(frames: Mapping[str, pl.DataFrame], contract: Contract) -> Iterator[Breach]:
    for column in contract.columns:
        if column.refers_to not in frames:
            continue
        key = list(BY_NAME[column.refers_to].key)
        # A key of one column may have another name here, as `replaced_by`.
        own = [column.name] if len(key) == 1 else key
        lost = (
            frames[contract.name]
            .filter(pl.col(column.name).is_not_null())
            .join(frames[column.refers_to], left_on=own, right_on=key, how="anti")
        )
        rule = f"must be found in the table {column.refers_to}"
        yield from _breaches(lost, contract, column.name, rule)


def _breaches(rows: pl.DataFrame, contract: Contract, column: str, rule: str) -> Iterator[Breach]:
    listed = rows.head(BREACHES_PER_RULE).to_dicts()
    for number, row in enumerate(listed):
        value = repr(row[column]) if column in row else "repeated"
        last = number == len(listed) - 1
        further = rows.height - len(listed) if last else 0
        yield Breach(contract.name, row_name(row, contract.key), column, rule, value, further)


def row_name(row: Mapping[str, object], key: tuple[str, ...]) -> str:
    """The key of a row as `column=value, …`."""
    return ", ".join(f"{name}={row[name]}" for name in key)
