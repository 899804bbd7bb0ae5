"""Counted weekly reports as frames: of which region and week, on which theme, at which level."""

import numpy as np
import polars as pl

from paragraph8.analysis.incidents.places import in_region, regions
from paragraph8.analysis.incidents.settings import Settings
from paragraph8.analysis.incidents.standing import with_level
from paragraph8.analysis.incidents.themes import Theme, theme_items, themes
from paragraph8.analysis.incidents.told import DATE
from paragraph8.tables.answers import CELL_STATES, AnswerGrid
from paragraph8.tables.tables import Tables

# Not asked, or asked and left empty. All else is an answer: not to know is not to be silent, and
# free words were written although no table holds them.
SILENT = ("missing", "skipped")
ABSENT = "absent"
WEEK = 7


def weekly_reports(tables: Tables, grid: AnswerGrid, settings: Settings) -> pl.DataFrame:
    """observation, team, region ("" if none is named), week (its first day), misdated (bool).

    The region is that of the area that the report names, else of the team's area of deployment. The
    week is the one that holds the last day of the week reported (W1b, else six days after W1a). A
    day that lies far from the day of the form is not believed (misdated); then, and where no day is
    stated, the week is that of `days_to_file` days before the form.
    """
    named = tables["observation"].select("observation", named_area="area")
    stations = tables["station"].filter(election=grid.election)
    here = (
        grid.observations.select("observation", "team", "station", "day", "received")
        .join(named, on="observation", how="left", maintain_order="left")
        .join(
            stations.select("station", station_area="area"),
            on="station",
            how="left",
            maintain_order="left",
        )
        .join(
            tables["team"].select("team", team_area="area"),
            on="team",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            first=pl.Series(grid.texts(themes().first_day), dtype=pl.String),
            last=pl.Series(grid.texts(themes().last_day), dtype=pl.String),
            filled_in=pl.coalesce("day", _day(pl.col("received").str.slice(0, 10))),
            named=pl.coalesce("station_area", "named_area", "team_area"),
        )
        .with_columns(
            stated=pl.coalesce(
                _day(pl.col("last")), _day(pl.col("first")) + pl.duration(days=WEEK - 1)
            )
        )
    )
    off = (pl.col("stated") - pl.col("filled_in")).dt.total_days().abs()
    misdated = (off > settings.stated_within_days).fill_null(False)
    before = pl.col("filled_in") - pl.duration(days=settings.days_to_file)
    last_day = pl.when(misdated | pl.col("stated").is_null()).then(before).otherwise("stated")
    into_week = (last_day.dt.weekday().cast(pl.Int64) - settings.first_weekday) % WEEK
    return in_region(here, "named", regions(tables, grid.election)).select(
        "observation",
        "team",
        "region",
        week=last_day - pl.duration(days=into_week),
        misdated=misdated,
    )


def _day(text: pl.Expr) -> pl.Expr:
    return text.str.extract(f"({DATE})").str.to_date("%Y-%m-%d", strict=False)


def expected_regions(tables: Tables, election: str, reports: pl.DataFrame) -> pl.Series:
    """Regions that should report: those of long-term teams, and those that ever reported."""
    teams = tables["team"].filter(pl.col("long_term") & pl.col("excluded").is_null())
    deployed = in_region(teams.select("area"), "area", regions(tables, election))["region"]
    every = pl.concat([deployed, reports["region"]]).unique().sort()
    return every.filter(every != "")


def weekly_levels(grid: AnswerGrid, among: tuple[Theme, ...]) -> pl.DataFrame:
    """observation, theme, how_known, level, level_stated, standing: a row per report and theme."""
    parts = [
        pl.DataFrame(
            {
                "observation": grid.observations["observation"],
                "theme": [theme.id] * grid.height,
                "how_known": grid.texts(theme.how_known),
                "verification": grid.texts(theme.verification),
            },
            schema=dict.fromkeys(("observation", "theme", "how_known", "verification"), pl.String),
        )
        for theme in among
    ]
    return with_level(pl.concat(parts), "verification").drop("verification")


def weekly_answers(
    grid: AnswerGrid, form_item: pl.DataFrame, among: tuple[Theme, ...]
) -> pl.DataFrame:
    """observation, theme, item, type, unit, says, problem, state, value, number (of whole numbers,
    NaN never): a row per report and item that its form has."""
    parts = []
    for asked in theme_items(form_item, among).to_dicts():
        item = str(asked["item"])
        if not grid.has(item):
            continue
        numbers = grid.numbers(item) if asked["type"] == "integer" else np.full(grid.height, np.nan)
        columns = {
            "observation": grid.observations["observation"],
            "state": [CELL_STATES[state] for state in grid.state_of(item)],
            "value": pl.Series(grid.texts(item), dtype=pl.String),
            "number": pl.Series(numbers).fill_nan(None).cast(pl.Int64, strict=False),
        }
        kept = {name: asked[name] for name in ("theme", "item", "type", "unit", "says", "problem")}
        fixed = [pl.lit(value, dtype=pl.String).alias(name) for name, value in kept.items()]
        parts.append(pl.DataFrame(columns).with_columns(*fixed))
    if not parts:
        return pl.DataFrame(schema=ANSWER_SCHEMA)
    return pl.concat(parts).filter(pl.col("state") != ABSENT).select(*ANSWER_SCHEMA)


ANSWER_SCHEMA = {
    **dict.fromkeys(
        ("observation", "theme", "item", "type", "unit", "says", "problem", "state", "value"),
        pl.String(),
    ),
    "number": pl.Int64(),
}
