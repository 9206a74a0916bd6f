"""Native Office charts point at their own numbers in the sheet."""

import io
import zipfile

import pytest
import xlsxwriter

from charts.examples import EXAMPLES
from zhiheng.charts.data import Kind
from zhiheng.charts.office import native_chart

NATIVE = {Kind.HISTOGRAM, Kind.BAR, Kind.GROUPED_BAR, Kind.LINE, Kind.CURVES, Kind.FUNNEL, Kind.QUADRANTS}


def _chart_xml(kind: Kind) -> str:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("图1")
        sheet.insert_chart("H2", native_chart(EXAMPLES[kind], book, "图1", 2))
    return zipfile.ZipFile(stream).read("xl/charts/chart1.xml").decode()


@pytest.mark.parametrize("kind", sorted(NATIVE))
def test_the_chart_reads_the_cells_below_the_header(kind: Kind) -> None:
    xml = _chart_xml(kind)
    assert EXAMPLES[kind].title in xml
    assert "图1" in xml
    assert "$3:" in xml


def test_intervals_become_error_bars() -> None:
    assert "errBars" in _chart_xml(Kind.BAR)


@pytest.mark.parametrize("kind", sorted(set(Kind) - NATIVE))
def test_kinds_office_lacks_are_left_to_the_picture(kind: Kind) -> None:
    assert native_chart(EXAMPLES[kind], xlsxwriter.Workbook(io.BytesIO()), "图1", 2) is None
