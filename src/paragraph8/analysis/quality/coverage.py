"""Where were reports expected, from where did they come, and on what do they say nothing?"""

import polars as pl

from paragraph8.analysis.quality.coverage_figures import CoverageFigures
from paragraph8.analysis.quality.plan import MATRIX, TEAMS, plan_of
from paragraph8.analysis.quality.themes import THEMES, theme_rows
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.answers import answer_grids
from paragraph8.tables.tables import Tables

NAME = "quality.coverage"
LIMITS = (
    "Coverage says where reports came from, not whether other places are like those.",
    "An area without reports of problems is not an area without problems.",
    "Expected is what the plan says; a team may have had reasons, or orders, to leave it.",
)
NO_PLAN = "There is no plan: what was expected is not known."


def coverage(tables: Tables, parameters: Parameters) -> Result:
    """What came of the plan, by form, area, team and theme of the questions.

    Needs observation; uses deployment, area, station, form_item, answer, team. Reports that a
    correction replaces, or that the mission took out, are not counted. Figures by election and
    form:
        received, late   reports before the freeze; after it, of all received
        done             stops of the plan about which the team sent the form, of those planned
        silent_teams     teams with the form in their plan that sent none
        teams_without    teams that sent some form of election day and none of this one
        areas_without    highest areas from which none came
        silent_themes    pairs of area and theme that were asked about and have no answer
    and forms_without [election]: forms in the plan of which none came.
    Evidence: matrix (area and form, also where nothing came), teams, themes.
    """
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    late = bool(tables["observation"]["late"].any())
    grids = answer_grids(tables, late=late)
    named = {*tables["observation"]["election"], *tables["deployment"]["election"]}
    figures: list[Figure] = []
    matrix = [pl.DataFrame(schema=MATRIX)]
    teams = [pl.DataFrame(schema=TEAMS)]
    themes = [pl.DataFrame(schema=THEMES)]
    for election in sorted(named):
        plan = plan_of(tables, election, grids)
        matrix.append(plan.matrix())
        teams.append(plan.teams())
        asked = [theme_rows(plan.grids[form]) for form in plan.forms if form in plan.grids]
        themes.append(pl.concat([themes[0], *asked]))
        figures += CoverageFigures(maker, plan, matrix[-1], teams[-1], themes[-1]).all()
    return Result(
        NAME,
        tables.snapshot,
        tuple(figures),
        LIMITS,
        evidence={
            "matrix": pl.concat(matrix),
            "teams": pl.concat(teams),
            "themes": pl.concat(themes),
        },
        notes=() if tables["deployment"].height else (NO_PLAN,),
        parameters=parameters,
    )
