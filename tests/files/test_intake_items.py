"""Item sheets, options, blueprints: question labels as people write them, keys and full marks in rows."""

import numpy as np
import pytest
from intake_sheets import pupils, read, write_xlsx

PUPILS = pupils(40)
RNG = np.random.default_rng(3)
MARKS = RNG.integers(0, 5, (len(PUPILS), 6)).astype(float)


def items_of(reading, column="raw_mark"):
    marks = reading.sheets[0].marks
    who = reading.sheets[0].people.select("person", "ticket")
    table = marks.filter(marks["item"].is_not_null()).join(who, on="person")
    scale = 100 if column == "raw_mark" else None
    return {
        (r["ticket"], r["item"]): r[column] / scale if scale else r[column]
        for r in table.iter_rows(named=True)
    }


@pytest.mark.parametrize(
    ("headers", "labels"),
    [
        (["第1题", "第2题", "第3题", "第4题", "第5题", "第6题"], ["1", "2", "3", "4", "5", "6"]),
        ([1, 2, 3, 4, 5, 6], ["1", "2", "3", "4", "5", "6"]),
        (["1", "2", "3", "51", "51(1)", "51(3)"], ["1", "2", "3", "51", "51(1)", "51(3)"]),
        (["T1", "T2", "T3", "T15-1", "T15-2", "T16"], ["1", "2", "3", "15-1", "15-2", "16"]),
        (["1(4分)", "2(4分)", "3(4分)", "4（5分）", "5（5分）", "6（10分）"], ["1", "2", "3", "4", "5", "6"]),
        (["第15题(1)", "第15题(2)", "第16题", "第17题", "第18题", "第19题"], ["15(1)", "15(2)", "16", "17", "18", "19"]),
        (["Item.1", "Item.2", "Item.3", "Item.4", "Item.5", "Item.6"], ["1", "2", "3", "4", "5", "6"]),
        (["单选1", "单选2", "填空1", "填空2", "解答1", "解答2"], ["单选1", "单选2", "填空1", "填空2", "解答1", "解答2"]),
        (["1题", "2题", "3题", "4题", "5题得分", "6题"], ["1", "2", "3", "4", "5", "6"]),
        (["一、1", "一、2", "二、1", "二、2", "三、1", "三、2"], ["一、1", "一、2", "二、1", "二、2", "三、1", "三、2"]),
    ],
)  # fmt: skip
def test_labels_of_questions(tmp_path, headers, labels):
    rows = [["考号", "姓名", "总分", "客观分", "主观题", *headers]]
    rows += [
        [p.ticket, p.name, m.sum(), m[:3].sum(), m[3:].sum(), *m] for p, m in zip(PUPILS, MARKS, strict=True)
    ]
    reading = read(write_xlsx(tmp_path / "九年级数学小题分.xlsx", {"s": rows}))
    sheet = reading.sheets[0]
    assert sheet.reading.kind == "items"
    assert reading.as_json()["sheets"][0]["subjects"] == ["数学"]
    assert [c.role for c in sheet.reading.columns[2:5]] == ["total", "subtotal", "subtotal"]
    want = {
        (p.ticket, label): m[k] for p, m in zip(PUPILS, MARKS, strict=True) for k, label in enumerate(labels)
    }
    assert items_of(reading) == want
    whole = sheet.marks.filter(sheet.marks["item"].is_null())
    assert whole["raw_mark"].to_list() == (MARKS.sum(axis=1) * 100).astype(int).tolist()
    assert not [p for p in reading.problems if p.code == "total.disagrees"]


def test_numbers_under_merged_groups(tmp_path):
    top = ["考号", "姓名", "客观题", "", "", "主观题", "", ""]
    leaf = ["", "", 1, 2, 3, 1, 2, 3]
    rows = [
        ["物理小题得分"],
        top,
        leaf,
        *([p.ticket, p.name, *m] for p, m in zip(PUPILS, MARKS, strict=True)),
    ]
    merged = [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 4), (1, 5, 1, 7)]
    reading = read(write_xlsx(tmp_path / "a.xlsx", {"s": rows}, merged={"s": merged}))
    labels = {label for _, label in items_of(reading)}
    assert labels == {"客观题-1", "客观题-2", "客观题-3", "主观题-1", "主观题-2", "主观题-3"}


@pytest.mark.parametrize("labels", [("第1题", "第2题"), (1, 2)])
def test_questions_of_several_subjects(tmp_path, labels):
    top = ["考号", "姓名", "语文", "", "数学", ""]
    rows = [
        top,
        ["", "", *labels, *labels],
        *([p.ticket, p.name, *m[:4]] for p, m in zip(PUPILS, MARKS, strict=True)),
    ]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5)]
    reading = read(write_xlsx(tmp_path / "a.xlsx", {"s": rows}, merged={"s": merged}))
    marks = reading.sheets[0].marks.filter(reading.sheets[0].marks["item"].is_not_null())
    got = marks.filter(marks["person"] == 0).select("subject", "item", "raw_mark").rows()
    assert got == [
        (s, str(n), int(100 * MARKS[0][k]))
        for k, (s, n) in enumerate([("chinese", 1), ("chinese", 2), ("math", 1), ("math", 2)])
    ]


def test_one_question_wrong_in_the_sum_is_named_at_its_total(tmp_path):
    rows = [["考号", "姓名", "总分", *(f"第{k}题" for k in range(1, 7))]]
    rows += [
        [p.ticket, p.name, m.sum() + (n == 4), *m] for n, (p, m) in enumerate(zip(PUPILS, MARKS, strict=True))
    ]
    reading = read(write_xlsx(tmp_path / "化学.xlsx", {"s": rows}))
    assert [(p.code, p.place.address) for p in reading.problems] == [("total.disagrees", "C6")]


def test_options_key_row_and_full_marks_row(tmp_path):
    letters = RNG.choice(list("ABCD"), (len(PUPILS), 4))
    rows = [
        ["考号", "姓名", "1", "2", "3", "4", "15", "16"],
        ["", "满分", 3, 3, 3, 3, 10, 12],
        ["", "答案", "A", "B", "C", "AD", "", ""],
        *([p.ticket, p.name, *o, 5, 6] for p, o in zip(PUPILS, letters, strict=True)),
    ]
    rows[5][2] = ""
    rows[6][5] = "d,b"
    reading = read(write_xlsx(tmp_path / "八年级地理.xlsx", {"s": rows}))
    sheet = reading.sheets[0]
    assert [c.role for c in sheet.reading.columns[2:]] == ["option"] * 4 + ["item_mark"] * 2
    chosen = {k: v for k, v in items_of(reading, "option").items() if k[1] in "1234"}
    want = {(p.ticket, str(k + 1)): o[k] for p, o in zip(PUPILS, letters, strict=True) for k in range(4)}
    want |= {(PUPILS[2].ticket, "1"): "", (PUPILS[3].ticket, "4"): "BD"}
    assert chosen == want
    told = {r["label"]: (r["full_mark"], r["key"], r["kind"]) for r in sheet.blueprint.iter_rows(named=True)}
    assert told["1"] == (300, "A", "choice")
    assert told["4"] == (300, "AD", "multiple")
    assert told["16"] == (1200, None, None)


def test_absent_pupils_and_gaps_in_item_sheets(tmp_path):
    rows = [["考号", "姓名", "总分", *(f"第{k}题" for k in range(1, 7))]]
    rows += [[p.ticket, p.name, m.sum(), *m] for p, m in zip(PUPILS, MARKS, strict=True)]
    rows[1][2:] = ["缺考", *[""] * 6]
    rows[2][4] = ""
    rows[2][2] = ""
    reading = read(write_xlsx(tmp_path / "生物.xlsx", {"s": rows}))
    marks = reading.sheets[0].marks
    whole = marks.filter(marks["item"].is_null())
    assert whole.row(0, named=True)["status"] == "absent"
    assert marks.filter(marks["person"] == 0).height == 1
    assert [(p.code, p.place.address) for p in reading.problems] == [("item.blank", "E3")]


def test_long_form_of_questions(tmp_path):
    rows = [["考号", "姓名", "题号", "得分"]]
    rows += [[p.ticket, p.name, k + 1, m[k]] for p, m in zip(PUPILS, MARKS, strict=True) for k in range(6)]
    reading = read(write_xlsx(tmp_path / "英语.xlsx", {"s": rows}))
    assert reading.sheets[0].reading.kind == "items"
    assert items_of(reading) == {
        (p.ticket, str(k + 1)): m[k] for p, m in zip(PUPILS, MARKS, strict=True) for k in range(6)
    }


def test_blueprint(tmp_path):
    rows = [
        ["九年级数学双向细目表"],
        ["题号", "题型", "分值", "知识点", "能力层次", "预估难度", "答案"],
        [1, "单选题", 3, "有理数", "识记", 0.9, "A"],
        [2, "", 3, "函数", "理解", 0.7, "C"],
        ["15(1)", "解答题", 6, "几何", "应用", "55%", "略，见评分标准"],
        ["15(2)", "", "6分", "几何", "综合", "", ""],
        ["15(2)", "", 6, "几何", "综合", "", ""],
        ["合计", "", 18, "", "", "", ""],
    ]
    sheet = read(write_xlsx(tmp_path / "a.xlsx", {"细目表": rows}, merged={"细目表": [(2, 1, 3, 1)]})).sheets[
        0
    ]
    assert sheet.reading.kind == "blueprint"
    got = [tuple(r) for r in sheet.blueprint.select("subject", "label", "kind", "full_mark", "knowledge", "ability", "expected_facility", "key").iter_rows()]  # fmt: skip
    assert got == [
        ("math", "1", "choice", 300, "有理数", "识记", 0.9, "A"),
        ("math", "2", "choice", 300, "函数", "理解", 0.7, "C"),
        ("math", "15(1)", "open", 600, "几何", "应用", 0.55, None),
        ("math", "15(2)", "open", 600, "几何", "综合", None, None),
    ]
    assert (sheet.rows_in, sheet.rows_accepted, sheet.rows_listed) == (5, 4, 1)
    assert sheet.problems[0].code == "blueprint.duplicate"


def test_blueprint_with_a_column_per_ability(tmp_path):
    rows = [
        ["题号", "题型", "考查内容", "识记", "理解", "应用", "分值", "难度系数"],
        [1, "选择题", "细胞", "√", "", "", 2, 0.9],
        [2, "选择题", "细胞", "", "√", "√", 2, 0.6],
    ]
    sheet = read(write_xlsx(tmp_path / "生物细目表.xlsx", {"s": rows})).sheets[0]
    assert sheet.blueprint["ability"].to_list() == ["识记", "理解、应用"]


@pytest.mark.parametrize("merged", [True, False])
def test_option_and_mark_side_by_side(tmp_path, merged):
    top = ["考号", "姓名", "1", "", "2", "", "16"]
    leaf = ["", "", "选项", "得分", "选项", "得分", "得分"]
    if not merged:
        top, leaf = ["考号", "姓名", "第1题选项", "第1题得分", "第2题选项", "第2题得分", "第16题"], None
    rows = [top, *([leaf] if leaf else []), *([p.ticket, p.name, "A", 3, "C", 0, 5] for p in PUPILS)]
    ranges = {"s": [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5)]} if merged else {}
    reading = read(write_xlsx(tmp_path / "数学.xlsx", {"s": rows}, merged=ranges))
    assert [c.role for c in reading.sheets[0].reading.columns[2:]] == [
        "option",
        "item_mark",
        "option",
        "item_mark",
        "item_mark",
    ]
    marks = reading.sheets[0].marks.filter(reading.sheets[0].marks["person"] == 0)
    assert marks.select("item", "raw_mark", "option").rows() == [
        ("1", 300, "A"),
        ("2", 0, "C"),
        ("16", 500, None),
    ]
