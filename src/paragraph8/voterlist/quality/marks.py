"""Entries that repeat each other: groups of them, marked once and counted in several ways."""

import polars as pl

from paragraph8.voterlist.quality.audit import ENTRY, MARKED, Audit
from paragraph8.voterlist.quality.chance import poisson_interval
from paragraph8.voterlist.quality.rows import frame_of, together
from paragraph8.voterlist.quality.tally import PER_THOUSAND, Share, share_rows, tally

# Entries with a mark beside them; those without have a null there.
WITH_MARKS = f"(SELECT e.*, m.head FROM {ENTRY} AS e LEFT JOIN {MARKED} AS m USING (row))"


def mark_repeated(audit: Audit, keys: str, where: str) -> None:
    """Mark the entries that agree in all keys with another: table of row, head, size.

    keys    columns of the entries, comma between
    where   which entries are compared; a key that is NULL agrees with NULL
    `head` is the lowest row of the group, `size` the number of its entries.
    """
    names = [key.strip() for key in keys.split(",")]
    same = " AND ".join(f"e.{name} IS NOT DISTINCT FROM k.{name}" for name in names)
    audit.make(
        MARKED,
        f"SELECT e.row, min(e.row) OVER w AS head, count(*) OVER w AS size"
        f" FROM (SELECT * FROM {ENTRY} WHERE {where}) AS e JOIN"
        f" (SELECT {keys} FROM {ENTRY} WHERE {where} GROUP BY {keys} HAVING count(*) > 1) AS k"
        f" ON {same}"
        f" WINDOW w AS (PARTITION BY {', '.join(f'e.{name}' for name in names)})",
    )


def repeat_rows(
    audit: Audit, base: str, of: int, expected: float | None, note: str | None = None
) -> pl.DataFrame:
    """What the marked groups come to.

        base       SQL: entries that were compared
        of         how many these are
        expected   share of them that should be repeated; None for no expectation
    Measures: pairs (each two entries of a group), surplus (entries more than groups, per 1,000),
    entries (those in a group, per 1,000; by place).
    """
    pairs, surplus = audit.ask(
        "SELECT CAST(coalesce(sum(size * (size - 1) // 2), 0) AS BIGINT) AS pairs,"
        " CAST(coalesce(sum(size - 1), 0) AS BIGINT) AS surplus"
        f" FROM {MARKED} WHERE row = head"
    ).row(0)
    low, high = poisson_interval([surplus], audit.limits.level)
    per = 1000 / of if of else float("nan")
    none = None if expected is None else 0.0
    rows = frame_of(
        [
            {"measure": "pairs", "n": pairs, "value": float(pairs), "expected": none,
             "unit": "pairs", "note": note},
            {"measure": "surplus", "n": surplus, "denominator": of, "value": surplus * per,
             "low": float(low[0]) * per, "high": float(high[0]) * per, "expected": none,
             "unit": PER_THOUSAND.words},
        ]
    )  # fmt: skip
    counts = tally(audit, {"entries": Share("head IS NOT NULL", base)}, WITH_MARKS)
    return together([rows, share_rows(counts, audit.limits, PER_THOUSAND, expected)])


def entries_with(audit: Audit, condition: str) -> int:
    """How many entries satisfy the condition."""
    return int(audit.ask(f"SELECT count(*) AS n FROM {ENTRY} WHERE {condition}").item())
