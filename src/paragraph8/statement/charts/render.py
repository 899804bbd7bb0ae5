"""From an Altair chart to static SVG: house style, bundled fonts, no network, no chance."""

import re
from functools import cache
from importlib import resources
from typing import Any

import altair as alt
import vl_convert

INK = "#1f2933"
PALE = "#c9ced6"
BLUE = "#1d5fa8"
OCHRE = "#b7791f"
FONT = "Noto Sans"
WIDTH = 600

CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": None,
    "view": {"stroke": None},
    "padding": 4,
    "aria": False,
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": "#e6e8ec",
        "domainColor": PALE,
        "tickColor": PALE,
        "labelLimit": 320,
    },
    "text": {"color": INK, "fontSize": 12},
    "header": {"labelFontSize": 12, "labelColor": INK, "title": None},
}


def render_svg(chart: alt.TopLevelMixin, name: str) -> str:
    """The chart as SVG. Ids inside get `name` in front, so that several charts share a page."""
    _register_fonts()
    specification = chart.to_dict(validate=False)
    specification["config"] = CONFIG
    svg = str(vl_convert.vegalite_to_svg(specification, allowed_base_urls=[]))
    svg = re.sub(r'id="([^"]+)"', rf'id="{name}-\1"', svg)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)


def render_png(svg: str) -> bytes:
    """The SVG as PNG at twice its size, for documents that cannot hold SVG."""
    _register_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=2.0))


@cache
def _register_fonts() -> None:
    with resources.as_file(resources.files("paragraph8.statement") / "fonts" / "ttf") as folder:
        vl_convert.register_font_directory(str(folder))
