"""Reconciliation: every entry of two lists gets one category."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import log2

from paragraph8.voterlist.compare.blocks import (
    ALL_PAIRS,
    ALL_PAIRS_OF_THE_REST,
    CROSSED,
    NARROW,
    WIDE,
    Block,
    Key,
    candidates,
    crossed_pairs,
    usable,
)
from paragraph8.voterlist.compare.chances import measure_chances
from paragraph8.voterlist.compare.prevalence import prevalence
from paragraph8.voterlist.compare.refit import count_levels, refit
from paragraph8.voterlist.compare.score import Scoring, levels_select, score_select, wide_select
from paragraph8.voterlist.compare.weights import shipped_weights
from paragraph8.voterlist.engine import Engine, quiet, without
from paragraph8.voterlist.fields import ELECTRONIC, PAPER
from paragraph8.voterlist.link.assign import assign
from paragraph8.voterlist.link.changes import changes
from paragraph8.voterlist.link.decisions import decide
from paragraph8.voterlist.link.exact import EXACT_SCORE, exact_links
from paragraph8.voterlist.link.second_entries import second_entries
from paragraph8.voterlist.records import Records

# Hundredths of a bit: above LINK one person is likelier than not, below SURE a person should look.
LINK, SURE = 0, 300
SIDES = ((PAPER, "row_a"), (ELECTRONIC, "row_b"))
# Partners per entry among what is left over, before its scores are looked at.
FIRST_GUESS = 0.05
# Of relatives, at least this share is taken to be left over: lists tend to lack a person of the
# very families that they give otherwise than the other list.
FEWEST_RELATIVES_LEFT = 0.03
# Of the pairs that agree exactly, about this many are looked at to see how often addresses differ.
EXACT_SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was compared: the blocks of both passes, and how entries were scored."""

    blocks: tuple[Block, ...]
    scoring: Scoring


def reconcile(
    engine: Engine, records: Records, say: Callable[[str], None] = quiet
) -> Reconciliation:
    """Make the tables `decision` and `change` out of the records `paper` and `electronic`.

        decision   paper_row, electronic_row (NULL where there is none), category, score
                   (hundredths of a bit; NULL for what is not paired)
        change     row_a (paper), row_b (electronic), field, kind: see `changes`
    Every row of either list stands in exactly one row of `decision`.
    """
    has = records.columns
    for name in (PAPER, ELECTRONIC):
        engine.table(f"unusable_{name}", f"SELECT row FROM {name} WHERE {_too_little()}")
    say("linking entries that agree exactly")
    exact_links(engine, PAPER, ELECTRONIC, has, "exact")
    engine.table("link", f"SELECT row_a, row_b, {EXACT_SCORE} AS score FROM exact")
    engine.table("tie", "SELECT row_a, row_b FROM exact WHERE 1 = 0")
    chances = measure_chances(engine, PAPER, ELECTRONIC, has, partners=1.0, within=False)
    scoring = Scoring(has, shipped_weights(), chances)
    say("comparing what is left")
    for name, column in SIDES:
        engine.table(f"rest_{name}", f"{without(name, 'exact', column)} AND NOT ({_too_little()})")
    blocks = _compare(engine, scoring, NARROW, agreeing=3)
    scoring = _refitted(engine, scoring)
    _link(engine, scoring, LINK)
    say("comparing what is still left, more widely")
    blocks += _compare(engine, scoring, WIDE, agreeing=2, all_pairs=ALL_PAIRS_OF_THE_REST)
    _link(engine, _for_the_rest(engine, records, scoring), LINK)
    say("looking for second entries of one person")
    second_entries(engine, PAPER)
    second_entries(engine, ELECTRONIC)
    say("comparing particulars")
    changes(engine, "link", PAPER, ELECTRONIC, has, "change")
    decide(engine, has, SURE)
    return Reconciliation(tuple(blocks), scoring)


def _too_little() -> str:
    """SQL: fewer than two of surname, given name, date and dwelling, and no identity number."""
    place = "(street IS NULL AND postcode IS NULL) OR house IS NULL"
    known = " + ".join(
        f"CASE WHEN {missing} THEN 0 ELSE 1 END"
        for missing in ("surname IS NULL", "given IS NULL", "birth_year IS NULL", place)
    )
    return f"{known} < 2 AND number IS NULL"


def _compare(
    engine: Engine,
    scoring: Scoring,
    keys: tuple[Key, ...],
    *,
    agreeing: int,
    all_pairs: int = ALL_PAIRS,
) -> list[Block]:
    """Make the table `compared`: levels of the candidates among the rest."""
    a, b = f"rest_{PAPER}", f"rest_{ELECTRONIC}"
    has = scoring.has
    blocks = candidates(
        engine, usable(keys, has), a, b, "pair", agreeing=agreeing, all_pairs=all_pairs
    )
    if set(CROSSED) <= has:
        engine.table("more", f"SELECT * FROM pair UNION {crossed_pairs(a, b)}")
        engine.table("pair", "SELECT * FROM more")
    engine.table("wide_a", wide_select(has, a))
    engine.table("wide_b", wide_select(has, b))
    engine.table("compared", levels_select(scoring, "pair", "wide_a", "wide_b"))
    engine.drop("more", "wide_a", "wide_b", "pair")
    return blocks


def _refitted(engine: Engine, scoring: Scoring) -> Scoring:
    """Shares of levels from these lists: pairs that agree exactly, and pairs that score high."""
    engine.table("scored", score_select(scoring, "compared"))
    scored = count_levels(engine, scoring, "scored", f"score >= {SURE}")
    exact = int(engine.row("SELECT count(*) FROM exact")[0])
    every = max(exact // EXACT_SAMPLE, 1)
    engine.table("sample", f"SELECT row_a, row_b FROM exact WHERE row_a % {every} = 0")
    engine.table("sample_a", "SELECT row_a AS row FROM sample")
    engine.table("sample_b", "SELECT row_b AS row FROM sample")
    engine.table("wide_a", wide_select(scoring.has, PAPER, "sample_a"))
    engine.table("wide_b", wide_select(scoring.has, ELECTRONIC, "sample_b"))
    engine.table("agreeing", levels_select(scoring, "sample", "wide_a", "wide_b"))
    agreeing = {
        field: {code: pairs * every for code, pairs in counts.items()}
        for field, counts in count_levels(engine, scoring, "agreeing").items()
    }
    engine.drop("sample", "sample_a", "sample_b", "wide_a", "wide_b", "agreeing")
    return refit(scoring, agreeing, scored)


def _for_the_rest(engine: Engine, records: Records, scoring: Scoring) -> Scoring:
    """The scoring for what is left over: fewer strangers and relatives to be taken for, but most
    of them have no partner at all; how many have one, their scores say.
    """
    left, others = (
        max(int(engine.row(f"SELECT count(*) FROM rest_{name}")[0]), 1)
        for name in (PAPER, ELECTRONIC)
    )
    left_over = min(others / max(records.rows[ELECTRONIC], 1), 1.0)
    chances = scoring.chances
    alone = replace(
        chances,
        strangers=chances.strangers + log2(left_over),
        relatives=chances.relatives + log2(max(left_over, FEWEST_RELATIVES_LEFT)),
    )
    engine.table("scored", score_select(replace(scoring, chances=alone), "compared"))
    partners, _ = prevalence(engine, "scored", left, FIRST_GUESS)
    return replace(
        scoring,
        chances=replace(
            alone,
            strangers=alone.strangers - log2(partners),
            relatives=alone.relatives - log2(partners),
        ),
    )


def _link(engine: Engine, scoring: Scoring, at_least: int) -> None:
    """Scores and assignment of what was compared: adds to `link`, takes from `rest_<list>`."""
    engine.table("scored", score_select(scoring, "compared"))
    assign(engine, "scored", "new_link", at_least, (f"{PAPER}_raw", f"{ELECTRONIC}_raw"))
    engine.table("more", "SELECT * FROM link UNION ALL SELECT * FROM new_link")
    engine.table("link", "SELECT * FROM more")
    for name, column in SIDES:
        engine.table("more", without(f"rest_{name}", "new_link", column))
        engine.table(f"rest_{name}", "SELECT * FROM more")
    engine.drop("more", "new_link", "compared", "scored")
