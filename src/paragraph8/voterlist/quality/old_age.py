"""L09: the oldest entries, and the old-age tail beside a life table."""

import polars as pl

from paragraph8.voterlist.quality.audit import ENTRY, Audit
from paragraph8.voterlist.quality.chance import count_range, poisson_interval
from paragraph8.voterlist.quality.rows import ALL, frame_of, together
from paragraph8.voterlist.quality.tally import PER_TEN_THOUSAND, Share, share_rows, tally

SEXES = {"male": 1, "female": 2}
NO_TABLE = "No life table was given: counted, with nothing to put beside it."
TOO_SHORT = "The life table does not reach the ages of the tail."


def old_age(audit: Audit) -> pl.DataFrame:
    """L09. Entries above the oldest age, and those of the tail beside a life table."""
    oldest, tail = audit.limits.oldest_age, audit.limits.tail_age
    shares = {
        f"over_{oldest}": Share(f"age > {oldest}", "age IS NOT NULL"),
        f"from_{tail}": Share(f"age >= {tail}", "age IS NOT NULL"),
    }
    counts = tally(audit, shares)
    return together([share_rows(counts, audit.limits, PER_TEN_THOUSAND), _tail(audit)])


def _tail(audit: Audit) -> pl.DataFrame:
    """Entries of the tail, by sex and together, beside those expected from the ages before it."""
    limits = audit.limits
    ages = audit.ask(
        f"SELECT sex, age, count(*) AS n FROM {ENTRY} WHERE age >= {limits.reference_age}"
        " GROUP BY sex, age ORDER BY sex, age"
    )
    table = audit.extras.life_table
    expected = {
        sex: _expected(ages.filter(sex=code), sex, audit)
        for sex, code in SEXES.items()
        if table is not None and audit.has("sex")
    }
    rows = [_row(ages.filter(sex=SEXES[sex]), sex, found, audit) for sex, found in expected.items()]
    known = [found for found in expected.values() if found is not None]
    both = (sum(f[0] for f in known), sum(f[1] for f in known)) if len(known) == 2 else None
    of_known = ages.filter(pl.col("sex").is_not_null()) if both else ages
    rows.append(_row(of_known, ALL, both, audit))
    return frame_of(rows)


def _expected(ages: pl.DataFrame, sex: str, audit: Audit) -> tuple[float, float] | None:
    """Mean and variance of the tail's entries; None where the table does not reach it.

    As many of the tail per entry of the reference ages as in the stationary population of the life
    table. A reference that holds dead people, or a growing population, makes it too large.
    """
    limits, table = audit.limits, audit.extras.life_table
    assert table is not None
    years = table.filter(pl.col("sex") == sex)
    last = limits.reference_age + limits.reference_years - 1
    age = pl.col("age")
    reference = years.filter(age.is_between(limits.reference_age, last))
    tail = years.filter(age >= limits.tail_age)
    if tail.is_empty() or reference.height != limits.reference_years:
        return None
    ratio = float(tail["person_years"].sum()) / float(reference["person_years"].sum())
    listed = int(ages.filter(age.is_between(limits.reference_age, last))["n"].sum())
    return ratio * listed, ratio * listed * (1 + ratio)


def _row(
    ages: pl.DataFrame, group: str, expected: tuple[float, float] | None, audit: Audit
) -> dict[str, object]:
    limits = audit.limits
    n = int(ages.filter(pl.col("age") >= limits.tail_age)["n"].sum())
    low, high = poisson_interval([n], limits.level)
    row: dict[str, object] = {
        "measure": "tail", "group": group, "n": n, "denominator": int(ages["n"].sum()),
        "value": float(n), "low": float(low[0]), "high": float(high[0]), "unit": "entries",
    }  # fmt: skip
    if expected is None:
        return {**row, "note": NO_TABLE if audit.extras.life_table is None else TOO_SHORT}
    bottom, top = count_range(*expected, limits.level)
    return {**row, "expected": expected[0], "expected_low": bottom, "expected_high": top}
