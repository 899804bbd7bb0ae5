"""Where, when and in what setting were stages assessed negatively?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paragraph8.analysis.observation.bases import Base, base_words
from paragraph8.analysis.observation.overall import main_items
from paragraph8.analysis.observation.parameters import settings_of
from paragraph8.analysis.observation.sql import share_query
from paragraph8.analysis.observation.stage import Stage, stages
from paragraph8.analysis.stats.cells import merge_cells
from paragraph8.kernel.figure import Evidence, Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.kernel.sql import literal
from paragraph8.tables.places import areas_west_to_east
from paragraph8.tables.systematic import refusal
from paragraph8.tables.tables import Tables
from paragraph8.tables.words import SETTINGS

NAME = "observation.splits"
LIMITS = (
    "Areas, settings and hours were observed by different teams, who differ in strictness: a "
    "difference between them is among what was observed, and may be one between teams.",
    "Areas with few observations or teams are shown together with a neighbour to the west or east.",
)
TOGETHER, NOT_KNOWN = " + ", "not known"
HOURS = {
    "morning": (-7 * 24 * 60, 11 * 60),
    "midday": (11 * 60, 15 * 60),
    "later": (15 * 60, 7 * 24 * 60),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the forms of a stage: its label, which forms, and the condition in SQL."""

    label: str
    inside: NDArray[np.bool_]
    sql: str


def splits(tables: Tables, parameters: Parameters) -> Result:
    """Overall assessments and the main problems by area, setting and time of arrival.

    Needs mission, form_item, observation, answer, station, area. Figures, with election, form, item
    and one of area, setting, hours:
        negative, problem     share of observations
    Areas are the highest ones, from west to east by their stations; one with fewer answers or teams
    than the profile asks for is merged with a neighbour, so that no cell shows a team. Since
    the parts add up to the whole that is published beside them, a cell left blank could be found by
    subtraction: none is left blank.
    Evidence `splits`: every cell with its observations, teams, problems, answers, and whether the
    profile allows per cent (`per_cent`).
    """
    settings = settings_of(parameters)
    refused = refusal(tables)
    if refused:
        return Result(NAME, tables.snapshot, (), LIMITS, notes=(refused,), parameters=parameters)
    figures: list[Figure] = []
    rows: list[dict[str, object]] = []
    for stage in stages(tables, settings):
        maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
        for kind, cells in _cells(tables, stage).items():
            for item in main_items(stage):
                made = list(_of_item(maker, stage, item, kind, cells))
                figures += [figure for figure, _ in made]
                rows += [row for _, row in made]
    evidence = {"splits": pl.DataFrame(rows, schema=SCHEMA)}
    return Result(
        NAME, tables.snapshot, tuple(figures), LIMITS, evidence=evidence, parameters=parameters
    )


SCHEMA = {
    "election": pl.String,
    "form": pl.String,
    "item": pl.String,
    "split": pl.String,
    "cell": pl.String,
    "observations": pl.Int64,
    "teams": pl.Int64,
    "problems": pl.Int64,
    "answered": pl.Int64,
    "per_cent": pl.Boolean,
}


def _of_item(
    maker: FigureMaker, stage: Stage, item: str, kind: str, cells: Sequence[Cell]
) -> Iterator[tuple[Figure, dict[str, object]]]:
    verdict, profile = stage.verdict(item), stage.settings.profile
    rating = str(stage.item(item)["type"]).startswith("rating")
    for cell in cells:
        answered = cell.inside & (verdict >= 0)
        n, k = int(answered.sum()), int((answered & (verdict == 1)).sum())
        teams = len(np.unique(stage.team[answered]))
        if not n:
            continue
        where = {"election": stage.election, "form": stage.form, "item": item, kind: cell.label}
        evidence = {"election": stage.election, "item": item, "split": kind, "cell": cell.label}
        figure = maker.share(
            "negative" if rating else "problem",
            k,
            n,
            base=base_words(stage.form, Base.OBSERVATIONS),
            excluded={"no answer that counts": int(cell.inside.sum()) - n},
            query=share_query(stage, item, Base.OBSERVATIONS, among=cell.sql),
            evidence=Evidence("splits", evidence),
            where=where,
        )
        yield (
            figure,
            {
                **evidence,
                "form": stage.form,
                "observations": int(cell.inside.sum()),
                "teams": teams,
                "problems": k,
                "answered": n,
                "per_cent": n >= profile.percent_observations and teams >= profile.percent_teams,
            },
        )


def _cells(tables: Tables, stage: Stage) -> Mapping[str, list[Cell]]:
    return {
        "area": _merged(stage, _areas(tables, stage)),
        "setting": _merged(stage, _settings(stage)),
        "hours": _merged(stage, _hours(stage)),
    }


def _merged(stage: Stage, cells: list[Cell]) -> list[Cell]:
    """One grouping for all items: areas that are grouped differently from item to item would give
    each other away. Counted are answers to the item that has fewest in the cell, and teams that
    answered all items: what is enough by these is enough for each."""
    profile = stage.settings.profile
    there = [cell for cell in cells if cell.inside.any()]
    answered = [stage.verdict(item) >= 0 for item in main_items(stage)]
    if not answered:
        return []
    groups = merge_cells(
        [min(int((cell.inside & known).sum()) for known in answered) for cell in there],
        [_teams_in_all(stage, cell, answered) for cell in there],
        profile.least_observations,
        profile.least_teams,
    )
    return [_joined([there[place] for place in group]) for group in groups]


def _teams_in_all(stage: Stage, cell: Cell, answered: list[NDArray[np.bool_]]) -> set[int]:
    return set.intersection(*(set(stage.team[cell.inside & known].tolist()) for known in answered))


def _joined(cells: list[Cell]) -> Cell:
    inside = np.logical_or.reduce([cell.inside for cell in cells])
    sql = " OR ".join(cell.sql for cell in cells)
    label = TOGETHER.join(cell.label for cell in cells)
    return Cell(label, inside, f"({sql})" if len(cells) > 1 else sql)


def _areas(tables: Tables, stage: Stage) -> list[Cell]:
    areas = stage.grid.observations["area"]
    names = areas_west_to_east(tables, stage.election)
    highest = f"SELECT area FROM area WHERE election = {literal(stage.election)} AND parent IS NULL"
    known = f"coalesce(split_part(c.area, '/', 1) IN ({highest}), false)"
    return [
        *(Cell(name, (areas == name).to_numpy(), _inside(stage.election, name)) for name in names),
        Cell(f"area {NOT_KNOWN}", (~areas.is_in(names)).to_numpy(), f"NOT {known}"),
    ]


def _inside(election: str, name: str) -> str:
    """The areas below the highest area of this name: codes hold their parents' codes."""
    top = (
        f"SELECT area FROM area WHERE election = {literal(election)} AND parent IS NULL "
        f"AND name = {literal(name)}"
    )
    return f"split_part(c.area, '/', 1) IN ({top})"


def _settings(stage: Stage) -> list[Cell]:
    settings = stage.grid.observations["setting"]
    return [
        Cell(name, (settings == name).fill_null(False).to_numpy(), f"c.setting = {literal(name)}")
        for name in SETTINGS
    ] + [Cell(f"setting {NOT_KNOWN}", settings.is_null().to_numpy(), "c.setting IS NULL")]


def _hours(stage: Stage) -> list[Cell]:
    arrived = stage.grid.observations["arrived"]
    return [
        Cell(
            name,
            ((arrived >= low) & (arrived < high)).fill_null(False).to_numpy(),
            f"c.arrived >= {low} AND c.arrived < {high}",
        )
        for name, (low, high) in HOURS.items()
    ] + [Cell(f"hour {NOT_KNOWN}", arrived.is_null().to_numpy(), "c.arrived IS NULL")]
