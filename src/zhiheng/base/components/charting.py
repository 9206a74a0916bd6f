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
        return self._told([column.title for column in self.chart.table().columns])

    @property
    def table_rows(self) -> list[list[str]]:
        """Its cells as printed."""
        return [self._told(row) for row in self.chart.table().printed()]

    def _told(self, cells: list[str]) -> list[str]:
        """Leave the column of judgements out where the chart judges nothing: 无法区分 would say too much."""
        fields = self.chart.fields
        if "tone" not in fields or any(self.chart.column("tone")):
            return cells
        return [cell for field, cell in zip(fields, cells, strict=True) if field != "tone"]
