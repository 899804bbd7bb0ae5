"""L01, L02, L18: equal entries, equal numbers, namesakes with consecutive numbers."""

import polars as pl

from paragraph8.voterlist.quality.audit import ENTRY, MARKED, Audit, quoted
from paragraph8.voterlist.quality.coincidences import innocent, innocent_pairs
from paragraph8.voterlist.quality.marks import entries_with, mark_repeated, repeat_rows
from paragraph8.voterlist.quality.rows import frame_of, together
from paragraph8.voterlist.quality.same_day import NAMED

# Where an entry stands on the list is no particular of the person.
POSITION = frozenset({"serial", "page", "entered"})
# Keys that entries with equal cells share, whichever of them the list has.
CLOSE = ("surname", "given", "birth", "number")
# Particulars that no two people share by chance.
OWN = frozenset({"number", "flat", "house", "address", "phone"})
NAMESAKES = (
    "The list has no number and no address: namesakes of one birth date are equal in all fields."
)


def exact(audit: Audit) -> pl.DataFrame:
    """L01. Entries equal in every cell as written, but for their position on the list."""
    fields = ", ".join(sorted(audit.columns - POSITION))
    # Equal cells have equal keys: only entries with equal keys are compared cell by cell.
    mark_repeated(audit, ", ".join(CLOSE), "TRUE")
    audit.make(
        MARKED,
        "SELECT * FROM (SELECT row, min(row) OVER w AS head, count(*) OVER w AS size"
        f" FROM {quoted(audit.raw)} WHERE row IN (SELECT row FROM {MARKED})"
        f" WINDOW w AS (PARTITION BY {fields})) AS g WHERE size > 1",
    )
    own = bool(audit.columns & OWN)
    return repeat_rows(
        audit, "TRUE", audit.entries, 0.0 if own else None, None if own else NAMESAKES
    )


def same_number(audit: Audit) -> pl.DataFrame:
    """L02. Entries with one national number; and those pairs whose names differ too."""
    has_number = "number IS NOT NULL"
    mark_repeated(audit, "number", has_number)
    rows = repeat_rows(audit, has_number, entries_with(audit, has_number), 0.0)
    pairs = _pairs_agreeing(audit)
    surname, given = "surname_root", "given_root"
    other = (
        pairs
        - _pairs_agreeing(audit, surname)
        - _pairs_agreeing(audit, given)
        + _pairs_agreeing(audit, surname, given)
    )
    row = {"measure": "pairs_other_name", "n": other, "denominator": pairs,
           "value": float(other), "expected": 0.0, "unit": "pairs"}  # fmt: skip
    return together([rows, frame_of([row])])


def _pairs_agreeing(audit: Audit, *names: str) -> int:
    """Pairs of marked entries with both names given that agree in these, by their roots."""
    return int(
        audit.ask(
            "SELECT CAST(coalesce(sum(n * (n - 1) // 2), 0) AS BIGINT) AS pairs FROM"
            f" (SELECT count(*) AS n FROM {MARKED} AS m JOIN {ENTRY} AS e USING (row)"
            " WHERE e.surname_root IS NOT NULL AND e.given_root IS NOT NULL"
            f" GROUP BY {', '.join(('m.head', *(f'e.{name}' for name in names)))}) AS g"
        ).item()
    )


def consecutive(audit: Audit) -> pl.DataFrame:
    """L18. Entries of one name and birth date whose numbers follow each other."""
    where = f"{NAMED} AND digits IS NOT NULL"
    kind = audit.id_kind
    # The check digit says nothing of the order in which numbers were given out.
    order = "e.digits // 10" if kind else "e.digits"
    mark_repeated(audit, "surname, given, birth", where)
    span = audit.limits.consecutive_span
    pairs = audit.ask(
        "SELECT count(*) AS pairs FROM (SELECT"
        f" {order} - lag({order}) OVER (PARTITION BY m.head ORDER BY e.digits) AS step"
        f" FROM {MARKED} AS m JOIN {ENTRY} AS e USING (row)) AS s"
        f" WHERE step BETWEEN 1 AND {span}"
    ).item()
    lowest, highest, entries = audit.ask(
        f"SELECT min(digits) AS low, max(digits) AS high, count(*) AS n FROM {ENTRY} WHERE {where}"
    ).row(0)
    numbers = kind.serials if kind else (highest - lowest + 1 if entries else 1)
    chance = min(1.0, 2 * span / max(numbers, 1))
    by_chance = innocent(audit, innocent_pairs(audit, where="numbered")).thinned(chance)
    low, high = by_chance.range(audit.limits.level)
    return frame_of(
        [
            {"measure": "pairs", "n": pairs, "denominator": entries, "value": float(pairs),
             "expected": by_chance.mean, "expected_low": low, "expected_high": high,
             "unit": "pairs"},
        ]
    )  # fmt: skip
