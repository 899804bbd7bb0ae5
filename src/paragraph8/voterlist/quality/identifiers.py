"""Kinds of national numbers: what a number says of its holder, as SQL on its digits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of number, all of digits, the last of them a check digit.

    length    digits
    check     SQL: the check digit that the others ask for; 10 where there is none
    birth     SQL: the birth date it states, yyyymmdd; need not be a date
    male      SQL: whether it states a man
    serials   numbers that people of one birth date and sex share, at most
    source    who says so
    """

    length: int
    check: str
    birth: str
    male: str
    serials: int
    source: str

    def digit(self, place: int) -> str:
        """SQL: the digit at a place, counted from 1."""
        return _digit(self.length, place)


def _digit(length: int, place: int) -> str:
    return f"(digits // {10 ** (length - place)} % 10)"


def _weighted(length: int, weights: tuple[int, ...]) -> str:
    terms = (f"{weight} * {_digit(length, place)}" for place, weight in enumerate(weights, start=1))
    return f"(({' + '.join(terms)}) % 11)"


def _iin() -> Kind:
    first = _weighted(12, tuple(range(1, 12)))
    second = _weighted(12, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))
    seventh = _digit(12, 7)
    return Kind(
        length=12,
        check=f"CASE WHEN {first} < 10 THEN {first} ELSE {second} END",
        birth=(
            f"CASE WHEN {seventh} BETWEEN 1 AND 6"
            f" THEN (1800 + ({seventh} - 1) // 2 * 100) * 10000 + digits // 1000000 END"
        ),
        male=f"{seventh} % 2 = 1",
        serials=10_000,
        source="Kazakhstan: resolution of the government No. 565 of 11 June 2003",
    )


def _egn() -> Kind:
    total = _weighted(10, (2, 4, 8, 5, 10, 9, 7, 3, 6))
    month = "(digits // 1000000 % 100)"
    return Kind(
        length=10,
        # Bulgaria writes 0 where others have no check digit.
        check=f"{total} % 10",
        birth=(
            f"(1900 + CASE WHEN {month} > 40 THEN 100 WHEN {month} > 20 THEN -100 ELSE 0 END"
            f" + digits // 100000000) * 10000 + ({month} - CASE WHEN {month} > 40 THEN 40"
            f" WHEN {month} > 20 THEN 20 ELSE 0 END) * 100 + digits // 10000 % 100"
        ),
        male=f"{_digit(10, 9)} % 2 = 0",
        serials=500,
        source="Bulgaria: GRAO, structure of the unified civil number",
    )


KINDS: Final[Mapping[str, Kind]] = {"iin": _iin(), "egn": _egn()}
