"""ChartData as a native Office chart over its own numbers in a sheet, where Office has the kind; else None."""

from collections.abc import Callable
from itertools import cycle
from typing import Any

from zhiheng.charts.data import ChartData, Kind

BLUE, GREY, INK = "#1d4f91", "#98a2b3", "#1c2733"
_FONT = {"name": "微软雅黑", "size": 9}
_SIZE = {"width": 640, "height": 380}


class _Cells:
    """Addresses of a chart's table in its sheet."""

    def __init__(self, chart: ChartData, sheet: str, first_row: int) -> None:
        self.chart, self.sheet, self.first = chart, sheet, first_row

    def column(self, field: str) -> list[Any]:
        place = self.chart.fields.index(field)
        return [self.sheet, self.first, place, self.first + len(self.chart.rows) - 1, place]

    def rows(self, field: str, start: int, stop: int) -> list[Any]:
        """Rows start to stop − 1 of a field."""
        place = self.chart.fields.index(field)
        return [self.sheet, self.first + start, place, self.first + stop - 1, place]


def _histogram(chart: ChartData, book: Any, cells: _Cells) -> Any:
    made = book.add_chart({"type": "column"})
    made.add_series(
        {
            "name": chart.y.title,
            "categories": cells.column("from"),
            "values": cells.column("count"),
            "gap": 4,
            "fill": {"color": GREY},
        }
    )
    return made


def _bar(chart: ChartData, book: Any, cells: _Cells) -> Any:
    made = book.add_chart({"type": "bar"})
    values, lows, highs = (chart.column(name) for name in ("value", "lo", "hi"))
    series = {
        "name": chart.x.title,
        "categories": cells.column("label"),
        "values": cells.column("value"),
        "gap": 60,
        "fill": {"color": BLUE},
    }
    if all(isinstance(end, float) for end in (*values, *lows, *highs)):
        series["x_error_bars"] = {
            "type": "custom",
            "plus_values": [high - value for high, value in zip(highs, values, strict=True)],  # type: ignore[operator]
            "minus_values": [value - low for low, value in zip(lows, values, strict=True)],  # type: ignore[operator]
            "line": {"color": INK},
        }
    made.add_series(series)
    return made


def _series_runs(chart: ChartData) -> list[tuple[str, int, int]]:
    """Return the neighbouring rows of each series as (name, start, stop); rows must come series by series."""
    runs: list[tuple[str, int, int]] = []
    for place, name in enumerate(chart.column("series")):
        if runs and runs[-1][0] == name:
            runs[-1] = (runs[-1][0], runs[-1][1], place + 1)
        else:
            runs.append((str(name), place, place + 1))
    return runs


def _by_series(kind: str) -> Callable[[ChartData, Any, _Cells], Any]:
    def drawn(chart: ChartData, book: Any, cells: _Cells) -> Any:
        made = book.add_chart({"type": kind})
        for (name, start, stop), colour in zip(
            _series_runs(chart), (BLUE, GREY, INK, "#d5dae1"), strict=False
        ):
            look = {"line": {"color": colour, "width": 2}} if kind == "line" else {"fill": {"color": colour}}
            made.add_series(
                {
                    "name": name,
                    "categories": cells.rows("label", start, stop),
                    "values": cells.rows("value", start, stop),
                    **look,
                }
            )
        return made

    return drawn


def _curves(chart: ChartData, book: Any, cells: _Cells) -> Any:
    made = book.add_chart({"type": "scatter", "subtype": "smooth"})
    for (name, start, stop), colour in zip(_series_runs(chart), cycle((BLUE, INK, GREY)), strict=False):
        made.add_series(
            {
                "name": name,
                "categories": cells.rows("at", start, stop),
                "values": cells.rows("value", start, stop),
                "line": {"color": colour, "width": 2},
            }
        )
    return made


def _scatter(x: str, y: str, limits: tuple[str, ...] = ()) -> Callable[[ChartData, Any, _Cells], Any]:
    def drawn(chart: ChartData, book: Any, cells: _Cells) -> Any:
        made = book.add_chart({"type": "scatter"})
        marker = {"type": "circle", "size": 6, "fill": {"color": BLUE}, "border": {"none": True}}
        made.add_series(
            {
                "name": chart.y.title,
                "categories": cells.column(x),
                "values": cells.column(y),
                "marker": marker,
            }
        )
        for end in limits:
            made.add_series(
                {
                    "name": chart.word(end),
                    "categories": cells.column(x),
                    "values": cells.column(end),
                    "marker": {
                        "type": "short_dash",
                        "size": 5,
                        "fill": {"color": GREY},
                        "border": {"color": GREY},
                    },
                }
            )
        return made

    return drawn


_NATIVE: dict[Kind, Callable[[ChartData, Any, _Cells], Any]] = {
    Kind.HISTOGRAM: _histogram,
    Kind.BAR: _bar,
    Kind.GROUPED_BAR: _by_series("bar"),
    Kind.LINE: _by_series("line"),
    Kind.CURVES: _curves,
    Kind.FUNNEL: _scatter("count", "value", ("lo", "hi")),
    Kind.QUADRANTS: _scatter("facility", "discrimination"),
}


def native_chart(chart: ChartData, workbook: Any, sheet: str, first_row: int) -> Any | None:
    """Return an editable Office chart, or None where Office has no such kind (use the picture then).

    Parameters
    ----------
    chart : the chart; its `table()` stands in `sheet` with the first row of numbers at `first_row` (0-based), column 0.
    workbook : an open `xlsxwriter.Workbook`.
    """
    drawn = _NATIVE.get(chart.kind)
    if drawn is None or not chart.rows:
        return None
    made = drawn(chart, workbook, _Cells(chart, sheet, first_row))
    lying = chart.kind in (Kind.BAR, Kind.GROUPED_BAR)  # labels run down the y axis, first one on top
    made.set_title({"name": chart.title, "name_font": {**_FONT, "size": 12}, "overlay": False})
    made.set_x_axis({"name": chart.x.text, "name_font": _FONT, "num_font": _FONT})
    made.set_y_axis(
        {
            "name": chart.y.text,
            "name_font": _FONT,
            "num_font": _FONT,
            "major_gridlines": {"visible": not lying, "line": {"color": "#e3e7ed"}},
            "reverse": lying,
            "label_position": "low",
        }
    )
    made.set_legend(
        {"none": True}
        if chart.kind in (Kind.HISTOGRAM, Kind.BAR, Kind.QUADRANTS)
        else {"position": "top", "font": _FONT}
    )
    made.set_size(_SIZE)
    return made
