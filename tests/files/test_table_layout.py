"""Columns are as wide as their cells ask for; numbers never wrap; long text does."""

import pytest

from zhiheng.files.document import Column, Table
from zhiheng.files.number_formats import MARK
from zhiheng.files.table_layout import table_layout, text_width

A4_PT = 450.0
SIZES = (10.0, 9.0, 8.0)


def _table(columns: int, text: str = "语文") -> Table:
    heads = (Column("学科"), *(Column("均分", MARK) for _ in range(columns)))
    return Table("", heads, ((text, *[123.45] * columns),))


def test_a_chinese_character_is_as_wide_as_it_is_high() -> None:
    assert text_width("均分") == 2
    assert text_width("九3班") == pytest.approx(2 + 0.56 + 0.5)


def test_shares_add_up_and_type_shrinks_with_the_number_of_columns() -> None:
    few, many = (table_layout(_table(columns), A4_PT, SIZES) for columns in (4, 10))
    assert sum(few.shares) == pytest.approx(1)
    assert few.size_pt == 10
    assert many.size_pt < 10


@pytest.mark.parametrize("columns", [1, 4, 8])
def test_numbers_have_room(columns: int) -> None:
    layout = table_layout(_table(columns, "很长的一段话" * 20), A4_PT, SIZES)
    assert all(share * A4_PT >= text_width("123.45") * layout.size_pt for share in layout.shares[1:])


def test_a_long_text_takes_the_room_that_is_left() -> None:
    layout = table_layout(_table(1, "组织数学函数专题联片教研，骨干教师到薄弱学校同课异构"), A4_PT, SIZES)
    assert layout.shares[0] > 0.7


def test_an_empty_table_is_laid_out_by_its_heads() -> None:
    layout = table_layout(Table("", (Column("甲"), Column("乙")), ()), A4_PT, SIZES)
    assert layout.shares == pytest.approx((0.5, 0.5))
