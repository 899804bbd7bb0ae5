"""What do observers write about, by the theme that a person coded?"""

import polars as pl

from paragraph8.analysis.observation.parameters import settings_of
from paragraph8.kernel.figure import Evidence, Kind
from paragraph8.kernel.figure_maker import OBSERVED, FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.kernel.sql import literal, query
from paragraph8.tables.answers import answer_grids
from paragraph8.tables.answers_sql import counted_sql
from paragraph8.tables.tables import Tables

NAME = "observation.comments"
LIMITS = (
    "Comments are written where something struck a team: their number measures attention, and is "
    "no share of stations or forms.",
    "Themes are what the person who read the comments made of them.",
)


def comments(tables: Tables, parameters: Parameters) -> Result:
    """Comments by form and theme. The words themselves enter no snapshot.

    Needs observation, comment_theme. Figures by election and form:
        comments           comments with at least one theme
        theme [theme]      comments on the theme, of these
    Evidence `themes`: comments by form, theme and language.
    """
    settings = settings_of(parameters)
    maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
    figures, rows = [], []
    for (election, form), grid in sorted(answer_grids(tables, settings.late).items()):
        coded = tables["comment_theme"].join(
            grid.observations.select("observation"), on="observation", how="semi"
        )
        if coded.is_empty():
            continue
        where = {"election": election, "form": form}
        step = {"counted": counted_sql(election, form, settings.late)}
        from_ = "FROM comment_theme JOIN counted USING (observation)"
        n = coded.select("observation", "item").n_unique()
        one = "count(DISTINCT (observation, item))"
        for theme in [None, *coded["theme"].unique().sort()]:
            on_theme = coded if theme is None else coded.filter(pl.col("theme") == theme)
            condition = "" if theme is None else f" WHERE theme = {literal(theme)}"
            figures.append(
                maker.count(
                    "comments" if theme is None else "theme",
                    on_theme.select("observation", "item").n_unique(),
                    "comments",
                    kind=Kind.OBSERVATION_SHARE,
                    interval=OBSERVED,
                    denominator=n,
                    base="comments coded",
                    query=query(step, f"SELECT {one} {from_}{condition}"),
                    evidence=Evidence("themes", where),
                    where=where if theme is None else {**where, "theme": theme},
                )
            )
        rows.append(
            coded.group_by("theme", "language")
            .agg(comments=pl.len().cast(pl.Int64))
            .sort("theme", "language")
            .select(pl.lit(election).alias("election"), pl.lit(form).alias("form"), pl.all())
        )
    evidence = {"themes": pl.concat(rows)} if rows else {}
    notes = () if rows else ("No comment has been coded by theme.",)
    return Result(NAME, tables.snapshot, tuple(figures), LIMITS, (), evidence, notes, parameters)
