"""Tables: the frames that travel along the line, shaped by their contracts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import polars as pl

from paragraph8.tables.contracts import BY_NAME, CONTRACTS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """Where data come from, so that every page can say it."""

    title: str
    licence: str
    attribution: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of a mission; those not given are empty.

    frames     table name -> DataFrame shaped by its contract, sorted by key
    as_of      the state of the data (a date, or a version), from the source and never from a clock
    sources    origin and licence of the data
    snapshot   id of the snapshot these tables were read from or frozen into; "" before that
    """

    frames: Mapping[str, pl.DataFrame]
    as_of: str
    sources: tuple[Source, ...] = ()
    snapshot: str = ""

    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def made_once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` makes of these tables, made at the first call of this `name` only.

        Several analyses look at the same derived frame; tables never change, so it stays true.
        """
        if name not in self._made:
            self._made[name] = make()
        made: T = self._made[name]
        return made

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.frames[name] if name in self.frames else BY_NAME[name].empty()


def shape_all(frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Every contract's table, shaped; the ones not in `frames` are empty."""
    return {
        contract.name: contract.shape(frames[contract.name])
        if contract.name in frames
        else contract.empty()
        for contract in CONTRACTS
    }
