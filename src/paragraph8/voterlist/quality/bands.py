"""Ages by band and sex, as one text for each group of entries."""

import polars as pl

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.quality.audit import Audit
from paragraph8.voterlist.quality.context import BANDS
from paragraph8.voterlist.quality.rows import ALL

NO_AGE = "unknown"


def band_name(low: int, high: int | None) -> str:
    """How a band is called: "18-24", or "85+" for an open one."""
    return f"{low}+" if high is None else f"{low}-{high}"


def band_sql(first_ages: tuple[int, ...]) -> str:
    """SQL: the band of an entry's age, "unknown" below the first band or without one."""
    lasts: list[int | None] = [*(age - 1 for age in first_ages[1:]), None]
    cases = " ".join(
        f"WHEN age >= {low} THEN '{band_name(low, high)}'"
        for low, high in reversed(list(zip(first_ages, lasts, strict=True)))
    )
    return f"CASE {cases} ELSE '{NO_AGE}' END"


def sex_sql() -> str:
    """SQL: the sex of an entry in words."""
    return f"CASE sex WHEN 1 THEN 'male' WHEN 2 THEN 'female' ELSE '{NO_AGE}' END"


def group_sql(audit: Audit) -> str:
    """SQL: the band and the sex of an entry, "18-24:female"; the band alone without a sex."""
    band = band_sql(audit.limits.age_bands)
    return f"concat({band}, ':', {sex_sql()})" if audit.has("sex") else band


def checked_bands(table: pl.DataFrame, parameter: str, voting_age: int) -> pl.DataFrame:
    """A table by area, sex and age band, of people of voting age; with its bands named.

    Bands below the voting age are left out. Problems: analysis.bad_parameter for a band that holds
    the voting age inside, for a sex or a number that is none, for a band given more than once, for
    all areas together beside single ones.
    """
    numbers = [name for name in table.columns if name not in BANDS]
    high = pl.col("age_high").cast(pl.Int64)
    rows = table.with_columns(
        high, age_low=pl.col("age_low").cast(pl.Int64), area=pl.col("area").cast(pl.String)
    )
    below = high.is_not_null() & (high < voting_age)
    rows = rows.filter(~below)
    inside = rows.filter(pl.col("age_low") < voting_age).height
    _require(
        not inside, parameter, "bands around the voting age", f"bands that begin at {voting_age}"
    )
    sexes = set(rows["sex"].unique())
    _require(sexes <= {"male", "female"}, parameter, "other sexes", "the sexes male and female")
    areas = set(rows["area"].unique())
    _require(ALL not in areas or areas == {ALL}, parameter, "all areas beside single ones",
             f"either areas of the list, or {ALL} alone")  # fmt: skip
    bad = rows.filter(
        pl.any_horizontal(pl.col(name).is_null() | ~(pl.col(name) >= 0) for name in numbers)
    )
    _require(bad.is_empty(), parameter, "numbers missing or below 0", "numbers from 0")
    _require(rows.select(BANDS).is_duplicated().sum() == 0, parameter, "a band given again",
             "each area, sex and band once")  # fmt: skip
    name = pl.concat_str(
        pl.col("age_low").cast(pl.String),
        pl.when(high.is_null()).then(pl.lit("+")).otherwise(pl.lit("-") + high.cast(pl.String)),
    )
    return rows.with_columns(group=pl.concat_str(name, pl.lit(":"), "sex"))


def _require(holds: bool, parameter: str, value: str, expected: str) -> None:
    if not holds:
        raise Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
