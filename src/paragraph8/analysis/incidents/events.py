"""Events as rows: what the reports that carry an event say of it, and who else tells of it."""

import polars as pl

from paragraph8.analysis.incidents.matching import doubtful_pairs, events_of, like_pairs
from paragraph8.analysis.incidents.settings import Settings
from paragraph8.analysis.incidents.standing import LEVELS, REFUTED
from paragraph8.analysis.incidents.told import categories_of

# The meaning of corroborated in the incident form: by so many sources of their own.
LEAST_TEAMS, BY_TEAMS = 2, "corroborated_by_two_teams"
CONTRADICTED = "contradicted"
JOINED = "one event"


def with_events(told: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The reports with event, of_standing (of the event) and carries, as `events_of` finds them."""
    pairs = like_pairs(told, settings.window_minutes)
    return told.join(events_of(told, pairs), on="observation", how="left", maintain_order="left")


def event_rows(reports: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """One row per event, the strongest standing first.

    reports   frame as `with_events` makes it
    Columns: event, standing, level (the strongest stated one), reports (that tell of it), levels
    (of all of these), teams, independent_sources (teams that saw it or were told by somebody
    directly, and do not refute it), computed_level, contradicted (a report refutes it), station,
    area, category, how_known, severity (the highest), effect (the gravest), ongoing, happened.
    Station to happened are said by the reports that carry the event, never by weaker ones. The
    computed level stands BESIDE the stated one and changes nothing.
    """
    by_level = pl.Enum(LEVELS)
    carried = (
        reports.filter("carries")
        .group_by("event")
        .agg(
            standing=pl.col("of_standing").first(),
            level=pl.col("level").cast(by_level).min().cast(pl.String),
            station=pl.coalesce("station", "stated").min(),
            area=pl.col("region").min(),
            category=pl.col("categories").str.split(";").explode().drop_nulls().unique().sort()
            .str.join(";"),
            how_known=pl.col("how_known").drop_nulls().unique().sort().str.join(";"),
            severity=pl.col("severity").max().cast(pl.String),
            effect=_gravest(settings),
            ongoing=pl.col("ongoing").max(),
            happened=_happened(),
        )
    )  # fmt: skip
    everyone = reports.group_by("event").agg(
        reports=pl.len().cast(pl.Int64),
        levels=pl.col("level").cast(by_level).unique().sort().cast(pl.String).str.join(";"),
        teams=pl.col("team").unique().sort().str.join(";"),
        independent_sources=pl.col("team").filter(_direct(settings)).n_unique().cast(pl.Int64),
        refuting=(pl.col("level") == REFUTED).sum(),
    )
    enough = pl.col("independent_sources") >= LEAST_TEAMS
    refuted = (pl.col("refuting") > 0) & (pl.col("standing") != REFUTED)
    return (
        carried.join(everyone, on="event")
        .with_columns(
            computed_level=pl.when(enough).then(pl.lit(BY_TEAMS)).otherwise(pl.lit("")),
            contradicted=pl.when(refuted).then(pl.lit(CONTRADICTED)).otherwise(pl.lit("")),
        )
        .sort(pl.col("level").cast(by_level), "event")
        .select(EVENT_COLUMNS)
    )


EVENT_COLUMNS = (
    "event", "standing", "level", "reports", "levels", "teams", "independent_sources",
    "computed_level", "contradicted", "station", "area", "category", "how_known", "severity",
    "effect", "ongoing", "happened",
)  # fmt: skip


def event_categories(reports: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """event, category, and the columns of the event: a row for each category of each event."""
    named = reports.filter("carries").select("observation", "event")
    return (
        named.join(categories_of(reports), on="observation")
        .select("event", "category")
        .unique()
        .join(events.drop("category"), on="event")
        .sort("category", "event")
    )


def pair_rows(reports: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """observation, other, apart (minutes), why: the pairs that made one event of their reports, and
    those of different events that a person should look at; each pair once."""
    window = settings.window_minutes
    joined = like_pairs(reports, window).filter(pl.col("observation") < pl.col("other"))
    pairs = pl.concat([joined.with_columns(why=pl.lit(JOINED)), doubtful_pairs(reports, window)])
    event = reports.select("observation", "event")
    return (
        pairs.join(event, on="observation")
        .join(event.select(other="observation", other_event="event"), on="other")
        # Alike, yet attached to different events: each is like another report still more.
        .filter((pl.col("why") != JOINED) == (pl.col("event") != pl.col("other_event")))
        .drop("event", "other_event")
        .sort("why", "observation", "other")
    )


def _direct(settings: Settings) -> pl.Expr:
    first_hand = pl.col("how_known").is_in(settings.direct).fill_null(False)
    return first_hand & (pl.col("level") != REFUTED)


def _gravest(settings: Settings) -> pl.Expr:
    """The gravest known effect, else that it is not known, else what else is said."""
    order = [*settings.effects, settings.effect_not_known]
    return (
        pl.col("effect")
        .filter(pl.col("effect").is_in(order))
        .cast(pl.Enum(order), strict=False)
        .min()
        .cast(pl.String)
    )


def _happened() -> pl.Expr:
    """Day and time of the earliest report, as far as they are known."""
    minute = pl.col("minute").min()
    return (
        pl.when(minute.is_not_null())
        .then(pl.from_epoch(minute * 60, time_unit="s").dt.strftime("%Y-%m-%d %H:%M"))
        .otherwise(pl.col("day").min().cast(pl.String))
    )
