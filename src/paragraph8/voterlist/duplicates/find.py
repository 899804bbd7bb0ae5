"""Duplicates: entries of one list that are one person, and how many there are."""

from collections.abc import Callable
from dataclasses import dataclass
from math import log2

import polars as pl

from paragraph8.voterlist.compare.blocks import DUPLICATES, IF_CHEAP, Block, candidates, usable
from paragraph8.voterlist.compare.chances import measure_chances
from paragraph8.voterlist.compare.prevalence import prevalence
from paragraph8.voterlist.compare.refit import count_levels, refit
from paragraph8.voterlist.compare.score import Scoring, levels_select, score_select, wide_select
from paragraph8.voterlist.compare.weights import shipped_weights
from paragraph8.voterlist.duplicates.people import people
from paragraph8.voterlist.engine import Engine, quiet
from paragraph8.voterlist.fields import LIST
from paragraph8.voterlist.records import CENTIBITS, Records

# Partners per entry before anything is known; the pairs themselves then say how many.
FIRST_GUESS = 0.01
# Shares of levels are counted among pairs this sure (hundredths of a bit), and counted again.
SURE, REFITS = 300, 3


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What was found in one list.

    pairs       row_a, row_b (row_a < row_b), score (bits; null where two entries are one person
                only by way of a third)
    families    the same of pairs that would be taken for one person, were they not more likely two
                members of one family; their score is the evidence against a family, below 0
    estimated   expected number of pairs that are one person, over all pairs compared
    partners    entries of the same person per entry, as the pairs themselves say
    blocks      what was compared
    scoring     how
    """

    pairs: pl.DataFrame
    families: pl.DataFrame
    estimated: float
    partners: float
    blocks: tuple[Block, ...]
    scoring: Scoring


def find_duplicates(
    engine: Engine, records: Records, say: Callable[[str], None] = quiet
) -> Duplicates:
    """Entries of the records `list` that are more likely one person than not.

    Two entries of one family agree in surname, patronymic and address by nature: they are taken
    for one person only if given name and birth date say so. How many second entries there are is
    estimated from the pairs, not given.
    Assumes that relatives are about as many at every address as on average, and that what was not
    compared is no pair (docs/method/voterlist-duplicates.md).
    """
    has = records.columns
    engine.table("usable_list", f"SELECT * FROM {LIST} WHERE {_enough()}")
    say("counting pairs worth comparing")
    blocks = candidates(
        engine,
        usable(DUPLICATES, has),
        "usable_list",
        "usable_list",
        "pair",
        within=True,
        if_cheap=usable(IF_CHEAP, has),
        agreeing=3,
    )
    say("comparing them")
    chances = measure_chances(engine, "usable_list", "usable_list", has, partners=1.0, within=True)
    scoring = Scoring(has, shipped_weights(), chances)
    engine.table("met", "SELECT row_a AS row FROM pair UNION SELECT row_b AS row FROM pair")
    engine.table("wide", wide_select(has, "usable_list", "met"))
    engine.table("compared", levels_select(scoring, "pair", "wide", "wide"))
    say("estimating how many are one person")
    partners, estimated = FIRST_GUESS, 0.0
    for turn in range(REFITS):
        if turn:
            sure = SURE - _shift(partners)
            scoring = refit(scoring, count_levels(engine, scoring, "scored", f"score >= {sure}"))
        engine.table("scored", score_select(scoring, "compared"))
        partners, estimated = prevalence(
            engine, "scored", records.rows[LIST], FIRST_GUESS, per_pair=2
        )
    pairs = _pairs(engine, _shift(partners))
    families = _families(engine, _shift(partners))
    engine.drop("met", "wide", "compared", "pair", "usable_list", "scored")
    return Duplicates(pairs, families, estimated, partners, tuple(blocks), scoring)


def _shift(partners: float) -> int:
    return round(CENTIBITS * log2(partners))


def _enough() -> str:
    return "given IS NOT NULL AND (surname IS NOT NULL OR birth IS NOT NULL) OR number IS NOT NULL"


def _pairs(engine: Engine, shift: int) -> pl.DataFrame:
    """Pairs of entries of one person, out of all comparisons of entries that have a likely one."""
    engine.table(
        "likely",
        f"SELECT row_a AS row FROM scored WHERE score + {shift} > 0"
        f" UNION SELECT row_b AS row FROM scored WHERE score + {shift} > 0",
    )
    scored = engine.frame(
        f"SELECT s.row_a, s.row_b, s.score + {shift} AS score FROM scored s"
        " JOIN likely x ON x.row = s.row_a JOIN likely y ON y.row = s.row_b"
    ).sort("row_a", "row_b")
    engine.drop("likely")
    grouped = people(scored)
    together = grouped.join(grouped, on="person", suffix="_b").filter(
        pl.col("row") < pl.col("row_b")
    )
    return (
        together.select(row_a="row", row_b="row_b")
        .join(scored, on=["row_a", "row_b"], how="left")
        .with_columns(pl.col("score") / CENTIBITS)
        .sort("row_a", "row_b")
    )


def _families(engine: Engine, shift: int) -> pl.DataFrame:
    """Pairs that agree far too well for strangers, and in what a family shares."""
    found = engine.frame(
        f"SELECT row_a, row_b, relative + {shift} AS score FROM scored"
        f" WHERE random + {shift} >= {SURE} AND relative + {shift} <= 0"
    )
    return found.with_columns(pl.col("score") / CENTIBITS).sort("row_a", "row_b")
