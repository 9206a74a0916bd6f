"""The shared score sheets, value by value against a plain reading of their cells, and public data in two layouts."""

import csv
import json

import openpyxl
import polars as pl
import pytest
from intake_sheets import marks_of, read, write_xlsx

pytestmark = pytest.mark.shared


def cells(path, sheet=None):
    """Return a workbook's rows as a plain reader sees them."""
    book = openpyxl.load_workbook(path, data_only=True)
    return [list(row) for row in book[sheet or book.sheetnames[0]].iter_rows(values_only=True)]


def by_row(reading, sheet=0, column="raw_mark"):
    """Return (row, subject) → value for whole subjects, rows as the spreadsheet shows them."""
    name = reading.sheets[sheet].reading.sheet
    table = reading.records().filter(pl.col("item").is_null() & (pl.col("sheet") == name))
    return {(r["row"], r["subject"]): r[column] for r in table.iter_rows(named=True)}


def test_01_exam_by_pupil_with_scale_scores(shared):
    path = shared / "sheets/01_long_exam_x_student_fufen.xlsx"
    reading, rows = read(path), cells(path)
    at = {"语文": 6, "数学": 8, "英语": 10, "物理": 12, "化学": 15, "生物": 18}
    assert by_row(reading) == {(n + 1, s): rows[n][c] for n in range(1, 7) for s, c in at.items()}
    scaled = {k: v for k, v in by_row(reading, column="scale_score").items() if v is not None}
    assert scaled == {(n + 1, s): rows[n][c] for n in range(1, 7) for s, c in (("化学", 14), ("生物", 17))}
    assert reading.as_json()["sheets"][0]["pupils"] == 2


def test_05_notes_sheet_beside_empty_templates(shared):
    reading = read(shared / "sheets/05_multi_sheet_with_notes_sheet.xlsx")
    assert [s["kind"] for s in reading.as_json()["sheets"]] == ["notes", "scores", "scores"]
    assert [p.code for p in reading.problems] == ["sheet.no_rows"] * 2


def test_09_blank_rows_are_absent_pupils_and_ranks_no_subjects(shared):
    path = shared / "sheets/09_two_row_merged_header_score_classrank_graderank.xlsx"
    reading, rows = read(path), cells(path)
    at = {"语文": 2, "数学": 5, "英语": 8, "物理": 11, "化学": 14, "生物": 17}
    assert by_row(reading) == {(n + 1, s): rows[n][c] for n in range(2, 61) for s, c in at.items()}
    statuses = by_row(reading, column="status")
    assert {statuses[3, s] for s in at} == {"absent"}
    assert reading.problems == ()


def test_a_six_columns_a_subject(shared):
    path = shared / "sheets/A_title_two_row_header_joint_county_school_class_rank.xlsx"
    reading, rows = read(path), cells(path)
    at = {
        "语文": 20,
        "数学": 25,
        "英语": 30,
        "物理": 35,
        "历史": 40,
        "化学": 44,
        "生物": 50,
        "道德与法治": 56,
        "地理": 61,
    }
    want = {
        (n + 1, s): None if rows[n][c] == "--" else rows[n][c] for n in range(3, 27) for s, c in at.items()
    }
    assert by_row(reading) == want
    statuses = by_row(reading, column="status")
    assert {statuses[k] for k, v in want.items() if v is None} == {"not_taken"}
    scaled = {k: v for k, v in by_row(reading, column="scale_score").items() if v is not None}
    assert scaled == {(n + 1, s): rows[n][c] for n in range(3, 27) for s, c in (("化学", 45), ("生物", 51), ("道德与法治", 57), ("地理", 62))}  # fmt: skip
    first = reading.records().row(0, named=True)
    assert (first["school"], first["class"], first["ticket"], first["student_no"]) == (
        "甲实验中学",
        "1",
        "920240000",
        "S0001",
    )


def test_d_two_numbers_that_disagree_on_one_row(shared):
    path = shared / "sheets/D_ticket_custom_no_rank_delta_absent_total_row.xlsx"
    reading, rows = read(path), cells(path)
    at = {"语文": 11, "数学": 16, "英语": 21, "物理": 26}
    want = {
        (n + 1, s): None if rows[n][c] == "-" else rows[n][c] for n in range(3, 25) for s, c in at.items()
    }
    assert by_row(reading) == want
    assert [(p.code, p.place.address) for p in reading.problems] == [("id.disagree", "C9")]
    assert reading.sheets[0].rows_in == 22


def test_f_questions_and_their_subtotals(shared):
    path = shared / "sheets/F_item_scores_flat_header_grade_letter.xlsx"
    reading, rows = read(path), cells(path)
    table = reading.records()
    items = {
        (r["row"], r["item"]): r["raw_mark"]
        for r in table.filter(pl.col("item").is_not_null()).iter_rows(named=True)
    }
    assert items == {(n + 1, str(k)): rows[n][12 + k] for n in range(1, 21) for k in range(1, 22)}
    assert by_row(reading) == {(n + 1, "生物"): rows[n][4] for n in range(1, 21)}
    assert reading.problems == ()


def test_j_long_form(shared):
    path = shared / "sheets/J_long_ticket_name_subject_score_utf8bom.csv"
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    got = {k: v for k, v in marks_of(read(path)).items() if v is not None}
    assert got == {(r["准考证号"], r["科目"]): float(r["分数"]) for r in rows if r["分数"] != "缺考"}


def test_k_dirty_headers_names_and_classes(shared):
    path = shared / "sheets/K_dirty_headers_dup_names_class_aliases.xlsx"
    reading, rows = read(path), cells(path)
    wide = str.maketrans("０１２３４５６７８９", "0123456789")
    want = {}
    for n in range(1, 17):
        for s, c in {"语文": 5, "数学": 6, "英语": 7, "道德与法治": 8}.items():
            cell = rows[n][c]
            want[n + 1, s] = None if cell == "免考" else float(str(cell).translate(wide))
    assert by_row(reading) == want
    table = reading.records()
    assert set(table["grade"]) == {"七年级"}
    assert set(table["class"]) == {"1"}
    assert table.filter(pl.col("name") == "测试重名")["ticket"].n_unique() == 2
    assert set(table.filter(pl.col("row") == 13)["status"]) == {"cheat"}
    assert [c.full_mark for c in reading.sheets[0].reading.columns[5:8]] == [None, 120.0, 100.0]


def sat12(shared):
    with (shared / "data/irt_sat12/sat12_raw.csv").open() as file:
        return [[int(v) for v in row] for row in list(csv.reader(file))[1:]]


def options_of(reading):
    marks = reading.sheets[0].marks
    table = marks.filter(pl.col("item").is_not_null()).pivot("item", index="row", values="option")
    return table.drop("row").rows()


def test_sat12_options_by_number(shared, tmp_path):
    answers = sat12(shared)
    rows = [
        ["考号", *(f"Item.{k}" for k in range(1, 33))],
        *([f"8{n:05d}", *a] for n, a in enumerate(answers)),
    ]
    reading = read(write_xlsx(tmp_path / "科学.xlsx", {"选项": rows}))
    assert {c.role for c in reading.sheets[0].reading.columns[1:]} == {"option"}
    assert options_of(reading) == [tuple(map(str, a)) for a in answers]


def test_sat12_options_by_letter_with_the_key_in_a_row(shared, tmp_path):
    key = json.loads((shared / "data/irt_sat12/key.json").read_text())
    key = (
        list(key.values())
        if isinstance(key, dict) and "key" not in key
        else key["key"]
        if isinstance(key, dict)
        else key
    )
    answers = [["" if v == 8 else "ABCDE"[v - 1] for v in row] for row in sat12(shared)]
    top = ["姓名", "考号", "选择题", *[""] * 31]
    leaf = ["", "", *range(1, 33)]
    keys = ["", "参考答案", *("ABCDE"[int(k) - 1] for k in key)]
    rows = [
        ["科学学科选择题作答"],
        top,
        leaf,
        keys,
        *([f"学生{n}", f"8{n:05d}", *a] for n, a in enumerate(answers)),
    ]
    reading = read(
        write_xlsx(
            tmp_path / "a.xlsx", {"s": rows}, merged={"s": [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 33)]}
        )
    )
    assert options_of(reading) == [tuple(a) for a in answers]
    assert reading.sheets[0].blueprint["key"].to_list() == ["ABCDE"[int(k) - 1] for k in key]
    assert reading.as_json()["sheets"][0]["subjects"] == ["科学"]


def chem97(shared):
    with (shared / "data/chem97/chem97.csv").open() as file:
        return list(csv.DictReader(file))


def test_chem97_flat_with_full_mark_in_the_header(shared, tmp_path):
    pupils = chem97(shared)
    rows = [["乡镇", "学校", "考号", "性别", "化学(10)"]]
    rows += [[p["lea"], f"第{p['school']}中学", f"97{int(p['student']):06d}", {"M": "男", "F": "女"}[p["gender"]], int(p["score"])] for p in pupils]  # fmt: skip
    reading = read(write_xlsx(tmp_path / "a.xlsx", {"s": rows}))
    sheet = reading.sheets[0]
    assert (sheet.rows_accepted, reading.problems) == (31_022, ())
    assert reading.records()["raw_mark"].to_list() == [float(p["score"]) for p in pupils]
    assert sheet.people["town"].to_list() == [p["lea"] for p in pupils]
    assert sheet.people["school"].n_unique() == 2_410
    assert sheet.people["gender"].value_counts().sort("gender")["count"].to_list() == [
        sum(p["gender"] == g for p in pupils) for g in "FM"
    ]


def test_chem97_one_sheet_per_town_under_a_title(shared, tmp_path):
    pupils = [p for p in chem97(shared) if int(p["lea"]) <= 20]
    sheets = {}
    for town in sorted({p["lea"] for p in pupils}, key=int):
        own = [p for p in pupils if p["lea"] == town]
        body = [
            [n, f"第{p['school']}中学", f"97{int(p['student']):06d}", int(p["score"])]
            for n, p in enumerate(own, 1)
        ]
        sheets[f"乡镇{town}"] = [
            ["化学质量检测成绩"],
            [],
            ["序号", "学校名称", "准考证号", "得分"],
            ["", "", "满分", 10],
            *body,
            ["", "", "平均分", 5.8],
        ]
    reading = read(write_xlsx(tmp_path / "a.xlsx", sheets))
    assert reading.problems == ()
    want = {(f"97{int(p['student']):06d}", "化学"): float(p["score"]) for p in pupils}
    assert marks_of(reading) == want
    assert {s.reading.columns[-1].full_mark for s in reading.sheets} == {10.0}
