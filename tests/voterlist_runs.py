"""Audits of invented or public lists with known truth: what was found, beside what is true."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from paragraph8.voterlist.duplicates.find import find_duplicates
from paragraph8.voterlist.engine import open_duck
from paragraph8.voterlist.fields import ELECTRONIC, LIST, PAPER
from paragraph8.voterlist.generate import OneList, TwoLists
from paragraph8.voterlist.link.reconcile import reconcile
from paragraph8.voterlist.records import make_records

PAIR = ("row_a", "row_b")
PARTNERS = [f"{PAPER}_row", f"{ELECTRONIC}_row"]
# A national number would settle most pairs; the paper lists of the aim had none.
WITHOUT = ("number", "serial")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Pairs found, true pairs, and those that are both."""

    found: int
    true: int
    both: int

    @property
    def precision(self) -> float:
        """Share of the pairs found that are true."""
        return self.both / max(self.found, 1)

    @property
    def recall(self) -> float:
        """Share of the true pairs that were found."""
        return self.both / max(self.true, 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.both / max(self.found + self.true, 1)


@dataclass(frozen=True, slots=True)
class Linked:
    """A reconciliation: its pairs, and for each list how many entries got which category."""

    accuracy: Accuracy
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Repeated:
    """Duplicates of one list: pairs, and the number of pairs that was estimated."""

    accuracy: Accuracy
    estimated: float


def accuracy(found: pl.DataFrame, true: pl.DataFrame) -> Accuracy:
    """Pairs (row_a, row_b) found against true ones; pairs given twice would count twice."""
    pairs, truth = found.select(PAIR), true.select(pl.col(PAIR).cast(pl.Int64))
    assert pairs.is_unique().all()
    assert truth.is_unique().all()
    return Accuracy(pairs.height, truth.height, pairs.join(truth, on=PAIR).height)


def link(
    paper: pl.DataFrame, electronic: pl.DataFrame, true: pl.DataFrame, dates: str = "dmy"
) -> Linked:
    """Reconcile two lists whose columns are roles; row 1 is the first."""
    engine = open_duck(None)
    engine.put(f"{PAPER}_raw", _numbered(paper))
    engine.put(f"{ELECTRONIC}_raw", _numbered(electronic))
    reconcile(engine, make_records(engine, {PAPER: dates, ELECTRONIC: dates}))
    decided = engine.frame("SELECT * FROM decision")
    pairs = decided.drop_nulls(PARTNERS).rename(dict(zip(PARTNERS, PAIR, strict=True)))
    counts = {
        name: _counts(decided.drop_nulls(f"{name}_row")["category"]) for name in (PAPER, ELECTRONIC)
    }
    return Linked(accuracy(pairs, true), counts)


def repeated(entries: pl.DataFrame, true: pl.DataFrame, dates: str = "dmy") -> Repeated:
    """Find the duplicates of one list whose columns are roles; row 1 is the first."""
    engine = open_duck(None)
    engine.put(f"{LIST}_raw", _numbered(entries))
    found = find_duplicates(engine, make_records(engine, {LIST: dates}))
    return Repeated(accuracy(found.pairs, true), found.estimated)


def link_invented(made: TwoLists, without: Iterable[str] = WITHOUT) -> Linked:
    """Reconcile two invented lists; columns of `without` are held back."""
    best = made.truth.filter(~pl.col("category").str.starts_with("duplicate"))
    sides = [best.filter(pl.col("list") == name).select("row", "person") for name in counted()]
    true = sides[0].join(sides[1], on="person", suffix="_b").rename({"row": "row_a"})
    return link(made.paper.drop(without), made.electronic.drop(without), true)


def repeated_invented(made: OneList, without: Iterable[str] = WITHOUT) -> Repeated:
    """Find the duplicates of an invented list; columns of `without` are held back."""
    true = same_person(made.truth["person"])
    return repeated(made.entries.drop(without), true)


def same_person(person: pl.Series) -> pl.DataFrame:
    """Pairs of rows (row_a < row_b) that carry the same person."""
    rows = pl.DataFrame({"person": person}).with_row_index("row_a", 1)
    pairs = rows.join(rows.rename({"row_a": "row_b"}), on="person")
    return pairs.filter(pl.col("row_a") < pl.col("row_b"))


def true_counts(made: TwoLists) -> dict[str, dict[str, int]]:
    """For each list, how many entries truth puts in which category."""
    truth = made.truth
    return {name: _counts(truth.filter(pl.col("list") == name)["category"]) for name in counted()}


def counted() -> tuple[str, str]:
    """The two lists of a reconciliation."""
    return PAPER, ELECTRONIC


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_row_index("row", 1).with_columns(pl.col("row").cast(pl.Int64))


def _counts(categories: pl.Series) -> dict[str, int]:
    return dict(categories.value_counts().rows())
