"""Charts of one pair of entries, and of one list: a score in its parts, ages by sex."""

from typing import Any

import altair as alt
import polars as pl

from paragraph8.statement.charts.render import BLUE, INK, OCHRE, PALE, WIDTH

ROW_HEIGHT, PANEL_GAP, LABELS_WIDTH = 21, 18, 190
# Room for the number beside the longest bar, as a share of the span of all bars.
BESIDE = 0.26
MEN, WOMEN = "men", "women"
DASH = "\N{EN DASH}"


def waterfall(rows: pl.DataFrame, axis_title: str) -> alt.TopLevelMixin:
    """A panel for each alternative; each step starts where the last one ended; totals from nought.

    rows   panel, label, adds (a step, or what a total comes to), total (True: drawn from nought)
    """
    steps = _steps(rows)
    panels = steps["panel"].unique(maintain_order=True).to_list()
    low = min(0.0, float(steps.select(pl.min_horizontal("start", "end").min()).item()))
    high = max(0.0, float(steps.select(pl.max_horizontal("start", "end").max()).item()))
    room = BESIDE * max(high - low, 1.0)
    scale = alt.Scale(domain=[low - room, high + room], nice=False)
    width = (WIDTH - LABELS_WIDTH - PANEL_GAP * (len(panels) - 1)) // max(len(panels), 1)
    made = [
        _waterfall_panel(steps.filter(panel=panel), panel, axis_title, scale, width, first=not i)
        for i, panel in enumerate(panels)
    ]
    return alt.hconcat(*made, spacing=PANEL_GAP)


def _steps(rows: pl.DataFrame) -> pl.DataFrame:
    """Where each bar starts and ends, and the sign and number written beside it."""
    running = pl.when("total").then(0.0).otherwise("adds").cum_sum().over("panel")
    end = pl.when("total").then("adds").otherwise(running)
    start = pl.when("total").then(0.0).otherwise(running - pl.col("adds"))
    right, left = pl.max_horizontal(start, end), pl.min_horizontal(start, end)
    below = right <= 0
    colour = pl.when(pl.col("adds") < 0).then(pl.lit(OCHRE)).otherwise(pl.lit(BLUE))
    return rows.with_columns(
        start=start,
        end=end,
        # The number stands on the side away from nought, where no line crosses it.
        beside=pl.when(below).then(left).otherwise(right),
        below=below,
        colour=pl.when("total").then(pl.lit(INK)).otherwise(colour),
        says=pl.Series([_signed(value) for value in rows["adds"]], dtype=pl.String),
    )


def _signed(value: float) -> str:
    text = f"{value:+.1f}"
    return "0.0" if float(text) == 0 else text.replace("-", DASH)


def _waterfall_panel(
    steps: pl.DataFrame, title: str, axis_title: str, scale: alt.Scale, width: int, *, first: bool
) -> alt.LayerChart:
    labels = steps["label"].to_list()
    chart = _chart(steps)
    axis = alt.Axis(ticks=False, domain=False, labelPadding=6) if first else None
    y = alt.Y("label:N", sort=labels, title=None, axis=axis)
    x = alt.X("start:Q", scale=scale, title=axis_title, axis=dashed_axis(5))
    nought = _chart(pl.DataFrame({"at": [0.0]})).mark_rule(color=INK).encode(x=alt.X("at:Q"))
    bars = chart.mark_bar(height=12).encode(
        y=y, x=x, x2=alt.X2("end"), color=alt.Color("colour:N", scale=None)
    )
    beside = alt.X("beside:Q", scale=scale, title=axis_title)
    right = chart.transform_filter("!datum.below").mark_text(align="left", dx=4, fontSize=11)
    left = chart.transform_filter("datum.below").mark_text(align="right", dx=-4, fontSize=11)
    after, ahead = (text.encode(y=y, x=beside, text="says:N") for text in (right, left))
    panel = alt.TitleParams(title, fontSize=12, fontWeight="normal", anchor="start", color=INK)
    return (bars + nought + after + ahead).properties(
        width=width, height=ROW_HEIGHT * len(labels), title=panel
    )


def dashed_axis(ticks: int) -> alt.Axis:
    """An axis of whole numbers with a dash for minus: the bundled fonts have no minus sign."""
    plain = "format(abs(datum.value), 'd')"
    return alt.Axis(tickCount=ticks, labelExpr=f"datum.value < 0 ? '{DASH}' + {plain} : {plain}")


def age_pyramid(rows: pl.DataFrame, axis_title: str) -> alt.TopLevelMixin:
    """Men to the left, women to the right, the oldest on top; a line where the count is expected.

    rows   band, sex ("men" or "women"), count, expected_low, expected_high (null: no expectation);
           bands in the order of age
    """
    bands = rows["band"].unique(maintain_order=True).reverse().to_list()
    known = rows.select("count", "expected_high").max().row(0)
    most = max(1.0, *(float(value) for value in known if value is not None))
    side = pl.when(pl.col("sex") == MEN).then(-1).otherwise(1)
    signed = rows.with_columns(
        (side * pl.col(name)).alias(name) for name in ("count", "expected_low", "expected_high")
    )
    chart = _chart(signed)
    y = alt.Y("band:N", sort=bands, title=None, axis=alt.Axis(ticks=False, domain=False))
    axis = alt.Axis(labelExpr="format(abs(datum.value), ',d')", tickCount=6)
    scale = alt.Scale(domain=[-1.05 * most, 1.05 * most], nice=False)

    def x(column: str) -> alt.X:
        return alt.X(f"{column}:Q", title=axis_title, axis=axis, scale=scale)

    bars = chart.mark_bar(height=11, color=BLUE, opacity=0.8).encode(y=y, x=x("count"))
    given = chart.transform_filter("isValid(datum.expected_low)")
    expected = given.mark_rule(color=INK, strokeWidth=2).encode(
        y=y, x=x("expected_low"), x2=alt.X2("expected_high")
    )
    ends = given.mark_tick(color=INK, thickness=2, size=9, opacity=1)
    low, high = (ends.encode(y=y, x=x(f"expected_{end}")) for end in ("low", "high"))
    sexes = pl.DataFrame({"band": bands[:1] * 2, "sex": [MEN, WOMEN], "at": [-most, most]})
    heading = _chart(sexes).mark_text(dy=-16, fontSize=12)
    named = heading.encode(y=y, x=x("at"), text="sex:N")
    line = _chart(pl.DataFrame({"at": [0.0]})).mark_rule(color=PALE).encode(x=x("at"))
    return (bars + line + expected + low + high + named).properties(
        width=WIDTH - 110, height=(ROW_HEIGHT - 4) * len(bands)
    )


def _chart(rows: pl.DataFrame) -> alt.Chart:
    values: list[dict[str, Any]] = rows.to_dicts()
    return alt.Chart(alt.Data(values=values))
