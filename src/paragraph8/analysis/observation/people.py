"""How many women sat on the commissions that observers saw, and how many chaired them?"""

from collections.abc import Iterator

import numpy as np

from paragraph8.analysis.observation.bases import Base, base_words
from paragraph8.analysis.observation.parameters import settings_of
from paragraph8.analysis.observation.sql import counted, share_query
from paragraph8.analysis.observation.stage import Stage, stages
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.figure_maker import FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.kernel.sql import query
from paragraph8.tables.systematic import refusal
from paragraph8.tables.tables import Tables

NAME = "observation.people"
LIMITS = (
    "Counted are members present when observers were there, not all who were appointed.",
    "A commission that several teams saw is counted each time.",
)
MEMBERS, WOMEN, CHAIR = "H12a", "H12b", "H12c"


def people(tables: Tables, parameters: Parameters) -> Result:
    """Women among members present, and women in the chair, by form.

    Needs mission, form_item, observation, answer. Figures by election and form:
        women      women among the members present / members present, where both were counted
        women_in_the_chair   commissions whose chair is a woman / commissions where that is known
    Excluded: forms without the numbers, or with more women than members.
    """
    settings = settings_of(parameters)
    refused = refusal(tables)
    if refused:
        return Result(NAME, tables.snapshot, (), LIMITS, notes=(refused,), parameters=parameters)
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    figures = [f for stage in stages(tables, settings) for f in _of_stage(maker, stage)]
    return Result(NAME, tables.snapshot, tuple(figures), LIMITS, parameters=parameters)


def _of_stage(maker: FigureMaker, stage: Stage) -> Iterator[Figure]:
    where = {"election": stage.election, "form": stage.form}
    members, women = stage.grid.numbers(MEMBERS), stage.grid.numbers(WOMEN)
    usable = (women <= members) & (members > 0)  # false where one is not known
    if usable.any():
        yield maker.share(
            "women",
            int(women[usable].sum()),
            int(members[usable].sum()),
            base=f"commission members present at {base_words(stage.form, Base.OBSERVATIONS)}",
            excluded={
                "numbers not given": int((np.isnan(members) | np.isnan(women)).sum()),
                "more women than members, or nobody": int(
                    ((women > members) | ((members == 0) & ~np.isnan(women))).sum()
                ),
            },
            query=_women_query(stage),
            where=where,
        )
    if CHAIR in stage.items:
        seen = stage.of_observations(stage.verdict(CHAIR), stage.excluded(CHAIR))
        if seen.answered:
            yield maker.share(
                "women_in_the_chair",
                seen.problems,
                seen.answered,
                base=base_words(stage.form, Base.OBSERVATIONS),
                excluded=seen.excluded,
                query=share_query(stage, CHAIR, Base.OBSERVATIONS),
                where=where,
            )


def _women_query(stage: Stage) -> str:
    numbers = (
        "SELECT observation,\n"
        f"  max(TRY_CAST(value AS BIGINT)) FILTER (item = '{MEMBERS}') AS members,\n"
        f"  max(TRY_CAST(value AS BIGINT)) FILTER (item = '{WOMEN}') AS women\n"
        "FROM counted JOIN answer USING (observation) WHERE state = 'given' GROUP BY observation"
    )
    return query(
        {"counted": counted(stage), "numbers": numbers},
        "SELECT sum(women) FROM numbers WHERE women <= members AND members > 0",
    )
