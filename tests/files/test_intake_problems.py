"""What is wrong in a sheet: each problem with its cell, each row accepted or listed, and nothing else lost."""

import openpyxl
import pytest
from intake_sheets import grid, pupils, read, write_xlsx

from zhiheng.files.extract import extract
from zhiheng.files.marked_copy import LIST_SHEET, marked_copy
from zhiheng.files.problems import CATALOGUE
from zhiheng.files.recognise import recognise
from zhiheng.files.text import clean_name

PUPILS = pupils(12)
HEADER = ["考号", "姓名", "班级", "语文", "数学"]


def rows(**changes):
    """Return a sheet; `changes` maps cells such as D5 to values."""
    table = [HEADER, *([p.ticket, p.name, f"{p.number}班", 80.5, 90.0] for p in PUPILS)]
    for cell, value in changes.items():
        table[int(cell[1:]) - 1]["ABCDE".index(cell[0])] = value
    return table


def records(full_marks=None, **changes):
    sheet = grid(rows(**changes))
    return extract(sheet, recognise(sheet), full_marks=full_marks)


def told(found):
    return [(p.code, p.place.address, p.blocks_row) for p in found.problems]


def mark(found, row, subject="chinese"):
    own = found.marks.filter((found.marks["row"] == row) & (found.marks["subject"] == subject))
    return (own["raw_mark"][0], own["status"][0]) if own.height else None


@pytest.mark.parametrize(
    ("cell", "status"),
    [("缺考", "absent"), ("缺", "absent"), ("旷考", "absent"), ("", "absent"), ("缓考", "deferred"), ("作弊", "cheat"),
     ("违纪", "cheat"), ("免考", "exempt_special"), ("免试", "exempt_special"), ("未扫描", "not_scanned"), ("-", "not_taken"),
     ("--", "not_taken"), ("—", "not_taken"), ("/", "not_taken"), ("　缺 考 ", "absent")],
)  # fmt: skip
def test_words_and_blanks_are_told_from_zero(cell, status):
    found = records(D5=cell)
    assert mark(found, 5) == (None, status)
    assert found.problems == ()
    assert mark(records(D5=0), 5) == (0, "normal")


@pytest.mark.parametrize(
    ("cell", "hundredths"),
    [("８８", 8800), ("85分", 8500), (" 85.5 ", 8550), ("085", 8500), ("'77", 7700), (85.1 + 1e-10, 8510), (66.665, 6667), (0.285, 29)],
)  # fmt: skip
def test_numbers_as_people_write_them(cell, hundredths):
    assert mark(records(D5=cell), 5) == (hundredths, "normal")


@pytest.mark.parametrize(
    ("cell", "code"),
    [("8O", "score.not_a_number"), ("l5", "score.not_a_number"), ("优秀", "score.not_a_number"), (-3, "score.negative"),
     ("-3", "score.negative"), (130, "score.above_full"), (True, "score.not_a_number"), ("1e9", "score.not_a_number")],
)  # fmt: skip
def test_a_bad_cell_is_listed_and_its_row_kept_without_that_mark(cell, code):
    found = records({"语文": 120}, D5=cell)
    assert told(found) == [(code, "D5", False)]
    assert mark(found, 5) is None
    assert mark(found, 5, "math") == (9000, "normal")
    assert (found.rows_in, found.rows_accepted) == (12, 12)


def test_letter_o_gets_a_hint():
    assert "80" in records(D5="8O").problems[0].fix


def test_more_than_two_decimals_is_said_and_rounded():
    found = records(D5=85.125)
    assert told(found) == [("score.too_precise", "D5", False)]
    assert mark(found, 5) == (8513, "normal")


def test_range_rule_is_for_raw_marks_only():
    sheet = grid(rows(D5=512.25))
    found = extract(sheet, recognise(sheet), full_marks={"chinese": 120}, is_scale=True)
    assert found.problems == ()
    own = found.marks.filter(found.marks["row"] == 5)
    assert (own["raw_mark"].to_list(), own["scale_score"].to_list()) == ([None, None], [512.25, 90.0])


def test_nameless_row_is_listed_and_blocked():
    found = records(A5="", B5="")
    assert told(found) == [("row.no_identity", "5", True)]
    assert (found.rows_in, found.rows_accepted, found.rows_listed) == (12, 11, 1)
    assert mark(found, 5) is None


def test_a_pupil_twice_keeps_the_first_row():
    found = records(A7=PUPILS[0].ticket, B7=PUPILS[0].name)
    assert told(found) == [("row.duplicate", "7", True)]
    assert found.rows_listed == 1


def test_one_number_with_two_names_names_both_rows_and_keeps_them():
    found = records(A7=PUPILS[0].ticket)
    assert told(found) == [("id.two_names", "2", False), ("id.two_names", "7", False)]
    assert found.rows_accepted == 12


def test_a_total_that_is_not_the_sum_is_named_and_a_strange_total_is_not():
    table = [[*HEADER, "总分"], *([p.ticket, p.name, "1班", 80.5, 90.0, 170.5] for p in PUPILS)]
    table[4][5] = 180.5
    sheet = grid(table)
    assert told(extract(sheet, recognise(sheet))) == [("total.disagrees", "F5", False)]
    table[4][3:] = ["8O", 90.0, 170.5]
    sheet = grid(table)
    assert [p.code for p in extract(sheet, recognise(sheet)).problems] == ["score.not_a_number"]
    for n, row in enumerate(table[1:]):
        row[3:] = [80.5, 90.0, 100.0 + n]
    sheet = grid(table)
    assert extract(sheet, recognise(sheet)).problems == ()


def test_running_numbers_of_a_class_are_no_duplicates():
    table = [["学号", "年级", "班级", "姓名", "语文"]]
    table += [[n % 4 + 1, f"{'三四五'[n // 4]}年级", "1班", p.name, 80] for n, p in enumerate(PUPILS)]
    sheet = grid(table)
    found = extract(sheet, recognise(sheet))
    assert (found.problems, found.rows_accepted) == ((), 12)
    assert found.people["student_no"].null_count() == 12  # another school has the same numbers


def test_two_pupils_of_one_name_are_two_pupils():
    assert records(B7=PUPILS[0].name).problems == ()


def test_same_name_and_class_without_numbers_are_kept_and_named():
    found = records(A2="", A7="", B7=PUPILS[0].name, C7="1班")
    assert told(found) == [("row.same_name", "7", False)]
    assert found.rows_accepted == 12


def test_a_wholly_blank_subject_is_not_a_class_of_absentees():
    found = records(**{f"E{n}": "" for n in range(2, 14)})
    assert told(found) == [("column.blank", "E", False)]
    assert set(found.marks["subject"]) == {"chinese"}


def test_long_number_kept_as_float_has_lost_digits():
    sheet = grid(
        [
            ["学籍号", "姓名", "语文"],
            [330110200901011234.0, "学生甲", 80],
            ["G330110200901011235", "学生乙", 81],
        ]
    )
    found = extract(sheet, recognise(sheet))
    assert told(found) == [("id.precision_lost", "A2", False)]
    assert found.people["student_no"].to_list() == [None, "G330110200901011235"]


def test_numbers_that_run_in_step_show_the_one_that_does_not():
    table = [
        ["考号", "自定义考号", "姓名", "语文"],
        *([p.ticket, f"S{k:04d}", p.name, 70] for k, p in enumerate(PUPILS, 1)),
    ]
    table[5][1] = "S9999"
    sheet = grid(table)
    assert told(extract(sheet, recognise(sheet))) == [("id.disagree", "B6", False)]


def test_remarks_give_the_status():
    table = [[*HEADER, "备注"], *([p.ticket, p.name, "1班", 80, 90, ""] for p in PUPILS)]
    table[1][5] = "作弊"
    table[2][3:] = [0, 0, "缺考"]
    table[3][3:] = [0, 88, "语文缺考"]
    table[4][5] = "缺考"
    table[5][5] = "转学来的"
    sheet = grid(table)
    found = extract(sheet, recognise(sheet))
    assert mark(found, 2) == (8000, "cheat")
    assert mark(found, 3) == (None, "absent")
    assert (mark(found, 4), mark(found, 4, "math")) == ((None, "absent"), (8800, "normal"))
    assert mark(found, 5) == (8000, "normal")
    assert [(p.code, p.place.address) for p in found.problems] == [
        ("status.contradicts", "D5"),
        ("status.contradicts", "E5"),
    ]
    assert mark(found, 6) == (8000, "normal")


def test_names():
    assert clean_name("张 三") == "张三"
    assert clean_name("　李　四　") == "李四"
    assert clean_name("阿卜杜拉•买买提") == clean_name("阿卜杜拉·买买提") == "阿卜杜拉·买买提"
    assert clean_name("John  Smith ") == "John Smith"


def test_hidden_rows_columns_and_sheets_are_read_and_named(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", {"s": rows(), "t": rows()})
    book = openpyxl.load_workbook(path)
    book["s"].row_dimensions[4].hidden = True
    book["s"].column_dimensions["E"].hidden = True
    book["t"].sheet_state = "hidden"
    book.save(path)
    reading = read(path)
    assert [(p.code, p.place.sheet, p.place.address) for p in reading.problems] == [
        ("sheet.hidden_rows", "s", ""),
        ("sheet.hidden_columns", "s", "E"),
        ("sheet.hidden", "t", ""),
    ]
    assert reading.records().height == 48


def test_formulas_use_the_stored_value_and_say_when_there_is_none(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", {"s": rows()})
    book = openpyxl.load_workbook(path)
    book["s"]["D5"] = "=40+45"
    book.save(path)  # openpyxl stores no value
    reading = read(path)
    assert [(p.code, p.place.address) for p in reading.problems] == [("cell.formula_no_value", "D5")]
    assert mark(reading.sheets[0], 5) is None


def test_every_problem_code_has_a_meaning_and_a_sentence():
    found = records({"语文": 120}, D5="8O", D6=130, A7="", B7="")
    for problem in found.problems:
        assert CATALOGUE[problem.code]
        assert problem.sentence.startswith("成绩.xlsx › 「Sheet1」 › ")
        assert "。" not in problem.expected


def test_marked_copy_colours_comments_and_lists(tmp_path):
    path = write_xlsx(
        tmp_path / "a.xlsx", {"s": [["期末成绩"], *rows(D5="8O", A7="", B7="")]}, merged={"s": [(0, 0, 0, 4)]}
    )
    reading = read(path)
    book = openpyxl.load_workbook(marked_copy(path, reading.problems, tmp_path / "退回.xlsx"))
    assert book.sheetnames == [LIST_SHEET, "s"]
    assert book["s"]["D6"].fill.fgColor.rgb == "00FFE699"
    assert "8O" in book["s"]["D6"].comment.text
    assert book["s"]["A8"].fill.fgColor.rgb == "00F4B6B6"
    assert book["s"]["D5"].fill.fill_type is None
    assert [r[1].value for r in book[LIST_SHEET].iter_rows(min_row=2)] == ["D6", "8"]


def test_marked_copy_of_a_text_table_never_writes_formulas(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("考号,姓名,语文\n1001,学生甲,=1+1\n1002,学生乙,80\n", encoding="utf-8")
    reading = read(path)
    book = openpyxl.load_workbook(marked_copy(path, reading.problems, tmp_path / "退回.xlsx"))
    assert book.worksheets[1]["C2"].value == "=1+1"
    assert book.worksheets[1]["C2"].data_type == "s"
