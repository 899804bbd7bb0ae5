"""The plan of a mission and what came of it, by area and by team."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from paragraph8.tables.answers import AnswerGrid, Grids
from paragraph8.tables.places import stations_with_top_area
from paragraph8.tables.tables import Tables
from paragraph8.tables.words import FORMS

MATRIX = {
    "election": pl.String,
    "area": pl.String,
    "form": pl.String,
    "planned": pl.Int64,
    "received": pl.Int64,
    "late": pl.Int64,
}
TEAMS = {
    "election": pl.String,
    "team": pl.String,
    "form": pl.String,
    "planned": pl.Int64,
    "received": pl.Int64,
    "late": pl.Int64,
}
SEEN = ("election", "observation", "form", "team", "station", "late", "area")


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan and the reports of one election.

    grids    form -> its reports, late ones too
    areas    names of the highest areas, sorted
    stops    election, team, stop, station, form, area (highest; "" if none): of teams not taken out
    out      form -> stops of teams that the mission took out
    reports  election, observation, form, team, station, late, area (highest; "" if none)
    """

    election: str
    grids: Mapping[str, AnswerGrid]
    areas: tuple[str, ...]
    stops: pl.DataFrame
    out: Mapping[str, int]
    reports: pl.DataFrame

    @property
    def forms(self) -> list[str]:
        """Forms that were planned or came, in the order of a mission."""
        named = {*self.grids, *self.stops["form"]}
        return [form for form in FORMS if form in named]

    def matrix(self) -> pl.DataFrame:
        """A row for every highest area and form, also where nothing was planned or came."""
        areas = pl.DataFrame({"area": list(self.areas)}, schema={"area": pl.String})
        forms = pl.DataFrame({"form": self.forms}, schema={"form": pl.String})
        return self._counted("area", areas.join(forms, how="cross")).select(*MATRIX)

    def teams(self) -> pl.DataFrame:
        """A row for every team and form that it planned or sent."""
        none = pl.DataFrame(schema={"team": pl.String, "form": pl.String})
        return self._counted("team", none).select(*TEAMS)

    def _counted(self, by: str, cells: pl.DataFrame) -> pl.DataFrame:
        plan, seen = self.stops.select(by, "form"), self.reports.select(by, "form", "late")
        late = pl.col("late").cast(pl.Int64)
        counts = (
            plan.group_by(by, "form").agg(planned=pl.len().cast(pl.Int64)),
            seen.group_by(by, "form").agg(received=(1 - late).sum(), late=late.sum()),
        )
        table = pl.concat([cells, plan, seen.drop("late")]).unique().sort("form", by)
        for count in counts:
            table = table.join(count, on=[by, "form"], how="left", maintain_order="left")
        return table.with_columns(
            pl.col("planned", "received", "late").fill_null(0), election=pl.lit(self.election)
        )


def plan_of(tables: Tables, election: str, grids: Grids) -> Plan:
    """The plan of one election; grids of all elections, late reports among them."""
    here = {form: grid for (of, form), grid in grids.items() if of == election}
    stops = tables["deployment"].filter(election=election)
    taken_out = tables["team"].filter(pl.col("excluded").is_not_null())["team"].to_list()
    out = stops.filter(pl.col("team").is_in(taken_out))
    kept = stops.filter(~pl.col("team").is_in(taken_out))
    places = stations_with_top_area(tables).select("election", "station", "area")
    placed = kept.join(places, on=["election", "station"], how="left", maintain_order="left")
    top = tables["area"].filter(pl.col("parent").is_null(), election=election)["name"]
    return Plan(
        election,
        here,
        tuple(top.unique().sort()),
        placed.with_columns(pl.col("area").fill_null("")),
        dict(out.group_by("form").len().rows()),
        _reports(here),
    )


def _reports(grids: Mapping[str, AnswerGrid]) -> pl.DataFrame:
    none = pl.DataFrame(schema=dict.fromkeys(SEEN, pl.String) | {"late": pl.Boolean})
    return pl.concat([none, *(grid.observations.select(SEEN) for grid in grids.values())])
