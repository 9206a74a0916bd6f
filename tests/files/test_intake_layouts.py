"""Layouts seen in practice, written from one set of pupils: whatever the layout, the same marks come out."""

import pytest
from intake_sheets import FULL, SUBJECTS, grid, marks_of, pupils, read, truth, write_xlsx

from zhiheng.files.recognise import recognise

PUPILS = pupils()
BASIC = ["学校", "班级", "姓名", "考号"]


def basic(p):
    return [p.school, f"{p.number}班", p.name, p.ticket]


def flat(p):
    return [*basic(p), *p.marks.values()]


def check(path, *, by="ticket", given=PUPILS, subjects=SUBJECTS):
    reading = read(path)
    assert marks_of(reading, by=by) == truth(given, by=by, subjects=subjects)
    return reading


def test_flat_sheet(tmp_path):
    rows = [[*BASIC, *SUBJECTS], *map(flat, PUPILS)]
    reading = check(write_xlsx(tmp_path / "a.xlsx", {"成绩": rows}))
    assert reading.problems == ()
    assert set(reading.records()["class"]) == {"1", "2", "3", "4"}


def test_titles_above_footers_below_and_data_from_b2(tmp_path):
    rows = [
        [None],
        [None, "安禾县2025年九年级期末考试成绩表"],
        [None, "制表单位：教研室", None, None, "单位：分"],
        [None],
        [None, *BASIC, *SUBJECTS],
        *([None, *flat(p)] for p in PUPILS),
        [None, None, None, "平均分", None, 70.1, 66.2, 71.3, 60.4],
        [None, "参考人数", None, None, None, 24, 24, 24, 24],
        [None, "及格率", None, None, None, "60%", "55%", "70%", "66%"],
        [None, "制表人：张老师   审核：李校长"],
        [None, None, None, None, "2025年1月10日"],
    ]
    reading = check(write_xlsx(tmp_path / "a.xlsx", {"成绩": rows}))
    sheet = reading.sheets[0]
    assert sheet.rows_in == len(PUPILS)
    assert (sheet.reading.header_rows, sheet.reading.first_row) == ((5,), 6)
    assert set(sheet.people["grade"]) == {"九年级"}


def test_two_row_merged_header_with_ranks(tmp_path):
    top = [*BASIC]
    leaf = [""] * 4
    merged = [(1, c, 2, c) for c in range(4)]
    for s in [*SUBJECTS, "总分"]:
        merged.append((1, len(top), 1, len(top) + 3))
        top += [s, "", "", ""]
        leaf += ["得分", "班次", "校次", "进退步"]
    body = []
    for k, p in enumerate(PUPILS):
        row = basic(p)
        for s in SUBJECTS:
            row += [p.marks[s], k % 7 + 1, k + 1, k - 5]
        body.append([*row, sum(p.marks.values()), k % 7 + 1, k + 1, -2])
    path = write_xlsx(
        tmp_path / "a.xlsx", {"全科": [["九年级一模"], top, leaf, *body]}, merged={"全科": merged}
    )
    reading = check(path)
    roles = [c.role for c in reading.sheets[0].reading.columns]
    assert (roles.count("raw_mark"), roles.count("rank"), roles.count("delta"), roles.count("total")) == (
        4,
        10,
        5,
        1,
    )


def test_two_row_header_without_merges_in_csv(tmp_path):
    top = [*BASIC, *(c for s in SUBJECTS for c in (s, "", ""))]
    leaf = ["", "", "", "", *["成绩", "班级排名", "年级排名"] * 4]
    body = [[*basic(p), *(c for s in SUBJECTS for c in (p.marks[s], 3, 14))] for p in PUPILS]
    text = "\n".join(",".join(map(str, row)) for row in [top, leaf, *body])
    path = tmp_path / "导出.csv"
    path.write_bytes(text.encode("gb18030"))
    check(path)


def test_three_row_header(tmp_path):
    first = ["考生信息", "", "", "", "成绩", *[""] * 7]
    second = [*BASIC, *(c for s in SUBJECTS for c in (s, ""))]
    third = ["", "", "", "", *["分数", "排名"] * 4]
    merged = [
        (0, 0, 0, 3),
        (0, 4, 0, 11),
        *((1, c, 2, c) for c in range(4)),
        *((1, 4 + 2 * k, 1, 5 + 2 * k) for k in range(4)),
    ]
    body = [[*basic(p), *(c for s in SUBJECTS for c in (p.marks[s], 3))] for p in PUPILS]
    reading = check(
        write_xlsx(tmp_path / "a.xlsx", {"s": [first, second, third, *body]}, merged={"s": merged})
    )
    assert reading.sheets[0].reading.header_rows in ((1, 2, 3), (2, 3))


@pytest.mark.parametrize("names", [("语", "数", "英", "物"), ("YW", "SX", "YY", "WL"), ("语文成绩", "数学得分", "英语分数", "物理原始分"),
                                   ("语 文", "数\n学", "英　语", "物 理"), ("语文(120)", "数学/120", "英语（满分120）", "物理100分"),
                                   ("期末语文", "期末数学", "期末英语", "期末物理"), ("得分(语文)", "得分(数学)", "得分(英语)", "得分(物理)")])  # fmt: skip
def test_names_of_subjects(tmp_path, names):
    check(write_xlsx(tmp_path / "a.xlsx", {"Sheet1": [[*BASIC, *names], *map(flat, PUPILS)]}))


def test_full_marks_in_the_header_and_in_a_row_below(tmp_path):
    header = [*BASIC, *(f"{s}({FULL[s]})" for s in SUBJECTS)]
    reading = check(write_xlsx(tmp_path / "a.xlsx", {"s": [header, *map(flat, PUPILS)]}))
    assert [c.full_mark for c in reading.sheets[0].reading.columns[4:]] == [120, 120, 120, 100]
    for label in (["", "", "满分", ""], ["", "", "", ""]):
        rows = [[*BASIC, *SUBJECTS], [*label, *FULL.values()], *map(flat, PUPILS)]
        reading = check(write_xlsx(tmp_path / "b.xlsx", {"s": rows}))
        assert [c.full_mark for c in reading.sheets[0].reading.columns[4:]] == [120, 120, 120, 100]
        assert reading.sheets[0].rows_in == len(PUPILS)


def test_one_sheet_per_subject(tmp_path):
    sheets = {s: [["考号", "姓名", "班级", "成绩", "名次"], *([p.ticket, p.name, p.number, p.marks[s], 1 + n // 2] for n, p in enumerate(PUPILS))] for s in SUBJECTS}  # fmt: skip
    check(write_xlsx(tmp_path / "九年级.xlsx", sheets))


def test_one_sheet_per_subject_named_in_the_title_and_called_total(tmp_path):
    for s in SUBJECTS:
        rows = [
            [f"石桥中学九年级{s}成绩"],
            ["考号", "姓名", "总分"],
            *([p.ticket, p.name, p.marks[s]] for p in PUPILS),
        ]
        write_xlsx(tmp_path / f"{s}.xlsx", {"Sheet1": rows})
    reading = check(tmp_path)
    assert set(reading.records()["school"]) == {"石桥中学"}


def test_one_sheet_per_class_and_one_file_per_school(tmp_path):
    for school in {p.school for p in PUPILS}:
        sheets = {}
        for number in "1234":
            own = [p for p in PUPILS if p.school == school and p.number == number]
            rows = [
                ["序号", "姓名", "考号", *SUBJECTS],
                *([n, p.name, p.ticket, *p.marks.values()] for n, p in enumerate(own, 1)),
            ]
            sheets[f"九({number})班"] = rows
        write_xlsx(tmp_path / f"{school}期末成绩.xlsx", sheets)
    reading = check(tmp_path)
    table = reading.records()
    by_ticket = {p.ticket: p for p in PUPILS}
    for row in table.iter_rows(named=True):
        assert (row["school"], row["class"], row["grade"]) == (
            by_ticket[row["ticket"]].school,
            by_ticket[row["ticket"]].number,
            "九年级",
        )


def test_long_form_one_row_per_pupil_and_subject(tmp_path):
    rows = [
        ["考试号", "学生", "学科名称", "得分"],
        *([p.ticket, p.name, s, m] for p in PUPILS for s, m in p.marks.items()),
    ]
    reading = check(write_xlsx(tmp_path / "a.xlsx", {"s": rows}))
    assert reading.as_json()["sheets"][0]["pupils"] == len(PUPILS)
    assert reading.sheets[0].rows_in == 4 * len(PUPILS)


def test_one_row_per_exam_and_pupil(tmp_path):
    rows = [["考试名称", "姓名", "考号", *SUBJECTS]]
    rows += [[exam, p.name, p.ticket, *p.marks.values()] for exam in ("期中", "期末") for p in PUPILS]
    reading = check(write_xlsx(tmp_path / "a.xlsx", {"s": rows}))
    assert reading.sheets[0].rows_accepted == 2 * len(PUPILS)
    assert reading.as_json()["sheets"][0]["pupils"] == len(PUPILS)
    assert set(reading.sheets[0].people["exam"]) == {"期中", "期末"}


def test_transposed_subjects_in_rows(tmp_path):
    rows = [["姓名", *(p.name for p in PUPILS)], ["考号", *(p.ticket for p in PUPILS)]]
    rows += [[s, *(p.marks[s] for p in PUPILS)] for s in SUBJECTS]
    reading = check(write_xlsx(tmp_path / "a.xlsx", {"s": [["八年级期末"], [None], *rows]}))
    sheet = reading.sheets[0]
    assert sheet.reading.transposed
    assert sheet.rows_in == len(PUPILS)
    first = sheet.marks.filter(sheet.marks["subject"] == "chinese").row(0, named=True)
    assert (first["row"], first["column"]) == (5, 2)


def test_ranks_are_no_marks_even_under_a_subject(tmp_path):
    rows = [["考号", "姓名", *SUBJECTS, "班名", "级名", "联考名次", "区县排名", "组合排名", "位次", "年排"]]
    rows += [[p.ticket, p.name, n, *list(p.marks.values())[1:], *[n] * 7] for n, p in enumerate(PUPILS, 1)]
    reading = check(write_xlsx(tmp_path / "a.xlsx", {"s": rows}), subjects=SUBJECTS[1:])
    column = reading.sheets[0].reading.columns[2]
    assert (column.role, column.confidence < 0.5) == ("ignore", True)
    assert [(p.code, p.place.address) for p in reading.problems] == [("column.doubtful", "C")]
    assert "名次" in reading.problems[0].found


def test_raw_marks_and_scale_scores_stay_apart(tmp_path):
    rows = [["姓名", "考号", "化学", "化学赋分", "化学排名", "生物原始分", "生物等级分", "生物等级"]]
    rows += [[p.name, p.ticket, p.marks["语文"], 88, 3, p.marks["数学"], 91, "A"] for p in PUPILS]
    table = read(write_xlsx(tmp_path / "高一.xlsx", {"s": rows})).records()
    got = {
        (r["ticket"], r["subject"]): (r["raw_mark"], r["scale_score"]) for r in table.iter_rows(named=True)
    }
    want = {(p.ticket, "化学"): (p.marks["语文"], 88.0) for p in PUPILS} | {
        (p.ticket, "生物"): (p.marks["数学"], 91.0) for p in PUPILS
    }
    assert got == want


def test_unknown_columns_of_numbers_are_never_subjects(tmp_path):
    rows = [[*BASIC, *SUBJECTS, "身高", "积分", "德育"], *([*flat(p), 160, 12, 5] for p in PUPILS)]
    reading = check(write_xlsx(tmp_path / "a.xlsx", {"s": rows}))
    unknown = reading.sheets[0].reading.columns[-3:]
    assert {c.role for c in unknown} == {"ignore"}
    assert max(c.confidence for c in unknown) < 0.5
    assert [p.code for p in reading.problems] == ["column.not_understood"] * 3


def test_repeated_headers_and_blank_rows_between_blocks(tmp_path):
    header = [*BASIC, *SUBJECTS]
    rows = [header, *map(flat, PUPILS[:12]), [None], ["七年级二班成绩"], header, *map(flat, PUPILS[12:])]
    reading = check(write_xlsx(tmp_path / "a.xlsx", {"s": rows}))
    assert reading.sheets[0].rows_in == len(PUPILS)


def test_blocks_of_classes_under_titles(tmp_path):
    header = ["姓名", "考号", *SUBJECTS]
    rows = []
    for number in "1234":
        rows += [[f"八年级{number}班期末成绩"], header]
        rows += [[p.name, p.ticket, *p.marks.values()] for p in PUPILS if p.number == number]
        rows += [["平均分", None, 70, 70, 70, 70], [None]]
    reading = check(write_xlsx(tmp_path / "a.xlsx", {"全年级": rows}))
    classes = dict(reading.records().select("ticket", "class").iter_rows())
    assert classes == {p.ticket: p.number for p in PUPILS}


def test_blocks_side_by_side(tmp_path):
    header = ["序号", "姓名", "考号", "语文", "数学"]
    half = len(PUPILS) // 2
    rows = [["七年级1班成绩"], [*header, "", *header]]
    for n in range(half):
        one, two = PUPILS[n], PUPILS[half + n]
        pair = [[k, p.name, p.ticket, *list(p.marks.values())[:2]] for k, p in ((n, one), (half + n, two))]
        rows.append([*pair[0], "", *pair[1]])
    rows[4][9] = "8O"
    reading = read(write_xlsx(tmp_path / "a.xlsx", {"s": rows}))
    want = truth(PUPILS, subjects=SUBJECTS[:2])
    del want[PUPILS[half + 2].ticket, "语文"]
    assert marks_of(reading) == want
    assert [(p.code, p.place.address) for p in reading.problems] == [("score.not_a_number", "J5")]
    sheet = reading.sheets[0]
    assert sheet.rows_in == len(PUPILS)
    last = sheet.marks.filter(sheet.marks["subject"] == "math").row(-1, named=True)
    assert (last["row"], last["column"]) == (2 + half, 11)


def test_blocks_of_two_classes_side_by_side(tmp_path):
    header = ["姓名", "语文", "数学"]
    pairs = list(zip(PUPILS[:12], PUPILS[12:], strict=True))
    body = [[c for p in pair for c in (p.name, *list(p.marks.values())[:2])] for pair in pairs]
    rows = [["一班", "", "", "二班", "", ""], [*header, *header], *body]
    merged = [(0, 0, 0, 2), (0, 3, 0, 5)]
    reading = read(write_xlsx(tmp_path / "a.xlsx", {"s": rows}, merged={"s": merged}))
    assert marks_of(reading, by="name") == truth(PUPILS, by="name", subjects=SUBJECTS[:2])
    classes = dict(reading.records().select("name", "class").iter_rows())
    assert classes == {p.name: str(1 + n // 12) for n, p in enumerate(PUPILS)}


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ([["满分", "", "", "", 120, 120, 120, 100]], []),
        ([], [["", "", "", "", "(120分)", "(120分)", "(120分)", "(100分)"]]),
    ],
)
def test_full_marks_over_the_header_and_as_text(tmp_path, above, below):
    rows = [*above, [*BASIC, *SUBJECTS], *below, *map(flat, PUPILS)]
    reading = check(write_xlsx(tmp_path / "a.xlsx", {"s": rows}))
    assert [c.full_mark for c in reading.sheets[0].reading.columns[4:]] == [120, 120, 120, 100]
    assert reading.problems == ()


def test_a_class_written_once_in_merged_cells(tmp_path):
    own = sorted(PUPILS, key=lambda p: p.number)
    rows = [["班级", "姓名", "考号", *SUBJECTS]]
    rows += [[p.number if n % 6 == 0 else "", p.name, p.ticket, *p.marks.values()] for n, p in enumerate(own)]
    merged = [(1 + 6 * k, 0, 6 + 6 * k, 0) for k in range(4)]
    reading = check(write_xlsx(tmp_path / "a.xlsx", {"s": rows}, merged={"s": merged}))
    assert dict(reading.records().select("ticket", "class").iter_rows()) == {
        p.ticket: p.number for p in PUPILS
    }


def test_a_pupil_written_once_beside_the_subjects(tmp_path):
    rows = [["考号", "姓名", "科目", "成绩"]]
    rows += [
        [p.ticket if s == "语文" else "", p.name if s == "语文" else "", s, m]
        for p in PUPILS
        for s, m in p.marks.items()
    ]
    merged = [(1 + 4 * k, c, 4 + 4 * k, c) for k in range(len(PUPILS)) for c in (0, 1)]
    check(write_xlsx(tmp_path / "a.xlsx", {"s": rows}, merged={"s": merged}))


def test_rows_of_a_template_that_explain_how_to_fill_it(tmp_path):
    rows = [
        ["姓名", "考号", *SUBJECTS],
        ["必填", "必填", "数字", "数字", "数字", "数字"],
        ["示例", "100", 90, 90, 90, 90],
    ]
    reading = check(
        write_xlsx(
            tmp_path / "a.xlsx", {"s": [*rows, *([p.name, p.ticket, *p.marks.values()] for p in PUPILS)]}
        )
    )
    assert reading.problems == ()


def test_a_summary_table_over_the_pupils(tmp_path):
    rows = [
        ["学校", "班级", "参考人数", "平均分"],
        ["石桥中学", "1班", 45, 70],
        ["石桥中学", "2班", 44, 71],
        [None],
        ["考号", "姓名", *SUBJECTS],
    ]
    check(
        write_xlsx(
            tmp_path / "a.xlsx", {"s": [*rows, *([p.ticket, p.name, *p.marks.values()] for p in PUPILS)]}
        )
    )


def test_parts_and_total_of_each_subject_in_one_row(tmp_path):
    header = ["考号", "姓名", *(f"{s}{part}" for s in SUBJECTS for part in ("A卷", "B卷", "总分"))]
    rows = [
        header,
        *([p.ticket, p.name, *(c for m in p.marks.values() for c in (m - 5, 5, m))] for p in PUPILS),
    ]
    check(write_xlsx(tmp_path / "a.xlsx", {"s": rows}))


def test_names_under_no_header(tmp_path):
    rows = [
        ["", *SUBJECTS, "总分"],
        *(["张小" + p.name[-1], *p.marks.values(), sum(p.marks.values())] for p in PUPILS[:10]),
    ]
    reading = read(write_xlsx(tmp_path / "a.xlsx", {"s": rows}))
    assert reading.sheets[0].reading.columns[0].role == "name"
    assert reading.records().height == 40


def test_parts_of_a_paper_under_a_subject(tmp_path):
    top = ["考号", "姓名", *(c for s in SUBJECTS for c in (s, "", "", ""))]
    leaf = ["", "", *["A卷", "B卷", "总分", "名次"] * 4]
    body = [[p.ticket, p.name, *(c for m in p.marks.values() for c in (m - 5, 5, m, 3))] for p in PUPILS]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), *((0, 2 + 4 * k, 0, 5 + 4 * k) for k in range(4))]
    check(write_xlsx(tmp_path / "a.xlsx", {"s": [top, leaf, *body]}, merged={"s": merged}))


def test_table_of_class_averages_is_not_taken_for_pupils(tmp_path):
    top = ["班级", "人数", *(c for s in SUBJECTS for c in (s, "", ""))]
    leaf = ["", "", *["平均分", "及格率", "优秀率"] * 4]
    body = [[f"{n}班", 45, *[70.5, 0.8, 0.3] * 4] for n in range(1, 9)]
    reading = read(write_xlsx(tmp_path / "a.xlsx", {"s": [["三率统计表"], top, leaf, *body]}))
    assert reading.records().height == 0


def test_politics_is_morality_and_law_up_to_grade_nine(tmp_path):
    for grade, name in (("九年级", "道德与法治"), ("高二", "政治")):
        rows = [["年级", "姓名", "考号", "政治"], *([grade, p.name, p.ticket, 60] for p in PUPILS)]
        reading = read(write_xlsx(tmp_path / f"{grade}.xlsx", {"s": rows}))
        assert reading.as_json()["sheets"][0]["subjects"] == [name]


def test_combined_paper_beside_its_parts_is_a_sum(tmp_path):
    rows = [
        ["姓名", "考号", "物理", "化学", "生物", "理综"],
        *([p.name, p.ticket, 80, 70, 60, 210] for p in PUPILS),
    ]
    reading = read(write_xlsx(tmp_path / "a.xlsx", {"s": rows}))
    assert reading.as_json()["sheets"][0]["subjects"] == ["物理", "化学", "生物"]
    rows = [
        ["姓名", "考号", "语文", "数学", "英语", "理综"],
        *([p.name, p.ticket, 80, 70, 60, 210] for p in PUPILS),
    ]
    reading = read(write_xlsx(tmp_path / "b.xlsx", {"s": rows}))
    assert reading.as_json()["sheets"][0]["subjects"] == ["语文", "数学", "英语", "理综"]


def test_several_numbers_per_pupil(tmp_path):
    rows = [["准考证号", "自定义考号", "学籍辅号", "学号", "姓名", "语文"]]
    rows += [[p.ticket, f"Z{k:04d}", p.student_no, k, p.name, 60] for k, p in enumerate(PUPILS, 1)]
    reading = read(write_xlsx(tmp_path / "a.xlsx", {"s": rows}))
    roles = [c.role for c in reading.sheets[0].reading.columns]
    assert roles == ["ticket", "other_id", "student_no", "other_id", "name", "raw_mark"]
    assert dict(reading.records().select("ticket", "student_no").iter_rows()) == {
        p.ticket: p.student_no for p in PUPILS
    }


def test_roster(tmp_path):
    header = [
        "学校",
        "年级",
        "班级",
        "姓名",
        "学籍号",
        "性别",
        "是否随迁子女",
        "留守儿童",
        "是否寄宿",
        "学籍状态",
    ]
    rows = [
        header,
        *(
            [p.school, "九年级", p.number, p.name, p.student_no, "女", "是", "否", "√", "借读"]
            for p in PUPILS
        ),
    ]
    sheet = read(write_xlsx(tmp_path / "a.xlsx", {"名册": rows})).sheets[0]
    assert sheet.reading.kind == "roster"
    first = sheet.people.row(0, named=True)
    assert (first["gender"], first["migrant"], first["left_behind"], first["boarding"], first["enrolment"]) == ("female", True, False, True, "guest")  # fmt: skip
    assert sheet.people.height == len(PUPILS)


def test_layout_depends_on_header_texts_only():
    header = ["姓名", "考号", "语文", "数学"]
    one = recognise(grid([header, ["甲", "1", 3, 4]], file="a.xlsx", sheet="一"))
    two = recognise(grid([["标题"], header, *[["乙", "2", 5, 6]] * 9], file="b.xlsx", sheet="二"))
    other = recognise(grid([["姓名", "考号", "语文", "英语"], ["甲", "1", 3, 4]]))
    assert one.layout == two.layout != other.layout


def test_a_confirmed_reading_is_remembered_for_its_layout(tmp_path):
    header = ["姓名", "考号", "甲科", "数学"]
    confirmed = recognise(grid([header, ["甲", "1", 3, 4]])).with_roles(
        {3: {"role": "raw_mark", "subject": "science"}}
    )
    rows = [header, *([p.name, p.ticket, 50, 60] for p in PUPILS)]
    reading = read(write_xlsx(tmp_path / "a.xlsx", {"s": rows}), mapping={confirmed.layout: confirmed})
    assert reading.as_json()["sheets"][0]["subjects"] == ["科学", "数学"]
