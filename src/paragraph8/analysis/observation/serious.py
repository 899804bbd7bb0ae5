"""Which serious violations did observers report, where, and on which form?"""

import numpy as np
import polars as pl

from paragraph8.analysis.observation.bases import Base, base_words
from paragraph8.analysis.observation.parameters import settings_of
from paragraph8.analysis.observation.problems import problem_rows
from paragraph8.analysis.observation.sql import any_query
from paragraph8.analysis.observation.stage import Stage, stages
from paragraph8.kernel.figure import Evidence, Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.systematic import refusal
from paragraph8.tables.tables import Tables

NAME = "observation.serious"
LIMITS = (
    "A serious violation is what a form marks as one; each is to be read with its comment and "
    "checked with the team before it is spoken of.",
    "The list with places and forms is for the mission's own work.",
)
SCHEMA = {
    "election": pl.String,
    "form": pl.String,
    "item": pl.String,
    "observation": pl.String,
    "station": pl.String,
    "area": pl.String,
    "setting": pl.String,
}


def serious(tables: Tables, parameters: Parameters) -> Result:
    """Serious violations (marked so in the codebook): a list for the mission, and how many forms.

    Needs mission, form_item, observation, answer. Figures by election and form:
        forms   with at least one serious problem / with at least one of these items answered
    Evidence `serious`: one row per violation: form, item, observation, station, area.
    """
    settings = settings_of(parameters)
    refused = refusal(tables)
    if refused:
        return Result(NAME, tables.snapshot, (), LIMITS, notes=(refused,), parameters=parameters)
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    figures: list[Figure] = []
    rows = [pl.DataFrame(schema=SCHEMA)]
    for stage in stages(tables, settings):
        items = [item for item in stage.items if stage.item(item)["serious"]]
        if items and any((stage.verdict(item) >= 0).any() for item in items):
            figures.append(_forms(maker, stage, items))
            rows.append(problem_rows(stage, items))
    return Result(
        NAME,
        tables.snapshot,
        tuple(figures),
        LIMITS,
        evidence={"serious": pl.concat(rows)},
        parameters=parameters,
    )


def _forms(maker: FigureMaker, stage: Stage, items: list[str]) -> Figure:
    verdicts = np.stack([stage.verdict(item) for item in items]).max(axis=0)
    where = {"election": stage.election, "form": stage.form}
    return maker.share(
        "forms",
        int((verdicts == 1).sum()),
        int((verdicts >= 0).sum()),
        base=base_words(stage.form, Base.OBSERVATIONS),
        excluded={"none of these questions answered": int((verdicts < 0).sum())},
        query=any_query(stage, items, Base.OBSERVATIONS),
        evidence=Evidence("serious", where),
        where=where,
    )
