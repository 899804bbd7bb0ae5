"""Snapshot: a folder that never changes. Write one, read one.

snapshot/
  datapackage.json      Frictionless description, licence, source, as-of, and the snapshot's id
  <table>.parquet       one file per table that has rows
  hashes/<table>.parquet  one row hash per row, in the same order
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from paragraph8.kernel.canonical import canonical_json, sha256_hex
from paragraph8.kernel.problem import Problem
from paragraph8.tables.contract import Contract
from paragraph8.tables.contracts import CONTRACTS
from paragraph8.tables.folders import appearing
from paragraph8.tables.frictionless import package_descriptor
from paragraph8.tables.hashing import row_hashes_and_table_hash
from paragraph8.tables.tables import Source, Tables, shape_all

FORMAT = 2
DESCRIPTOR = "datapackage.json"


def write_snapshot(tables: Tables, folder: Path) -> Tables:
    """Freeze `tables` into `folder`, which must be new or empty; returns them with their id.

    The folder appears complete or not at all. Raises Problem snapshot.exists.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Problem("snapshot.exists", folder=folder)
    with appearing(folder) as partial:
        return _write(tables, partial)


def _write(tables: Tables, partial: Path) -> Tables:
    (partial / "hashes").mkdir()
    frames = shape_all(tables.frames)
    table_hashes = {}
    for contract in CONTRACTS:
        frame = frames[contract.name]
        hashes, table_hashes[contract.name] = row_hashes_and_table_hash(frame, contract)
        if frame.height:
            _write_parquet(frame, partial / f"{contract.name}.parquet")
            _write_parquet(hashes, partial / "hashes" / f"{contract.name}.parquet")
    identity = snapshot_identity(frames, table_hashes, tables.as_of)
    frozen = replace(tables, frames=frames, snapshot=snapshot_id(identity))
    descriptor = package_descriptor(frozen, identity)
    text = json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n"
    (partial / DESCRIPTOR).write_text(text, encoding="utf-8")
    return frozen


def read_snapshot(folder: Path) -> Tables:
    """The tables of a snapshot, with the id that its descriptor states (see `verify` for proof).

    Raises Problem snapshot.missing, snapshot.unreadable.
    """
    descriptor = read_descriptor(folder)
    return Tables(
        frames={contract.name: read_table(folder, contract) for contract in CONTRACTS},
        as_of=str(descriptor["as_of"]),
        sources=tuple(_source(entry) for entry in descriptor["sources"]),
        snapshot=str(descriptor["id"]),
    )


def read_descriptor(folder: Path) -> dict[str, Any]:
    """The parsed datapackage.json. Raises Problem snapshot.missing, snapshot.unreadable."""
    path = folder / DESCRIPTOR
    if not path.is_file():
        raise Problem("snapshot.missing", folder=folder)
    try:
        descriptor = json.loads(path.read_text(encoding="utf-8"))
        missing = {"id", "as_of", "sources", "identity"} - set(descriptor)
    except (ValueError, TypeError) as error:
        raise Problem("snapshot.unreadable", folder=folder, file=DESCRIPTOR, reason=error) from None
    if missing:
        reason = f"it lacks {', '.join(sorted(missing))}"
        raise Problem("snapshot.unreadable", folder=folder, file=DESCRIPTOR, reason=reason)
    return dict(descriptor)


def read_table(folder: Path, contract: Contract) -> pl.DataFrame:
    """One table of the snapshot, shaped; empty if it has no file. Raises snapshot.unreadable."""
    name = f"{contract.name}.parquet"
    try:
        return contract.shape(read_parquet(folder, name, contract.empty()))
    except pl.exceptions.InvalidOperationError as error:
        raise _unreadable(folder, name, error) from None


def read_parquet(folder: Path, name: str, absent: pl.DataFrame) -> pl.DataFrame:
    """The file as it stands, or `absent` if there is none. Raises Problem snapshot.unreadable."""
    path = folder / name
    if not path.is_file():
        return absent
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(folder, name, error) from None


def _unreadable(folder: Path, name: str, error: Exception) -> Problem:
    reason = str(error).splitlines()[0]
    return Problem("snapshot.unreadable", folder=folder, file=name, reason=reason)


def snapshot_identity(
    frames: Mapping[str, pl.DataFrame], table_hashes: Mapping[str, str], as_of: str
) -> dict[str, Any]:
    """What the id is the hash of: format, as-of, and columns, key, rows and hash of each table with
    rows. A table without rows has no part in it, so that a new contract leaves old ids alone.
    """
    return {
        "format": FORMAT,
        "as_of": as_of,
        "tables": {
            contract.name: {
                "columns": [[c.name, c.type, c.unit] for c in contract.columns],
                "key": list(contract.key),
                "rows": frames[contract.name].height,
                "sha256": table_hashes[contract.name],
            }
            for contract in CONTRACTS
            if frames[contract.name].height
        },
    }


def snapshot_id(identity: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a snapshot's identity."""
    return sha256_hex(canonical_json(identity))


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    frame.write_parquet(path, compression="zstd", compression_level=3)


def _source(entry: Mapping[str, str]) -> Source:
    return Source(entry["title"], entry["licence"], entry["attribution"], entry.get("path", ""))
