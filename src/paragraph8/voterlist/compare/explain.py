"""Explanation: what each particular adds to the score of one pair, the data of a waterfall."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.compare.chances import measure_chances
from paragraph8.voterlist.compare.levels import LEVELS, MISSING
from paragraph8.voterlist.compare.score import (
    Scoring,
    against_random,
    against_relative,
    levels_select,
    wide_select,
)
from paragraph8.voterlist.compare.weights import shipped_weights
from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.fields import ELECTRONIC, PAPER
from paragraph8.voterlist.records import CENTIBITS, make_records

ONE_PERSON, PROBABLY, STRANGERS, RELATIVES = (
    "one person", "probably one person", "two strangers", "two members of a family",
)  # fmt: skip
NOT_GIVEN = "not given"


@dataclass(frozen=True, slots=True)
class Part:
    """What one particular says for one person, in hundredths of a bit."""

    field: str
    level: str  # how far the entries agree: a name of `LEVELS`, or "not given"
    strangers: int  # rather than two strangers
    relatives: int  # rather than two members of one family


@dataclass(frozen=True, slots=True)
class Explained:
    """The score of one pair in its parts, all in hundredths of a bit.

    parts               one for each particular compared, in a fixed order
    strangers_before    what stands against one person before any particular is looked at: below 0
                        the more, the more strangers an entry could be taken for
    relatives_before    the same of relatives
    """

    parts: tuple[Part, ...]
    strangers_before: int
    relatives_before: int

    @property
    def strangers(self) -> int:
        """Evidence for one person rather than two strangers."""
        return self.strangers_before + sum(part.strangers for part in self.parts)

    @property
    def relatives(self) -> int:
        """Evidence for one person rather than two members of one family."""
        return self.relatives_before + sum(part.relatives for part in self.parts)

    @property
    def score(self) -> int:
        """The weaker of the two: what the pipeline calls the score."""
        return min(self.strangers, self.relatives)

    def verdict(self, link: int, sure: int) -> str:
        """What the score says in words.

        link, sure   hundredths of a bit: from `link` on a pair may be linked, below `sure` a person
                     should look
        """
        if self.score >= link:
            return ONE_PERSON if self.score >= sure else PROBABLY
        return STRANGERS if self.strangers <= self.relatives else RELATIVES


def explain(engine: Engine, scoring: Scoring, a: str, b: str, row_a: int, row_b: int) -> Explained:
    """The parts of the score that the pipeline gives entry `row_a` of `a` and `row_b` of `b`.

    scoring   of the run that is explained (`Reconciliation.scoring`, `Duplicates.scoring`)
    a, b      tables of records, as `make_records` left them; twice the same for pairs of one list
    What is left over after the first pass is scored with other chances; its scores lie higher or
    lower than these by one constant for all pairs.
    Problems: analysis.bad_parameter for a row that the table does not have.
    """
    engine.table("one_a", f"SELECT row FROM {a} WHERE row = {row_a}")
    engine.table("one_b", f"SELECT row FROM {b} WHERE row = {row_b}")
    engine.table("one_pair", "SELECT a.row AS row_a, b.row AS row_b FROM one_a a, one_b b")
    if not engine.row("SELECT count(*) FROM one_pair")[0]:
        value, expected = f"{row_a}, {row_b}", f"rows of {a} and {b}"
        raise Problem(
            "analysis.bad_parameter", parameter="row_a, row_b", value=value, expected=expected
        )
    engine.table("one_wide_a", wide_select(scoring.has, a, "one_a"))
    engine.table("one_wide_b", wide_select(scoring.has, b, "one_b"))
    engine.table("one_compared", levels_select(scoring, "one_pair", "one_wide_a", "one_wide_b"))
    explained = explain_compared(engine, scoring, "one_compared", row_a, row_b)
    engine.drop("one_a", "one_b", "one_pair", "one_wide_a", "one_wide_b", "one_compared")
    return explained


def explain_compared(
    engine: Engine, scoring: Scoring, compared: str, row_a: int, row_b: int
) -> Explained:
    """The same for a pair of the table `compared`, which `levels_select` made."""
    found = engine.frame(
        " UNION ALL ".join(
            f"SELECT '{field}' AS field, {field}_level AS level,"
            f" CAST({against_random(scoring, field)} AS INTEGER) AS strangers,"
            f" CAST({against_relative(scoring, field)} AS INTEGER) AS relatives"
            f" FROM {compared} WHERE row_a = {row_a} AND row_b = {row_b}"
            for field in scoring.fields
        )
    )
    of_field = {row["field"]: row for row in found.iter_rows(named=True)}
    parts = [
        Part(field, _named(field, row["level"]), row["strangers"], row["relatives"])
        for field in scoring.fields
        for row in (of_field[field],)
    ]
    return Explained(
        tuple(parts),
        -round(CENTIBITS * scoring.chances.strangers),
        -round(CENTIBITS * scoring.chances.relatives),
    )


def _named(field: str, code: int) -> str:
    return next((name for name, c in LEVELS[field].items() if c == code != MISSING), NOT_GIVEN)


def explain_entries(
    engine: Engine,
    first: Mapping[str, str],
    second: Mapping[str, str],
    paper: pl.DataFrame,
    electronic: pl.DataFrame,
) -> Explained:
    """Two entries that are added to two lists and compared there, with the shipped weights.

        first, second       column -> cell: the last row of the paper and of the electronic list
        paper, electronic   the lists, so that names are rare or common as they are there; all text,
                            dates as day.month.year
    Makes the tables of `make_records` anew, in an engine that is used for nothing else.
    Problems: analysis.bad_parameter for a column that the list does not have.
    """
    rows = {
        name: _added(engine, name, frame, entry)
        for name, frame, entry in ((PAPER, paper, first), (ELECTRONIC, electronic, second))
    }
    has = make_records(engine, {PAPER: "dmy", ELECTRONIC: "dmy"}).columns
    chances = measure_chances(engine, PAPER, ELECTRONIC, has, partners=1.0, within=False)
    scoring = Scoring(has, shipped_weights(), chances)
    return explain(engine, scoring, PAPER, ELECTRONIC, rows[PAPER], rows[ELECTRONIC])


def _added(engine: Engine, name: str, frame: pl.DataFrame, entry: Mapping[str, str]) -> int:
    """Puts the list with the entry at its end as a raw table; the entry's row."""
    if unknown := sorted(set(entry) - set(frame.columns)):
        value, expected = ", ".join(unknown), ", ".join(frame.columns)
        raise Problem("analysis.bad_parameter", parameter="entry", value=value, expected=expected)
    whole = pl.concat([frame, pl.DataFrame([dict(entry)], frame.schema)])
    engine.put(f"{name}_raw", whole.with_row_index("row", offset=1).cast({"row": pl.Int64}))
    return whole.height
