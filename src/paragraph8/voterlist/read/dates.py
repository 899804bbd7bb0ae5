"""In which order are dates written? Counted over a whole column before any date is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.fields import BIRTH
from paragraph8.voterlist.normalise import birth_dates
from paragraph8.voterlist.read.mapping import DATE_ORDERS

# Of all full dates. Slips of the pen stay below this; a file put together from two does not.
TOLERATED_SHARE: Final = 0.01


@dataclass(frozen=True, slots=True)
class DateOrders:
    """How the dates of a column can be read.

    order         the order stated
    rows          rows with something in the column
    full          of them, rows that are a date in at least one order: the base of all shares
    impossible    order -> rows of `full` that are no date in it
    only_stated   other order -> rows that are a date in the stated order and not in that one
    only_other    other order -> rows that are a date in that order and not in the stated one
    """

    order: str
    rows: int
    full: int
    impossible: Mapping[str, int]
    only_stated: Mapping[str, int]
    only_other: Mapping[str, int]

    def impossible_share(self, order: str) -> float:
        """Share of `full` that is no date in this order; 0 where there is no date at all."""
        return self.impossible[order] / self.full if self.full else 0.0


def check_dates(con: duckdb.DuckDBPyConnection, name: str, order: str) -> DateOrders:
    """Whether the birth dates of `<name>_raw` are written in the stated order, and in no other.

    A date that begins with a year of four digits is a date in every order. Cells that are a date
    in no order speak neither for nor against one; the tests of list quality count them. Up to one
    in a hundred dates may exist in another order only, for slips of the pen do.
    CANNOT SEE a second order where no day is above 12.

    Problems: voterlist.two_date_orders, voterlist.wrong_date_order.
    """
    counted = con.sql(
        f"SELECT {BIRTH} AS raw, count(*) AS rows, min(row) AS first_row FROM {name}_raw "
        f"WHERE {BIRTH} IS NOT NULL GROUP BY {BIRTH}"
    ).pl()
    return checked_orders(name, read_in_each_order(counted), order)


def read_in_each_order(counted: pl.DataFrame) -> pl.DataFrame:
    """The column `raw` and others, and for each order whether the text is a full date in it."""
    raw = counted["raw"].to_list()
    possible = {order: birth_dates(raw, order)["birth"].is_not_null() for order in DATE_ORDERS}
    return counted.with_columns(**possible)


def checked_orders(name: str, read: pl.DataFrame, order: str) -> DateOrders:
    """The counts of a frame from `read_in_each_order` with rows and first_row; see check_dates."""
    full = read.filter(pl.any_horizontal(DATE_ORDERS))
    others = [other for other in DATE_ORDERS if other != order]
    found = DateOrders(
        order=order,
        rows=_rows(read),
        full=_rows(full),
        impossible={each: _rows(full.filter(~pl.col(each))) for each in DATE_ORDERS},
        only_stated={other: _rows(_only(full, order, other)) for other in others},
        only_other={other: _rows(_only(full, other, order)) for other in others},
    )
    other = max(others, key=lambda each: found.only_other[each])
    if found.only_other[other] > TOLERATED_SHARE * found.full:
        raise _problem(name, full, found, other)
    return found


def _rows(frame: pl.DataFrame) -> int:
    return int(frame["rows"].sum())


def _only(full: pl.DataFrame, order: str, other: str) -> pl.DataFrame:
    return full.filter(pl.col(order) & ~pl.col(other))


def _problem(name: str, full: pl.DataFrame, found: DateOrders, other: str) -> Problem:
    stated = found.only_stated[other]
    other_row = _only(full, other, found.order)["first_row"].min()
    if stated > TOLERATED_SHARE * found.full:
        return Problem(
            "voterlist.two_date_orders",
            list=name,
            rows=found.full,
            order=found.order,
            stated=stated,
            stated_row=_only(full, found.order, other)["first_row"].min(),
            other_order=other,
            other=found.only_other[other],
            other_row=other_row,
        )
    return Problem(
        "voterlist.wrong_date_order",
        list=name,
        rows=found.full,
        order=found.order,
        impossible=found.impossible[found.order],
        row=other_row,
        other_order=other,
        left=found.impossible[other],
    )
