"""Visits to entries and to residents: a table for each test, never one for both."""

from collections.abc import Iterator
from typing import Final

from paragraph8.analysis.voterlist.field_bases import figures_in_one_column
from paragraph8.analysis.voterlist.field_measures import Scenario
from paragraph8.analysis.voterlist.field_tests import NAME
from paragraph8.kernel.figure import Figure, Interval
from paragraph8.statement.documents.model import Block, Cell, Column, Table
from paragraph8.statement.sections.context import Context

TESTS: Final = {
    "list_to_people": "From the list “{}” to people: shares of its entries. How current is it?",
    "people_to_list": "From people to the list “{}”: shares of residents entitled to vote. How "
    "complete is it?",
}
WORDS: Final = {
    "currency": "Live there",
    "mostly_elsewhere": "Belong to the address, live elsewhere most of the time",
    "relocated": "Moved away",
    "dead": "Have died",
    "obsolete": "Moved away or died",
    "unknown": "Nobody knows the person, or there is no such address",
    "completeness": "Stand on the list",
    "registered_here": "Stand on the list at the right station",
    "registered_elsewhere": "Stand on the list at another station",
    "not_registered": "Do not stand on the list",
    "believes_but_is_not": "Believe that they stand on it, and do not",
}
COLUMNS: Final = (
    Column("What visits found"),
    Column("Per cent", numeric=True),
    Column("From", numeric=True),
    Column("To", numeric=True),
    Column("If the others are best for the list", numeric=True),
    Column("Worst", numeric=True),
)
NOTE: Final = (
    "From and to are a 95 per cent interval for the chance of the draw. The last columns take "
    "those of whom nothing is known for the best and for the worst."
)


def visited(context: Context) -> Iterator[Block]:
    """The main shares of each field test of each list; never two tests in one column.

    Raises Problem voterlist.two_populations where figures of both came together.
    """
    for test, caption in TESTS.items():
        lists = {f.dimensions["list"] for f in context.figures(f"{NAME}.visited", test=test)}
        for name in sorted(lists):
            shares = list(_shares(context, test, name))
            if shares:
                rows = tuple(_row(context, f) for f in figures_in_one_column(shares))
                words = f"{caption.format(name)} {NOTE}"
                yield Table(f"table-visits-{test}-{name}", words, COLUMNS, rows)


def _shares(context: Context, test: str, name: str) -> Iterator[Figure]:
    where = {"test": test, "list": name, "scenario": Scenario.MISSING_AT_RANDOM}
    for measure in WORDS:
        for figure in context.figures(f"{NAME}.{measure}", **where):
            if not {"sex", "age_band", "setting"} & set(figure.dimensions):
                yield figure


def _row(context: Context, figure: Figure) -> tuple[Cell, ...]:
    ends = figure.interval if isinstance(figure.interval, Interval) else None
    others = (
        context.figure(figure.name, **{**figure.dimensions, "scenario": scenario})
        for scenario in (Scenario.BEST, Scenario.WORST)
    )
    return (
        Cell(WORDS[figure.name.rsplit(".", 1)[1]]),
        Cell(_per_cent(figure.value), figure.id),
        Cell(_per_cent(ends.low) if ends else "–"),
        Cell(_per_cent(ends.high) if ends else "–"),
        *(Cell(_per_cent(f.value), f.id) if f else Cell("–") for f in others),
    )


def _per_cent(share: float) -> str:
    return f"{100 * share:.1f}"
