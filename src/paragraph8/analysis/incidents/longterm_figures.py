"""Figures of weekly reports: who was silent on what, and numbers by how far they are verified."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from paragraph8.analysis.incidents.longterm_sql import WeeklySql
from paragraph8.analysis.incidents.observed import Observed
from paragraph8.analysis.incidents.silence import SPOKE, THROUGHOUT
from paragraph8.analysis.incidents.standing import (
    ALLEGED,
    FACT,
    RECEIVED,
    REFUTED,
    levels_of,
)
from paragraph8.analysis.incidents.themes import Theme, themes
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.sql import literal

REGIONS = "regions where long-term observers were deployed or reported"
CELLS = "pairs of region and theme"
REGION_WEEKS = "weeks of all these regions taken together"
NUMBERS_OF = {
    FACT: "numbers given as observed or corroborated",
    RECEIVED: "numbers received from a single credible source",
    ALLEGED: "numbers not verified",
    REFUTED: "numbers that were refuted",
}
COUNTED_APART = {
    "numbers_received": RECEIVED,
    "numbers_alleged": ALLEGED,
    "numbers_refuted": REFUTED,
}
SUMS = {"sum_as_fact": FACT, "sum_received": RECEIVED, "sum_alleged": ALLEGED}
NOT_KNOWN, NOT_GIVEN = "not known", "no number given"


@dataclass(frozen=True, slots=True)
class WeeklyFigures:
    """Figures of the weekly reports of one election.

    reports, coverage, silence   as `weekly_reports`, `coverage_of`, `silence_of` make them
    regions                      those that should report
    numbers                      as `weekly_numbers` makes them
    """

    observed: Observed
    sql: WeeklySql
    reports: pl.DataFrame
    coverage: pl.DataFrame
    silence: pl.DataFrame
    regions: pl.Series
    numbers: pl.DataFrame

    def figures(self) -> Iterator[Figure]:
        """All of them; names and meanings stand in the docstring of the analysis."""
        yield from self._reporting()
        yield from self._silence()
        for theme in themes().all:
            of_theme = self.numbers.filter(theme=theme.id)
            if of_theme.height:
                yield from self._counts(theme, of_theme.drop_nulls("number"))
            for item in of_theme["item"].unique(maintain_order=True):
                if item not in themes().state:
                    yield from self._sums(theme, of_theme.filter(item=item))

    def _reporting(self) -> Iterator[Figure]:
        placed = self.reports.filter(pl.col("region") != "")
        weeks = placed["week"].drop_nulls().n_unique()
        yield self.observed.count(
            "weeks", weeks, "weeks", base="weeks of which any region reported",
            query=self.sql.weeks(), evidence=self.observed.rows("coverage"),
        )  # fmt: skip
        yield self.observed.count(
            "regions", len(self.regions), "regions", base=REGIONS,
            query=self.sql.regions(), evidence=self.observed.rows("silence"),
        )  # fmt: skip
        never = len(self.regions) - placed["region"].n_unique()
        yield self.observed.count(
            "regions_never", never, "regions", denominator=len(self.regions), base=REGIONS,
            query=self.sql.regions("region NOT IN (SELECT region FROM report)"),
            evidence=self.observed.rows("silence", silence=THROUGHOUT),
        )  # fmt: skip
        sent = placed.drop_nulls("week").select("region", "week").n_unique()
        yield self.observed.count(
            "region_weeks", sent, "region weeks", denominator=weeks * len(self.regions),
            base=REGION_WEEKS, query=self.sql.region_weeks(),
            evidence=self.observed.rows("coverage"),
        )  # fmt: skip

    def _silence(self) -> Iterator[Figure]:
        silent = self.silence.filter(silence=THROUGHOUT)
        if self.silence.is_empty():
            return
        yield self.observed.count(
            "cells_silent", silent.height, "pairs", denominator=self.silence.height, base=CELLS,
            query=self.sql.silent_cells(),
            evidence=self.observed.rows("silence", silence=THROUGHOUT),
        )  # fmt: skip
        for theme in themes().all:
            cells = self.coverage.filter(theme=theme.id)
            if cells.is_empty():
                continue
            yield self.observed.count(
                "regions_silent", silent.filter(theme=theme.id).height, "regions",
                denominator=len(self.regions), base=REGIONS,
                query=self.sql.silent_regions(theme),
                evidence=self.observed.rows("silence", theme=theme.id, silence=THROUGHOUT),
                where={"theme": theme.id},
            )  # fmt: skip
            yield self.observed.count(
                "theme_weeks", cells.filter(state=SPOKE).height, "region weeks",
                denominator=cells.height, base=REGION_WEEKS,
                query=self.sql.spoken_weeks(theme),
                evidence=self.observed.rows("coverage", theme=theme.id, state=SPOKE),
                where={"theme": theme.id},
            )  # fmt: skip

    def _counts(self, theme: Theme, given: pl.DataFrame) -> Iterator[Figure]:
        """How many whole numbers there are at each level; facts apart from the rest."""
        facts = given.filter(standing=FACT)
        for level in levels_of(FACT):
            yield self.observed.count(
                "numbers_as_fact", facts.filter(level=level).height, "numbers",
                denominator=facts.height, base=NUMBERS_OF[FACT],
                query=self.sql.numbers("count(*)", theme, FACT, f"level = '{level}'"),
                evidence=self.observed.rows("digest", theme=theme.id, level=level),
                where={"theme": theme.id, "level": level},
            )  # fmt: skip
        for name, standing in COUNTED_APART.items():
            yield self.observed.count(
                name, given.filter(standing=standing).height, "numbers",
                base=NUMBERS_OF[standing],
                query=self.sql.numbers("count(*)", theme, standing),
                evidence=self.observed.rows("digest", theme=theme.id, standing=standing),
                where={"theme": theme.id},
            )  # fmt: skip

    def _sums(self, theme: Theme, of_item: pl.DataFrame) -> Iterator[Figure]:
        for name, standing in SUMS.items():
            here = of_item.filter(standing=standing)
            if here["number"].count():
                yield self._sum(name, standing, theme, here)
        facts = of_item.filter(standing=FACT)
        if of_item["problem"][0]:
            for region in facts.filter(pl.col("number") > 0)["region"].unique().sort():
                if region:
                    yield self._sum("sum_as_fact", FACT, theme, facts.filter(region=region), region)

    def _sum(
        self, name: str, standing: str, theme: Theme, here: pl.DataFrame, region: str = ""
    ) -> Figure:
        item, unit = str(here["item"][0]), here["unit"][0] or "cases"
        condition = f"item = {literal(item)}"
        where, rows = {"item": item}, {"item": item, "standing": standing}
        if region:
            condition += f" AND region = {literal(region)}"
            where["area"], rows["region"] = region, region
        # Who says nothing on the whole section is silent on it, and counted there.
        without = here.filter(pl.col("level_stated") & pl.col("number").is_null())
        not_known = without.filter(state="dk").height
        return self.observed.count(
            name,
            int(here["number"].sum()),
            unit,
            base=NUMBERS_OF[standing],
            excluded={
                NOT_KNOWN: not_known,
                NOT_GIVEN: without.height - not_known,
            },
            query=self.sql.numbers("sum(number)::BIGINT", theme, standing, condition),
            evidence=self.observed.rows("digest", **rows),
            where=where,
        )
