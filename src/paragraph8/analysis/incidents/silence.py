"""Which region said something on which theme in which week."""

import polars as pl

from paragraph8.analysis.incidents.weekly import SILENT

SPOKE, SAID_NOTHING, NO_REPORT = "reported", "silent", "no report"
THROUGHOUT, SOME_WEEKS, NEVER_SILENT = "throughout", "some weeks", "none"


def coverage_of(
    reports: pl.DataFrame, answers: pl.DataFrame, regions: pl.Series, theme_order: list[str]
) -> pl.DataFrame:
    """region, theme, week, state: a row for each region, theme and week that are expected.

    reports       frame as `weekly_reports` makes it; answers: as `weekly_answers`
    theme_order   themes that any report asks about, in the order of the form
    Expected is every week of which any region reported. State: reported (something was said on the
    theme), silent (a report says nothing on it), no report.
    """
    placed = reports.filter(pl.col("region") != "").drop_nulls("week")
    weeks = placed.select(pl.col("week").unique().sort())
    spoken = _spoken(placed, answers).select("region", "week", "theme").unique()
    return (
        pl.DataFrame({"region": regions})
        .join(pl.DataFrame({"theme": theme_order}, schema={"theme": pl.String}), how="cross")
        .join(weeks, how="cross")
        .join(
            spoken.with_columns(spoke=True),
            on=["region", "week", "theme"],
            how="left",
            maintain_order="left",
        )
        .join(
            placed.select("region", "week", sent=True).unique(),
            on=["region", "week"],
            how="left",
            maintain_order="left",
        )
        .select(
            "region",
            "theme",
            "week",
            state=pl.when("spoke")
            .then(pl.lit(SPOKE))
            .when("sent")
            .then(pl.lit(SAID_NOTHING))
            .otherwise(pl.lit(NO_REPORT)),
        )
    )


def silence_of(
    coverage: pl.DataFrame, reports: pl.DataFrame, answers: pl.DataFrame
) -> pl.DataFrame:
    """region, theme, weeks_expected, weeks_reported, weeks_silent, weeks_without_report, silence.

    coverage   as `coverage_of` makes it
    The weeks expected are those reported on, those silent (a report came and says nothing on the
    theme) and those without any report. Silence: throughout (nothing was ever said, in no report),
    some weeks, none.
    """
    ever = _spoken(reports, answers).select("region", "theme").unique()
    state = pl.col("state")
    counted = (
        coverage.group_by("region", "theme", maintain_order=True)
        .agg(
            weeks_expected=pl.len().cast(pl.Int64),
            weeks_reported=(state == SPOKE).sum().cast(pl.Int64),
            weeks_silent=(state == SAID_NOTHING).sum().cast(pl.Int64),
            weeks_without_report=(state == NO_REPORT).sum().cast(pl.Int64),
        )
        .join(
            ever.with_columns(spoke=True),
            on=["region", "theme"],
            how="left",
            maintain_order="left",
        )
    )
    always = pl.col("weeks_reported") == pl.col("weeks_expected")
    return counted.select(
        pl.exclude("spoke"),
        silence=pl.when(pl.col("spoke").is_null())
        .then(pl.lit(THROUGHOUT))
        .when(always)
        .then(pl.lit(NEVER_SILENT))
        .otherwise(pl.lit(SOME_WEEKS)),
    )


def _spoken(reports: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    said = answers.filter(~pl.col("state").is_in(SILENT)).select("observation", "theme")
    return reports.join(said.unique(), on="observation")
