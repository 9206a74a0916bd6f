"""A ChartData as the chart card needs it: drawn by Vega on the page, with the table behind it."""

from dataclasses import dataclass
from typing import Any

from zhiheng.charts.data import ChartData
from zhiheng.charts.vega import vega_spec


@dataclass(frozen=True, slots=True)
class ChartCard:
    """One chart of a page; `id` is its place in the document."""

    id: str
    chart: ChartData

    @property
    def title(self) -> str:
        """The finding."""
        return self.chart.title

    @property
    def note(self) -> str:
        """n, interval, how to read it."""
        return self.chart.caption

    @property
    def spec(self) -> dict[str, Any]:
        """The drawing, as wide as its card."""
        return {
            **vega_spec(self.chart, titled=False),
            "width": "container",
            "autosize": {"type": "fit-x", "contains": "padding"},
        }

    @property
    def table_head(self) -> list[str]:
        """Column heads of the table behind the picture."""
        return [column.title for column in self.chart.table().columns]

    @property
    def table_rows(self) -> list[list[str]]:
        """Its cells as printed."""
        return self.chart.table().printed()
