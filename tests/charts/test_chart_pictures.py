"""Every kind of chart is valid Vega-Lite, is drawn, and shows its Chinese labels."""

import dataclasses

import altair as alt
import numpy as np
import pytest

from charts.examples import EXAMPLES
from charts.picture import pixels
from zhiheng.charts.data import ChartData, Kind
from zhiheng.charts.pictures import png, svg
from zhiheng.charts.vega import vega_spec


def test_there_is_an_example_of_every_kind() -> None:
    assert set(EXAMPLES) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_the_specification_satisfies_the_published_schema(kind: Kind) -> None:
    specification = vega_spec(EXAMPLES[kind])
    assert alt.Chart.from_dict(specification).to_dict()  # raises where the schema does not hold


@pytest.mark.parametrize("kind", Kind)
def test_every_chinese_label_is_set_as_text_in_a_font_that_has_it(kind: Kind) -> None:
    picture = svg(EXAMPLES[kind])
    assert EXAMPLES[kind].title in picture
    labels = EXAMPLES[kind].column("label") if "label" in EXAMPLES[kind].fields else []
    assert all(str(label) in picture for label in labels)
    assert "Noto Sans CJK SC" in picture
    assert "NaN" not in picture


def _ink(chart: ChartData) -> np.ndarray:
    return pixels(png(chart, titled=False, scale=1)) < 160


def test_labels_leave_ink() -> None:
    """A missing font drops every label without a word: so look at the paper."""
    chart = EXAMPLES[Kind.BAR]
    unit = chart.x.text
    blank = dataclasses.replace(
        chart,
        rows=tuple((" " * place, *row[1:]) for place, row in enumerate(chart.rows, start=1)),
        x=dataclasses.replace(chart.x, title=" ", unit=""),
    )
    labels = "".join(str(label) for label in chart.column("label")) + unit
    assert _ink(chart).sum() - _ink(blank).sum() > 15 * len(labels)


def test_different_characters_leave_different_ink() -> None:
    """Boxes for unknown characters would all look the same."""
    chart = EXAMPLES[Kind.BAR]
    one, other = (dataclasses.replace(chart, rows=((label, 4.7, 2.9, 6.5, ""),)) for label in ("语", "数"))
    assert (_ink(one) != _ink(other)).sum() > 10


def test_a_row_of_the_wrong_width_is_refused() -> None:
    with pytest.raises(ValueError, match="rows have 5 values"):
        dataclasses.replace(EXAMPLES[Kind.BAR], rows=(("语文", 1.0),))


def test_the_table_behind_a_chart_prints_its_numbers_and_says_what_tones_mean() -> None:
    table = EXAMPLES[Kind.QUADRANTS].table()
    assert table.printed()[0] == ["14", "0.18", "−0.12", "显著低"]
