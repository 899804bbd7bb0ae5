"""Figures of coverage, counted on its tables of evidence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from paragraph8.analysis.quality.coverage_sql import (
    areas_without_query,
    done_query,
    forms_without_query,
    received_query,
    silent_teams_query,
    silent_themes_query,
    teams_without_query,
)
from paragraph8.analysis.quality.figures import form_words, observed
from paragraph8.analysis.quality.plan import Plan
from paragraph8.kernel.figure import NOTHING, Evidence, Figure, Kind
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.tables.words import ELECTION_DAY_FORMS

TEAM_OUT = "team taken out by the mission"
CAME = pl.col("received") + pl.col("late") > 0
PLANNED = pl.col("planned") > 0


@dataclass(frozen=True, slots=True)
class CoverageFigures:
    """The figures of one election; matrix, teams and themes are its evidence."""

    maker: FigureMaker
    plan: Plan
    matrix: pl.DataFrame
    teams: pl.DataFrame
    themes: pl.DataFrame

    def all(self) -> Iterator[Figure]:
        """Every figure."""
        for form in self.plan.forms:
            yield from self._came(form)
            yield from self._of_plan(form)
            yield from self._by_team(form)
            yield from self._by_area(form)
        planned = set(self.teams.filter(PLANNED)["form"])
        if planned:
            came = set(self.teams.filter(CAME)["form"])
            yield self._count(
                "forms_without",
                len(planned - came),
                "forms",
                base="forms in the plan",
                of=len(planned),
                sql=forms_without_query(self.plan.election),
                table="matrix",
                where={"election": self.plan.election},
            )

    def _came(self, form: str) -> Iterator[Figure]:
        of_form = self.teams.filter(form=form)
        received, late = int(of_form["received"].sum()), int(of_form["late"].sum())
        if received + late == 0:
            return
        for name, n in (("received", received), ("late", late)):
            yield self._count(
                name,
                n,
                "forms",
                base=f"{form_words(form)} received",
                of=received + late if name == "late" else None,
                sql=received_query(self.plan.election, form, late=name == "late"),
                table="matrix",
                where=self._where(form),
                excluded=self.plan.grids[form].left_out,
            )

    def _of_plan(self, form: str) -> Iterator[Figure]:
        stops = self.plan.stops.filter(form=form)
        if stops.is_empty():
            return
        sent = self.plan.reports.filter(form=form).select("team", "station").drop_nulls()
        yield self._count(
            "done",
            stops.join(sent.unique(), on=["team", "station"], how="semi").height,
            "stops",
            base=f"stops planned with {form_words(form)}",
            of=stops.height,
            sql=done_query(self.plan.election, form),
            table="teams",
            where=self._where(form),
            excluded={TEAM_OUT: self.plan.out.get(form, 0)},
        )

    def _by_team(self, form: str) -> Iterator[Figure]:
        planned = self.teams.filter(PLANNED, form=form)
        if planned.height:
            yield self._count(
                "silent_teams",
                planned.filter(~CAME).height,
                "teams",
                base=f"teams with {form_words(form)} in their plan",
                of=planned.height,
                sql=silent_teams_query(self.plan.election, form),
                table="teams",
                where=self._where(form),
            )
        day_forms = [f for f in ELECTION_DAY_FORMS if f in self.plan.grids]
        active = set(self.teams.filter(CAME, pl.col("form").is_in(day_forms))["team"])
        if form in ELECTION_DAY_FORMS and active:
            yield self._count(
                "teams_without",
                len(active - set(self.teams.filter(CAME, form=form)["team"])),
                "teams",
                base="teams that sent some form of election day",
                of=len(active),
                sql=teams_without_query(self.plan.election, form, day_forms),
                table="teams",
                where=self._where(form),
            )

    def _by_area(self, form: str) -> Iterator[Figure]:
        areas = set(self.plan.areas)
        if areas:
            yield self._count(
                "areas_without",
                len(areas - set(self.matrix.filter(CAME, form=form)["area"])),
                "areas",
                base="highest areas",
                of=len(areas),
                sql=areas_without_query(self.plan.election, form),
                table="matrix",
                where=self._where(form),
            )
        cells = self.themes.filter(form=form)
        if cells.height:
            yield self._count(
                "silent_themes",
                cells.filter(pl.col("answered") == 0).height,
                "pairs of area and theme",
                base=f"pairs of area and theme that {form_words(form)} asked about",
                of=cells.height,
                sql=silent_themes_query(self.plan.election, form),
                table="themes",
                where=self._where(form),
            )

    def _where(self, form: str) -> dict[str, str]:
        return {"election": self.plan.election, "form": form}

    def _count(
        self,
        name: str,
        n: int,
        unit: str,
        *,
        base: str,
        of: int | None,
        sql: str,
        table: str,
        where: Mapping[str, str],
        excluded: Mapping[str, int] = NOTHING,
    ) -> Figure:
        return observed(
            self.maker.count(
                name,
                n,
                unit,
                kind=Kind.OBSERVATION_SHARE,
                denominator=of,
                base=base,
                excluded=excluded,
                query=sql,
                evidence=Evidence(table, where),
                where=where,
            )
        )
