"""Pairs of one list with an earlier version of it, as reconciliation makes them."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.fields import EARLIER, ELECTRONIC, LIST, PAPER
from paragraph8.voterlist.link.reconcile import reconcile
from paragraph8.voterlist.records import Records, records_of

# Reconciliation knows its lists by these names.
SIDES = {EARLIER: PAPER, LIST: ELECTRONIC}


def earlier_pairs(engine: Engine, records: Records, say: Callable[[str], None]) -> pl.DataFrame:
    """row, earlier_row: entries of one person in the records `list` and `earlier`.

    A second entry of a person has no partner. Needs the tables that `make_records` makes; makes
    those of `reconcile`, of which what it compared and decided stays in the engine.
    """
    for name, side in SIDES.items():
        for end in ("", "_raw"):
            engine.table(f"{side}{end}", f"SELECT * FROM {name}{end}")
    both = records_of(engine, records, *SIDES)
    named = replace(
        both,
        lists={side: both.lists[name] for name, side in SIDES.items()},
        rows={side: both.rows[name] for name, side in SIDES.items()},
    )
    reconcile(engine, named, say)
    pairs = engine.frame(
        f"SELECT {ELECTRONIC}_row AS row, {PAPER}_row AS earlier_row FROM decision"
        f" WHERE {ELECTRONIC}_row IS NOT NULL AND {PAPER}_row IS NOT NULL"
    )
    engine.drop(*(f"{side}{end}" for side in SIDES.values() for end in ("", "_raw")))
    return pairs.sort("row")
