"""More of what platforms and schools send, imitated with invented pupils: headers, blocks, keys and codes of their own."""

import datetime as dt

import pytest
import xlsxwriter
from intake_sheets import outcome, read, write_xlsx
from test_intake_exports import CHINESE, MATHS, NAMES, ROWS, STUDENT_NOS, TICKETS, Layout, of

BOTH = of("语文", CHINESE) | of("数学", MATHS)
KEY = ["A", "C", "B", "D"]


def chosen(k):
    return ["ABCD"[(3 * k + j) % 4] for j in range(4)]


def points(k, n=4):
    return [float((7 * k + 5 * j + k * j) % 4) for j in range(n)]


def items(labels, subject="数学"):
    """Return the records of questions whose marks are `points`."""
    return {
        (name, subject, label): points(k, len(labels))[j]
        for k, name in enumerate(NAMES)
        for j, label in enumerate(labels)
    }


def options(subject="英语"):
    return {(name, subject, str(j + 1)): chosen(k)[j] for k, name in enumerate(NAMES) for j in range(4)}


def joint_exam_with_scaled_marks_and_questions():
    top = ["学校", "班级", "考号", "姓名", "选科", "生物", *[""] * 6, "客观题", "", "主观题", ""]
    leaf = ["", "", "", "", "", "赋分", "原始分", "等级", "班名次", "校名次", "客观题", "主观题", "选择1", "选择2", "17", "18"]  # fmt: skip
    rows = [["石桥高中", "2301", TICKETS[k], NAMES[k], "物化生", 85 + k, 7 + k % 4, "A", k + 1, k + 1, 4, 3 + k % 4, "2.00", "2.00", f"{k % 4}.00", "3.00"] for k in ROWS]  # fmt: skip
    expected = {(name, "生物"): (7 + k % 4, 85 + k) for k, name in enumerate(NAMES)}
    for label, marks in {"选择1": [2] * 10, "选择2": [2] * 10, "17": [k % 4 for k in ROWS], "18": [3] * 10}.items():  # fmt: skip
        expected |= of("生物", marks, label)
    merged = [(0, 5, 0, 11), (0, 12, 0, 13), (0, 14, 0, 15), *((0, c, 1, c) for c in range(5))]
    return Layout([top, leaf, *rows], expected, merged=merged, file="生物_小题分.xlsx")


def marks_and_three_ranks_under_each_subject():
    top = ["准考证号", "班级", "姓名", "总分", "", "", "", "语文", "", "", "", "数学", "", "", ""]
    leaf = ["", "", "", *["得分", "班次", "校次", "联考名次"] * 3]
    rows = [[TICKETS[k], "七年级3班", NAMES[k], CHINESE[k] + MATHS[k], 1, 2, 3, CHINESE[k], 1, 2, 3, MATHS[k], 1, 2, 3] for k in ROWS]  # fmt: skip
    merged = [(0, 0, 0, 14), *((1, c, 2, c) for c in range(3)), (1, 3, 1, 6), (1, 7, 1, 10), (1, 11, 1, 14)]
    return Layout([["【七年级】期末联考 - 学生成绩"], top, leaf, *rows], BOTH, merged=merged)


def measures_joined_by_underscores():
    header = ["考生号", "姓名", "班级名称", "学校名称", "语文_成绩", "语文_班级名次", "数学_成绩", "数学_学校名次", "全科_成绩", "全科_学校名次"]  # fmt: skip
    rows = [[TICKETS[k], NAMES[k], "1班", "石桥中学", CHINESE[k], 1, MATHS[k], 2, CHINESE[k] + MATHS[k], 3] for k in ROWS]  # fmt: skip
    return Layout([header, *rows], BOTH)


def initials_of_an_old_database():
    rows = [[TICKETS[k], NAMES[k], "1", "1", CHINESE[k], MATHS[k], CHINESE[k] + MATHS[k]] for k in ROWS]
    return Layout([["ZKZH", "XM", "XB", "BJ", "YW", "SX", "ZF"], *rows], BOTH)


def pivot_table():
    rows = [["张" + NAMES[k][1:], MATHS[k], CHINESE[k], CHINESE[k] + MATHS[k]] for k in ROWS]
    expected = {("张" + name[1:], subject): mark for (name, subject), mark in BOTH.items()}
    return Layout([["求和项:成绩", "列标签"], ["行标签", "数学", "语文", "总计"], *rows, ["总计", 667, 778, 1445]], expected)  # fmt: skip


def answers_with_a_key_row():
    rows = [["", "标准答案", *KEY], *([TICKETS[k], NAMES[k], *chosen(k)] for k in ROWS)]
    return Layout([["考号", "姓名", *(f"答案{j}" for j in range(1, 5))], *rows], options(), file="英语.xlsx")


def answers_named_after_the_question():
    rows = [[TICKETS[k], NAMES[k], *chosen(k)] for k in ROWS]
    return Layout([["考号", "姓名", *(f"Q{j}选项" for j in range(1, 5))], *rows], options(), file="英语.xlsx")


def numbers_of_questions_and_full_marks_over_the_header():
    above = [["题号", "", 1, 2, 3, 4], ["满分", "", 3, 3, 4, 10], ["考号", "姓名", "", "", "", ""]]
    rows = [[TICKETS[k], NAMES[k], *points(k)] for k in ROWS]
    return Layout([*above, *rows], items("1234"), file="数学.xlsx")


def parts_of_a_question_under_its_number():
    top, leaf = ["考号", "姓名", "17", "", "18", ""], ["", "", "(1)", "(2)", "(1)", "(2)"]
    rows = [[TICKETS[k], NAMES[k], *points(k)] for k in ROWS]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5)]
    return Layout([top, leaf, *rows], items(["17(1)", "17(2)", "18(1)", "18(2)"]), merged=merged, file="数学.xlsx")  # fmt: skip


def numbers_that_start_again_in_each_part_of_the_paper():
    top = ["考号", "姓名", "一、选择题（40分）", "", "二、填空题", ""]
    rows = [[TICKETS[k], NAMES[k], *points(k)] for k in ROWS]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5)]
    return Layout([top, ["", "", *"1212"], *rows], items(["一-1", "一-2", "二-1", "二-2"]), merged=merged, file="数学.xlsx")  # fmt: skip


def two_subjects_one_below_the_other():
    def block(subject, marks):
        return [[f"七年级{subject}成绩"], ["考号", "姓名", "成绩"], *([TICKETS[k], NAMES[k], marks[k]] for k in ROWS)]  # fmt: skip

    return Layout([*block("语文", CHINESE), [], *block("数学", MATHS)], BOTH, rows_in=20)


def two_subjects_side_by_side_each_by_rank():
    rows = [[k + 1, NAMES[k], CHINESE[k], "", k + 1, NAMES[9 - k], MATHS[9 - k]] for k in ROWS]
    header = [["语文", "", "", "", "数学", "", ""], ["名次", "姓名", "成绩", "", "名次", "姓名", "成绩"]]
    return Layout([*header, *rows], BOTH, merged=[(0, 0, 0, 2), (0, 4, 0, 6)], rows_in=20)


def school_class_and_subject_in_cells_over_the_table():
    above = [["学校", "石桥中学"], ["班级", "八(2)班"], ["科目", "数学"], []]
    rows = [[NAMES[k], MATHS[k]] for k in ROWS]
    return Layout([*above, ["姓名", "成绩"], *rows], of("数学", MATHS))


def teachers_under_the_header():
    rows = [["教师", "张红", "李强"], *([NAMES[k], CHINESE[k], MATHS[k]] for k in ROWS)]
    return Layout([["姓名", "语文", "数学"], *rows], BOTH)


def header_and_page_number_on_every_page():
    def page(number, first, last):
        rows = [[TICKETS[k], NAMES[k], CHINESE[k], MATHS[k]] for k in range(first, last)]
        return [["石桥中学期末成绩"], ["考号", "姓名", "语文", "数学"], *rows, [f"第{number}页 共2页"]]

    return Layout([*page(1, 0, 5), *page(2, 5, 10)], BOTH)


def minus_one_for_absent():
    marks = [-1 if k in (2, 5) else CHINESE[k] for k in ROWS]
    rows = [[NAMES[k], marks[k], "-1" if k == 5 else MATHS[k]] for k in ROWS]
    expected = of("语文", ["absent" if m == -1 else m for m in marks])
    expected |= of("数学", ["absent" if k == 5 else MATHS[k] for k in ROWS])
    return Layout([["姓名", "语文", "数学"], *rows], expected, [("score.minus_one", "")])


def a_single_minus_one_is_a_slip():
    rows = [[NAMES[k], CHINESE[k], -1 if k == 5 else MATHS[k]] for k in ROWS]
    expected = {key: mark for key, mark in BOTH.items() if key != (NAMES[5], "数学")}
    return Layout([["姓名", "语文", "数学"], *rows], expected, [("score.negative", "C7")])


def minus_one_among_other_negative_numbers_is_none_either():
    rows = [[NAMES[k], CHINESE[k], {2: -1, 3: -1, 4: -3}.get(k, MATHS[k])] for k in ROWS]
    expected = {k: m for k, m in BOTH.items() if not (k[1] == "数学" and k[0] in NAMES[2:5])}
    return Layout([["姓名", "语文", "数学"], *rows], expected, [("score.negative", f"C{row}") for row in (4, 5, 6)])  # fmt: skip


def papers_of_two_subjects():
    rows = [[NAMES[k], CHINESE[k], 70, 80, 90, CHINESE[k] + 240] for k in ROWS]
    papers = of("政史", [70] * 10) | of("理化", [80] * 10) | of("生地", [90] * 10)
    return Layout([["姓名", "语文", "政史", "理化", "生地", "总分"], *rows], of("语文", CHINESE) | papers)


def levels_beside_marks():
    rows = [[NAMES[k], STUDENT_NOS[k], CHINESE[k], "A", "优" if k else "良"] for k in ROWS]
    return Layout([["姓名", "学籍号", "语文", "语文等级", "音乐"], *rows], of("语文", CHINESE), [("column.only_levels", "E")])  # fmt: skip


def totals_and_ranks_as_rows_of_a_transposed_sheet():
    sums = [c + m for c, m in zip(CHINESE, MATHS, strict=True)]
    rows = [["姓名", *NAMES], ["语文", *CHINESE], ["数学", *MATHS], ["总分", *sums], ["名次", *range(1, 11)]]
    return Layout(rows, BOTH)


def marks_with_previous_marks_beside():
    rows = [[NAMES[k], CHINESE[k], 70, MATHS[k], 71, 2] for k in ROWS]
    return Layout([["姓名", "语文", "上次语文", "数学", "上次数学", "进步"], *rows], BOTH, [("column.not_understood", "C"), ("column.not_understood", "E")])  # fmt: skip


def marks_and_ranks_in_two_groups_that_share_words():
    top = ["", "", "成    绩", "", "名    次", "", ""]
    rows = [["1", NAMES[k], CHINESE[k], MATHS[k], 1, 2, 3] for k in ROWS]
    header = [["一模成绩（石桥中学）"], top, ["班级", "姓名", "语文", "数学", "班级", "年级", "全县"]]
    return Layout([*header, *rows], BOTH, merged=[(0, 0, 0, 6), (1, 2, 1, 3), (1, 4, 1, 6)])


def counts_and_lines_below_in_the_column_of_names():
    below = ["总 分", "平 均 分", "优 秀 率", "过差率", "90分以上人数", "60-69", "不及格", "A等人数", "1班 汇总", "缺考：无"]  # fmt: skip
    rows = [[k + 1, NAMES[k], CHINESE[k], MATHS[k]] for k in ROWS]
    return Layout([["序号", "姓名", "语文", "数学"], *rows, *(["", text, 3, 2] for text in below)], BOTH)


def zeros_of_a_formula_that_found_nobody():
    rows = [[TICKETS[k], NAMES[k], CHINESE[k], MATHS[k]] for k in ROWS]
    problems = [("row.no_identity", "12"), ("row.no_identity", "13")]
    return Layout([["考号", "姓名", "语文", "数学"], *rows, [0] * 4, [0] * 4], BOTH, problems, rows_in=12)


LAYOUTS = [value for value in list(globals().values()) if callable(value) and getattr(value, "__code__", None) and value.__module__ == __name__ and value.__code__.co_argcount == 0]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda f: f.__name__)
def test_layout(tmp_path, layout):
    made = layout()
    path = write_xlsx(tmp_path / made.file, {made.sheet: made.rows}, merged={made.sheet: made.merged})
    reading = read(path)
    assert outcome(reading) == made.expected
    assert [(p.code, p.place.address) for p in reading.problems] == made.problems
    assert sum(s.rows_in for s in reading.sheets) == made.rows_in


@pytest.mark.parametrize(
    ("headers", "full"),
    [(("语文150", "数学120"), (150, 120)), (("语文【满分120】", "数学：120分"), (120, 120)), (("语文(90+30)", "数学-140"), (120, 140)),
     (("语文成绩(分)", "数学(单位：分)"), (None, None)), (("语文（必考）", "数学*"), (None, None)), (("01语文", "2数学"), (None, None)),
     (("七上语文", "七上数学"), (None, None)), (("一模语文", "一模数学"), (None, None)), (("语文_得分", "数学_成绩"), (None, None))],
)  # fmt: skip
def test_names_of_subjects_with_more_in_them(tmp_path, headers, full):
    rows = [["姓名", *headers], *([NAMES[k], CHINESE[k], MATHS[k]] for k in ROWS)]
    reading = read(write_xlsx(tmp_path / "a.xlsx", {"s": rows}))
    assert outcome(reading) == BOTH
    assert tuple(c.full_mark for c in reading.sheets[0].reading.columns[1:]) == full
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("headers", "labels"),
    [(["一、1", "一、2", "二、1", "二、2"], None), (["1.1", "1.2", "2.1", "2.2"], None), (["第1题(3分)", "第2题(3分)", "3\n(4分)", "题4"], list("1234")),
     (["选择题1-10", "11", "12~13", "14(1)"], ["选择1-10", "11", "12-13", "14(1)"]), (["T1（5分）", "T2", "T17①", "T17②"], ["1", "2", "17(1)", "17(2)"]),
     (["①", "②", "③", "④"], list("1234")), (["一、选择题(40分)", "二、填空题", "三、解答题", "四、作文"], list("一二三四")), (["小题1得分", "第2小题", "3题得分", "4题"], list("1234")),
     (["21", "22(A)", "22(B)", "23"], None), (["主观题1", "主观题2", "客观题1", "客观题2"], ["主观1", "主观2", "客观1", "客观2"]), (["1_1", "1_2", "16-1", "16（2）"], ["1_1", "1_2", "16-1", "16(2)"])],
)  # fmt: skip
def test_headers_of_questions(tmp_path, headers, labels):
    rows = [["考号", "姓名", *headers], *([TICKETS[k], NAMES[k], *points(k)] for k in ROWS)]
    reading = read(write_xlsx(tmp_path / "数学小题分.xlsx", {"s": rows}))
    assert outcome(reading) == items(labels or headers)
    assert reading.problems == ()


def test_headers_of_questions_that_a_program_took_for_dates(tmp_path):
    days = [dt.date(2025, 3, 1), dt.date(2025, 3, 2)]
    rows = [["考号", "姓名", 1, 2, *days], *([TICKETS[k], NAMES[k], *points(k)] for k in ROWS)]
    path = tmp_path / "数学小题分.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "m-d"}) as book:
        sheet = book.add_worksheet("s")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    assert outcome(read(path)) == items(["1", "2", "3-1", "3-2"])


def test_the_key_in_the_header(tmp_path):
    header = [f"{j + 1}({letter})" for j, letter in enumerate(KEY)]
    rows = [["考号", "姓名", *header], *([TICKETS[k], NAMES[k], *chosen(k)] for k in ROWS)]
    reading = read(write_xlsx(tmp_path / "英语.xlsx", {"s": rows}))
    assert outcome(reading) == options()
    assert reading.sheets[0].blueprint["key"].to_list() == KEY


def test_levels_are_counted_where_no_marks_stand(tmp_path):
    rows = [["姓名", "语文", "数学"], *([NAMES[k], "AABBBCCCCC"[k], "优"] for k in ROWS)]
    (problem,) = read(write_xlsx(tmp_path / "三年级.xlsx", {"s": rows})).problems
    assert problem.code == "sheet.no_marks"
    assert "语文：A 2 人、B 3 人、C 5 人；数学：优 10 人" in problem.found


def test_two_classes_told_apart_by_their_remarks_only(tmp_path):
    def classes(*names):
        rows = [["班级", "姓名", "语文"], *([names[k % 2], NAMES[k], CHINESE[k]] for k in ROWS)]
        return set(read(write_xlsx(tmp_path / "九年级.xlsx", {"s": rows})).records()["class"])

    assert classes("1班(实验)", "2班（普通）") == {"1", "2"}
    assert classes("1班(实验)", "1班（普通）") == {"1班(实验)", "1班(普通)"}
