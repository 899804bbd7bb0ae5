"""The tables of the rehearsal mission, ready to be frozen."""

from collections.abc import Mapping

import polars as pl

from paragraph8.rehearsal.reports import Reports, reports
from paragraph8.rehearsal.truth import Truth, truth
from paragraph8.tables.tables import Source, Tables, shape_all

SEED = 2004
AS_OF = "2004-09-20T10:00:00+06:00"
SOURCE = Source(
    title="Kazakhstan 2004, rehearsal: simulated reports and results",
    licence="Apache-2.0",
    attribution="Simulated by Paragraph 8 from published facts; no observer wrote any of it",
)


def rehearsal_tables(seed: int = SEED) -> tuple[Tables, Truth, Reports]:
    """The tables of the mission, the truth behind them, and what was planted into the reports."""
    happened = truth(seed)
    told = reports(happened, seed)
    return tables_of(happened, told), happened, told


def tables_of(happened: Truth, told: Reports) -> Tables:
    """All tables of one mission: what was known, and what observers reported."""
    frames: dict[str, pl.DataFrame] = dict(happened.frames)
    for name, frame in told.frames.items():
        frames[name] = pl.concat([frames[name], frame]) if name in frames else frame
    return Tables(shape_all(frames), AS_OF, (SOURCE,))


def planted_faults(told: Reports) -> Mapping[str, frozenset[str]]:
    """Kind of fault -> observations that carry it."""
    kinds: dict[str, set[str]] = {}
    for observation, kind in told.blemishes.rows():
        kinds.setdefault(kind, set()).add(observation)
    return {kind: frozenset(names) for kind, names in kinds.items()}
