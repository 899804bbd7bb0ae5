"""L11: births on days and in years that people or clerks prefer."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.stats.intervals import two_sided_z, wilson
from paragraph8.voterlist.quality.audit import ENTRY, Audit
from paragraph8.voterlist.quality.heaping import myers, myers_by_chance, whipple
from paragraph8.voterlist.quality.rows import ALL, frame_of, together
from paragraph8.voterlist.quality.same_day import HEAPED, YEAR_DAYS
from paragraph8.voterlist.quality.tally import SHARE, Share, share_rows, tally

# Days of a year, of 365.25: the first of eleven months, the 15th of twelve; days ending in 0 or 5.
FIRSTS, FIFTEENTHS, ROUND_DAYS = 11, 12, 71
# Whipple's ages are 23 to 62; Myers' index is told over eight tens of years, from 18 on.
WHIPPLE_AGES, WHIPPLE_YEARS, MYERS_YEARS = (23, 62), 40, 80
NO_HEAP = 100.0


def heaped(audit: Audit) -> pl.DataFrame:
    """L11. Births on 1 January, on other firsts, on the 15th; round days; last digits of years."""
    known = "birth IS NOT NULL"
    elsewhere = f"{known} AND NOT ({HEAPED})"
    firsts = tally(audit, {"first_january": Share(HEAPED, known)})
    others = {
        "first_of_month": (Share("birth % 100 = 1", elsewhere), FIRSTS),
        "fifteenth": (Share("birth % 100 = 15", elsewhere), FIFTEENTHS),
    }
    parts = [
        _with_range(share_rows(firsts, audit.limits, SHARE, 1 / YEAR_DAYS), audit, 1 / YEAR_DAYS)
    ]
    for measure, (share, days) in others.items():
        even = days / (YEAR_DAYS - 1)
        counts = tally(audit, {measure: share}, places=False)
        parts.append(_with_range(share_rows(counts, audit.limits, SHARE, even), audit, even))
    return together([*parts, _by_decade(audit, known), frame_of(_indices(audit, elsewhere))])


def _by_decade(audit: Audit, known: str) -> pl.DataFrame:
    decade = "concat(birth_year // 10 * 10, '-', birth_year // 10 * 10 + 9)"
    source = f"(SELECT * FROM {ENTRY} WHERE {known})"
    counts = tally(audit, {"first_january": Share(HEAPED)}, source, decade, places=False)
    return _with_range(share_rows(counts, audit.limits, SHARE, 1 / YEAR_DAYS), audit, 1 / YEAR_DAYS)


def _with_range(rows: pl.DataFrame, audit: Audit, even: float) -> pl.DataFrame:
    """How far chance moves the share of all entries of a group, were the calendar even."""
    z = two_sided_z(audit.limits.level)
    half = (even * (1 - even) / pl.col("denominator")).sqrt() * z
    whole = (pl.col("station") == ALL) & (pl.col("area") == ALL) & pl.col("expected").is_not_null()
    some = whole & (pl.col("denominator") > 0)
    return rows.with_columns(
        expected_low=pl.when(some).then((even - half).clip(0, 1)).otherwise("expected_low"),
        expected_high=pl.when(some).then((even + half).clip(0, 1)).otherwise("expected_high"),
    )


def _indices(audit: Audit, elsewhere: str) -> Iterator[dict[str, object]]:
    days, of = audit.ask(
        f"SELECT count(*) FILTER (WHERE birth % 100 % 5 = 0) AS n, count(*) AS entries"
        f" FROM {ENTRY} WHERE {elsewhere}"
    ).row(0)
    even = ROUND_DAYS / (YEAR_DAYS - 1)
    yield _index("round_days_index", days, of, even, audit, NO_HEAP / even)
    years = audit.ask(
        f"SELECT birth_year AS year, count(*) AS n FROM {ENTRY} WHERE birth_year IS NOT NULL"
        " GROUP BY birth_year ORDER BY birth_year"
    )
    day = audit.context.election_day
    yield from _whipple(years, day.year, audit)
    yield from _myers(years, day.year - audit.context.voting_age, audit)


def _index(
    measure: str, n: int, of: int, even: float, audit: Audit, scale: float
) -> dict[str, object]:
    """A share as an index that is 100 where the share is the even one."""
    low, high = wilson([n], [of], audit.limits.level)
    half = two_sided_z(audit.limits.level) * np.sqrt(even * (1 - even) / of) if of else np.nan
    return {
        "measure": measure, "n": n, "denominator": of,
        "value": scale * n / of if of else None,
        "low": scale * float(low[0]), "high": scale * float(high[0]), "expected": NO_HEAP,
        "expected_low": scale * (even - half), "expected_high": scale * (even + half),
        "unit": "index, 100 for none",
    }  # fmt: skip


def _whipple(years: pl.DataFrame, now: int, audit: Audit) -> Iterator[dict[str, object]]:
    # A range of whole tens that begins with a 3 holds as many years on each side of its 0s and 5s.
    first = now - WHIPPLE_AGES[1] - (now - WHIPPLE_AGES[1] - 3) % 10
    counts = _counts(years, first, WHIPPLE_YEARS)
    of = int(counts.sum())
    value = whipple(counts, first)
    n = round(of * (value or 0) / 500)
    row = _index("whipple_birth_year", n, of, 0.2, audit, 500)
    yield {**row, "note": f"Years of birth {first} to {first + WHIPPLE_YEARS - 1}."}


def _myers(years: pl.DataFrame, youngest: int, audit: Audit) -> Iterator[dict[str, object]]:
    last = youngest - (youngest - 9) % 10  # a year that ends in 9
    first = last - MYERS_YEARS + 1
    counts = _counts(years, first, MYERS_YEARS)
    yield {
        "measure": "myers_birth_year", "denominator": int(counts.sum()),
        "value": myers(counts, first), "expected": myers_by_chance(counts, first),
        "unit": "per cent of entries", "note": f"Years of birth {first} to {last}.",
    }  # fmt: skip


def _counts(years: pl.DataFrame, first: int, length: int) -> NDArray[np.int64]:
    """Entries of each year from the first on."""
    span = pl.DataFrame({"year": np.arange(first, first + length)})
    joined = span.join(years.with_columns(pl.col("year").cast(pl.Int64)), on="year", how="left")
    return joined.sort("year")["n"].fill_null(0).cast(pl.Int64).to_numpy()
