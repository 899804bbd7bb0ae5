"""The few kinds of chart that statements use, each from a small table."""

from textwrap import wrap
from typing import Any

import altair as alt
import polars as pl

from paragraph8.statement.charts.render import BLUE, INK, OCHRE, PALE, WIDTH

ROW_HEIGHT = 22
LABEL_CHARACTERS = 46


def bars(rows: pl.DataFrame, label: str, value: str, axis_title: str) -> alt.TopLevelMixin:
    """Horizontal bars from zero with their number beside; rows in the order given."""
    rows = rows.with_columns(
        pl.Series(label, ["\n".join(wrap(text, LABEL_CHARACTERS)) for text in rows[label]])
    )
    order = rows[label].to_list()
    base = _chart(rows).encode(
        y=alt.Y(f"{label}:N", sort=order, title=None, axis=_wrapped_labels()),
        x=alt.X(
            f"{value}:Q",
            title=axis_title,
            axis=alt.Axis(tickMinStep=1, format=",d"),
            scale=alt.Scale(zero=True, nice=True),
        ),
    )
    marks = base.mark_bar(color=BLUE, height=12)
    numbers = base.mark_text(align="left", dx=4).encode(text=alt.Text(f"{value}:Q", format=",d"))
    return (marks + numbers).properties(width=WIDTH - 360, height=1.6 * ROW_HEIGHT * rows.height)


def two_sided_bars(
    rows: pl.DataFrame, label: str, left: str, right: str, left_title: str, right_title: str
) -> alt.TopLevelMixin:
    """Counts to the left and to the right of the labels, on one scale; rows in the order given."""
    largest = max(*rows[left].to_list(), *rows[right].to_list(), 1)
    order = rows[label].to_list()

    def half(column: str, title: str, reverse: bool, colour: str) -> alt.LayerChart:
        axis = (
            None
            if not reverse
            else alt.Axis(ticks=False, domain=False, orient="left", labelLimit=250)
        )
        base = _chart(rows).encode(
            y=alt.Y(f"{label}:N", sort=order, title=None, axis=axis),
            x=alt.X(
                f"{column}:Q",
                title=title,
                scale=alt.Scale(domain=[0, largest * 1.35], reverse=reverse, nice=False),
                axis=alt.Axis(tickCount=3, tickMinStep=1, format=",d"),
            ),
        )
        text = base.mark_text(align="right" if reverse else "left", dx=-4 if reverse else 4)
        number = text.encode(text=alt.Text(f"{column}:Q", format=",d"))
        return (base.mark_bar(color=colour, height=11) + number).properties(
            width=150, height=ROW_HEIGHT * rows.height
        )

    return alt.hconcat(
        half(left, left_title, True, BLUE), half(right, right_title, False, OCHRE), spacing=4
    )


def histogram(
    rows: pl.DataFrame, low: str, high: str, count: str, axis_title: str, count_title: str
) -> alt.Chart:
    """Bars over ready-made bins [low, high)."""
    return (
        _chart(rows)
        .mark_bar(color=BLUE, binSpacing=1)
        .encode(
            x=alt.X(f"{low}:Q", bin="binned", title=axis_title),
            x2=alt.X2(high),
            y=alt.Y(f"{count}:Q", title=count_title, scale=alt.Scale(zero=True)),
        )
        .properties(width=WIDTH - 80, height=190)
    )


def dots_with_ranges(
    rows: pl.DataFrame, label: str, value: str, low: str, high: str, axis_title: str
) -> alt.TopLevelMixin:
    """A dot for the value and a line from low to high (shares, shown in per cent)."""
    order = rows[label].to_list()
    axis = alt.Axis(format="%", tickCount=6)
    y = alt.Y(f"{label}:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False))
    chart = _chart(rows)
    x = alt.X(f"{low}:Q", title=axis_title, axis=axis, scale=alt.Scale(zero=True))
    line = chart.mark_rule(color=PALE, strokeWidth=5).encode(y=y, x=x, x2=alt.X2(high))
    dot = chart.mark_point(color=BLUE, filled=True, size=55, opacity=1).encode(
        y=y, x=alt.X(f"{value}:Q", title=axis_title, axis=axis)
    )
    beside = chart.mark_text(align="left", dx=6, color=INK, fontSize=11)
    number = beside.encode(
        y=y, x=alt.X(f"{high}:Q", title=axis_title), text=alt.Text(f"{value}:Q", format=".0%")
    )
    return (line + dot + number).properties(width=WIDTH - 200, height=15 * rows.height)


def _wrapped_labels() -> alt.Axis:
    split = "split(datum.label, '\\n')"
    return alt.Axis(ticks=False, domain=False, labelExpr=split, labelLineHeight=14)


def station_map(places: list[list[float]], marked: list[list[float]]) -> alt.TopLevelMixin:
    """Pale dots where stations are, ochre where they are marked; [longitude, latitude] each.

    Stations themselves draw the country: no tiles, no borders that someone may dispute.
    """
    country: dict[str, Any] = {
        "type": "Feature",
        "geometry": {"type": "MultiPoint", "coordinates": places},
        "properties": {},
    }
    background = alt.Chart(alt.Data(values=[country])).mark_geoshape(color=PALE, filled=True)
    rows = [{"longitude": longitude, "latitude": latitude} for longitude, latitude in marked]
    points = (
        alt.Chart(alt.Data(values=rows))
        .mark_circle(color=OCHRE, size=16, opacity=0.9)
        .encode(longitude="longitude:Q", latitude="latitude:Q")
    )
    # pointRadius is a matter of the projection; one path for thousands of stations stays small.
    return (
        (background + points)
        .project(type="mercator", pointRadius=1.5)
        .properties(width=WIDTH - 20, height=int((WIDTH - 20) * 0.62))
    )


def _chart(rows: pl.DataFrame) -> alt.Chart:
    return alt.Chart(alt.Data(values=rows.to_dicts()))
