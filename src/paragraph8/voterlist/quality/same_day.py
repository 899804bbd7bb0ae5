"""Namesakes born in one year, and the chance that they share their day."""

from math import log, sqrt
from typing import Final

import numpy as np
import polars as pl

from paragraph8.voterlist.quality.audit import ENTRY, Audit

YEARS, COHORT, NAME = "quality_years", "quality_cohort", "quality_name"
KIN, NAMESAKE = "quality_kin", "quality_namesake"
YEAR_DAYS: Final = 365.25
NAMED: Final = "surname IS NOT NULL AND given IS NOT NULL AND birth IS NOT NULL"
HEAPED: Final = "birth % 10000 = 101"
# Of a name and year, beside its cohort k and name f: the chance that a birth was put on 1 January.
_FIRST: Final = "least(k.heaped * f.factor, 1.0)"


def make_namesakes(audit: Audit) -> None:
    """Make two tables, once for all tests of a list.

        quality_kin        kin, n, same, triple: surnames, given names and years of birth that n
                           entries have in common, 2 or more; the chance that two of these entries
                           share their day, and that three do
        quality_namesake   row, kin, day, patronymic, area, station, place, numbered: their entries
    Days are counted over pairs of DIFFERENT SURNAMES of the year, so that second entries and twins
    do not enter. A name has its own share of births on 1 January, drawn towards that of its given
    name and of its years where it has few entries. Assumes that within a year nothing but 1 January
    ties the day to the name: where a community fills in another day, chances come out too small.
    """
    if KIN in audit.made:
        return
    audit.make(
        YEARS,
        "SELECT surname, given, birth_year, count(*) AS n,"
        f" count(*) FILTER (WHERE {HEAPED}) AS heaped"
        f" FROM {ENTRY} WHERE {NAMED} GROUP BY surname, given, birth_year",
    )
    audit.put(COHORT, _smoothed(audit, audit.ask(_cohort_select())))
    audit.make(NAME, _name_select(audit.limits.heaped_prior))
    audit.make(KIN, _kin_select())
    audit.make(
        NAMESAKE,
        "SELECT e.row, q.kin, e.birth % 10000 AS day, e.patronymic, e.area, e.station, e.place,"
        f" e.digits IS NOT NULL AS numbered FROM {ENTRY} AS e JOIN {KIN} AS q"
        " ON e.surname = q.surname AND e.given = q.given AND e.birth_year = q.birth_year"
        " WHERE e.birth IS NOT NULL",
    )


def _cohort_select() -> str:
    """Of each year its entries, those on 1 January, and among the others the pairs of different
    surnames and those of them that share their day."""
    return (
        "WITH family AS (SELECT birth, coalesce(surname_root, surname) AS root, count(*) AS n"
        f" FROM {ENTRY} WHERE {NAMED} AND NOT ({HEAPED}) GROUP BY 1, 2),"
        " days AS (SELECT birth, CAST(sum(n) AS DOUBLE) AS n, CAST(sum(n * n) AS DOUBLE) AS kin"
        " FROM family GROUP BY birth),"
        " day AS (SELECT birth // 10000 AS birth_year, sum(n) AS n, sum(n * n - kin) / 2 AS shared"
        " FROM days GROUP BY 1),"
        " roots AS (SELECT birth // 10000 AS birth_year, CAST(sum(n) AS DOUBLE) AS n"
        " FROM family GROUP BY 1, root),"
        " kin AS (SELECT birth_year, sum(n * n) AS kin FROM roots GROUP BY birth_year),"
        " every AS (SELECT birth_year, CAST(sum(n) AS BIGINT) AS n,"
        f" CAST(sum(heaped) AS BIGINT) AS heaped FROM {YEARS} GROUP BY birth_year)"
        " SELECT y.birth_year, y.n, y.heaped, coalesce(d.shared, 0) AS shared,"
        " coalesce((d.n * d.n - r.kin) / 2, 0) AS pairs FROM every AS y"
        " LEFT JOIN day AS d ON d.birth_year = y.birth_year"
        " LEFT JOIN kin AS r ON r.birth_year = y.birth_year ORDER BY y.birth_year"
    )


def _smoothed(audit: Audit, cohorts: pl.DataFrame) -> pl.DataFrame:
    """Each year's share of 1 January and chance of sharing another day, drawn towards those of all
    years where the year has few entries; `shared`: on how many shared days all of this rests."""
    limits = audit.limits
    shared, pairs = float(cohorts["shared"].sum()), float(cohorts["pairs"].sum())
    even = limits.uniform_prior
    other = (shared + even) / (pairs + even * YEAR_DAYS)
    first = (int(cohorts["heaped"].sum()) + 1) / (int(cohorts["n"].sum()) + YEAR_DAYS)
    prior, heaped_prior = limits.coincidences_prior, limits.heaped_prior
    return cohorts.select(
        "birth_year",
        entries=pl.col("n").cast(pl.Int64),
        heaped=(pl.col("heaped") + heaped_prior) / (pl.col("n") + heaped_prior / first),
        other=(pl.col("shared") + prior) / (pl.col("pairs") + prior / other),
        shared=pl.lit(shared + even),
    )


def _name_select(prior: float) -> str:
    """How many times as often as its years a name has births on 1 January."""
    return (
        "WITH names AS (SELECT y.surname, y.given, CAST(sum(y.n) AS BIGINT) AS n,"
        " sum(y.heaped) AS heaped, sum(y.n * k.heaped) AS expected"
        f" FROM {YEARS} AS y JOIN {COHORT} AS k USING (birth_year) GROUP BY y.surname, y.given),"
        f" given_names AS (SELECT given, (sum(heaped) + {prior}) / (sum(expected) + {prior})"
        " AS factor FROM names GROUP BY given)"
        f" SELECT n.surname, n.given, n.n, (n.heaped + {prior} * g.factor)"
        f" / (n.expected + {prior}) AS factor FROM names AS n JOIN given_names AS g USING (given)"
        " WHERE n.n > 1"
    )


def _kin_select() -> str:
    return (
        "SELECT row_number() OVER (ORDER BY surname, given, birth_year) AS kin, surname, given,"
        " birth_year, n, first * first + (1 - first) * (1 - first) * other AS same,"
        # On an even calendar three share a day with the square of the chance of two.
        " first * first * first + (1 - first) * (1 - first) * (1 - first) * other * other AS triple"
        f" FROM (SELECT y.surname, y.given, y.birth_year, y.n, k.other, {_FIRST} AS first"
        f" FROM {YEARS} AS y JOIN {COHORT} AS k ON k.birth_year = y.birth_year"
        f" JOIN {NAME} AS f ON f.surname = y.surname AND f.given = y.given WHERE y.n > 1) AS c"
    )


def shared_days(audit: Audit) -> float:
    """On how many shared days the chances rest."""
    return float(audit.engine.row(f"SELECT coalesce(max(shared), 1) FROM {COHORT}")[0])


def people_for_even_chance(audit: Audit) -> float | None:
    """How many people drawn from the list share a birth date with a chance of one half.

    Returns None without two entries. It is a property of the list's ages and days alone.
    Source: McDonald & Levitt, Election Law Journal 7 (2008), 111-122.
    """
    cohorts = audit.ask(f"SELECT entries, heaped, other FROM {COHORT} ORDER BY birth_year")
    n = cohorts["entries"].to_numpy().astype(np.float64)
    heaped, other = cohorts["heaped"].to_numpy(), cohorts["other"].to_numpy()
    if n.sum() < 2:
        return None
    same_year = n * (n - 1) / (n.sum() * (n.sum() - 1))
    chance = float((same_year * (heaped**2 + (1 - heaped) ** 2 * other)).sum())
    # The chance that none of n (n - 1) / 2 pairs shares a date is exp(-pairs * chance).
    return (1 + sqrt(1 + 8 * log(2) / chance)) / 2 if chance > 0 else None
