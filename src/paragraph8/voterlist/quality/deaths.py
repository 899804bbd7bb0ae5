"""L23: entries of people who have died: identified, and estimated; never added to each other."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.stats.intervals import two_sided_z
from paragraph8.voterlist.quality.audit import ENTRY, MARKED, Audit
from paragraph8.voterlist.quality.bands import checked_bands, group_sql
from paragraph8.voterlist.quality.chance import count_range
from paragraph8.voterlist.quality.death_pairs import (
    BY_NAME,
    DEATH_PAIR,
    chance_of_death_pairs,
    make_death_pairs,
)
from paragraph8.voterlist.quality.marks import WITH_MARKS
from paragraph8.voterlist.quality.old_age import SEXES
from paragraph8.voterlist.quality.rows import ALL, frame_of, not_run, together
from paragraph8.voterlist.quality.tally import PER_THOUSAND, Share, share_rows, tally

PAIR = "quality_death"
NOTHING = "no register of deaths, and no number of deaths since the list was last cleared of them."
APART = "An estimate of another kind than the entries identified: the two are never added."
NO_DAY = "Not run: it is not said since when deaths may not have been taken out."
DAYS_A_YEAR = 365.25


def deceased(audit: Audit) -> pl.DataFrame:
    """L23. Entries found in a register of deaths; and, apart, how many the dead should be."""
    extras, since = audit.extras, audit.context.deaths_since
    parts = []
    if extras.death_pairs is not None:
        parts.append(_identified(audit, extras.death_pairs, 0.0))
    elif audit.context.deaths is not None:
        make_death_pairs(audit)
        pairs = audit.ask(f"SELECT row FROM {DEATH_PAIR}")
        parts.append(_identified(audit, pairs, chance_of_death_pairs(audit), BY_NAME))
    if extras.life_table is not None and since is not None:
        parts.append(_by_life_table(audit, extras.life_table))
    elif extras.life_table is not None:
        parts.append(
            frame_of([{"measure": "estimated_life_table", "unit": "entries", "note": NO_DAY}])
        )
    if extras.official_deaths is not None:
        parts.append(_by_register(audit, extras.official_deaths))
    return together(parts) if parts else not_run(NOTHING)


def _identified(
    audit: Audit, pairs: pl.DataFrame, by_chance: float, note: str | None = None
) -> pl.DataFrame:
    """Entries that were paired with a death; an entry with several deaths counts once.

    by_chance   of them, how many namesakes alone would give
    """
    audit.put(PAIR, pairs.select(pl.col("row").cast(pl.Int64)).unique().sort("row"))
    audit.make(MARKED, f"SELECT row, row AS head FROM {PAIR}")
    shares = {"identified": Share("head IS NOT NULL")}
    whole = share_rows(tally(audit, shares, WITH_MARKS), audit.limits, PER_THOUSAND, 0.0)
    groups = tally(audit, shares, WITH_MARKS, group_sql(audit), places=False)
    return together(
        [
            _beside_chance(whole, audit, by_chance, note),
            share_rows(groups, audit.limits, PER_THOUSAND),
        ]
    )


def _beside_chance(
    rows: pl.DataFrame, audit: Audit, by_chance: float, note: str | None
) -> pl.DataFrame:
    """The row of the whole list with what chance alone would give, per 1,000 entries."""
    low, high = count_range(by_chance, by_chance, audit.limits.level)
    per = PER_THOUSAND.per / audit.entries
    whole = (pl.col("measure") == "identified") & (pl.col("area") == ALL)
    whole &= pl.col("station") == ALL
    ends = {"expected": by_chance, "expected_low": low, "expected_high": high}
    numbers = [
        pl.when(whole).then(pl.lit(per * end)).otherwise(name).alias(name)
        for name, end in ends.items()
        if by_chance or name == "expected"
    ]
    said = pl.when(whole).then(pl.lit(note, pl.String)).otherwise("note").alias("note")
    return rows.with_columns(*numbers, said)


def _by_life_table(audit: Audit, table: pl.DataFrame) -> pl.DataFrame:
    """Of the entries of each age and sex the share that died since the list was last cleared."""
    since = audit.context.deaths_since
    assert since is not None
    years = (audit.context.election_day - since).days / DAYS_A_YEAR
    ages = audit.ask(
        f"SELECT sex, age, count(*) AS n FROM {ENTRY} WHERE age IS NOT NULL AND sex IS NOT NULL"
        " GROUP BY sex, age ORDER BY sex, age"
    )
    dead = 0.0
    for sex, code in SEXES.items():
        here, life = ages.filter(sex=code), table.filter(sex=sex).sort("age")
        if here.is_empty() or life.is_empty():
            continue
        died = died_share(here["age"].to_numpy(), life, years)
        dead += float((here["n"].to_numpy() * died).sum())
    half = two_sided_z(audit.limits.level) * dead**0.5
    return frame_of([_estimate("estimated_life_table", dead, half, int(ages["n"].sum()), APART)])


def died_share(ages: NDArray[np.int64], life: pl.DataFrame, years: float) -> NDArray[np.float64]:
    """Of people who would be so old today, the share that died within the last `years`.

        ages    completed years
        life    age, person_years of one sex, by rising age, the last one open
    People of age x were x - years then: 1 - L(x) / L(x - years), L being the people alive at an age
    in the life table. Ages in the open band die as those of the last closed ages.

    Source: own, from the life table's person-years, Preston, Heuveline & Guillot, Demography
        (2001), ch. 3.
    """
    age, alive = life["age"].to_numpy().astype(float), life["person_years"].to_numpy().astype(float)
    if len(age) > 1:
        age, alive = age[:-1], alive[:-1]
    now = np.clip(ages.astype(float), age[0], age[-1])
    then = np.interp(now - years, age, alive)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(then > 0, 1 - np.interp(now, age, alive) / then, 1.0)
    return np.clip(share, 0.0, 1.0)


def _by_register(audit: Audit, given: pl.DataFrame) -> pl.DataFrame:
    """Official deaths since the list was last cleared, times how well each area is listed."""
    deaths = checked_bands(given, "official_deaths", audit.context.voting_age)
    by_area = deaths.group_by("area").agg(pl.col("deaths", "uncertainty").sum()).sort("area")
    coverage = _coverage(audit)
    if coverage is None:
        by_area = by_area.with_columns(share=pl.lit(1.0))
        note = f"{APART} Every dead person is taken to have been listed."
    else:
        by_area = by_area.join(coverage, on="area", how="left").with_columns(
            pl.col("share").fill_null(1.0)
        )
        note = APART
    dead = float((by_area["deaths"] * by_area["share"]).sum())
    known = float((by_area["uncertainty"] * by_area["share"]).sum())
    half = two_sided_z(audit.limits.level) * float(np.hypot(dead**0.5, known))
    return frame_of([_estimate("estimated_official", dead, half, audit.entries, note)])


def _coverage(audit: Audit) -> pl.DataFrame | None:
    """area, share: entries per person who may vote, at most 1."""
    given = audit.extras.population
    if given is None or not audit.has("area"):
        return None
    people = checked_bands(given, "population", audit.context.voting_age)
    counted = audit.coded(
        audit.ask(f"SELECT area, count(*) AS n FROM {ENTRY} GROUP BY area ORDER BY area")
    )
    both = people.group_by("area").agg(pl.col("persons").sum()).join(counted, on="area")
    ratio = pl.col("n") / pl.col("persons")
    return both.filter(pl.col("persons") > 0).select("area", share=ratio.clip(0, 1))


def _estimate(measure: str, dead: float, half: float, of: int, note: str) -> dict[str, object]:
    return {
        "measure": measure, "area": ALL, "denominator": of, "value": dead,
        "low": max(0.0, dead - half), "high": dead + half, "unit": "entries", "note": note,
    }  # fmt: skip
