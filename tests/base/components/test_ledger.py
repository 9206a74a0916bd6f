"""The ledger: found by pinyin, sorted with the missing last, filtered, paged, and exported whole."""

import io

import openpyxl
from django.http import QueryDict

from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.components.ledger_pages import workbook

COLUMNS = [
    Column("name", "学校", link="url"),
    Column("town", "乡镇", phone=False),
    Column("mean", "均分", "points"),
    Column("state", "状态", "tag", sortable=False),
    Column("note", "备注", shown=False),
]
ROWS = [
    {"name": "石桥镇初级中学", "town": "石桥镇", "mean": 71.25, "state": ("已交", "green"), "url": "/a"},
    {"name": "安禾县实验中学", "town": "城关街道", "mean": None, "state": ("未交", "red"), "note": "=1+1"},
    {"name": "柳林小学", "town": "柳林镇", "mean": 65.5, "state": ("已交", "green")},
]


def ledger(query: str = "", **more) -> Ledger:
    filters = [Filter("town", "乡镇"), Filter("state", "状态")]
    return Ledger(QueryDict(query), "schools", "学校", COLUMNS, ROWS, filters, **more)


def names(found: Ledger) -> list[str]:
    return [row["cells"][0].text for row in found.body]


def test_pinyin_initials_words_and_letters_find_a_row():
    for typed in ("sqz", "石桥", "shiqiao", "SQ"):
        assert names(ledger(f"q={typed}")) == ["石桥镇初级中学"], typed
    assert names(ledger("q=zzzz")) == []


def test_sorting_both_ways_leaves_what_is_missing_at_the_end():
    assert names(ledger("sort=mean")) == ["柳林小学", "石桥镇初级中学", "安禾县实验中学"]
    assert names(ledger("sort=-mean")) == ["石桥镇初级中学", "柳林小学", "安禾县实验中学"]
    assert names(ledger("sort=name")) == ["安禾县实验中学", "柳林小学", "石桥镇初级中学"]


def test_a_column_that_would_rank_cannot_be_sorted_by():
    assert names(ledger("sort=state")) == [row["name"] for row in ROWS]


def test_filters_narrow_by_what_the_cells_say():
    assert names(ledger("state=已交")) == ["石桥镇初级中学", "柳林小学"]
    assert names(ledger("state=已交&town=柳林镇")) == ["柳林小学"]


def test_pages_are_kept_within_what_there_is():
    found = ledger("page=9", page_size=2)
    assert (found.page, found.pages, names(found)) == (2, 2, ["柳林小学"])
    assert found.next_link == ""
    assert "page=1" in found.previous_link


def test_long_texts_break_on_a_phone_and_numbers_never_do():
    cells = ledger().body[0]["cells"]
    assert [(cell.column.key, cell.long) for cell in cells] == [
        ("name", True), ("town", False), ("mean", False), ("state", False),
    ]  # fmt: skip


def test_the_export_holds_every_found_row_and_every_column_and_runs_no_formula():
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(ledger("state=未交")))).active
    assert [cell.value for cell in sheet[1]] == ["学校", "乡镇", "均分", "状态", "备注"]
    assert [cell.value for cell in sheet[2]] == ["安禾县实验中学", "城关街道", None, "未交", "=1+1"]
    assert sheet["E2"].data_type == "s"
    assert sheet.max_row == 2
