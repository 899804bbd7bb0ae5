"""What did long-term observers report, region by region, and on what was no region heard?"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from paragraph8.analysis.incidents.longterm_figures import WeeklyFigures
from paragraph8.analysis.incidents.longterm_sql import WeeklySql
from paragraph8.analysis.incidents.observed import Observed
from paragraph8.analysis.incidents.settings import Settings, settings_of
from paragraph8.analysis.incidents.silence import coverage_of, silence_of
from paragraph8.analysis.incidents.themes import FORM, Theme, themes
from paragraph8.analysis.incidents.weekly import (
    SILENT,
    expected_regions,
    weekly_answers,
    weekly_levels,
    weekly_reports,
)
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.answers import AnswerGrid, answer_grids
from paragraph8.tables.tables import Tables

NAME = "incidents.longterm"
LIMITS = (
    "Silence on a theme says that the mission knows nothing of it there, not that nothing was "
    "there to report.",
    "The level of verification is that of a whole section of a report, the weakest where claims "
    "differ; a single number may be better known than that.",
    "Numbers are what long-term teams came to know in their regions, no totals of the country; "
    "several teams, or several weeks, may tell of the same case.",
    "Numbers that stand, such as candidates registered so far, are not added up over weeks.",
)
NOTE_MISDATED = "Some weekly reports name a week far from the day of the form; that day was used."
NOTE_NO_REGION = "Weekly reports that name no region are in no count of weeks, regions and silence."
NOTE_SEVERAL = "For some regions and weeks there are several reports; their numbers are added up."
NOTE_WITHOUT_LEVEL = "Numbers of sections that state no level of verification count as allegations."
NOTE_NOT_ASKED = "No weekly report asked about: {titles}."


def longterm(tables: Tables, parameters: Parameters) -> Result:
    """Weekly reports by region, theme and week, with the same line of fact as incidents.

    Needs observation, answer, form_item, team. Figures by election:
        weeks, regions, regions_never, region_weeks    what was expected and what came
        cells_silent                pairs of region and theme on which nothing was ever said
        regions_silent [theme]      regions that never said anything on it
        theme_weeks [theme]         weeks, over all regions, with something on it
        numbers_as_fact [theme, level]   whole numbers given, by level, of those of both levels
        numbers_received, numbers_alleged, numbers_refuted [theme]      the same, each apart
        sum_as_fact, sum_received, sum_alleged [item]  sums of numbers of the week
        sum_as_fact [item, area]    of items that are a problem, by region, where above nought
    Expected are the regions of deployment of long-term teams and all that ever reported, in every
    week of which any region reported. Silent is who answered nothing, or did not report; not to
    know is an answer, and so are free words.
    Evidence: coverage, silence, numbers, digest.

    Problems: analysis.bad_parameter.
    Source: weekly report and coverage matrix of long-term observation, as in the method page.
    """
    settings = settings_of(parameters)
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    found = [
        _Weeks.of(tables, grid, settings, maker)
        for (_, form), grid in sorted(answer_grids(tables).items())
        if form == FORM
    ]
    if not found:
        note = "No weekly report is counted."
        return Result(NAME, tables.snapshot, (), LIMITS, notes=(note,), parameters=parameters)
    evidence = [one.evidence() for one in found]
    return Result(
        NAME,
        tables.snapshot,
        tuple(figure for one in found for figure in one.figures()),
        LIMITS,
        evidence={name: pl.concat(each[name] for each in evidence) for name in evidence[0]},
        notes=tuple(note for one in found for note in one.notes()),
        parameters=parameters,
    )


@dataclass(frozen=True, slots=True)
class _Weeks:
    """The weekly reports of one election."""

    settings: Settings
    observed: Observed
    reports: pl.DataFrame
    answers: pl.DataFrame
    levels: pl.DataFrame
    regions: pl.Series

    @classmethod
    def of(
        cls, tables: Tables, grid: AnswerGrid, settings: Settings, maker: FigureMaker
    ) -> "_Weeks":
        reports = weekly_reports(tables, grid, settings)
        every = themes().all
        return cls(
            settings,
            Observed(maker, grid.election),
            reports,
            weekly_answers(grid, tables["form_item"], every),
            weekly_levels(grid, every),
            expected_regions(tables, grid.election, reports),
        )

    @property
    def asked(self) -> list[str]:
        """Themes that any report asks about, in the order of the form."""
        found = set(self.answers["theme"])
        return [theme.id for theme in themes().all if theme.id in found]

    def coverage(self) -> pl.DataFrame:
        return coverage_of(self.reports, self.answers, self.regions, self.asked)

    def silence(self) -> pl.DataFrame:
        return silence_of(self.coverage(), self.reports, self.answers)

    def told(self) -> pl.DataFrame:
        """Answers on themes that have a level, with week, region and level of each."""
        counted = [theme.id for theme in themes().all if theme.has_level]
        return (
            self.answers.filter(pl.col("theme").is_in(counted))
            .join(self.reports, on="observation", maintain_order="left")
            .join(self.levels, on=["observation", "theme"], maintain_order="left")
        )

    def figures(self) -> Iterator[Figure]:
        sql = WeeklySql(self.observed.election, self.settings)
        numbers = self.told().filter(type="integer")
        yield from WeeklyFigures(
            self.observed, sql, self.reports, self.coverage(), self.silence(), self.regions, numbers
        ).figures()

    def evidence(self) -> dict[str, pl.DataFrame]:
        election = pl.lit(self.observed.election).alias("election")
        told = self.told()
        frames = {
            "coverage": self.coverage(),
            "silence": self.silence(),
            "numbers": _number_rows(told.filter(type="integer").drop_nulls("number")),
            "digest": _digest(told),
        }
        return {name: frame.select(election, pl.all()) for name, frame in frames.items()}

    def notes(self) -> Iterator[str]:
        numbers = self.told().filter(type="integer").drop_nulls("number")
        placed = self.reports.filter(pl.col("region") != "")
        titles = [theme.title for theme in _unasked(self.asked)]
        for note, holds in (
            (NOTE_MISDATED, self.reports["misdated"].any()),
            (NOTE_NO_REGION, placed.height < self.reports.height),
            (NOTE_SEVERAL, placed.select("region", "week").is_duplicated().any()),
            (NOTE_WITHOUT_LEVEL, not numbers["level_stated"].all()),
            (NOTE_NOT_ASKED.format(titles=", ".join(titles)), titles),
        ):
            if holds:
                yield note


def _unasked(asked: list[str]) -> list[Theme]:
    return [theme for theme in themes().all if theme.id not in asked]


def _number_rows(numbers: pl.DataFrame) -> pl.DataFrame:
    """A row per region, item and level: how many numbers, the sum unless they stand, the newest."""
    stands = pl.col("item").is_in(themes().state)
    return (
        numbers.sort("week", "observation", nulls_last=False)
        .group_by(
            "region", "theme", "item", "says", "unit", "standing", "level", maintain_order=True
        )
        .agg(
            numbers=pl.len().cast(pl.Int64),
            total=pl.col("number").sum(),
            newest=pl.col("number").last(),
        )
        .with_columns(total=pl.when(~stands).then("total"))
        .sort("region", "theme", "item", "standing", "level")
    )


def _digest(told: pl.DataFrame) -> pl.DataFrame:
    """For the drafter: every answer, and that words were written where they are withheld."""
    return (
        told.filter(~pl.col("state").is_in(SILENT))
        .sort("week", "region", "observation", maintain_order=True)
        .select(
            pl.col("week").cast(pl.String),
            "region",
            "theme",
            "level",
            pl.when("level_stated")
            .then(pl.lit("yes"))
            .otherwise(pl.lit("no"))
            .alias("level_stated"),
            "standing",
            "how_known",
            "item",
            "says",
            "state",
            "value",
            "unit",
            "observation",
        )
    )
