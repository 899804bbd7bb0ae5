"""What a contract says: the columns of a table, with types, units, keys and allowed absences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

TYPES: Mapping[str, Any] = {
    "string": pl.String,
    "integer": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `type` is a Frictionless type; `unit` is "" for codes and texts.

    minimum    smallest allowed value of a number
    one_of     the allowed values, if they are a closed list
    refers_to  table whose key this column (with the columns it shares with it) must be found in
    """

    name: str
    type: str
    says: str
    unit: str = ""
    required: bool = True
    minimum: int | None = None
    maximum: int | None = None
    one_of: tuple[str, ...] = ()
    refers_to: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """One table: what a row is, its key, its columns in order, and an example row."""

    name: str
    row_is: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    example: Mapping[str, object]

    @property
    def schema(self) -> dict[str, Any]:
        """Column name -> Polars type, in the contract's order."""
        return {column.name: TYPES[column.type] for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """The table without rows."""
        return pl.DataFrame(schema=self.schema)

    def shape(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with the contract's columns, in order and type, sorted by key.

        Columns that the frame lacks become null; columns that the contract lacks are dropped.
        Raises polars.exceptions.InvalidOperationError where a value does not fit its type.
        """
        have = set(frame.columns)
        shaped = frame.select(
            (pl.col(name) if name in have else pl.lit(None)).cast(dtype).alias(name)
            for name, dtype in self.schema.items()
        )
        keys = shaped.select(self.key)
        # Sorting three million vote rows costs more than finding out that they are in order.
        return shaped if is_sorted(keys) else shaped.sort(self.key)


def is_sorted(keys: pl.DataFrame) -> bool:
    """Whether rows are in ascending order of all columns together, compared left to right."""
    if keys.height < 2:
        return True
    here, after = keys.slice(0, keys.height - 1), keys.slice(1)
    equal_so_far: pl.Series = pl.Series([True]).new_from_index(0, here.height)
    for name in keys.columns:
        left, right = here[name], after[name]
        if (equal_so_far & (left > right)).any():
            return False
        equal_so_far = equal_so_far & (left == right)
        if not equal_so_far.any():
            return True
    return True
