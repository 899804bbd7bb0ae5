"""Hand-written entries inside an invented list, audited: rarities are real, answers are known."""

from collections.abc import Sequence
from functools import cache

import polars as pl

from paragraph8.voterlist.duplicates.find import Duplicates, find_duplicates
from paragraph8.voterlist.engine import Duck, open_duck
from paragraph8.voterlist.generate import COLUMNS, NO_ERRORS, Settings, two_lists
from paragraph8.voterlist.link.reconcile import reconcile
from paragraph8.voterlist.records import Records, make_records

# As every list of the generator has it: dd.mm.yyyy, sexes м and ж.
PERSON = {
    "surname": "Сейтжанова",
    "given": "Гульмира",
    "patronymic": "Оразбаевна",
    "birth_date": "14.03.1961",
    "sex": "ж",
    "area": "Area 1",
    "station": "777",
    "locality": "Алматы",
    "street": "улица Толе би",
    "house": "31",
    "flat": "7",
}
Entry = dict[str, str | None]


def entry(**other: str | None) -> Entry:
    """The person above, with other particulars."""
    return {**PERSON, **other}


@cache
def background(people: int = 600) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two lists of the same people, without errors, without anyone on one list only."""
    settings = Settings(
        people=people, seed=71, stations=3, paper_errors=NO_ERRORS, electronic_errors=NO_ERRORS,
        lacking=0, second_entries=0, twins=0, namesakes=0,
    )  # fmt: skip
    made = two_lists(settings)
    return made.paper.select(COLUMNS), made.electronic.select(COLUMNS)


def raw_list(entries: Sequence[Entry], behind: pl.DataFrame) -> pl.DataFrame:
    """The hand-written entries as rows 1, 2, …, and the background after them."""
    own = pl.DataFrame(
        [{name: given.get(name) for name in behind.columns} for given in entries],
        schema=behind.schema,
    )
    rows = pl.concat([own, behind])
    return rows.select(pl.int_range(1, rows.height + 1, dtype=pl.Int64).alias("row"), pl.all())


def reconciled(paper: Sequence[Entry], electronic: Sequence[Entry]) -> tuple[Duck, Records]:
    """Both lists with the background behind them, reconciled."""
    engine = open_duck(None)
    behind = background()
    engine.put("paper_raw", raw_list(paper, behind[0]))
    engine.put("electronic_raw", raw_list(electronic, behind[1]))
    records = make_records(engine, {"paper": "dmy", "electronic": "dmy"})
    reconcile(engine, records)
    return engine, records


def searched(entries: Sequence[Entry], people: int = 600) -> Duplicates:
    """Second entries of a list with the background behind the hand-written entries."""
    engine = open_duck(None)
    engine.put("list_raw", raw_list(entries, background(people)[0]))
    return find_duplicates(engine, make_records(engine, {"list": "dmy"}))
