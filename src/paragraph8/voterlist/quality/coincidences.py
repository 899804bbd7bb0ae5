"""L03: namesakes of one birth date, beside how many of them there must be by chance."""

from dataclasses import dataclass

import polars as pl

from paragraph8.voterlist.quality.audit import Audit
from paragraph8.voterlist.quality.chance import count_range
from paragraph8.voterlist.quality.marks import entries_with
from paragraph8.voterlist.quality.rows import frame_of, shaped, together
from paragraph8.voterlist.quality.same_day import (
    KIN,
    NAME,
    NAMED,
    NAMESAKE,
    make_namesakes,
    people_for_even_chance,
    shared_days,
)

AREA, STATION = ("area",), ("area", "station")


@dataclass(frozen=True, slots=True)
class Innocent:
    """Pairs of namesakes that share a birth date by chance: the count's mean and variance."""

    mean: float
    variance: float

    def thinned(self, chance: float) -> "Innocent":
        """Those of them that a further, independent coincidence befalls with this chance."""
        mean = self.mean * chance
        # What exceeds the variance of a Poisson count shrinks with the square.
        return Innocent(mean, mean + (self.variance - self.mean) * chance**2)

    def range(self, level: float) -> tuple[float, float]:
        """Between which counts it lies with the chance `level`, in pairs."""
        return count_range(self.mean, self.variance, level)


def innocent_pairs(
    audit: Audit, within: tuple[str, ...] = (), where: str = "TRUE", by: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Pairs of namesakes with one birth date, by the columns of `by`: expected as mean and
    variance, observed as n.

        within   columns in which both entries of a pair agree, beside surname and given name
        where    SQL: entries of `quality_namesake` that are compared
        by       columns of `within` by which the pairs are counted apart
    How many namesakes were born in one year is taken as it is, so that a name carries its ages;
    the day within the year is what chance deals out. The variance holds what pairs with an entry
    in common add.
    Assumes that DAYS OF NAMESAKES ARE INDEPENDENT. Second entries of one person are what breaks it.

    Source: own; sums over pairs as in McDonald & Levitt, Election Law Journal 7 (2008), 111-122,
        and Goel and others, Am. Political Sci. Rev. 114 (2020), 456-469.
    """
    make_namesakes(audit)
    keys = ", ".join(("kin", *within))
    columns = "".join(f"{name}, " for name in by)
    joined = f" USING ({', '.join(by)})" if by else " ON TRUE"
    groups = f" GROUP BY {', '.join(by)}" if by else ""
    return audit.ask(
        f"WITH entries AS (SELECT {keys}, day FROM {NAMESAKE} WHERE {where}),"
        f" days AS (SELECT {keys}, day, count(*) AS n FROM entries GROUP BY {keys}, day),"
        f" kin AS (SELECT {keys}, CAST(sum(n) AS DOUBLE) AS n FROM days GROUP BY {keys}),"
        f" seen AS (SELECT {columns}CAST(coalesce(sum(n * (n - 1) // 2), 0) AS BIGINT) AS n"
        f" FROM days{groups}),"
        f" chance AS (SELECT {columns}coalesce(sum(k.n * (k.n - 1) / 2 * q.same), 0.0) AS mean,"
        # Three namesakes of one year: two of their pairs have an entry in common.
        " coalesce(sum(k.n * (k.n - 1) / 2 * q.same * (1 - q.same)"
        " + k.n * (k.n - 1) * (k.n - 2) * (q.triple - q.same * q.same)), 0.0) AS variance"
        f" FROM kin AS k JOIN {KIN} AS q USING (kin) WHERE k.n > 1{groups})"
        f" SELECT {columns}coalesce(c.mean, 0.0) AS mean, coalesce(c.variance, 0.0) AS variance,"
        f" s.n FROM seen AS s LEFT JOIN chance AS c{joined}"
        f" WHERE s.n > 0 OR c.mean > 0{' ORDER BY ' + ', '.join(by) if by else ''}"
    )


def innocent(audit: Audit, pairs: pl.DataFrame) -> Innocent:
    """The expectation of all rows together, with how surely the list tells the chances."""
    mean = float(pairs["mean"].sum())
    variance = float(pairs["variance"].sum()) + mean**2 / shared_days(audit)
    return Innocent(mean, max(variance, mean))


def namesakes(audit: Audit) -> pl.DataFrame:
    """L03. Pairs of one surname, given name and birth date, observed and expected by chance."""
    entries = entries_with(audit, NAMED)
    whole = innocent_pairs(audit)
    of = audit.ask(
        f"SELECT CAST(coalesce(sum(n * (n - 1) // 2), 0) AS BIGINT) AS pairs FROM {NAME}"
    ).item()
    pairs = _measure(audit, "pairs", whole, of)
    parts = [pairs, _rate(pairs, entries)]
    if audit.has("patronymic"):
        known = innocent_pairs(audit, ("patronymic",), "patronymic IS NOT NULL")
        parts.append(_measure(audit, "pairs_patronymic", known))
    for measure, place in (("pairs_area", AREA), ("pairs_station", STATION)):
        if audit.has(place[-1]):
            found = innocent_pairs(audit, place, by=place)
            parts += [_measure(audit, measure, found), _by_place(audit, measure, found)]
    even = {"measure": "people_for_even_chance", "denominator": entries, "unit": "people",
            "value": people_for_even_chance(audit)}  # fmt: skip
    return together([*parts, frame_of([even])])


def _measure(
    audit: Audit, measure: str, pairs: pl.DataFrame, of: int | None = None
) -> pl.DataFrame:
    """Two rows: the pairs, and how many more they are than expected."""
    n = int(pairs["n"].sum())
    by_chance = innocent(audit, pairs)
    low, high = by_chance.range(audit.limits.level)
    counted = {"n": n, "denominator": of, "unit": "pairs"}
    return frame_of(
        [
            {**counted, "measure": measure, "value": float(n), "expected": by_chance.mean,
             "expected_low": low, "expected_high": high},
            {**counted, "measure": f"{measure}_excess", "value": n - by_chance.mean,
             "expected": 0.0, "low": n - max(high, by_chance.mean),
             "high": n - min(low, by_chance.mean)},
        ]
    )  # fmt: skip


def _rate(pairs: pl.DataFrame, entries: int) -> pl.DataFrame:
    """Observed and expected pairs per thousand entries, from the row of the pairs."""
    per = 1000 / entries if entries else float("nan")
    scaled = [pl.col(name) * per for name in ("value", "expected", "expected_low", "expected_high")]
    return pairs.head(1).with_columns(
        *scaled,
        measure=pl.lit("rate_per_1000"),
        denominator=pl.lit(entries, pl.Int64),
        unit=pl.lit("pairs per 1,000 entries"),
    )


def _by_place(audit: Audit, measure: str, pairs: pl.DataFrame) -> pl.DataFrame:
    """Places where such pairs stand or could."""
    level = audit.limits.level
    ranges = [
        count_range(mean, max(mean, variance), level)
        for mean, variance in pairs.select("mean", "variance").iter_rows()
    ]
    return shaped(
        audit.coded(pairs).with_columns(
            measure=pl.lit(measure),
            value=pl.col("n").cast(pl.Float64),
            expected="mean",
            expected_low=pl.Series([low for low, _ in ranges], dtype=pl.Float64),
            expected_high=pl.Series([high for _, high in ranges], dtype=pl.Float64),
            unit=pl.lit("pairs"),
        )
    )
