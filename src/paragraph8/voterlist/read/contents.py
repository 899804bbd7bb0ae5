"""What the cells of a column look like: dates, numbers with a check digit, sexes, whole names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import polars as pl

from paragraph8.voterlist.normalise import birth_dates, iin_checks, numbers, sex
from paragraph8.voterlist.read.mapping import DATE_ORDERS

MOST: Final = 0.8
_MOST_SEXES: Final = 8

_THREE_WORDS: Final = re.compile(r"[^\W\d_][^\W\d_'’ʼ.\-]*(?: [^\W\d_][\w'’ʼ.\-]*){2,3}")
_WHOLE_NUMBER: Final = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class Contents:
    """What the cells of a column are; shares are of the filled cells, 0 to 1.

    filled       cells with something in them
    dates        cells that are a full date in at least one order
    possible     order -> cells that are a full date in it
    years        from the first to the last year that these dates would be in
    check_digit  share: twelve digits of which the last is the check digit of an IIN
    sexes        share: words for a sex
    whole_names  share: three or four words of letters
    counting     share: whole numbers, each one more than the one before
    """

    filled: int
    dates: int
    possible: Mapping[str, int]
    years: int
    check_digit: float
    sexes: float
    whole_names: float
    counting: float

    @property
    def are_dates(self) -> bool:
        return self.filled > 0 and self.dates >= MOST * self.filled

    @property
    def only_order(self) -> str | None:
        """The order in which every date of the sample exists, if there is just one such order.

        Where every date begins with its year, that is ymd.
        """
        orders = [order for order in DATE_ORDERS if self.possible[order] == self.dates > 0]
        if len(orders) == len(DATE_ORDERS):
            return "ymd"
        return orders[0] if len(orders) == 1 else None


def contents_of(cells: Sequence[str | None]) -> Contents:
    """What the cells of a sample are, in the order of the file."""
    filled = [cell.strip() for cell in cells if cell and cell.strip()]
    read = {order: birth_dates(filled, order) for order in DATE_ORDERS}
    is_date = pl.DataFrame({order: frame["birth"].is_not_null() for order, frame in read.items()})
    years = [year for frame in read.values() for year in frame["birth_year"].to_list() if year]
    return Contents(
        filled=len(filled),
        dates=is_date.filter(pl.any_horizontal(pl.all())).height,
        possible={order: int(is_date[order].sum()) for order in DATE_ORDERS},
        years=max(years) - min(years) if years else 0,
        check_digit=_check_digits(filled),
        sexes=_sexes(filled),
        whole_names=_share([bool(_THREE_WORDS.fullmatch(cell)) for cell in filled]),
        counting=_counting(filled),
    )


def _check_digits(filled: Sequence[str]) -> float:
    given = pl.DataFrame({"number": numbers(filled)}).with_columns(
        birth=pl.lit(None, pl.Int32), sex=pl.lit(None, pl.Int8)
    )
    return _share(iin_checks(given)["check_ok"].fill_null(False).to_list())


def _sexes(filled: Sequence[str]) -> float:
    few = len(set(filled)) <= _MOST_SEXES
    return _share([few and sex(cell) is not None for cell in filled])


def _counting(filled: Sequence[str]) -> float:
    numbers = [int(cell) if _WHOLE_NUMBER.fullmatch(cell) else -1 for cell in filled]
    steps = [before >= 0 and after == before + 1 for before, after in pairwise(numbers)]
    return _share(steps)


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
