"""Second entries: what found no partner because another entry of the same person has it."""

from paragraph8.voterlist.compare.blocks import DUPLICATES, candidates, usable
from paragraph8.voterlist.compare.chances import measure_chances
from paragraph8.voterlist.compare.score import Scoring, levels_select, score_select, wide_select
from paragraph8.voterlist.compare.weights import shipped_weights
from paragraph8.voterlist.engine import Engine

# Of entries that found no partner, this share may be second entries, before they are looked at.
SHARE_OF_THE_REST = 0.05


def second_entries(engine: Engine, name: str) -> None:
    """Make the table `second_<name>` (row, first): entries without a partner that are second ones.

    Compares what is left of the list (`rest_<name>`) with the whole list. `first` is the other
    entry of that person; of two entries without partner the lower row is the first.
    """
    has = _has(engine, name)
    rest, whole = f"rest_{name}", name
    candidates(engine, usable(DUPLICATES, has), rest, whole, "pair", within=True, agreeing=3)
    chances = measure_chances(engine, whole, whole, has, partners=SHARE_OF_THE_REST, within=True)
    scoring = Scoring(has, shipped_weights(), chances)
    engine.table("met", "SELECT row_a AS row FROM pair UNION SELECT row_b AS row FROM pair")
    engine.table("wide", wide_select(has, whole, "met"))
    engine.table("compared", levels_select(scoring, "pair", "wide", "wide"))
    engine.table(
        "same_person", f"SELECT * FROM ({score_select(scoring, 'compared')}) AS s WHERE score >= 0"
    )
    left = f"EXISTS (SELECT 1 FROM {rest} t WHERE t.row = {{}})"
    engine.table(
        f"second_{name}",
        "SELECT row, min(first) AS first FROM ("
        f" SELECT row_b AS row, row_a AS first FROM same_person WHERE {left.format('row_b')}"
        f" UNION ALL SELECT row_a AS row, row_b AS first FROM same_person"
        f" WHERE {left.format('row_a')} AND NOT {left.format('row_b')}) AS s GROUP BY row",
    )
    engine.drop("pair", "met", "wide", "compared", "same_person")


def _has(engine: Engine, name: str) -> frozenset[str]:
    """Columns that hold a value in this list, whatever the other one has."""
    columns = [c for c in engine.columns(name) if c != "row"]
    counts = ", ".join(f"count({column}) AS {column}" for column in columns)
    found = engine.frame(f"SELECT {counts} FROM {name}").row(0, named=True)
    return frozenset(column for column, n in found.items() if n)
