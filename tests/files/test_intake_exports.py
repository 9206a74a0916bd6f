"""Exports of marking platforms, exam offices and forms, imitated with invented pupils: the exact records come out."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from intake_sheets import outcome, read, write_xlsx

NAMES = ["王一", "李二", "张三丰", "赵四海", "陈五", "刘六一", "杨七", "黄八方", "周九", "吴十月"]
ROWS = range(len(NAMES))
TICKETS = [f"2509{k:04d}" for k in ROWS]
STUDENT_NOS = [f"G3301102012{k:08d}" for k in ROWS]
CHINESE = [88, 92.5, 70, 65, 101, 99.5, 45, 80, 77, 60]
MATHS = [90, 110, 66.5, 30, 118, 75, 20, 85, 79, 50]
ENGLISH = [70, 80, 60, 55, 99, 91, 30, 66, 72, 41]
SUMS = [sum(marks) for marks in zip(CHINESE, MATHS, ENGLISH, strict=True)]


@dataclass(frozen=True)
class Layout:
    """A workbook and what must be read from it. `problems` lists (code, cell) in the order told."""

    rows: list[list[Any]]
    expected: dict[tuple[str, ...], Any]
    problems: list[tuple[str, str]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    file: str = "成绩.xlsx"
    sheet: str = "Sheet1"
    rows_in: int = len(NAMES)


def of(subject, marks, *more):
    """Return the records of one subject, one mark per pupil."""
    return {(name, subject, *more): mark for name, mark in zip(NAMES, marks, strict=False)}


def exam_office_with_bonus():
    header = ["考生号", "报名号", "姓名", "毕业学校", "县区", "语文A卷", "语文B卷", "语文", "数学", "听力", "英语", "体育", "实验操作", "加分", "等级", "折合分", "总分(不含加分)", "总分(含加分)"]  # fmt: skip
    bonus = [5 if k == 3 else 0 for k in ROWS]
    rows = [
        [TICKETS[k], str(k + 100), NAMES[k], "柳林镇初级中学", "安禾县", CHINESE[k] - 20, 20, CHINESE[k], MATHS[k], 20,
         ENGLISH[k], 45, 9, bonus[k], "B", 60.5, SUMS[k] + 45, SUMS[k] + 45 + bonus[k]]
        for k in ROWS
    ]  # fmt: skip
    marks = of("语文", CHINESE) | of("数学", MATHS) | of("英语", ENGLISH) | of("体育", [45] * 10)
    return Layout(
        [["2025年安禾县初中学业水平考试成绩"], header, *rows],
        marks,
        [("column.doubtful", "P")],
        [(0, 0, 0, 17)],
    )


def exam_office_levels_only():
    rows = [[NAMES[k], STUDENT_NOS[k], "ABCD"[k % 4], "A+", "B", "5A"] for k in ROWS]
    return Layout(
        [["姓名", "学籍号", "语文等级", "数学等级", "英语等级", "等级组合"], *rows],
        {},
        [("sheet.no_marks", "")],
    )


def levels_in_words():
    rows = [[NAMES[k], STUDENT_NOS[k], ["优", "良", "合格", "待合格"][k % 4], "优秀"] for k in ROWS]
    return Layout([["姓名", "学籍号", "语文", "数学"], *rows], {}, [("sheet.no_marks", "")])


def levels_in_long_form():
    rows = [[NAMES[k], STUDENT_NOS[k], s, "A"] for k in ROWS for s in ("语文", "数学")]
    return Layout(
        [["姓名", "学籍号", "学科", "等级"], *rows], {}, [("sheet.no_marks", "")], rows_in=2 * len(NAMES)
    )


def form_with_numbered_questions():
    header = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "总分", "1、您的姓名：", "2、所在学校", "3、班级"]  # fmt: skip
    rows = [[k + 1, f"2025/6/20 10:00:0{k}", "300秒", "微信", "无", "1.2.3.4", CHINESE[k], NAMES[k], "石桥中学", "七(1)班"] for k in ROWS]  # fmt: skip
    return Layout([header, *rows], of("语文", CHINESE), file="语文测验.xlsx")


def questions_with_their_kind():
    header = ["学生ID", "学号", "姓名", "班级", "得分", "班级排名", "客观题得分", "主观题得分", "1(单选)", "2(多选)", "3(填空)", "4-1(解答)", "4-2(解答)"]  # fmt: skip
    rows = [[9000 + k, TICKETS[k], NAMES[k], "7.1", 12 + k % 2, k + 1, 5, 7 + k % 2, 3, 2, 3 + k % 2, 2, 2] for k in ROWS]  # fmt: skip
    items = {"1": [3] * 10, "2": [2] * 10, "3": [3 + k % 2 for k in ROWS], "4-1": [2] * 10, "4-2": [2] * 10}
    expected = of("数学", [12 + k % 2 for k in ROWS])
    for label, marks in items.items():
        expected |= of("数学", marks, label)
    return Layout([["学校：石桥中学  学科：数学"], header, *rows], expected, merged=[(0, 0, 0, 12)])


def answer_and_mark_of_each_question():
    top = ["考号", "姓名", "第1题", "", "第2题", "", "第13题", ""]
    leaf = ["", "", *["作答", "得分"] * 3]
    rows = [[TICKETS[k], NAMES[k], "ABCD"[k % 4], 3 * (k % 2), "C", 3, "", k] for k in ROWS]
    expected = {(n, "数学", "1"): (3 * (k % 2), "ABCD"[k % 4]) for k, n in enumerate(NAMES)}
    expected |= of("数学", [(3, "C")] * 10, "2") | {(n, "数学", "13"): (k, "") for k, n in enumerate(NAMES)}
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5), (0, 6, 0, 7)]
    return Layout([top, leaf, *rows], expected, merged=merged, file="数学小题.xlsx")


def questions_of_two_subjects_with_a_total_of_both():
    top = ["考号", "姓名", "总分", "语文", "", "", "数学", "", ""]
    leaf = ["", "", "", "总分", "1", "2", "总分", "1", "2"]
    rows = [[TICKETS[k], NAMES[k], 20 + k + (5 if k == 4 else 0), 10 + k, 5, 5 + k, 10, 4, 6] for k in ROWS]
    expected = of("语文", [10 + k for k in ROWS]) | of("语文", [5] * 10, "1")
    expected |= of("语文", [5 + k for k in ROWS], "2")
    expected |= of("数学", [10] * 10) | of("数学", [4] * 10, "1") | of("数学", [6] * 10, "2")
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 5), (0, 6, 0, 8)]
    return Layout([top, leaf, *rows], expected, [("total.disagrees", "C7")], merged)


def chosen_subjects():
    header = ["考号", "姓名", "首选科目", "再选科目1", "再选科目2", "语文", "物理", "历史", "化学", "地理"]
    rows, expected = [], of("语文", CHINESE)
    for k, name in enumerate(NAMES):
        physics = k % 2 == 1
        mark = "" if k == 3 else MATHS[k]
        rows.append([TICKETS[k], name, "物理" if physics else "历史", "化学", "生物", CHINESE[k],
                     mark if physics else "", "" if physics else MATHS[k], ENGLISH[k], ""])  # fmt: skip
        expected[name, "物理"] = ("absent" if k == 3 else MATHS[k]) if physics else "not_taken"
        expected[name, "历史"] = "not_taken" if physics else MATHS[k]
        expected[name, "化学"] = ENGLISH[k]
    return Layout([header, *rows], expected, [("column.blank", "J")], file="高二.xlsx")


def subject_names_of_two_under_one_column():
    rows = [[NAMES[k], TICKETS[k], CHINESE[k], MATHS[k]] for k in ROWS]
    return Layout(
        [["姓名", "考号", "语文", "物理/历史"], *rows], of("语文", CHINESE), [("column.not_understood", "D")]
    )


def ranks_in_county_school_and_class_by_one_letter():
    header = ["姓名", "考号", "语文", "语县", "语校", "语班", "数学", "数县", "数校", "数班", "总分", "总县", "总校", "总班"]  # fmt: skip
    rows = [[NAMES[k], TICKETS[k], CHINESE[k], *[10 - k] * 3, MATHS[k], *[10 - k] * 3, CHINESE[k] + MATHS[k], *[10 - k] * 3] for k in ROWS]  # fmt: skip
    return Layout([header, *rows], of("语文", CHINESE) | of("数学", MATHS))


def ranks_with_words_and_percents():
    header = ["姓名", "准考证号", "语文", "语文班级排名", "数学", "数学年级排名", "总分", "击败率"]
    rows = [[NAMES[k], TICKETS[k], f"{CHINESE[k]}分", "12名", MATHS[k], "第3名", CHINESE[k] + MATHS[k], "85%"] for k in ROWS]  # fmt: skip
    return Layout([header, *rows], of("语文", CHINESE) | of("数学", MATHS))


def monitoring_numbers_in_districts():
    header = ["区县", "片区", "学校", "姓名", "监测号", "语文"]
    rows = [["甲县" if k < 5 else "乙区", "东片", "石桥中学", NAMES[k], f"JC{TICKETS[k]}", CHINESE[k]] for k in ROWS]  # fmt: skip
    return Layout([header, *rows], of("语文", CHINESE))


def raw_and_scaled_under_each_subject():
    top, leaf = ["姓名", "考号", "化学", "", "生物", ""], ["", "", *["原始分", "赋分"] * 2]
    rows = [[NAMES[k], TICKETS[k], CHINESE[k], 80 + k, MATHS[k], 70 + k] for k in ROWS]
    expected = {(n, "化学"): (CHINESE[k], 80 + k) for k, n in enumerate(NAMES)}
    expected |= {(n, "生物"): (MATHS[k], 70 + k) for k, n in enumerate(NAMES)}
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5)]
    return Layout([top, leaf, *rows], expected, merged=merged)


def parts_without_their_subject():
    rows = [[NAMES[k], TICKETS[k], CHINESE[k], ENGLISH[k], 10] for k in ROWS]
    return Layout(
        [["姓名", "考号", "语文", "英语笔试", "英语听力"], *rows],
        of("语文", CHINESE),
        [("column.doubtful", "D"), ("column.doubtful", "E")],
    )


def totals_in_long_form():
    rows = [
        [NAMES[k], TICKETS[k], s, m]
        for k in ROWS
        for s, m in (("语文", CHINESE[k]), ("数学", MATHS[k]), ("总分", CHINESE[k] + MATHS[k] + 7 * (k == 2)))
    ]
    expected = of("语文", CHINESE) | of("数学", MATHS)
    return Layout(
        [["姓名", "考号", "科目", "成绩"], *rows], expected, [("total.disagrees", "D10")], rows_in=30
    )


def a_level_in_brackets_behind_the_mark():
    rows = [[NAMES[k], TICKETS[k], f"{CHINESE[k]}(A)", f"{MATHS[k]}/B"] for k in ROWS]
    return Layout([["姓名", "考号", "语文", "数学"], *rows], of("语文", CHINESE) | of("数学", MATHS))


def a_line_of_units():
    rows = [[NAMES[k], TICKETS[k], CHINESE[k], MATHS[k]] for k in ROWS]
    return Layout(
        [["姓名", "考号", "语文", "数学"], ["", "", "(分)", "(分)"], *rows],
        of("语文", CHINESE) | of("数学", MATHS),
    )


def ranks_where_marks_should_be():
    rows = [[NAMES[k], TICKETS[k], k + 1, MATHS[k]] for k in ROWS]
    return Layout([["姓名", "考号", "语文", "数学"], *rows], of("数学", MATHS), [("column.doubtful", "C")])


def headers_that_belong_to_other_columns():
    rows = [[NAMES[k], TICKETS[k], 400 + k, 13800000000 + k, f"七{k % 3 + 1}班", MATHS[k]] for k in ROWS]
    return Layout(
        [["姓名", "考号", "语文(120)", "英语", "物理", "数学"], *rows],
        of("数学", MATHS),
        [("column.doubtful", c) for c in "CDE"],
    )


LAYOUTS = [value for value in list(globals().values()) if callable(value) and getattr(value, "__code__", None) and value.__module__ == __name__ and value.__code__.co_argcount == 0]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda f: f.__name__)
def test_layout(tmp_path, layout):
    made = layout()
    path = write_xlsx(tmp_path / made.file, {made.sheet: made.rows}, merged={made.sheet: made.merged})
    reading = read(path)
    assert outcome(reading) == made.expected
    assert [(p.code, p.place.address) for p in reading.problems] == made.problems
    (sheet,) = reading.sheets
    assert (sheet.rows_in, sheet.rows_listed) == (made.rows_in, 0)
    assert sheet.reading.kind in ("scores", "items")
    assert set(sheet.people["name"]) == set(NAMES)


def test_a_district_is_the_town_where_it_tells_schools_apart(tmp_path):
    for districts, town, want in ((("甲县", "乙区"), None, {"甲县", "乙区"}), (("甲县", "甲县"), None, {None}), (("甲县", "乙区"), "东街道", {"东街道"})):  # fmt: skip
        header = ["区县", *(["街道"] if town else []), "姓名", "语文"]
        rows = [[districts[k % 2], *([town] if town else []), NAMES[k], CHINESE[k]] for k in ROWS]
        (sheet,) = read(write_xlsx(tmp_path / "a.xlsx", {"s": [header, *rows]})).sheets
        assert set(sheet.people["town"]) == want


def test_choices_are_named_in_a_note(tmp_path):
    rows = [[NAMES[k], "物化生", CHINESE[k]] for k in ROWS]
    (sheet,) = read(write_xlsx(tmp_path / "a.xlsx", {"s": [["姓名", "选科", "语文"], *rows]})).sheets
    assert any("选科" in note for note in sheet.reading.notes)
