"""How sure the counts of a voter-list audit are: by people's review, or by invented lists."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from paragraph8.analysis.voterlist.list_quality import NAME, TESTS
from paragraph8.kernel.slug import slug
from paragraph8.statement.documents.model import Block, Cell, Column, Paragraph, Table, Text
from paragraph8.statement.sections.context import Context
from paragraph8.tables.contracts_list_audit import EVERYWHERE, REVIEWED, SIMULATED

BASIS: Final = {
    REVIEWED: "People compared a sample of pairs, each without seeing the other's answers or the "
    "audit's score. The table gives the counts as this review corrects them; the sample holds "
    "pairs that the audit did not link, too.",
    SIMULATED: "Simulated: nobody has compared pairs by eye yet. The table gives what the counts "
    "would be if the audit erred here as often as it does on invented lists of many names and "
    "scripts, whose truth is known. How often it erred on these lists, only a review can tell.",
}
MEASURES: Final = {
    "on_both_lists": "Persons on both lists",
    "only_on_paper": "Entries on the paper list only",
    "only_on_electronic": "Entries on the electronic list only",
    "matches_missed": "Persons on both lists whom the audit did not recognise",
    "share_of_matches_found": "Of the persons on both lists: recognised",
    "pairs_of_one_person": "Pairs of entries of one person",
    "pairs_missed": "Pairs of one person that the audit did not find",
    "share_that_is_one_person": "Of the pairs called “{}”: rightly one person",
    "kappa": "Agreement of the reviewers, beyond chance (Cohen's kappa)",
    "ac1": "Agreement of the reviewers, beyond chance (Gwet's AC1)",
    "answered_alike": "Pairs that both reviewers answered alike",
}
Row = Mapping[str, object]


def sureness(context: Context) -> Iterator[Block]:
    """A table for each comparison or list, with what it rests on."""
    rows = context.evidence(NAME, TESTS)
    if rows.is_empty():
        return
    for basis, words in BASIS.items():
        here = rows.filter(pl.col("test") == basis)
        for name in here["list"].unique().sort():
            yield Paragraph((Text(words),))
            yield _table(context, basis, str(name), here.filter(pl.col("list") == name))


def _table(context: Context, basis: str, name: str, rows: pl.DataFrame) -> Table:
    order = list(MEASURES)
    ordered = sorted(
        rows.iter_rows(named=True), key=lambda r: (order.index(r["measure"]), r["group"])
    )
    ends = [Column("From", numeric=True), Column("To", numeric=True)]
    estimate = [Column("Estimate", numeric=True)] if basis == REVIEWED else []
    cells = tuple(_cells(context, row) for row in ordered)
    return Table(
        f"table-{basis}-{slug(name)}",
        f"How sure the counts are: {name}. From and to are a 95 per cent interval.",
        (Column("Number"), *estimate, *ends),
        cells,
    )


def _cells(context: Context, row: Row) -> tuple[Cell, ...]:
    measure, group = str(row["measure"]), str(row["group"])
    label = Cell(MEASURES[measure].format(group.replace("_", " ")))
    where = {name: str(row[name]) for name in ("list", "test", "measure")}
    figure = context.figure(f"{NAME}.found", **where) if group == EVERYWHERE else None
    ends = (Cell(_number(row, "low")), Cell(_number(row, "high")))
    if row["test"] == SIMULATED:
        return label, *ends
    return label, Cell(_number(row, "value"), figure.id if figure else ""), *ends


def _number(row: Row, column: str) -> str:
    value = row[column]
    if value is None:
        return "–"
    if row["unit"] == "share":
        return f"{float(str(value)):.4f}"
    return f"{round(float(str(value))):,}"
