"""Small cells of the results: hidden before publication, with what would give them away."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.quality.rows import ALL, KEY

NUMBERS: Final = (
    "n", "denominator", "value", "expected", "expected_low", "expected_high", "low", "high",
)  # fmt: skip
# What is counted there is no person.
NOT_PEOPLE: Final = (
    "stations", "areas", "pairs of stations", "runs of entries", "gaps", "serial numbers",
)  # fmt: skip
HIDDEN: Final = "Hidden: too few entries, or beside a number that is."


def suppress(frame: pl.DataFrame, k: int) -> pl.DataFrame:
    """The results without small cells.

        frame   rows of `list_test`, of one list
        k       a count of people from 1 to k - 1 is not shown, nor a row whose denominator is
    A hidden row keeps its key and unit; its numbers are empty. Where a total is shown and one of
    its parts is hidden, a second part is hidden too: the smallest that is not nought, and a nought
    only where there is nothing else. Parts are the areas of the list, the stations of an area, and
    the groups of a place, of one measure; also groups without a row for all together, where their
    denominator is their sum. This is repeated until no sum gives a hidden count.
    Protects against SUBTRACTION OF PARTS FROM THEIR OWN TOTAL, not against sums over several tests,
    nor against another table made of the same list. Totals still bound what is hidden.

    Problems: analysis.bad_parameter.
    Source: Cox, J. Am. Statist. Assoc. 75 (1980), 377-385.
    """
    if k < 1:
        raise Problem(
            "analysis.bad_parameter", parameter="k", value=k, expected="a number of entries from 1"
        )
    rows = frame.with_row_index("at")
    people = ~pl.col("unit").is_in(NOT_PEOPLE).fill_null(False)
    small = (pl.col("n") > 0) & (pl.col("n") < k)
    few = (pl.col("denominator") > 0) & (pl.col("denominator") < k)
    primary = people & (small.fill_null(False) | few.fill_null(False))
    hidden = set(rows.filter(primary)["at"].to_list())
    counts = dict(rows.select("at", pl.col("n")).iter_rows())
    _hide_beside(hidden, counts, list(_sums(rows)))
    gone = pl.col("at").is_in(sorted(hidden))
    emptied = [pl.when(~gone).then(pl.col(name)).alias(name) for name in NUMBERS]
    note = pl.when(gone).then(pl.lit(HIDDEN)).otherwise("note").alias("note")
    return rows.with_columns(*emptied, note).drop("at")


def _sums(rows: pl.DataFrame) -> Iterator[tuple[list[int], list[int]]]:
    """Rows that are a sum, or none, and rows that are its parts, or could be."""
    places: dict[tuple[str, ...], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    counted = rows.filter(pl.col("n").is_not_null()).select("at", *KEY)
    for at, test, measure, area, station, group in counted.iter_rows():
        if station == ALL:
            places[(test, measure, "areas", group)]["total" if area == ALL else "parts"].append(at)
        kind = "total" if station == ALL else "parts"
        places[(test, measure, "stations", area, group)][kind].append(at)
        kind = "total" if group == ALL else "parts"
        places[(test, measure, "groups", area, station)][kind].append(at)
    numbers = {at: (n, of) for at, n, of in rows.select("at", "n", "denominator").iter_rows()}
    for sums in places.values():
        parts = [numbers[at] for at in sums["parts"]]
        whole = sum(n for n, _ in parts)
        if parts and (sums["total"] or all(of == whole for _, of in parts)):
            yield sums["total"], sums["parts"]


def _hide_beside(
    hidden: set[int], counts: dict[int, int | None], sums: list[tuple[list[int], list[int]]]
) -> None:
    """Hide a second row of each sum that has one hidden, until there is none, in place."""
    of_row: dict[int, list[int]] = defaultdict(list)
    for number, (total, parts) in enumerate(sums):
        for at in (*total, *parts):
            of_row[at].append(number)
    waiting = sorted({number for at in hidden for number in of_row[at]}, reverse=True)
    while waiting:
        total, parts = sums[waiting.pop()]
        shown = [at for at in (*total, *parts) if at not in hidden]
        if len(total) + len(parts) - len(shown) != 1 or not shown:
            continue
        # The total itself is hidden last: it is what readers look for.
        second = min(shown, key=lambda at: (at in total, not counts[at], counts[at] or 0, at))
        hidden.add(second)
        waiting.extend(of_row[second])
