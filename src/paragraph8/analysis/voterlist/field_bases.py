"""Two bases that are never confused: entries of a list, and people who should be on it.

A share has its base in its type. The list-to-people test says how current a list is, the
people-to-list test how complete; a commission once added shares of the first and held the sum
against the second.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum
from typing import ClassVar, TypeVar

from paragraph8.kernel.figure import Figure
from paragraph8.kernel.problem import Problem
from paragraph8.tables.contracts_voterlist import LIST_TO_PEOPLE, PEOPLE_TO_LIST


class Base(StrEnum):
    """What the denominator of a share counts."""

    ENTRIES = "entries"
    RESIDENTS = "residents"


BASES = {LIST_TO_PEOPLE: Base.ENTRIES, PEOPLE_TO_LIST: Base.RESIDENTS}
# Words that can follow "of the".
WORDS = {Base.ENTRIES: "entries of the voter list", Base.RESIDENTS: "residents entitled to vote"}
FOUND_WORDS = {
    Base.ENTRIES: "entries of the voter list whose person was found",
    Base.RESIDENTS: "residents entitled to vote who were found on the list",
}


@dataclass(frozen=True, slots=True)
class FieldShare:
    """A share estimated by a field test, 0..1, and what it is the share of in words."""

    name: str
    value: float

    base: ClassVar[Base]


@dataclass(frozen=True, slots=True)
class EntryShare(FieldShare):
    """Of the entries of a list: the list-to-people test."""

    base: ClassVar[Base] = Base.ENTRIES


@dataclass(frozen=True, slots=True)
class ResidentShare(FieldShare):
    """Of the residents entitled to vote: the people-to-list test."""

    base: ClassVar[Base] = Base.RESIDENTS


SHARES: dict[Base, type[FieldShare]] = {
    Base.ENTRIES: EntryShare,
    Base.RESIDENTS: ResidentShare,
}
AnyShare = TypeVar("AnyShare", bound=FieldShare)


def field_share(figure: Figure) -> FieldShare:
    """The share that a figure of `voterlist.field_tests` states, typed by its test."""
    return SHARES[BASES[figure.dimensions["test"]]](figure.id, float(figure.value))


def one_column(shares: Sequence[AnyShare]) -> tuple[AnyShare, ...]:
    """The shares as a column of one table. Raises Problem voterlist.two_populations."""
    _check_one_base(shares)
    return tuple(shares)


def added(name: str, shares: Sequence[AnyShare]) -> AnyShare:
    """The sum of shares that exclude each other, a share of the same base and of no other.

        name     what the sum is the share of
        shares   one or more, of one test
    Raises Problem voterlist.two_populations.
    """
    _check_one_base(shares)
    return type(shares[0])(name, fsum(share.value for share in shares))


def difference(first: AnyShare, second: AnyShare) -> float:
    """first - second, in shares. Raises Problem voterlist.two_populations."""
    _check_one_base((first, second))
    return first.value - second.value


def figures_in_one_column(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Figures of field tests as a column of one table. Raises Problem voterlist.two_populations."""
    column = tuple(figures)
    _check_one_base([field_share(figure) for figure in column])
    return column


def _check_one_base(shares: Sequence[FieldShare]) -> None:
    named = {share.base: share.name for share in reversed(shares)}
    if len(named) > 1:
        raise Problem(
            "voterlist.two_populations",
            entries=named[Base.ENTRIES],
            residents=named[Base.RESIDENTS],
        )
