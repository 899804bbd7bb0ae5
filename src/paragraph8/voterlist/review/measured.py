"""How often the matching errs on invented lists, whose truth is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from paragraph8.voterlist.decided import decisions_frame, duplicates_frame
from paragraph8.voterlist.duplicates.find import find_duplicates
from paragraph8.voterlist.engine import open_duck
from paragraph8.voterlist.fields import ELECTRONIC, LIST, PAPER
from paragraph8.voterlist.generate import Settings, one_list, two_lists
from paragraph8.voterlist.generate.settings import Stock
from paragraph8.voterlist.link.decisions import PAIRED
from paragraph8.voterlist.link.reconcile import reconcile
from paragraph8.voterlist.records import make_records
from paragraph8.voterlist.review.sample import ONLY_ELECTRONIC, ONLY_PAPER, PAIR
from paragraph8.voterlist.review.simulated import SimulatedRun

DATES: Final = "dmy"  # of invented lists
PEOPLE: Final = 20_000
SEEDS: Final = (1, 2, 3)
SECOND_ENTRIES: Final = 0.01
TOGETHER: Final = {PAPER: (*PAIRED, ONLY_PAPER), ELECTRONIC: (*PAIRED, ONLY_ELECTRONIC)}


@dataclass(frozen=True, slots=True)
class Case:
    """Invented lists of one kind, made once for each of SEEDS.

    romanised   one of the two lists is in Latin letters throughout, the other in its own
    """

    name: str
    cultures: Mapping[str, float]
    stock: Stock = "ordinary"
    errors: float = 1.0  # times the ordinary chances of each error, in all lists
    romanised: bool = False

    def settings(self, seed: int, people: int = PEOPLE) -> Settings:
        """For the generator."""
        plain = Settings(people=people)
        return Settings(
            people=people,
            seed=seed,
            cultures=self.cultures,
            stock=self.stock,
            second_entries=SECOND_ENTRIES,
            paper_errors=plain.paper_errors.times(self.errors),
            electronic_errors=plain.electronic_errors.times(self.errors),
            second_errors=plain.second_errors.times(self.errors),
            electronic_script="latin" if self.romanised else "native",
        )


_CULTURES: Final[tuple[tuple[str, Mapping[str, float]], ...]] = (
    ("kazakh and russian", {"kazakh": 0.68, "russian": 0.32}),
    *((name, {name: 1.0}) for name in ("georgian", "turkish", "hindi", "swahili")),
)
CASES: Final = (
    *(Case(name, shares) for name, shares in _CULTURES),
    *(Case(f"{name}, few surnames", shares, stock="poor") for name, shares in _CULTURES),
    *(Case(f"{name}, twice the errors", shares, errors=2.0) for name, shares in _CULTURES),
    # Turkish and Swahili are written in Latin letters anyway.
    *(
        Case(f"{name}, one list romanised", shares, romanised=True)
        for name, shares in _CULTURES
        if name not in ("turkish", "swahili")
    ),
)


def measure_lists(settings: Settings, memory: str = "2GB") -> SimulatedRun:
    """Reconcile two invented lists and count what is right.

    A match is missed if a person stands on both lists, in entries that were compared, and no pair
    of that person was made.
    """
    made = two_lists(settings)
    engine = open_duck(None, memory)
    engine.put(f"{PAPER}_raw", _as_read(made.paper))
    engine.put(f"{ELECTRONIC}_raw", _as_read(made.electronic))
    reconcile(engine, make_records(engine, {PAPER: DATES, ELECTRONIC: DATES}))
    return judge_lists(decisions_frame(engine), made.truth)


def judge_lists(decisions: pl.DataFrame, truth: pl.DataFrame) -> SimulatedRun:
    """Count what is right in decisions on two lists.

    decisions   paper_row, electronic_row, category
    truth       list, row, person: each row of each list once
    """
    known = decisions.select(*PAIR[True], "category")
    for name, row in zip((PAPER, ELECTRONIC), PAIR[True], strict=True):
        of_list = truth.filter(list=name).select(pl.col("row").alias(row), person=pl.col("person"))
        known = known.join(of_list.rename({"person": f"{name}_person"}), on=row, how="left")
    people = [f"{PAPER}_person", f"{ELECTRONIC}_person"]
    pairs = known.filter(pl.all_horizontal(pl.col(PAIR[True]).is_not_null()))
    right = pairs.filter(pl.col(people[0]) == pl.col(people[1]))
    on_both = set.intersection(
        *(
            set(known.filter(pl.col("category").is_in(TOGETHER[name]))[person].drop_nulls())
            for name, person in zip((PAPER, ELECTRONIC), people, strict=True)
        )
    )
    return SimulatedRun(
        _counted(right), _counted(pairs), len(on_both - set(right[people[0]].to_list()))
    )


def measure_duplicates(settings: Settings, memory: str = "2GB") -> SimulatedRun:
    """Search one invented list for people who stand on it twice, and count what is right.

    Kinds stand for categories. A pair is missed if it is one person and was not reported at all.
    """
    made = one_list(settings, second_entries=settings.second_entries)
    engine = open_duck(None, memory)
    engine.put(f"{LIST}_raw", _as_read(made.entries))
    found = find_duplicates(engine, make_records(engine, {LIST: DATES}))
    return judge_duplicates(duplicates_frame(found), made.truth)


def judge_duplicates(duplicates: pl.DataFrame, truth: pl.DataFrame) -> SimulatedRun:
    """Count what is right in reported pairs of one list.

    duplicates   row_a, row_b (row_a < row_b), kind
    truth        row, person: each row once
    """
    one = truth.select(row_a="row", person="person")
    other = truth.select(row_b="row", person="person")
    true = one.join(other, on="person").filter(pl.col("row_a") < pl.col("row_b"))
    reported = duplicates.select("row_a", "row_b", category="kind")
    right = reported.join(true, on=PAIR[False], how="semi")
    return SimulatedRun(_counted(right), _counted(reported), true.height - right.height)


def _counted(pairs: pl.DataFrame) -> dict[str, int]:
    return dict(sorted(pairs.group_by("category").len().iter_rows()))


def _as_read(frame: pl.DataFrame) -> pl.DataFrame:
    """Invented entries as reading gives them: numbered from 1."""
    return frame.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
