"""Runs of entries that were put into the list together: of one day, or with consecutive numbers."""

import polars as pl

from paragraph8.voterlist.quality.audit import Audit
from paragraph8.voterlist.quality.chance import count_range
from paragraph8.voterlist.quality.line import LINE
from paragraph8.voterlist.quality.rows import frame_of

# The day on which most of a station was entered is when the list was made.
MADE = 0.5


def entered_runs(audit: Audit) -> pl.DataFrame:
    """Runs of entries of one day of entry, beside those that chance would make.

    Of the n entries of a station of which a share s was entered on one day, chance makes about
    ((n - m) (1 - s) + 1) s^m runs of m or more, if the day says nothing of the place on the list.
    The day on which most of a station was entered is left out.
    """
    least = audit.limits.block_entries
    days = (
        "days AS (SELECT place, entered, count(*) AS of_day FROM"
        f" {LINE} WHERE entered IS NOT NULL GROUP BY place, entered),"
        f" sizes AS (SELECT place, count(*) AS size FROM {LINE} GROUP BY place),"
        " late AS (SELECT d.place, d.entered, s.size, d.of_day / s.size AS part"
        f" FROM days AS d JOIN sizes AS s USING (place) WHERE d.of_day <= {MADE} * s.size)"
    )
    mean = audit.ask(
        f"WITH {days} SELECT coalesce(sum(greatest((size - {least}) * (1 - part) + 1, 0)"
        f" * power(part, {least})), 0.0) AS mean FROM late WHERE size * part >= {least}"
    ).item()
    runs, entries = audit.ask(
        # Entries that follow each other are as far apart on the list as among those of their day.
        f"WITH {days}, same AS (SELECT place, entered,"
        " nth - row_number() OVER (PARTITION BY place, entered ORDER BY nth) AS run"
        f" FROM {LINE} JOIN late USING (place, entered)),"
        " runs AS (SELECT count(*) AS size FROM same GROUP BY place, entered, run)"
        " SELECT count(*) AS runs, CAST(coalesce(sum(size), 0) AS BIGINT) AS entries"
        f" FROM runs WHERE size >= {least}"
    ).row(0)
    low, high = count_range(float(mean), float(mean), audit.limits.level)
    return frame_of(
        [
            {"measure": "entered_runs", "n": runs, "value": float(runs), "expected": float(mean),
             "expected_low": low, "expected_high": high, "unit": "runs of entries"},
            {"measure": "entered_run_entries", "n": entries, "denominator": audit.entries,
             "value": 1000 * entries / audit.entries, "unit": "per 1,000 entries"},
        ]
    )  # fmt: skip


def number_runs(audit: Audit) -> pl.DataFrame:
    """Runs of entries whose numbers follow each other although the list is not in their order."""
    step = "digits // 10 - b_digits // 10" if audit.id_kind else "digits - b_digits"
    runs, entries = audit.ask(
        "WITH steps AS (SELECT place,"
        " nth - row_number() OVER (PARTITION BY place ORDER BY nth) AS run"
        f" FROM {LINE} WHERE {step} = 1),"
        # A run has one entry more than steps.
        " runs AS (SELECT count(*) + 1 AS size FROM steps GROUP BY place, run)"
        " SELECT count(*) AS runs, CAST(coalesce(sum(size), 0) AS BIGINT) AS entries"
        f" FROM runs WHERE size >= {audit.limits.block_entries}"
    ).row(0)
    return frame_of(
        [
            {"measure": "number_runs", "n": runs, "value": float(runs), "expected": 0.0,
             "unit": "runs of entries"},
            {"measure": "number_run_entries", "n": entries, "denominator": audit.entries,
             "value": 1000 * entries / audit.entries, "expected": 0.0, "unit": "per 1,000 entries"},
        ]
    )  # fmt: skip
