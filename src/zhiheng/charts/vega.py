"""ChartData to a Vega-Lite specification: the same on the page (vega-embed) and in documents (vl-convert).

Plain dictionaries: building them through Altair's classes costs more than drawing them. Tests validate each
kind against Altair's schema.
"""

from typing import Any

from zhiheng.charts.data import ChartData, Kind
from zhiheng.charts.vega_marks import DRAWN
from zhiheng.files.fonts import SANS

INK, MUTED, RULE, GREY = "#1c2733", "#667085", "#e3e7ed", "#98a2b3"
FONT = f"{SANS}, Noto Sans SC, Microsoft YaHei, sans-serif"
ROW_PX = 26
_LABEL_ROWS = {Kind.BAR, Kind.GROUPED_BAR, Kind.DUMBBELL, Kind.BOX, Kind.BAND, Kind.HEATMAP}


def _height(chart: ChartData) -> int:
    """Rows of labels get their own height; other charts are three times as wide as high, or so."""
    if chart.kind is Kind.HEATMAP:
        return ROW_PX * len(set(chart.column("row")))
    if chart.kind is Kind.GROUPED_BAR:
        return ROW_PX * len(chart.rows) * 3 // 4
    return ROW_PX * len(chart.rows) if chart.kind in _LABEL_ROWS else 190


def _config() -> dict[str, Any]:
    axis = {"labelColor": INK, "titleColor": MUTED, "gridColor": RULE, "domainColor": GREY, "tickColor": GREY}
    return {
        "font": FONT,
        "background": "white",
        "axis": axis
        | {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 220},
        "axisQuantitative": {"tickCount": 6},
        "axisY": {
            "grid": False,
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "end",
            "titleY": -8,
            "titleX": 0,
        },
        "legend": {"labelFontSize": 12, "labelColor": INK, "orient": "top", "title": None, "offset": 4},
        "view": {"stroke": None},
        "title": {
            "fontSize": 15,
            "color": INK,
            "anchor": "start",
            "subtitleColor": MUTED,
            "subtitleFontSize": 12,
        },
    }


def vega_spec(chart: ChartData, *, titled: bool = True, width: int = 440) -> dict[str, Any]:
    """Return the specification of a chart.

    Parameters
    ----------
    chart : the chart.
    titled : draw title and caption inside the picture; documents set them as text instead.
    width : of the plot in pixels; labels come on top.
    """
    spec: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": chart.title,
        "width": width,
        "height": _height(chart),
        "data": {"values": chart.records()},
        "config": _config(),
        **DRAWN[chart.kind](chart),
    }
    if titled:
        spec["title"] = {"text": chart.title, "subtitle": chart.caption}
    return spec
