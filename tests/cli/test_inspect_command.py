"""`zhiheng inspect`: the documented JSON, the records file, exit codes, and nothing kept."""

import json
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from click.testing import CliRunner

from zhiheng.cli import main

SHEET_KEYS = {
    "file", "sheet", "kind", "header_rows", "columns", "subjects", "pupils", "rows_in", "rows_accepted", "rows_listed",
}  # fmt: skip
COLUMN_KEYS = {"column", "header", "role", "subject", "item", "confidence"}
PROBLEM_KEYS = {"code", "file", "sheet", "cell", "found", "expected", "fix"}
RECORD_COLUMNS = [
    "file", "sheet", "row", "school", "grade", "class", "name", "ticket", "student_no",
    "subject", "item", "raw_mark", "scale_score", "status",
]  # fmt: skip


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """A title, a header in row 2, one letter O for a zero, one absence, one total row."""
    path = tmp_path / "柳河中学九年级一模.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("成绩")
        for number, row in enumerate(
            [
                ["柳河中学九年级第一次模拟考试成绩"],
                ["班级", "姓名", "考号", "语文(120)", "数学(120)"],
                ["九(1)班", "甲一", "2709001", 88, "8O"],
                ["九(1)班", "乙 二", "2709002", "缺考", 91.5],
                ["九(2)班", "丙三", "2709003", 0, 130],
                ["平均分", "", "", 44, 91.5],
            ]
        ):
            sheet.write_row(number, 0, row)
    return path


def run(*arguments: object):
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_json_has_the_documented_form(messy):
    result = run("inspect", messy, "--json")
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    (sheet,) = said["sheets"]
    assert sheet.keys() == SHEET_KEYS
    assert all(column.keys() == COLUMN_KEYS for column in sheet["columns"])
    assert all(problem.keys() == PROBLEM_KEYS for problem in said["problems"])
    assert (sheet["kind"], sheet["header_rows"], sheet["pupils"]) == ("scores", [2], 3)
    assert sheet["subjects"] == ["语文", "数学"]
    assert sheet["rows_in"] == sheet["rows_accepted"] + sheet["rows_listed"] == 3


def test_bad_cells_are_named_as_excel_shows_them(messy):
    said = json.loads(run("inspect", messy, "--json").stdout)
    assert {("E3", "score.not_a_number"), ("E5", "score.above_full")} <= {
        (problem["cell"], problem["code"]) for problem in said["problems"]
    }


def test_records_tell_zero_from_absent(messy, tmp_path):
    target = tmp_path / "记录.csv"
    run("inspect", messy, "--records", target)
    records = pl.read_csv(target, infer_schema=False)
    assert records.columns == RECORD_COLUMNS
    chinese = {row["name"]: row for row in records.filter(pl.col("subject") == "语文").iter_rows(named=True)}
    assert (float(chinese["丙三"]["raw_mark"]), chinese["丙三"]["status"]) == (0, "normal")
    assert (chinese["乙二"]["raw_mark"], chinese["乙二"]["status"]) == (None, "absent")
    assert float(chinese["甲一"]["raw_mark"]) == 88


def test_text_names_every_column_and_problem(messy):
    said = run("inspect", messy).stdout
    assert "D列 语文(120) → 语文 原始分（满分 120）" in said
    assert "柳河中学九年级一模.xlsx › 「成绩」 › E3" in said
    assert "读入 3 行 = 采用 3 + 列出 0" in said


def test_a_picture_gets_a_sentence_and_exit_code_3(tmp_path):
    photo = tmp_path / "屏幕照片.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 64)
    result = run("inspect", photo)
    assert result.exit_code == 3
    assert "图片" in result.stdout
    assert "Traceback" not in result.output


def test_nothing_is_kept(messy, tmp_path, monkeypatch):
    home = tmp_path / "untouched"
    monkeypatch.setenv("ZHIHENG_HOME", str(home))
    run("inspect", messy)
    assert not home.exists()
