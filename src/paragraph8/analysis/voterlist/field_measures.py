"""What field tests measure: each measure as conditions on a row of `list_visit`, written once.

The conditions are SQL: Polars reads them here and DuckDB in the query of each figure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from paragraph8.analysis.voterlist.field_bases import BASES, FOUND_WORDS, WORDS
from paragraph8.kernel.sql import literal
from paragraph8.tables.contracts_voterlist import (
    LIST_TO_PEOPLE,
    NOT_CONTACTED,
    PEOPLE_TO_LIST,
    REFUSED,
)

LIVES_THERE, MOSTLY_ELSEWHERE = "lives_there", "mostly_elsewhere"
MOVED = ("moved_within", "moved_out", "moved_abroad")
UNKNOWN = ("unknown_at_address", "address_not_found")
ENTRIES_SETTLED = (LIVES_THERE, MOSTLY_ELSEWHERE, *MOVED, "dead", *UNKNOWN)
HERE, ELSEWHERE, NOT_REGISTERED = "registered_here", "registered_elsewhere", "not_registered"
RESIDENTS_SETTLED = (HERE, ELSEWHERE, NOT_REGISTERED)
# Who was found and could be asked about particulars.
FOUND: Final = {LIST_TO_PEOPLE: (LIVES_THERE, MOSTLY_ELSEWHERE), PEOPLE_TO_LIST: (HERE, ELSEWHERE)}
SETTLED: Final = {LIST_TO_PEOPLE: ENTRIES_SETTLED, PEOPLE_TO_LIST: RESIDENTS_SETTLED}
# Why a visit settled nothing, as a figure says it.
UNSETTLED_WORDS: Final = {
    REFUSED: "refused to answer",
    NOT_CONTACTED: "not contacted after all attempts",
    "cannot_tell": "could not be determined",
}
OUTSIDE: Final = "not_eligible"
OUTSIDE_WORDS: Final = "not entitled to vote"
PARTICULARS: Final = {"name": "name_right", "birth": "birth_right", "address": "address_right"}
ALL_PARTICULARS: Final = "all"


class Scenario(StrEnum):
    """What those would have shown of whom nothing is known."""

    MISSING_AT_RANDOM = "missing_at_random"
    BEST = "best"
    WORST = "worst"


@dataclass(frozen=True, slots=True)
class Measure:
    """One share of a field test.

    hit       condition of a row that counts
    settled   condition of a row of which it is known whether it counts; every hit is settled
    open      condition of a row of which it is not known; never settled too
    good      whether a high share speaks for the list: decides what is best and what is worst
    base      words that can follow "of the"
    """

    name: str
    test: str
    hit: str
    settled: str
    open: str
    good: bool
    base: str
    particular: str = ""

    def counted(self, scenario: Scenario) -> tuple[str, str]:
        """The conditions of numerator and base."""
        if scenario == Scenario.MISSING_AT_RANDOM:
            return f"({self.hit})", f"({self.settled})"
        base = f"({self.settled} OR {self.open})"
        counts_open = self.good == (scenario == Scenario.BEST)
        return (f"({self.hit} OR {self.open})" if counts_open else f"({self.hit})"), base


def one_of(column: str, values: Iterable[str]) -> str:
    """The condition that a column has one of these values."""
    return f"{column} IN ({', '.join(literal(value) for value in values)})"


def _of_outcomes(name: str, test: str, outcomes: Iterable[str], good: bool) -> Measure:
    return Measure(
        name,
        test,
        hit=one_of("outcome", outcomes),
        settled=one_of("outcome", SETTLED[test]),
        open=one_of("outcome", UNSETTLED_WORDS),
        good=good,
        base=WORDS[BASES[test]],
    )


def _belief() -> Measure:
    on_list, missing = one_of("outcome", FOUND[PEOPLE_TO_LIST]), one_of("outcome", [NOT_REGISTERED])
    return Measure(
        "believes_but_is_not",
        PEOPLE_TO_LIST,
        hit=f"({missing} AND believes_registered = 'yes')",
        settled=f"({on_list} OR ({missing} AND believes_registered IS NOT NULL))",
        open=f"({one_of('outcome', UNSETTLED_WORDS)}"
        f" OR ({missing} AND believes_registered IS NULL))",
        good=False,
        base=WORDS[BASES[PEOPLE_TO_LIST]],
    )


def _right(test: str, particular: str) -> Measure:
    """Of one particular, or of all of those that apply."""
    found = one_of("outcome", FOUND[test])
    columns = [PARTICULARS[particular]] if particular in PARTICULARS else PARTICULARS.values()
    wrong = " OR ".join(f"coalesce({column}, 'dk') = 'no'" for column in columns)
    fitting = " AND ".join(one_of(f"coalesce({column}, 'dk')", ("yes", "na")) for column in columns)
    some = " OR ".join(f"coalesce({column}, 'dk') = 'yes'" for column in columns)
    none_applies = " AND ".join(f"coalesce({column}, 'dk') = 'na'" for column in columns)
    right = f"({fitting} AND ({some}))"
    return Measure(
        "accuracy",
        test,
        hit=f"({found} AND {right})",
        settled=f"({found} AND ({wrong} OR {right}))",
        open=f"({found} AND NOT ({wrong} OR {right} OR ({none_applies})))",
        good=True,
        base=FOUND_WORDS[BASES[test]],
        particular=particular,
    )


def _measures() -> tuple[Measure, ...]:
    entries = (
        ("currency", (LIVES_THERE,), True),
        ("mostly_elsewhere", (MOSTLY_ELSEWHERE,), False),
        ("relocated", MOVED, False),
        ("dead", ("dead",), False),
        ("obsolete", (*MOVED, "dead"), False),
        ("unknown", UNKNOWN, False),
    )
    residents = (
        ("completeness", (HERE, ELSEWHERE), True),
        ("registered_here", (HERE,), True),
        ("registered_elsewhere", (ELSEWHERE,), False),
        ("not_registered", (NOT_REGISTERED,), False),
    )
    return (
        *(_of_outcomes(name, LIST_TO_PEOPLE, these, good) for name, these, good in entries),
        *(_of_outcomes(name, PEOPLE_TO_LIST, these, good) for name, these, good in residents),
        _belief(),
        *(
            _right(test, particular)
            for test in (LIST_TO_PEOPLE, PEOPLE_TO_LIST)
            for particular in (*PARTICULARS, ALL_PARTICULARS)
        ),
    )


MEASURES: Final = _measures()
# The measure of each test that is shown by group.
MAIN: Final = {LIST_TO_PEOPLE: "currency", PEOPLE_TO_LIST: "completeness"}
