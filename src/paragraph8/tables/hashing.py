"""Canonical rows and their hashes.

A row's canonical text is its cells in the contract's order, joined by U+001F; a missing cell is
U+0000, a number its shortest decimal form, a date ISO 8601, a boolean true or false. Texts hold no
control characters but tab and line feed (the contract check refuses the others), so the text is
unambiguous. DuckDB computes
the same with `sha256(concat_ws(chr(31), …))`.
"""

import hashlib
from collections.abc import Iterator
from itertools import islice

import polars as pl
import polars_hash as plh

from paragraph8.tables.contract import Contract

SEPARATOR = "\x1f"
MISSING = "\x00"
# Bounds the memory: a digest is 64 bytes of text for a row of often less than that.
ROWS_AT_ONCE = 250_000


def digests(frame: pl.DataFrame, contract: Contract) -> Iterator[pl.Series]:
    """SHA-256 of each canonical row as 64 hexadecimal digits, in runs of rows, in row order."""
    cells = [pl.col(column.name).cast(pl.String).fill_null(MISSING) for column in contract.columns]
    row_digest = plh.concat_str(cells, separator=SEPARATOR).chash.sha2_256()
    runs = frame.iter_slices(ROWS_AT_ONCE)
    while together := list(islice(runs, pl.thread_pool_size())):
        # One run is hashed by one core; as many runs at once as there are cores.
        lazy = [run.lazy().select(digest=row_digest) for run in together]
        yield from (done["digest"] for done in pl.collect_all(lazy))


def row_hashes_and_table_hash(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, str]:
    """Row hashes (one column `row_hash`, UInt64) and the table's hash (64 hexadecimal digits).

    `frame` must be shaped by the contract, SORTED BY KEY: the table hash is the SHA-256 of all
    row digests one after the other. A row hash is the first eight bytes of the row's digest: it
    serves to find an altered row, the table hash and the snapshot id serve to prove it.
    """
    whole = hashlib.sha256()
    parts = [pl.Series("row_hash", [], dtype=pl.UInt64)]
    for run in digests(frame, contract):
        whole.update((run.str.join("").item() or "").encode())
        parts.append(
            run.str.slice(0, 16).str.to_integer(base=16, dtype=pl.UInt64).alias("row_hash")
        )
    return pl.DataFrame({"row_hash": pl.concat(parts)}), whole.hexdigest()
