"""How each kind of chart is drawn in Vega-Lite: marks and encodings only; size and type are set in `vega`."""

from collections.abc import Callable
from typing import Any

from zhiheng.charts.data import Axis, ChartData, Kind, Tone
from zhiheng.charts.labelling import names_fitting

INK, GREY, PALE, BLUE, TINT, RED, GREEN = (
    "#1c2733",
    "#98a2b3",
    "#d5dae1",
    "#1d4f91",
    "#eaf1fb",
    "#b42318",
    "#2a7448",
)
NARROW_PX, FUNNEL_PX = 380, 160
"""The plot in which names of points are placed: a little smaller than it is drawn."""
TURN = 0.6
"""Part of the plot's width from which names stand to the left of their points."""
_TONES = [tone.value for tone in Tone]
# Shape says the same as colour, so that a black-and-white print still tells.
_COLOUR = {"domain": _TONES, "range": [GREY, BLUE, BLUE, GREEN, RED]}
_SHAPE = {"domain": _TONES, "range": ["circle", "diamond", "square", "triangle-up", "triangle-down"]}

Spec = dict[str, Any]


def _number_format(axis: Axis) -> str:
    """Return d3's format for axis ticks."""
    if axis.format.percent or axis.format.points:
        return ".0%"
    return ",~f"


def _quantity(field: str, axis: Axis, *, zero: bool = False) -> Spec:
    scale: Spec = {"zero": zero, "nice": True} | ({} if zero else {"padding": 14})
    if axis.lo is not None and axis.hi is not None:
        scale |= {"domain": [axis.lo, axis.hi], "nice": False, "padding": 0}
    return {
        "field": field,
        "type": "quantitative",
        "scale": scale,
        "axis": {"title": axis.text, "format": _number_format(axis)},
    }


def _label(field: str = "label") -> Spec:
    """Labels keep the order of the rows."""
    return {
        "field": field,
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "ticks": False, "domain": False},
    }


def _tone(channel: str = "color") -> Spec:
    scale = _COLOUR if channel == "color" else _SHAPE
    return {channel: {"field": "tone", "type": "nominal", "scale": scale, "legend": None}}


def _references(chart: ChartData) -> list[Spec]:
    """Draw each line to compare with, and its name at the end."""
    layers: list[Spec] = []
    once: Spec = {"values": [{}]}  # else the line is drawn again for every row
    for line in chart.references:
        at = {line.axis: {"datum": line.value}}
        layers.append(
            {
                "data": once,
                "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3], "strokeWidth": 1},
                "encoding": at,
            }
        )
        text: Spec = {"type": "text", "text": line.label, "color": INK, "fontSize": 11}
        if line.axis == "x":
            layers.append(
                {
                    "data": once,
                    "mark": text | {"align": "left", "dx": 4, "baseline": "bottom"},
                    "encoding": at | {"y": {"value": 0}},
                }
            )
        else:
            layers.append(
                {
                    "data": once,
                    "mark": text | {"align": "right", "dy": -9},
                    "encoding": at | {"x": {"value": "width"}},
                }
            )
    return layers


def _values(chart: ChartData, field: str = "value") -> Spec:
    """Print the value behind its bar."""
    percent = chart.x.format.percent or chart.x.format.points
    return {
        "field": field,
        "type": "quantitative",
        "format": f".{chart.x.format.decimals}{'%' if percent else 'f'}",
    }


def _histogram(chart: ChartData) -> Spec:
    x = _quantity("from", chart.x) | {"bin": "binned"}
    bars = {
        "mark": {"type": "bar", "color": GREY, "stroke": "white", "strokeWidth": 1},
        "encoding": {"x": x, "x2": {"field": "to"}, "y": _quantity("count", chart.y, zero=True)},
    }
    return {"layer": [bars, *_references(chart)]}


def _bar(chart: ChartData) -> Spec:
    y, x = _label(), _quantity("value", chart.x, zero=True)
    bars = {
        "mark": {"type": "bar", "height": {"band": 0.6}, "opacity": 0.65},
        "encoding": {"y": y, "x": x, **_tone()},
    }
    limits = {
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
        "encoding": {"y": y, "x": _quantity("lo", chart.x, zero=True), "x2": {"field": "hi"}},
        "transform": [{"filter": "isValid(datum.lo)"}],
    }
    return {"layer": [bars, limits, *_references(chart)]}


def _grouped_bar(chart: ChartData) -> Spec:
    series = list(dict.fromkeys(str(value) for value in chart.column("series")))
    colours = [BLUE, GREY, PALE, INK][: len(series)]
    return {
        "mark": {"type": "bar"},
        "encoding": {
            "y": _label(),
            "yOffset": {"field": "series", "sort": series},
            "x": _quantity("value", chart.x, zero=True),
            "color": {
                "field": "series",
                "type": "nominal",
                "scale": {"domain": series, "range": colours},
                "sort": None,
            },
        },
    }


def _dumbbell(chart: ChartData) -> Spec:
    y, before, after = _label(), chart.word("before"), chart.word("after")
    rule = {
        "mark": {"type": "rule", "color": GREY, "strokeWidth": 3},
        "encoding": {"y": y, "x": _quantity("before", chart.x), "x2": {"field": "after"}},
    }
    ends = {"domain": [before, after], "range": [GREY, BLUE]}
    shapes = {"domain": [before, after], "range": ["circle", "diamond"]}
    point = {
        "transform": [
            {"fold": ["before", "after"], "as": ["end", "value"]},
            {"calculate": f"datum.end == 'before' ? '{before}' : '{after}'", "as": "end"},
        ],
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
        "encoding": {
            "y": y,
            "x": _quantity("value", chart.x),
            "color": {"field": "end", "type": "nominal", "scale": ends},
            "shape": {"field": "end", "type": "nominal", "scale": shapes},
        },
    }
    return {"layer": [rule, point, *_references(chart)]}


def _box(chart: ChartData) -> Spec:
    y, low = _label(), _quantity("low", chart.x)
    whisker = {
        "mark": {"type": "rule", "color": GREY},
        "encoding": {"y": y, "x": low, "x2": {"field": "high"}},
    }
    box = {
        "mark": {"type": "bar", "color": PALE, "height": {"band": 0.55}, "stroke": GREY},
        "encoding": {"y": y, "x": _quantity("q1", chart.x), "x2": {"field": "q3"}},
    }
    middle = {
        "mark": {"type": "tick", "color": INK, "thickness": 2.5, "size": 15},
        "encoding": {"y": y, "x": _quantity("median", chart.x)},
    }
    return {"layer": [whisker, box, middle, *_references(chart)]}


def _funnel(chart: ChartData) -> Spec:
    x = {
        "field": "count",
        "type": "quantitative",
        "axis": {"title": chart.x.text, "grid": False},
        "scale": {"zero": True},
    }
    limits = [
        {
            "mark": {
                "type": "line",
                "interpolate": "monotone",
                "color": GREY,
                "strokeDash": [4, 3],
                "strokeWidth": 1.2,
            },
            "encoding": {"x": x, "y": _quantity(end, chart.y)},
        }
        for end in ("lo", "hi")
    ]
    points = {
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 0.95},
        "encoding": {"x": x, "y": _quantity("value", chart.y), **_tone(), **_tone("shape")},
    }
    points["encoding"]["tooltip"] = [
        {"field": name, "title": title, "type": kind}
        for name, title, kind in (
            ("label", "学校", "nominal"),
            ("count", chart.word("count"), "quantitative"),
            ("value", chart.word("value"), "quantitative"),
        )
    ]
    turn = TURN * max(count for count in chart.column("count") if isinstance(count, int | float))
    fitting = {"field": "label", "oneOf": _funnel_names(chart)}
    names = [
        {
            "transform": [{"filter": {"and": [fitting, {"field": "count", bound: turn}]}}],
            "mark": {"type": "text", "align": align, "dx": dx, "fontSize": 11, "color": INK},
            "encoding": {"x": x, "y": _quantity("value", chart.y), "text": {"field": "label"}},
        }
        for bound, align, dx in (("lt", "left", 7), ("gte", "right", -7))
    ]
    return {"layer": [*limits, points, *names, *_references(chart)]}


def _funnel_names(chart: ChartData) -> list[str]:
    """Return the names that fit, of those told apart: the farther outside its limits, the sooner named."""
    rows: list[dict[str, Any]] = [dict(row) for row in chart.records()]
    bottom, top = min(min(r["lo"], r["value"]) for r in rows), max(max(r["hi"], r["value"]) for r in rows)
    across = NARROW_PX / max(row["count"] for row in rows)
    up = FUNNEL_PX / ((top - bottom) or 1.0)
    return names_fitting(
        (
            (
                row["label"],
                row["count"] * across,
                row["value"] * up,
                abs(row["value"] - (row["lo"] + row["hi"]) / 2),
            )
            for row in rows
            if row["label"] and row["tone"]
        ),
        turn=TURN * NARROW_PX,
    )


def _quadrants(chart: ChartData) -> Spec:
    x, y = _quantity("facility", chart.x), _quantity("discrimination", chart.y)
    points = {
        "mark": {"type": "point", "filled": True, "size": 70},
        "encoding": {"x": x, "y": y, **_tone(), **_tone("shape")},
    }
    names = {
        "mark": {"type": "text", "align": "left", "dx": 7, "fontSize": 11, "color": INK},
        "encoding": {"x": x, "y": y, "text": {"field": "label"}},
    }
    return {"layer": [points, names, *_references(chart)]}


def _heatmap(chart: ChartData) -> Spec:
    columns = _label("column") | {"axis": {"title": None, "labelAngle": 0, "orient": "top", "ticks": False}}
    value = {"field": "value", "type": "quantitative"}
    cells = {
        "mark": {"type": "rect", "stroke": "white"},
        "encoding": {
            "x": columns,
            "y": _label("row"),
            "color": value | {"scale": {"range": [BLUE, TINT], "domain": [0, 1]}, "legend": None},
        },
    }
    numbers = {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {
            "x": columns,
            "y": _label("row"),
            "text": _values(chart),
            "color": {"condition": {"test": "datum.value < 0.32", "value": "white"}, "value": INK},
        },
    }
    return {"layer": [cells, numbers]}


def _band(chart: ChartData) -> Spec:
    # Where a row has no band its label would else come last.
    y = _label() | {"sort": list(chart.column("label"))}
    band = {
        "mark": {"type": "bar", "color": PALE, "height": {"band": 0.6}},
        "encoding": {"y": y, "x": _quantity("lo", chart.x), "x2": {"field": "hi"}},
        "transform": [{"filter": "isValid(datum.lo)"}],
    }
    county = {
        "mark": {"type": "tick", "color": INK, "thickness": 2, "size": 18},
        "encoding": {"y": y, "x": _quantity("county", chart.x)},
    }
    own = {
        "mark": {
            "type": "point",
            "filled": True,
            "size": 110,
            "shape": "diamond",
            "color": BLUE,
            "opacity": 1,
        },
        "encoding": {"y": y, "x": _quantity("own", chart.x)},
    }
    return {"layer": [band, county, own]}


def _line(chart: ChartData) -> Spec:
    series = list(dict.fromkeys(str(value) for value in chart.column("series")))
    return {
        "mark": {"type": "line", "point": {"filled": True, "size": 50}, "strokeWidth": 2},
        "encoding": {
            "x": _label() | {"axis": {"title": chart.x.text, "labelAngle": 0}},
            "y": _quantity("value", chart.y),
            "color": {
                "field": "series",
                "type": "nominal",
                "sort": None,
                "scale": {"domain": series, "range": [BLUE, GREY, INK][: len(series)]},
                "legend": {"orient": "bottom"},
            },
            "strokeDash": {"field": "series", "type": "nominal", "sort": None, "legend": None},
        },
    }


def _curves(chart: ChartData) -> Spec:
    """Lines told apart by shade and dash alike, for black-and-white print."""
    series = list(dict.fromkeys(str(value) for value in chart.column("series")))
    shades = [BLUE, INK, GREY]
    # Below: the name of the upright axis stands above the plot. One line needs no name.
    legend = {"orient": "bottom", "symbolSize": 300} if len(series) > 1 else None
    lines: Spec = {
        "mark": {"type": "line", "strokeWidth": 2, "interpolate": "monotone"},
        "encoding": {
            "x": _quantity("at", chart.x),
            "y": _quantity("value", chart.y),
            "color": {
                "field": "series",
                "type": "nominal",
                "sort": None,
                "scale": {"domain": series, "range": [shades[at % len(shades)] for at in range(len(series))]},
                "legend": legend,
            },
            "strokeDash": {"field": "series", "type": "nominal", "sort": None, "legend": legend},
        },
    }
    return {"layer": [*_references(chart), lines]}


DRAWN: dict[Kind, Callable[[ChartData], Spec]] = {
    Kind.HISTOGRAM: _histogram,
    Kind.BAR: _bar,
    Kind.GROUPED_BAR: _grouped_bar,
    Kind.DUMBBELL: _dumbbell,
    Kind.BOX: _box,
    Kind.FUNNEL: _funnel,
    Kind.QUADRANTS: _quadrants,
    Kind.HEATMAP: _heatmap,
    Kind.BAND: _band,
    Kind.LINE: _line,
    Kind.CURVES: _curves,
}
