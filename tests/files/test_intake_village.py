"""Sheets made by hand in small schools, imitated with invented pupils: what can be read is, what cannot is named."""

import pytest
from intake_sheets import outcome, read, write_xlsx
from test_intake_exports import CHINESE, ENGLISH, MATHS, NAMES, ROWS, STUDENT_NOS, TICKETS, of

BOTH = of("语文", CHINESE) | of("数学", MATHS)


def reading_of(tmp_path, rows, *, merged=(), file="成绩.xlsx", sheet="Sheet1"):
    return read(write_xlsx(tmp_path / file, {sheet: rows}, merged={sheet: list(merged)}))


def told(reading):
    return [(p.code, p.place.address) for p in reading.problems]


def classes(reading):
    return dict(reading.sheets[0].people.select("name", "class").iter_rows())


def body(first, last, *, before=lambda k: []):
    return [[*before(k), NAMES[k], CHINESE[k], MATHS[k]] for k in range(first, last)]


def test_three_blocks_side_by_side(tmp_path):
    header = ["序号", "姓名", "语文", "数学"]
    lines = [
        [c for k in (n, n + 3, n + 6) for c in (k + 1, NAMES[k], CHINESE[k], MATHS[k])] for n in range(3)
    ]
    reading = reading_of(tmp_path, [["四年级成绩"], header * 3, *lines])
    assert outcome(reading) == {key: mark for key, mark in BOTH.items() if key[0] in NAMES[:9]}
    assert (reading.problems, reading.sheets[0].rows_in) == ((), 9)


def test_three_blocks_with_a_class_merged_down_in_each(tmp_path):
    header = ["班级", "姓名", "语文"]
    lines = [
        [c for b, k in enumerate((n, n + 3, n + 6)) for c in (f"{b + 1}班" if n == 0 else "", NAMES[k], CHINESE[k])]
        for n in range(3)
    ]  # fmt: skip
    reading = reading_of(tmp_path, [header * 3, *lines], merged=[(1, c, 3, c) for c in (0, 3, 6)])
    assert classes(reading) == {NAMES[k]: str(k // 3 + 1) for k in range(9)}


def test_class_merged_over_pupils_with_subtotals_blank_rows_and_the_header_again(tmp_path):
    header = ["班级", "姓名", "语文", "数学", "总分"]

    def pupil(k, label):
        return [label, NAMES[k], CHINESE[k], MATHS[k], CHINESE[k] + MATHS[k]]

    rows = [header, pupil(0, "一班"), pupil(1, ""), pupil(2, ""), ["小计", "", 250.5, 266.5, 517], [None], header,
            pupil(3, "二班"), pupil(4, ""), ["", "2班平均", 83, 74, 157]]  # fmt: skip
    reading = reading_of(tmp_path, rows, merged=[(1, 0, 3, 0), (7, 0, 9, 0)])
    assert outcome(reading) == {key: mark for key, mark in BOTH.items() if key[0] in NAMES[:5]}
    assert classes(reading) == dict(zip(NAMES[:5], "11122", strict=True))
    assert reading.problems == ()


def test_class_in_the_first_row_only_is_filled_down_and_said(tmp_path):
    rows = [
        ["班级", "姓名", "语文", "数学"],
        *body(0, 10, before=lambda k: [{0: "一班", 5: "二班"}.get(k, "")]),
    ]
    reading = reading_of(tmp_path, rows)
    assert classes(reading) == dict(zip(NAMES, "1111122222", strict=True))
    assert told(reading) == [("column.filled_down", "A")]


def test_one_missing_class_is_not_guessed(tmp_path):
    rows = [["班级", "姓名", "语文", "数学"], *body(0, 10, before=lambda k: ["" if k == 4 else "一班"])]
    reading = reading_of(tmp_path, rows)
    assert classes(reading)[NAMES[4]] is None


def test_blank_row_after_every_pupil(tmp_path):
    rows = [["姓名", "语文", "数学"], *(r for line in body(0, 10) for r in (line, [None]))]
    reading = reading_of(tmp_path, rows)
    assert (outcome(reading), reading.problems) == (BOTH, ())


def test_another_header_in_the_middle_is_never_read_as_the_first(tmp_path):
    for other in (["姓名", "考号", "语文", "英语"], ["考号", "姓名", "数学", "语文"]):
        rows = [["姓名", "考号", "语文", "数学"], *([NAMES[k], TICKETS[k], CHINESE[k], MATHS[k]] for k in range(5)),
                other, *([NAMES[k], TICKETS[k], 1, 2] for k in range(5, 10))]  # fmt: skip
        reading = reading_of(tmp_path, rows)
        assert outcome(reading) == {key: mark for key, mark in BOTH.items() if key[0] in NAMES[:5]}
        assert told(reading) == [("row.other_header", str(row)) for row in range(8, 13)]
        assert reading.sheets[0].rows_listed == 5


def test_remarks_of_pupils_who_left(tmp_path):
    remarks = {4: "转入", 5: "休学", 6: "借读", 7: "因病缺考"}
    rows = [["姓名", "考号", "语文", "数学", "备注"]]
    for k in ROWS:
        marks = ["休学", "休学"] if k == 2 else ["转出", ""] if k == 3 else [0, 0] if k in (5, 7) else [CHINESE[k], MATHS[k]]  # fmt: skip
        rows.append([NAMES[k], TICKETS[k], *marks, remarks.get(k, "")])
    reading = reading_of(tmp_path, rows)
    assert outcome(reading) == {key: "absent" if key[0] in (NAMES[2], NAMES[3], NAMES[5], NAMES[7]) else mark for key, mark in BOTH.items()}  # fmt: skip
    enrolments = dict(reading.sheets[0].people.select("name", "enrolment").drop_nulls().iter_rows())
    assert enrolments == {NAMES[3]: "transferred_out", NAMES[4]: "transferred_in", NAMES[6]: "guest"}


@pytest.mark.parametrize(
    ("header", "merged"),
    [
        ([["姓名", "考号", "期中", "", "期末", ""], ["", "", "语文", "数学", "语文", "数学"]],
         [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5)]),
        ([["姓名", "考号", "期中语文", "期中数学", "期末语文", "期末数学"]], []),
        ([["姓名", "考号", "语文(期中)", "数学(期中)", "语文(期末)", "数学(期末)"]], []),
    ],
)  # fmt: skip
def test_two_tests_side_by_side(tmp_path, header, merged):
    rows = [[NAMES[k], TICKETS[k], CHINESE[k], MATHS[k], ENGLISH[k], MATHS[k] - 1] for k in ROWS]
    reading = reading_of(tmp_path, [*header, *rows], merged=merged)
    midterm = of("语文", CHINESE, "期中") | of("数学", MATHS, "期中")
    final = of("语文", ENGLISH, "期末") | of("数学", [m - 1 for m in MATHS], "期末")
    assert outcome(reading) == midterm | final
    assert reading.problems == ()
    assert (reading.sheets[0].rows_in, reading.as_json()["sheets"][0]["pupils"]) == (10, 10)


def test_tests_under_each_subject(tmp_path):
    rows = [["姓名", "语文", "", "数学", ""], ["", "期中", "期末", "期中", "期末"]]
    rows += [[NAMES[k], CHINESE[k], ENGLISH[k], MATHS[k], MATHS[k] - 1] for k in ROWS]
    reading = reading_of(tmp_path, rows, merged=[(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4)])
    expected = of("语文", CHINESE, "期中") | of("语文", ENGLISH, "期末") | of("数学", MATHS, "期中")
    assert outcome(reading) == expected | of("数学", [m - 1 for m in MATHS], "期末")


def test_two_tests_of_the_subject_in_the_title_with_ranks_and_progress(tmp_path):
    rows = [["数学期中期末成绩对比"], ["序号", "姓名", "期中考试", "", "期末考试", "", "进退"], ["", "", "成绩", "名次", "成绩", "名次", ""]]  # fmt: skip
    rows += [[k + 1, NAMES[k], CHINESE[k], k + 1, MATHS[k], 10 - k, 2] for k in ROWS]
    merged = [(0, 0, 0, 6), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5), (1, 6, 2, 6)]
    reading = reading_of(tmp_path, rows, merged=merged, sheet="七(2)班")
    assert outcome(reading) == of("数学", CHINESE, "期中考试") | of("数学", MATHS, "期末考试")
    assert set(classes(reading).values()) == {"2"}


def test_totals_of_each_test_are_checked(tmp_path):
    rows = [["姓名", "期中语文", "期中数学", "期中总分", "期末语文", "期末数学", "期末总分"]]
    rows += [[NAMES[k], CHINESE[k], MATHS[k], CHINESE[k] + MATHS[k], 60, 61, 121 + (k == 3)] for k in ROWS]
    assert told(reading_of(tmp_path, rows)) == [("total.disagrees", "G5")]


def test_header_of_three_rows_under_a_title(tmp_path):
    rows = [["安禾县九年级期末"], ["", "", "", "语文", "", "", "数学", "", ""], ["学校", "班级", "姓名", "成绩", "排名", "", "成绩", "排名", ""], ["", "", "", "", "班", "校", "", "班", "校"]]  # fmt: skip
    rows += [["石桥中学", "3", NAMES[k], CHINESE[k], 1, 2, MATHS[k], 3, 4] for k in ROWS]
    merged = [(0, 0, 0, 8), (1, 3, 1, 5), (1, 6, 1, 8), *((2, c, 3, c) for c in (0, 1, 2, 3, 6)), (2, 4, 2, 5), (2, 7, 2, 8)]  # fmt: skip
    reading = reading_of(tmp_path, rows, merged=merged)
    assert outcome(reading) == BOTH
    assert reading.sheets[0].reading.header_rows[-1] == 4


def test_two_lists_each_by_rank_are_not_mixed(tmp_path):
    rows = [["姓名", "语文", "", "姓名", "数学"]]
    rows += [[NAMES[k], CHINESE[k], "", NAMES[9 - k], MATHS[9 - k]] for k in ROWS]
    reading = reading_of(tmp_path, rows)
    assert outcome(reading) == of("语文", CHINESE)
    assert told(reading) == [("column.doubtful", "E")]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("85分", 85), ("八十五", 85), ("一百零二", 102), ("六十点五", 60.5), ("缺考/0", "absent"), ("0(缺考)", "absent"),
     ("缺考0分", "absent"), ("缺考(病假)", "absent"), ("85.5 ", 85.5), ("　８８．５", 88.5), ("92(A)", 92), ("休学", "absent"),
     ("Q", "absent"), ("0(缺)", "absent"), ("缺考*", "absent"), ("(缺)", "absent"), ("旷", "absent"), ("缺考（病）", "absent"), ("未参加考试", "absent"),
     ("未交卷", "absent"), ("违纪0分", "cheat"), ("作弊0", "cheat"), ("免修", "exempt_special"), ("'98", 98), (" 98\u00a0", 98)],
)  # fmt: skip
def test_marks_as_villages_write_them(tmp_path, cell, value):
    rows = [["姓名", "语文", "数学"], *body(0, 10)]
    rows[3][1] = cell
    reading = reading_of(tmp_path, rows)
    assert outcome(reading)[NAMES[2], "语文"] == value
    assert reading.problems == ()


@pytest.mark.parametrize(("cell", "guess"), [("85,5", "85.5"), ("85*", "85"), ("(70)", "70"), ("8O", "80"), ("九O", ""), ("一", ""), ("12名", ""), ("1个零", ""), ("#N/A", ""), ("借读", ""), ("98/120", ""), ("89+5", ""), ("A+", "")])  # fmt: skip
def test_marks_nobody_can_be_sure_of_are_named(tmp_path, cell, guess):
    rows = [["姓名", "语文", "数学"], *body(0, 10)]
    rows[3][1] = cell
    reading = reading_of(tmp_path, rows)
    assert (NAMES[2], "语文") not in outcome(reading)
    assert told(reading) == [("score.not_a_number", "B4")]
    assert guess in reading.problems[0].fix


def test_numbers_of_pupils(tmp_path):
    numbers = ["2.02E+17", STUDENT_NOS[1], STUDENT_NOS[2][:-1], f"'{STUDENT_NOS[3]}", f"G{STUDENT_NOS[4]}", *STUDENT_NOS[5:]]  # fmt: skip
    rows = [["学号", "姓名", "学籍号", "联系电话", "日期", "语　文"]]
    rows += [[20230101.0 + k, NAMES[k], numbers[k], 13800000000 + k, "2025-06-20", CHINESE[k]] for k in ROWS]
    reading = reading_of(tmp_path, rows)
    assert outcome(reading) == of("语文", CHINESE)
    assert told(reading) == [("id.precision_lost", "C2"), ("student_no.odd_length", "C4"), ("student_no.odd_length", "C6")]  # fmt: skip
    assert reading.sheets[0].people["student_no"].to_list()[:4] == [None, STUDENT_NOS[1], STUDENT_NOS[2][:-1], STUDENT_NOS[3]]  # fmt: skip


def test_class_numbers_as_fractions_are_kept_as_text(tmp_path):
    rows = [["学号", "姓名", "语文", "数学"], *body(0, 10, before=lambda k: [20230101.0 + k])]
    (sheet,) = reading_of(tmp_path, rows).sheets
    assert sheet.people["student_no"].to_list()[0] == "20230101"


def test_another_pupils_ticket_drops_nobody(tmp_path):
    rows = [["姓名", "考号", "学籍号", "语文"]]
    rows += [[NAMES[1] if k == 5 else NAMES[k], TICKETS[1] if k in (4, 5) else TICKETS[k], STUDENT_NOS[k], CHINESE[k]] for k in ROWS]  # fmt: skip
    reading = reading_of(tmp_path, rows)
    assert reading.sheets[0].rows_accepted == 10
    assert sorted(told(reading)) == [("id.shared", "3"), ("id.shared", "7"), ("id.two_names", "3"), ("id.two_names", "6")]  # fmt: skip


def test_the_same_pupil_by_ticket_where_one_row_lacks_the_student_number(tmp_path):
    rows = [["姓名", "考号", "学籍号", "语文"]]
    rows += [[NAMES[k], TICKETS[k], STUDENT_NOS[k], CHINESE[k]] for k in ROWS]
    rows.append([NAMES[2], TICKETS[2], "", 70])
    reading = reading_of(tmp_path, rows)
    assert told(reading) == [("row.duplicate", "12")]


def test_a_wrong_total_in_a_small_class(tmp_path):
    rows = [["姓名", "语文", "数学", "总分"], *([*line, line[1] + line[2] + 10 * (n == 2)] for n, line in enumerate(body(0, 4)))]  # fmt: skip
    assert told(reading_of(tmp_path, rows)) == [("total.disagrees", "D4")]


def test_a_wrong_total_in_a_transposed_sheet(tmp_path):
    sums = [c + m + 3 * (k == 1) for k, (c, m) in enumerate(zip(CHINESE, MATHS, strict=True))]
    rows = [["姓名", *NAMES], ["语文", *CHINESE], ["数学", *MATHS], ["总分", *sums]]
    reading = reading_of(tmp_path, rows)
    assert (outcome(reading), told(reading)) == (BOTH, [("total.disagrees", "C4")])


def test_a_name_on_the_header_line_is_no_pupil(tmp_path):
    rows = [["班级", "姓名", "成绩", ""], ["", "", "语文", "数学"], *body(0, 10, before=lambda k: ["1"])]
    reading = reading_of(tmp_path, rows, merged=[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3)])
    assert outcome(reading) == BOTH


def test_single_letters_for_subjects(tmp_path):
    header = ["姓名", "语", "数", "外", "物", "化", "政", "史", "地", "生", "体", "总"]
    rows = [header, *([NAMES[k], CHINESE[k], MATHS[k], 60, 61, 62, 63, 64, 65, 66, 50, ""] for k in ROWS)]
    reading = reading_of(tmp_path, rows, file="八年级.xlsx")
    said = reading.as_json()["sheets"][0]["subjects"]
    assert said == ["语文", "数学", "英语", "物理", "化学", "道德与法治", "历史", "地理", "生物", "体育"]


def test_one_sheet_per_class_and_signatures(tmp_path):
    sheets = {
        f"{n}班": [["三年级成绩单"], ["姓名", "语文", "数学", "家长签字"], *body(5 * n - 5, 5 * n), ["班主任：", "", "校长："]]
        for n in (1, 2)
    }  # fmt: skip
    reading = read(write_xlsx(tmp_path / "三年级.xlsx", sheets))
    assert outcome(reading) == BOTH
    assert [s.people["class"].unique().to_list() for s in reading.sheets] == [["1"], ["2"]]
