"""What `inspect --json` and the records promise, on every kind of sheet and on sheets nobody would send."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_sheets import grid

from zhiheng.files.extract import extract
from zhiheng.files.problems import CATALOGUE
from zhiheng.files.reading import COLUMNS, Reading
from zhiheng.files.recognise import recognise
from zhiheng.files.sheets import KINDS, ROLES

SHEET = {
    "file": str, "sheet": str, "kind": str, "header_rows": list, "columns": list, "subjects": list,
    "pupils": int, "rows_in": int, "rows_accepted": int, "rows_listed": int,
}  # fmt: skip
COLUMN = {"column": str, "header": str, "role": str, "subject": str | None, "item": str | None, "confidence": float | int}  # fmt: skip
PROBLEM = dict.fromkeys(("code", "file", "sheet", "cell", "found", "expected", "fix"), str)
STATUSES = {"normal", "absent", "deferred", "cheat", "exempt_special", "not_scanned", "not_taken"}

EXAMPLES = {
    "scores": [["班级", "姓名", "语文", "数学"], ["1班", "学生甲", 80, "缺考"], ["1班", "学生乙", "8O", 70], ["", "", 3, 4]],
    "items": [["考号", "姓名", "第1题", "第2题"], ["25090001", "学生甲", 3, 4], ["25090002", "学生乙", "", ""]],
    "blueprint": [["题号", "题型", "分值", "知识点"], [1, "选择题", 3, "有理数"], ["第二部分", "", 5, ""]],
    "roster": [["学校", "姓名", "学籍号"], ["石桥中学", "学生甲", "G33010001"], ["石桥中学", "学生甲", "G33010001"]],
    "notes": [["填表说明"], ["1. 缺考请填缺考"]],
    "empty": [],
}  # fmt: skip


def assert_typed(said, form):
    assert said.keys() == form.keys()
    for key, kind in form.items():
        assert isinstance(said[key], kind), (key, said[key])


def kept(table, merged=()):
    """Read a table, check every promise, and return its entry in the JSON."""
    sheet = grid(table, merged=tuple(merged))
    found = extract(sheet, recognise(sheet))
    reading = Reading((found,), found.problems, ("成绩.xlsx",))
    said = json.loads(json.dumps(reading.as_json(), allow_nan=False))
    (own,) = said["sheets"]
    assert_typed(own, SHEET)
    assert own["rows_in"] == own["rows_accepted"] + own["rows_listed"]
    assert own["kind"] in KINDS
    for column in own["columns"]:
        assert_typed(column, COLUMN)
        assert column["role"] in ROLES
        assert 0 <= column["confidence"] <= 1
    for problem in said["problems"]:
        assert_typed(problem, PROBLEM)
        assert problem["code"] in CATALOGUE
        assert all(problem[key] for key in ("found", "expected", "fix"))
    blocking = {(p.place.row, p.place.column) for p in found.problems if p.blocks_row}
    assert len(blocking) == own["rows_listed"]
    records = reading.records()
    assert tuple(records.columns) == COLUMNS
    assert set(records["status"]) <= STATUSES
    assert records.filter(records["raw_mark"].is_not_null() & (records["raw_mark"] < 0)).is_empty()
    assert records["row"].is_between(1, len(table)).all() or own["columns"][0]["column"].isdigit()
    return own


def test_every_kind_of_sheet():
    for kind, table in EXAMPLES.items():
        assert kept(table)["kind"] == kind
    listed = {kind: kept(table)["rows_listed"] for kind, table in EXAMPLES.items()}
    assert listed == {"scores": 1, "items": 0, "blueprint": 1, "roster": 1, "notes": 0, "empty": 0}


HEADERS = ["姓名", "考号", "班级", "语文", "数学", "总分", "成绩", "名次", "第1题", "1", "2", "(1)", "答案1", "一、选择题", "备注", "科目", "等级", ""]  # fmt: skip
TITLES = ["语文", "数学成绩", "七(1)班", "八年级语文成绩", "平均分", "教师", "满分", "标准答案", ""]
CELLS = st.one_of(
    st.sampled_from(["学生甲", "学生乙", "25090001", "A", "缺考", "-1", "0(缺)", "8O", "1班(实验)", "60-69", "", "语文", "①"]),
    st.sampled_from([-1.0, 0.0, 80.0, 91.5, 3.0, 1.0]),
)  # fmt: skip


@st.composite
def sheets(draw):
    """Draw headers of one or two levels, perhaps twice side by side, over rows with titles and repeated headers."""
    width = draw(st.integers(1, 5))
    line = st.lists(CELLS, min_size=width, max_size=width)
    header = [draw(st.lists(st.sampled_from(HEADERS), min_size=width, max_size=width))]
    header *= draw(st.integers(1, 2))
    body = draw(
        st.lists(
            st.one_of(line, st.sampled_from(TITLES).map(lambda t: [t] + [""] * (width - 1))), max_size=12
        )
    )
    again = header if draw(st.booleans()) else []
    rows = [*header, *body, *again, *draw(st.lists(line, max_size=4))]
    if draw(st.booleans()):
        rows = [[*row, *row] for row in rows]
    span = draw(st.integers(1, 2 * width))
    return rows, [(1, 1, 1, span)] if span > 1 else []


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sheets())
def test_every_promise_on_any_sheet(drawn):
    kept(*drawn)
