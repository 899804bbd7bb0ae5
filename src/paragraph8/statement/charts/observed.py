"""Charts of what observers saw: assessments by stage, counts by area, two groups side by side."""

from textwrap import wrap
from typing import Any

import altair as alt
import polars as pl

from paragraph8.statement.charts.render import BLUE, INK, OCHRE, PALE, WIDTH

# From very good to very bad: two blues and two ochres, told apart without colour by their order.
GRADE_COLOURS = (BLUE, "#8fb3dc", "#dcb87a", OCHRE)
ROW_HEIGHT, PANEL_GAP, LABELS_WIDTH = 26, 14, 150
# Panels have titles of as many lines, so that their rows stand side by side.
TITLE_CHARACTERS, TITLE_LINES = 19, 4
LABEL_CHARACTERS, AREA_CHARACTERS, LINE_HEIGHT, MOST_LINES = 46, 30, 13, 3


def assessment_bars(rows: pl.DataFrame) -> alt.TopLevelMixin:
    """Stages as rows, the four grades as parts of one bar each.

    rows   stage, grade (in words), place (0..3), count, n; in the order of the day
    """
    stages = rows["stage"].unique(maintain_order=True).to_list()
    grades = rows.sort("place")["grade"].unique(maintain_order=True).to_list()
    before = pl.col("count").cum_sum().over("stage") - pl.col("count")
    middles = rows.with_columns(middle=(before + pl.col("count") / 2) / pl.col("n"))
    chart = _chart(middles)
    y = alt.Y("stage:N", sort=stages, title=None, axis=_plain_axis())
    bars = chart.mark_bar(height=16).encode(
        y=y,
        x=alt.X(
            "count:Q",
            stack="normalize",
            title="share of assessments",
            axis=alt.Axis(format="%", tickCount=5),
        ),
        order=alt.Order("place:Q"),
        color=alt.Color(
            "grade:N",
            sort=grades,
            scale=alt.Scale(domain=grades, range=list(GRADE_COLOURS)),
            legend=alt.Legend(orient="top", title=None, columns=4),
        ),
    )
    numbers = (
        chart.transform_filter("datum.count / datum.n > 0.04")
        .mark_text(fontSize=11)
        .encode(
            y=y,
            x=alt.X("middle:Q", scale=alt.Scale(domain=[0, 1])),
            text="count:Q",
            color=alt.condition(
                "datum.place == 0 || datum.place == 3", alt.value("white"), alt.value(INK)
            ),
        )
    )
    return (bars + numbers).properties(width=WIDTH - LABELS_WIDTH, height=ROW_HEIGHT * len(stages))


def counted_panels(rows: pl.DataFrame) -> alt.TopLevelMixin:
    """Small multiples: a panel for each question, areas as rows from west to east; a pale bar for
    all observations and a dark one for those with the problem, with "k of n" beside.

    rows   panel, area, k, n
    """
    panels = rows["panel"].unique(maintain_order=True).to_list()
    wrapped = ["\n".join(wrap(area, AREA_CHARACTERS)) for area in rows["area"]]
    rows = rows.with_columns(area=pl.Series(wrapped))
    areas = rows["area"].unique(maintain_order=True).to_list()
    width = (WIDTH - LABELS_WIDTH - PANEL_GAP * (len(panels) - 1)) // len(panels)
    made = [
        _panel(rows.filter(pl.col("panel") == panel), areas, panel, width, first=not place)
        for place, panel in enumerate(panels)
    ]
    return alt.hconcat(*made, spacing=PANEL_GAP)


def _panel(
    rows: pl.DataFrame, areas: list[str], title: str, width: int, first: bool
) -> alt.LayerChart:
    largest = max(int(str(rows["n"].max() or 1)), 1)
    chart = _chart(rows.with_columns(says=pl.format("{} of {}", "k", "n")))
    y = alt.Y("area:N", sort=areas, title=None, axis=_wrapped_axis() if first else None)
    lines = max(area.count("\n") + 1 for area in areas)

    def x(column: str) -> alt.X:
        return alt.X(
            f"{column}:Q",
            title=None,
            scale=alt.Scale(domain=[0, largest * 1.5], nice=False),
            axis=alt.Axis(tickCount=3, tickMinStep=1, format=",d", values=_ticks(largest)),
        )

    every = chart.mark_bar(color=PALE, height=9).encode(y=y, x=x("n"))
    some = chart.mark_bar(color=BLUE, height=9).encode(y=y, x=x("k"))
    says = chart.mark_text(align="left", dx=4, fontSize=10).encode(y=y, x=x("n"), text="says:N")
    return (every + some + says).properties(
        width=width,
        height=max(ROW_HEIGHT - 6, LINE_HEIGHT * min(lines, MOST_LINES) + 6) * len(areas),
        title=alt.TitleParams(
            wrap(title, TITLE_CHARACTERS)
            + [""] * (TITLE_LINES - len(wrap(title, TITLE_CHARACTERS))),
            fontSize=11,
            fontWeight="normal",
            anchor="start",
            color=INK,
        ),
    )


def _ticks(largest: int) -> list[int]:
    return [0, largest]


def paired_dots(rows: pl.DataFrame) -> alt.TopLevelMixin:
    """Questions as rows; a dot for each of two groups, and the line between them.

    rows   label, first (round mark), second (diamond): shares, 0..1
    """
    wrapped = ["\n".join(wrap(label, LABEL_CHARACTERS)) for label in rows["label"]]
    rows = rows.with_columns(label=pl.Series(wrapped))
    labels = rows["label"].to_list()
    chart = _chart(rows)
    y = alt.Y("label:N", sort=labels, title=None, axis=_wrapped_axis())

    def x(column: str) -> alt.X:
        axis = alt.Axis(format="%", tickCount=5)
        scale = alt.Scale(zero=True)
        return alt.X(f"{column}:Q", title="share of observations", axis=axis, scale=scale)

    line = chart.mark_rule(color=PALE, strokeWidth=4).encode(y=y, x=x("first"), x2=alt.X2("second"))
    one = chart.mark_point(shape="circle", filled=True, size=70, color=BLUE, opacity=1).encode(
        y=y, x=x("first")
    )
    two = chart.mark_point(shape="diamond", filled=True, size=70, color=OCHRE, opacity=1).encode(
        y=y, x=x("second")
    )
    return (line + one + two).properties(width=WIDTH - 310, height=(ROW_HEIGHT + 6) * len(labels))


def _wrapped_axis() -> alt.Axis:
    return alt.Axis(
        ticks=False,
        domain=False,
        labelLimit=320,
        labelExpr="split(datum.label, '\\n')",
        labelLineHeight=LINE_HEIGHT,
    )


def _plain_axis() -> alt.Axis:
    return alt.Axis(ticks=False, domain=False, labelLimit=280)


def _chart(rows: pl.DataFrame) -> alt.Chart:
    values: list[dict[str, Any]] = rows.to_dicts()
    return alt.Chart(alt.Data(values=values))
