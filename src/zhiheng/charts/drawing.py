"""A ChartData as the drawing a Document holds. Ties the two layers; knows nothing of either's inside."""

from dataclasses import dataclass
from typing import Any

from zhiheng.charts.data import ChartData
from zhiheng.charts.office import native_chart
from zhiheng.charts.pictures import png, svg
from zhiheng.files.document import Figure, Table


@dataclass(frozen=True, slots=True)
class ChartDrawing:
    """Satisfies `zhiheng.files.document.Drawing`; title and caption are set by the document, not in the picture."""

    chart: ChartData

    @property
    def title(self) -> str:
        """The finding."""
        return self.chart.title

    @property
    def caption(self) -> str:
        """n, interval, how to read it."""
        return self.chart.caption

    def svg(self) -> str:
        """Return the picture as SVG."""
        return svg(self.chart, titled=False)

    def png(self) -> bytes:
        """Return the picture as PNG."""
        return png(self.chart, titled=False)

    def table(self) -> Table:
        """Return the numbers."""
        return self.chart.table()

    def native(self, workbook: Any, sheet: str, first_row: int) -> Any | None:
        """Return an Office chart over the table, where Office has the kind."""
        return native_chart(self.chart, workbook, sheet, first_row)


def figure(chart: ChartData) -> Figure:
    """Return the chart as a block of a document."""
    return Figure(ChartDrawing(chart))
