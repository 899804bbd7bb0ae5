"""How often the audit of voter lists errs on invented lists whose truth is known.

    PYTHONPATH=src python tools/measure_list_errors.py            write the measured parts of
                                                                  docs/method/voterlist-*.md
    PYTHONPATH=src python tools/measure_list_errors.py --quick    print them for small lists only

A measured part of a page stands between `<!-- measured: NAME -->` and `<!-- end -->`. National
numbers are left out on all lists, for they would settle most pairs.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from paragraph8.voterlist.duplicates.find import find_duplicates
from paragraph8.voterlist.engine import Engine, open_duck
from paragraph8.voterlist.fields import ELECTRONIC, LIST, NUMBER, PAPER
from paragraph8.voterlist.generate import Settings, one_list, two_lists
from paragraph8.voterlist.generate.settings import Stock
from paragraph8.voterlist.link.reconcile import reconcile
from paragraph8.voterlist.records import Records, make_records

METHOD = Path(__file__).resolve().parent.parent / "docs/method"
MEASURED = re.compile(r"(<!-- measured: (?P<name>[^>]+?) -->\n).*?(<!-- end -->)", re.DOTALL)
# People -> seeds: small lists are made several times, for their errors are few.
SEEDS: Mapping[int, range] = {2_000: range(2004, 2007), 50_000: range(2004, 2005)}
QUICK = 2_000
MIXED = "Kazakh and Russian"
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    """One kind of invented lists."""

    names: str
    cultures: Mapping[str, float] | None = None
    stock: Stock = "ordinary"
    latin: bool = False

    def settings(self, people: int, seed: int) -> Settings:
        """As the generator takes it."""
        script = {"electronic_script": "latin"} if self.latin else {}
        cultures = {"cultures": self.cultures} if self.cultures else {}
        return Settings(people=people, seed=seed, stock=self.stock, **cultures, **script)  # type: ignore[arg-type]


WORLDS = (
    World(MIXED, stock="rich"),
    World(MIXED),
    World(MIXED, stock="poor"),
    World(f"{MIXED}, electronic list in Latin letters", latin=True),
    World("Georgian", {"georgian": 1.0}),
    World("Turkish", {"turkish": 1.0}),
    World("Hindi", {"hindi": 1.0}),
    World("Swahili", {"swahili": 1.0}),
)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of entries of one person, and pairs taken for such."""

    true: int
    made: int
    right: int

    def __add__(self, other: "Pairs") -> "Pairs":
        return Pairs(self.true + other.true, self.made + other.made, self.right + other.right)

    @property
    def cells(self) -> Row:
        """True pairs; missed and wrong ones, with their rates per thousand."""
        missed, wrong = self.true - self.right, self.made - self.right
        return (f"{self.true:,}", _rated(missed, self.true), _rated(wrong, self.made))


def main(arguments: list[str]) -> None:
    """Measure, then print or write."""
    parts: Mapping[str, Callable[[int, World], Row]] = {
        "reconciliation": of_two_lists,
        "duplicates": of_one_list,
    }
    heads = {
        "reconciliation": (
            "people", "surnames", "names", "pairs of one person", "missed", "wrong",
            "gross, true", "gross, found", "bounds",
        ),
        "duplicates": (
            "people", "surnames", "names", "pairs of one person", "missed", "wrong", "estimated",
            "explained by a family",
        ),
    }  # fmt: skip
    sizes = [QUICK] if "--quick" in arguments else list(SEEDS)
    made = {
        name: table(heads[name], (measure(people, w) for people in sizes for w in WORLDS))
        for name, measure in parts.items()
    }
    if "--quick" in arguments:
        sys.stdout.write("\n".join(made.values()))
        return
    for path in sorted(METHOD.glob("voterlist-*.md")):
        text = path.read_text("utf-8")
        new = MEASURED.sub(lambda m: f"{m[1]}{made[m['name']]}{m[3]}", text)
        if new != text:
            path.write_text(new, "utf-8")
            sys.stdout.write(f"wrote {path.name}\n")


def of_two_lists(people: int, world: World) -> Row:
    """A row of the table on reconciliation: pairs, and the gross difference."""
    pairs, alone, persons = Pairs(0, 0, 0), [0, 0], [0, 0]
    unsure = 0
    for seed in SEEDS[people]:
        lists = two_lists(world.settings(people, seed))
        engine, records = _records({PAPER: lists.paper, ELECTRONIC: lists.electronic})
        reconcile(engine, records)
        decided = engine.frame("SELECT paper_row, electronic_row, category FROM decision")
        best = lists.truth.filter(~pl.col("category").str.starts_with("duplicate"))
        true, found = _of_truth(best), _of_decisions(decided)
        alone = [alone[0] + true[0], alone[1] + found[0]]
        persons = [persons[0] + true[1], persons[1] + found[1]]
        unsure += decided.filter(pl.col("category").is_in(["probable", "ambiguous"])).height
        pairs += _pairs(lists.truth, decided)
    low, high = alone[1] / persons[1], (alone[1] + 2 * unsure) / (persons[1] + unsure)
    gross = (_percent(alone[0] / persons[0]), _percent(low), f"{_percent(low)} to {_percent(high)}")
    return (f"{people:,}", world.stock, world.names, *pairs.cells, *gross)


def of_one_list(people: int, world: World) -> Row:
    """A row of the table on duplicates."""
    pairs, estimated, families = Pairs(0, 0, 0), 0.0, 0
    for seed in SEEDS[people]:
        made = one_list(world.settings(people, seed))
        engine, records = _records({LIST: made.entries})
        found = find_duplicates(engine, records)
        person = made.truth.select("person", row="row")
        true = person.join(person, on="person").filter(pl.col("row") < pl.col("row_right"))
        right = found.pairs.join(true, left_on=["row_a", "row_b"], right_on=["row", "row_right"])
        pairs += Pairs(true.height, found.pairs.height, right.height)
        estimated += found.estimated
        families += found.families.height
    told = (f"{estimated:,.0f}", f"{families:,}")
    return (f"{people:,}", world.stock, world.names, *pairs.cells, *told)


def _records(lists: Mapping[str, pl.DataFrame]) -> tuple[Engine, Records]:
    engine = open_duck(None)
    for name, frame in lists.items():
        numbered = frame.drop(NUMBER).with_row_index("row", offset=1).cast({"row": pl.Int64})
        engine.put(f"{name}_raw", numbered)
    return engine, make_records(engine, dict.fromkeys(lists, "dmy"))


def _pairs(truth: pl.DataFrame, decided: pl.DataFrame) -> Pairs:
    """A pair is right if both rows are of one person, whichever of that person's entries."""
    made = decided.drop_nulls(["paper_row", "electronic_row"])
    sides = {name: truth.filter(list=name).select("row", "person") for name in (PAPER, ELECTRONIC)}
    people = made.join(sides[PAPER], left_on="paper_row", right_on="row").join(
        sides[ELECTRONIC], left_on="electronic_row", right_on="row", suffix="_there"
    )
    right = people.filter(pl.col("person") == pl.col("person_there"))["person"].n_unique()
    both = len(set(sides[PAPER]["person"]) & set(sides[ELECTRONIC]["person"]))
    return Pairs(both, made.height, right)


def _of_truth(best: pl.DataFrame) -> tuple[int, int]:
    """People on one list only, and on either."""
    alone = best.filter(pl.col("category").str.starts_with("only_")).height
    return alone, best["person"].n_unique()


def _of_decisions(decided: pl.DataFrame) -> tuple[int, int]:
    """The same as the analysis counts them."""
    alone = decided.filter(pl.col("category").str.starts_with("only_")).height
    return alone, alone + decided.drop_nulls(["paper_row", "electronic_row"]).height


def table(head: Row, rows: Iterator[Row]) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rated(count: int, of: int) -> str:
    return f"{count:,} ({1000 * count / of:.1f} ‰)" if of else "–"


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


if __name__ == "__main__":
    main(sys.argv[1:])
