"""The block model: numbering of headings, header groups, cells as printed."""

import pytest

from files.example_document import TABLE, example
from zhiheng.files.document import (
    Column,
    Estimate,
    Heading,
    Table,
    chinese_numeral,
    number_headings,
    paragraph,
)
from zhiheng.files.number_formats import MARK


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")]
)
def test_chinese_numerals(number: int, text: str) -> None:
    assert chinese_numeral(number) == text


def test_headings_are_numbered_as_gb_t_9704_does() -> None:
    blocks = (
        Heading("甲"),
        Heading("乙", 2),
        Heading("丙", 3),
        Heading("丁"),
        Heading("戊", 2),
        Heading("己", numbered=False),
    )
    assert number_headings(blocks) == ("一、", "（一）", "1. ", "二、", "（一）", "")


def test_header_groups_join_neighbours_only() -> None:
    assert TABLE.header_groups == (("", 1), ("", 1), ("均分", 2), ("", 1))
    assert Table("", (Column("甲"), Column("乙")), ()).header_groups == ()


def test_cells_are_printed_with_their_column() -> None:
    assert TABLE.printed()[0] == ["语文", "5,392", "84.63", "82.10", "78.30%\n77.20%～79.40%"]
    assert TABLE.printed()[1][3] == "—"
    assert Column("均分", MARK).text(Estimate(60.0, None, None)) == "60.00"


def test_a_number_in_a_text_column_is_an_error_not_a_guess() -> None:
    with pytest.raises(TypeError, match="学科"):
        Column("学科").text(3.0)


def test_a_row_must_fit_its_columns() -> None:
    with pytest.raises(ValueError, match="1 cells under 2 columns"):
        Table("表", (Column("甲"), Column("乙")), (("一",),))


def test_a_paragraph_is_its_runs() -> None:
    assert paragraph("应考", "实考").text == "应考实考"
    assert len(example().tables()) == 1
    assert len(example().figures()) == 1
