"""The raw files open in a reader that knows nothing of how they were made, and hold what the truth says."""

import csv
import hashlib
import io
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import yaml
from python_calamine import CalamineWorkbook

from zhiheng.demo.county import build_county
from zhiheng.demo.folders import habits
from zhiheng.demo.layouts import LAYOUTS
from zhiheng.demo.mistakes import KINDS
from zhiheng.demo.sheets import write_sheets
from zhiheng.frames.schema import STATUSES

MOCK = "2027届九年级一模"
Grid = list[list[Any]]


def workbook(content: bytes) -> dict[str, Grid]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names}


def sheets_of(path: Path) -> dict[str, Grid]:
    """Sheet name → cells of a file in any of the forms schools send; a csv has one sheet without a name."""
    if path.suffix in (".xlsx", ".xls"):
        return workbook(path.read_bytes())
    if path.suffix == ".csv":
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "gb18030")
        return {"": list(csv.reader(io.StringIO(text)))}
    with zipfile.ZipFile(path, metadata_encoding="gbk") as archive:
        found: dict[str, Grid] = {}
        for name in archive.namelist():
            found |= workbook(archive.read(name))
        return found


def plain(cell: Any) -> str:
    """A cell as a person reads it: half-width, without spaces, whole numbers without a point."""
    if isinstance(cell, float) and cell == int(cell):
        cell = int(cell)
    return "".join(unicodedata.normalize("NFKC", str(cell)).split())


def sent(tree: Path, layout: str) -> list[Path]:
    """Files of the mock that schools with this layout sent, the last version of each."""
    schools = [name for name, habit in habits()["mock_2027"].items() if habit["layout"] == layout]
    return [
        path
        for school in schools
        for path in sorted((tree / MOCK).glob(f"{school}*"))[:1]
        if path.suffix != ".png"
    ]


def true_rows(marks: pl.DataFrame, school: str) -> list[dict[str, Any]]:
    """One dict per pupil of a school in the mock: who, and subject → mark as text (None without one)."""
    here = marks.filter(pl.col("exam") == "mock_2027", pl.col("school") == school)
    shown = here.with_columns(pl.col("mark").map_elements(plain, return_dtype=pl.String, skip_nulls=True))
    wide = shown.pivot("subject", index=["student_no", "ticket", "name", "class"], values="mark")
    return wide.to_dicts()


def school_of(path: Path) -> str:
    return path.stem.split("九年级")[0]


def touched(truth: dict[str, Any], path: Path) -> set[int]:
    return {m["key"] for m in truth["mistakes"] if m["file"].endswith(path.name)}


def test_every_layout_and_form_is_used() -> None:
    used = habits()["mock_2027"].values()
    assert {habit["layout"] for habit in used} == set(LAYOUTS)
    assert {habit["form"] for habit in used} == {"xlsx", "xls", "csv_gb18030", "csv_utf8", "zip"}


def test_every_mistake_stands_where_the_truth_says(tree: Path, truth: dict[str, Any]) -> None:
    placed = [mistake for mistake in truth["mistakes"] if mistake["cell"]]
    assert len(placed) > 25
    read: dict[str, dict[str, Grid]] = {}
    for mistake in placed:
        grid = read.setdefault(mistake["file"], sheets_of(tree / mistake["file"]))[mistake["sheet"]]
        row, column = openpyxl.utils.cell.coordinate_to_tuple(mistake["cell"])
        assert plain(grid[row - 1][column - 1]) == plain(mistake["found"]), mistake


def test_every_kind_of_mistake_is_there(tree: Path, truth: dict[str, Any]) -> None:
    all_habits = habits()["mock_2027"]
    assert {kind for habit in all_habits.values() for kind in habit["mistakes"]} == set(KINDS)
    sending = {school_of(path) for path in (tree / MOCK).iterdir()} & set(all_habits)
    planned = {kind for school in sending for kind in all_habits[school]["mistakes"]}
    more = {"superseded", "corrected_later", "student_no_short", "student_no_shared"}
    assert {mistake["kind"] for mistake in truth["mistakes"]} == planned | more


@pytest.mark.parametrize(
    "layout", ["flat", "two_row", "titled_with_notes", "sheet_per_class", "dirty_headers", "platform"]
)
def test_wide_layouts_hold_every_mark(
    tree: Path, truth: dict[str, Any], marks: pl.DataFrame, layout: str
) -> None:
    for path in sent(tree, layout):
        lines = [[plain(cell) for cell in row] for grid in sheets_of(path).values() for row in grid]
        by_number = {cell: line for line in lines for cell in line if len(cell) in (11, 19)}
        wrong = 0
        for pupil in true_rows(marks, school_of(path)):
            line = by_number.get(pupil["student_no"]) or by_number.get(pupil["ticket"])
            expected = [pupil[subject] for subject in ("chinese", "math", "english", "physics", "chemistry")]
            if line is None or not {mark for mark in expected if mark is not None} <= set(line):
                wrong += 1
        assert wrong <= len(touched(truth, path)), path.name


def test_long_and_transposed_sheets_hold_every_mark(
    tree: Path, truth: dict[str, Any], marks: pl.DataFrame
) -> None:
    for path in sent(tree, "long_form"):
        (grid,) = sheets_of(path).values()
        found = {(plain(row[0]), row[2]): plain(row[3]) for row in grid[1:]}
        pupils = true_rows(marks, school_of(path))
        wrong = [p for p in pupils if p["math"] is not None and found[p["ticket"], "数学"] != p["math"]]
        assert len(wrong) <= len(touched(truth, path))
    for path in sent(tree, "transposed"):
        found = {}
        for grid in sheets_of(path).values():
            by_head = {row[0]: row[1:] for row in grid}
            found |= dict(zip(map(plain, by_head["考号"]), map(plain, by_head["数学"]), strict=True))
        assert all(found[p["ticket"]] == p["math"] for p in true_rows(marks, school_of(path)) if p["math"])


def test_names_are_never_lost_or_invented(tree: Path, truth: dict[str, Any], marks: pl.DataFrame) -> None:
    for path in sent(tree, "from_b2") + sent(tree, "hidden_and_formulas") + sent(tree, "sheet_per_subject"):
        cells = {plain(cell) for grid in sheets_of(path).values() for row in grid for cell in row}
        missing = [p["name"] for p in true_rows(marks, school_of(path)) if p["name"] not in cells]
        assert len(missing) <= len(touched(truth, path)), path.name


def test_the_corrected_version_differs_where_the_truth_says(tree: Path, truth: dict[str, Any]) -> None:
    final, early = sorted((tree / MOCK).glob("安禾县启明中学*"))
    assert [path.stem[-3:] for path in (early, final)] in (["最终版", "(改)"[-3:]], ["(改)"[-3:], "最终版"])
    one, other = (sheets_of(path)["导入数据"] for path in (early, final))
    cells = {
        (row, column)
        for row, (left, right) in enumerate(zip(one, other, strict=True), 1)
        for column, (a, b) in enumerate(zip(left, right, strict=True), 1)
        if a != b
    }
    changed = {
        openpyxl.utils.cell.coordinate_to_tuple(m["cell"])
        for m in truth["mistakes"]
        if m["kind"] == "corrected_later" and "安禾县启明中学" in m["file"]
    }
    assert cells == changed


def test_hidden_rows_columns_and_formulas(tree: Path) -> None:
    path = sent(tree, "hidden_and_formulas")[0]
    sheet = openpyxl.load_workbook(path).active
    assert sheet.column_dimensions["E"].hidden
    assert sheet.row_dimensions[6].hidden
    assert str(sheet.cell(2, sheet.max_column).value).startswith("=SUM(")


def test_zip_names_are_gbk(tree: Path) -> None:
    path = next((tree / MOCK).glob("*.zip"))
    with zipfile.ZipFile(path) as archive:
        assert not any(entry.flag_bits & 0x800 for entry in archive.infolist())
        assert all("镇" in name.encode("cp437").decode("gbk") for name in archive.namelist())


def test_descriptions_carry_papers_and_filing(tree: Path, truth: dict[str, Any]) -> None:
    for exam in truth["exams"].values():
        described = yaml.safe_load((tree / exam["folder"] / "考试.yaml").read_text(encoding="utf-8"))
        assert described["name"] == exam["name"]
        assert [paper["subject"] for paper in described["papers"]] == list(exam["with_mark"])
        assert described["kind"] == "school_final" or described["filing_number"]
        assert set().union(*exam["statuses"].values()) <= set(STATUSES)


def test_item_sheets_agree_with_the_mock(tree: Path, marks: pl.DataFrame) -> None:
    expected = marks.filter(pl.col("exam") == "mock_2027", pl.col("mark").is_not_null())
    for subject, name in (("math", "数学"), ("physics", "物理")):
        (grid,) = sheets_of(tree / MOCK / "小题" / f"{name}小题分.xlsx").values()
        total = {row[3]: row[grid[0].index("总分")] for row in grid if str(row[3]).startswith("2709")}
        of_subject = expected.filter(pl.col("subject") == subject)
        assert total == dict(of_subject.select("ticket", "mark").iter_rows())
        blueprint = sheets_of(tree / MOCK / "小题" / f"{name}双向细目表.xlsx")["双向细目表"]
        assert sum(row[2] for row in blueprint[2:-1]) == blueprint[-1][2]
    key = {row[0]: row[6] for row in sheets_of(tree / MOCK / "小题" / "数学双向细目表.xlsx")["双向细目表"]}
    assert key["14"] == "B"


def test_rosters_list_every_pupil_once_except_planted(tree: Path, truth: dict[str, Any]) -> None:
    rows = 0
    for path in (tree / "名册").glob("*学生名册.xlsx"):
        for grid in sheets_of(path).values():
            head = next(at for at, row in enumerate(grid) if "姓名" in row)
            rows += len(grid) - head - 1
    twice = [m for m in truth["mistakes"] if m["kind"] == "twice" and m["file"].startswith("名册/")]
    assert rows == truth["pupils"] + len(twice)


def test_school_list_carries_kindergartens_and_codes(tree: Path, truth: dict[str, Any]) -> None:
    book = sheets_of(tree / "名册" / "学校名录.xlsx")
    assert len(book["学校名录"]) == truth["sites"] + 1
    assert {"学校代码", "学校名称", "乡镇", "城乡类型", "学校类型"} <= set(book["学校名录"][0])
    assert len(book["幼儿园"]) > 14


def test_monitoring_shows_levels_and_no_name(tree: Path, marks: pl.DataFrame) -> None:
    (grid,) = sheets_of(tree / "2026年四年级抽样监测" / "四年级抽样监测等级.xlsx").values()
    assert "姓名" not in grid[0]
    levels = [number for number, header in enumerate(grid[0]) if str(header).endswith("等级")]
    assert {row[number] for row in grid[1:] for number in levels} <= {"A", "B", "C", "D", ""}
    assert len(grid) - 1 == marks.filter(pl.col("exam") == "monitoring_grade4")["ticket"].n_unique()


def test_senior_sheets_show_dashes_and_scaled_scores(tree: Path, marks: pl.DataFrame) -> None:
    senior = marks.filter(pl.col("exam") == "mock_senior_2027", pl.col("subject") == "chemistry")
    expected = dict(senior.drop_nulls("scaled").select("ticket", "scaled").iter_rows())
    path = next((tree / "2027届高三一模").glob("安禾县第二*"))
    (grid,) = sheets_of(path).values()
    at = grid[1].index("化学(赋分)")
    shown = {row[0]: row[at] for row in grid[2:]}
    assert "--" in shown.values()
    assert {
        ticket: mark for ticket, mark in shown.items() if isinstance(mark, float)
    }.items() <= expected.items()


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    prints = []
    for name in ("one", "two"):
        write_sheets(build_county(3, 3_000), tmp_path / name)
        files = sorted(
            path for path in (tmp_path / name).rglob("*") if path.is_file() and path.suffix != ".parquet"
        )
        prints.append([(p.name, hashlib.sha256(p.read_bytes()).hexdigest()) for p in files])
    assert prints[0] == prints[1]
