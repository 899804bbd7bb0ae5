"""Charts of voter lists: how far stations differ beside what chance allows, and kinds of change."""

import altair as alt
import polars as pl

from paragraph8.statement.charts.list_plots import dashed_axis
from paragraph8.statement.charts.render import BLUE, INK, OCHRE, PALE, WIDTH


def station_funnel(rows: pl.DataFrame) -> alt.TopLevelMixin:
    """A dot per station by size and share; a band in which stations that differ alike would lie.

    rows   persons, gross, expected_low, expected_high, singled_out
    """
    data = alt.Chart(alt.Data(values=rows.sort("persons").to_dicts()))
    x = alt.X(
        "persons:Q", title="persons on either list of the station", axis=alt.Axis(tickCount=6)
    )
    share = alt.Axis(format="%", tickCount=5)
    title = "on one list only"
    band = data.mark_area(color=PALE, opacity=0.7).encode(
        x=x,
        y=alt.Y("expected_low:Q", title=title, axis=share, scale=alt.Scale(zero=True)),
        y2="expected_high:Q",
    )
    dots = data.mark_point(filled=True, size=36, opacity=0.9).encode(
        x=x,
        y=alt.Y("gross:Q", title=title, axis=share),
        color=alt.condition("datum.singled_out", alt.value(OCHRE), alt.value(BLUE)),
        shape=alt.condition("datum.singled_out", alt.value("diamond"), alt.value("circle")),
    )
    return (band + dots).properties(width=WIDTH - 90, height=260)


def sign_bars(rows: pl.DataFrame) -> alt.TopLevelMixin:
    """One bar per station, sorted: names on paper less names on the electronic list.

    rows   rank, net
    """
    data = alt.Chart(alt.Data(values=rows.to_dicts()))
    y = alt.Y("net:Q", title="names on paper less electronic", axis=dashed_axis(6))
    x = alt.X("rank:Q", title="stations, from most to fewest", axis=alt.Axis(tickCount=6))
    bars = data.mark_bar(size=max(1, int((WIDTH - 120) / max(rows.height, 1)) - 1)).encode(
        x=x, y=y, color=alt.condition("datum.net > 0", alt.value(BLUE), alt.value(OCHRE))
    )
    line = alt.Chart(alt.Data(values=[{"net": 0}])).mark_rule(color=INK).encode(y="net:Q")
    return (bars + line).properties(width=WIDTH - 90, height=200)
