"""L15, L16: the list beside the people who may vote, by age, sex and area."""

from math import pi, sqrt

import numpy as np
import polars as pl

from paragraph8.analysis.stats.intervals import two_sided_z
from paragraph8.voterlist.quality.audit import ENTRY, Audit
from paragraph8.voterlist.quality.bands import checked_bands, sex_sql
from paragraph8.voterlist.quality.chance import poisson_interval
from paragraph8.voterlist.quality.rows import ALL, frame_of, not_run, shaped, together

RATIO = "entries per person"
OUTSIDE = "Its whole interval lies outside the limits."
NO_SUCH_AREA = "The table of the population has no such area."
NO_AREAS = "no area of the table of the population is on the list."


def _population(audit: Audit) -> pl.DataFrame:
    """The people who may vote; all areas together where the list has no area."""
    given = audit.extras.population
    assert given is not None
    people = checked_bands(given, "population", audit.context.voting_age)
    if audit.has("area"):
        return people
    sums = people.group_by("sex", "age_low", "age_high", "group").agg(
        pl.col("persons", "uncertainty").sum()
    )
    return sums.with_columns(area=pl.lit(ALL))


def _by_area_of(people: pl.DataFrame, audit: Audit, counted: pl.DataFrame) -> pl.DataFrame:
    """Counts with the codes of areas; all areas together where the people are."""
    coded = audit.coded(counted)
    if people["area"].eq(ALL).all():
        return coded.with_columns(area=pl.lit(ALL))
    return coded


def pyramid(audit: Audit) -> pl.DataFrame:
    """L15. Ages and sexes on the list beside those of the people who may vote."""
    people = _population(audit)
    listed = _listed(audit, people)
    cells = people.join(listed, on=["area", "group"], how="left").with_columns(
        pl.col("n").fill_null(0)
    )
    if not cells["n"].sum() or not cells["persons"].sum():
        return not_run(NO_AREAS)
    return together(
        [
            _by_group(cells, audit),
            _by_area(cells, audit),
            _distances(cells),
        ]
    )


def _listed(audit: Audit, people: pl.DataFrame) -> pl.DataFrame:
    """area, group, n: entries in the bands of the table; an entry without age or sex is in none."""
    counted = audit.ask(
        f"SELECT area, {sex_sql()} AS sex, age, count(*) AS n FROM {ENTRY}"
        " WHERE age IS NOT NULL AND sex IS NOT NULL GROUP BY ALL ORDER BY ALL"
    )
    coded = _by_area_of(people, audit, counted)
    bands = people.select("area", "sex", "age_low", "age_high", "group")
    top = pl.col("age_high").fill_null(1000)
    return (
        coded.with_columns(pl.col("age").cast(pl.Int64))
        .join(bands, on=["area", "sex"])
        .filter(pl.col("age").is_between(pl.col("age_low"), top))
        .group_by("area", "group")
        .agg(pl.col("n").sum())
    )


def _ratio_rows(rows: pl.DataFrame, measure: str, audit: Audit) -> pl.DataFrame:
    """Rows of a ratio observed / expected: columns n, expected_n, relative (of the population).

    The interval holds what chance would make of the count and how surely the population is known,
    taken as independent, on a logarithmic scale.
    """
    z = two_sided_z(audit.limits.level)
    low, high = poisson_interval(rows["n"].to_numpy(), audit.limits.level)
    n, expected = rows["n"].to_numpy(), rows["expected_n"].to_numpy()
    known = z * rows["relative"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(expected > 0, n / expected, np.nan)
        under = np.hypot(np.log(n / low), known)
        over = np.hypot(np.log(high / np.maximum(n, 1)), known)
        bottom = np.where(n > 0, value * np.exp(-under), 0.0)
        top = np.maximum(n, 1) / expected * np.exp(over)
        chance = np.hypot(z / np.sqrt(expected), known)
    some = expected > 0
    return shaped(
        rows.with_columns(
            measure=pl.lit(measure),
            value=pl.Series(value),
            low=pl.Series(np.where(some, bottom, np.nan)),
            high=pl.Series(np.where(some, top, np.nan)),
            expected=pl.lit(1.0),
            expected_low=pl.Series(np.where(some, np.exp(-chance), np.nan)),
            expected_high=pl.Series(np.where(some, np.exp(chance), np.nan)),
            unit=pl.lit("ratio"),
            denominator=pl.col("expected_n").round().cast(pl.Int64),
        )
    )


def _summed(cells: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Entries and people by key. Errors of the parts are added: they mostly err together."""
    sums = [pl.col(name).sum() for name in ("n", "persons", "uncertainty")]
    return cells.group_by(keys).agg(sums).sort(keys)


def _by_group(cells: pl.DataFrame, audit: Audit) -> pl.DataFrame:
    """Each band and sex: its share of the list beside its share of the people; and by area."""
    whole = _summed(cells, ["group"])
    rate = int(whole["n"].sum()) / float(whole["persons"].sum())
    rows = whole.with_columns(expected_n=rate * pl.col("persons"), relative=_relative())
    per_area = (
        _areas(cells)
        .with_columns(
            area_rate=pl.col("n").sum().over("area") / pl.col("persons").sum().over("area")
        )
        .with_columns(expected_n=pl.col("area_rate") * pl.col("persons"), relative=_relative())
    )
    return together(_ratio_rows(part, "share_ratio", audit) for part in (rows, per_area))


def _areas(cells: pl.DataFrame) -> pl.DataFrame:
    """Without the row of a list that has no areas."""
    return cells.filter(pl.col("area") != ALL)


def _relative() -> pl.Expr:
    return (
        pl.when(pl.col("persons") > 0)
        .then(pl.col("uncertainty") / pl.col("persons"))
        .otherwise(0.0)
    )


def _by_area(cells: pl.DataFrame, audit: Audit) -> pl.DataFrame:
    """Each area: its entries beside those it would have if each band and sex were listed as in all
    areas together."""
    rates = _areas(cells).with_columns(
        rate=pl.col("n").sum().over("group") / pl.col("persons").sum().over("group")
    )
    rows = (
        rates.with_columns(expected_n=(pl.col("rate") * pl.col("persons")).fill_nan(0.0))
        .group_by("area")
        .agg(pl.col("n", "persons", "uncertainty", "expected_n").sum())
        .sort("area")
        .with_columns(relative=_relative())
    )
    return _ratio_rows(rows, "standardised_ratio", audit)


def _distances(cells: pl.DataFrame) -> pl.DataFrame:
    """Half the sum of the distances between shares on the list and shares of the people."""
    rows = []
    whole = _summed(cells, ["group"]).with_columns(area=pl.lit(ALL))
    for part in [whole, *_areas(cells).partition_by("area", maintain_order=True)]:
        n, persons = part["n"].to_numpy(), part["persons"].to_numpy()
        if not n.sum() or not persons.sum():
            continue
        share, people = n / n.sum(), persons / persons.sum()
        spread = (
            people * (1 - people) / n.sum() + (part["uncertainty"].to_numpy() / persons.sum()) ** 2
        )
        rows.append(
            {"measure": "distance", "area": part["area"][0], "denominator": int(n.sum()),
             "value": float(np.abs(share - people).sum() / 2),
             "expected": float(sqrt(2 / pi) * np.sqrt(spread).sum() / 2), "unit": "share"}
        )  # fmt: skip
    return frame_of(sorted(rows, key=lambda row: str(row["area"])))


def coverage(audit: Audit) -> pl.DataFrame:
    """L16. Entries per person who may vote, by area, with how surely the population is known."""
    sums = pl.col("persons", "uncertainty").sum()
    people = _population(audit).group_by("area").agg(sums).sort("area")
    counted = audit.ask(f"SELECT area, count(*) AS n FROM {ENTRY} GROUP BY area ORDER BY area")
    listed = _by_area_of(people, audit, counted).group_by("area").agg(pl.col("n").sum())
    both = listed.join(people, on="area", how="full", coalesce=True)
    both = both.with_columns(pl.col("n").fill_null(0)).sort("area")
    known = both.filter(pl.col("persons").is_not_null())
    unknown = both.filter(pl.col("persons").is_null())
    if not known["n"].sum():
        return not_run(NO_AREAS)
    whole = known.select(pl.lit(ALL).alias("area"), pl.col("n", "persons", "uncertainty").sum())
    areas = _coverage_rows(known.filter(pl.col("area") != ALL), audit)
    outside = areas.filter(pl.col("note").is_not_null()).height
    counts = {"measure": "areas_outside", "n": outside, "denominator": areas.height,
              "value": float(outside), "unit": "areas"}  # fmt: skip
    strange = shaped(
        unknown.select(
            "area", "n", measure=pl.lit("ratio"), unit=pl.lit(RATIO), note=pl.lit(NO_SUCH_AREA)
        )
    )
    return together([_coverage_rows(whole, audit), areas, strange, frame_of([counts])])


def _coverage_rows(rows: pl.DataFrame, audit: Audit) -> pl.DataFrame:
    limits = audit.limits
    half = two_sided_z(limits.level) * pl.col("uncertainty")
    n, persons = pl.col("n"), pl.col("persons")
    fewest = pl.when(persons > half).then(persons - half)
    ratios = rows.filter(persons > 0).with_columns(
        value=n / persons, low=n / (persons + half), high=n / fewest
    )
    outside = (pl.col("low") > limits.ratio_high) | (pl.col("high") < limits.ratio_low)
    return shaped(
        ratios.with_columns(
            measure=pl.lit("ratio"),
            denominator=persons.round().cast(pl.Int64),
            expected=pl.lit(1.0),
            expected_low=1 - half / persons,
            expected_high=1 + half / persons,
            unit=pl.lit(RATIO),
            note=pl.when(outside).then(pl.lit(OUTSIDE)),
        )
    )
