"""Commands that work on a data home, as separate processes run them: analyse, report, backup, restore, doctor."""

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
import xlsxwriter

pytestmark = pytest.mark.slow
ZHIHENG = Path(sys.executable).with_name("zhiheng")


def zhiheng(*arguments: object, home: Path, code: int = 0) -> str:
    """Run the command on `home`, expect the exit code, return what it printed."""
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "ZHIHENG_TODAY")}
    done = subprocess.run(
        [ZHIHENG, *map(str, arguments)],
        env=env | {"ZHIHENG_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def write_school(folder: Path, school: str, grade: str = "九年级", title: str = "") -> None:
    with xlsxwriter.Workbook(folder / f"{title or school}.xlsx") as book:
        sheet = book.add_worksheet("成绩")
        sheet.write_row(0, 0, ["学校", "年级", "班级", "姓名", "考号", "语文(120)", "数学(120)"])
        for number in range(1, 31):
            name = f"{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'一二三四五六七八九十'[number // 10]}"
            ticket = f"{sum(map(ord, school)) % 90 + 10}{number:06d}"
            row = [school, grade, f"{number % 2 + 1}班", name, ticket]
            sheet.write_row(number, 0, [*row, 60 + number, 110 - 2 * number])


@pytest.fixture(scope="module")
def analysed(tmp_path_factory) -> tuple[Path, Path, dict]:
    """A folder of two schools' sheets, analysed: home, output folder, what the command said."""
    root = tmp_path_factory.mktemp("main_job")
    sheets = root / "sheets"
    sheets.mkdir()
    for school in ("河东中学", "河西中学"):
        write_school(sheets, school)
    said = zhiheng("analyse", sheets, "--out", root / "out", "--yes", "--json", home=root / "home")
    return root / "home", root / "out", json.loads(said)


def test_analyse_tells_version_counts_and_every_path(analysed):
    _, out, said = analysed
    assert said["dataset"]["version"] == 1
    counts = said["counts"]
    assert counts["rows_in"] == counts["rows_accepted"] + counts["rows_listed"] == 60
    assert (counts["pupils"], counts["schools"]) == (60, 2)
    written = {path for path in out.rglob("*") if path.is_file()}
    assert {Path(path) for path in said["paths"]} == written
    assert {path.name for path in written} >= {
        "领导一页纸.docx",
        "党组汇报稿.pdf",
        "河东中学.xlsx",
        "groups.csv",
    }


def test_report_writes_only_what_is_asked(analysed, tmp_path):
    home, _, _ = analysed
    zhiheng("report", "--kind", "brief", "--out", tmp_path, home=home)
    assert {path.name for path in tmp_path.rglob("*.*")} == {
        "领导一页纸.docx",
        "领导一页纸.pdf",
        "领导一页纸.xlsx",
    }


def write_schools(folder: Path, grade: str, *schools: str) -> Path:
    folder.mkdir()
    for school in schools:
        write_school(folder, school, grade=grade, title=f"{school}{grade}期末成绩")
    return folder


def test_a_grade_that_may_not_be_tested_across_schools_is_analysed_school_by_school(tmp_path):
    sheets, out = write_schools(tmp_path / "sheets", "七年级", "河东中学", "河西中学"), tmp_path / "out"
    said = json.loads(zhiheng("analyse", sheets, "--out", out, "--yes", "--json", home=tmp_path / "home"))
    assert "不得组织区域性或跨校的统一考试" in said["notes"][0]
    assert "教基厅〔2025〕3号" in said["notes"][0]
    assert all(
        other not in part["exam"] for part, other in zip(said["schools"], ("河西", "河东"), strict=True)
    )
    assert said["dataset"] == {}
    assert [part["school"] for part in said["schools"]] == ["河东中学", "河西中学"]
    assert all(part["counts"]["schools"] == 1 for part in said["schools"])
    assert (said["counts"]["rows_in"], said["counts"]["rows_accepted"], said["counts"]["pupils"]) == (
        60,
        60,
        60,
    )
    documents = {path.relative_to(out).as_posix() for path in out.rglob("*.pdf")}
    assert documents == {f"{name}/文档/学校报告/{name}.pdf" for name in ("河东中学", "河西中学")}
    for name, other in (("河东中学", "河西中学"), ("河西中学", "河东中学")):
        tables = "".join(path.read_text(encoding="utf-8") for path in (out / name).rglob("*.csv"))
        assert other not in tables


def test_a_workbook_of_several_schools_is_divided_by_its_rows(tmp_path):
    sheets = tmp_path / "sheets"
    sheets.mkdir()
    with xlsxwriter.Workbook(sheets / "全县五年级.xlsx") as book:
        sheet = book.add_worksheet("成绩")
        sheet.write_row(0, 0, ["学校", "年级", "班级", "姓名", "学籍号", "语文(100)"])
        for number in range(1, 31):
            school = "河东小学" if number <= 12 else "河西小学"
            sheet.write_row(
                number, 0, [school, "五年级", "1班", f"学生{number}", f"G{number:018d}", 60 + number]
            )
    said = zhiheng("analyse", sheets, "--out", tmp_path / "out", "--yes", "--json", home=tmp_path / "home")
    counts = [part["counts"] for part in json.loads(said)["schools"]]
    assert [(each["rows_in"], each["rows_accepted"], each["pupils"]) for each in counts] == [
        (30, 12, 12),
        (30, 18, 18),
    ]
    assert json.loads(said)["counts"]["rows_listed"] == 0


def test_what_no_school_may_do_either_is_refused_with_its_rule(tmp_path):
    sheets = write_schools(tmp_path / "sheets", "一年级", "河东小学", "河西小学")
    said = zhiheng("analyse", sheets, "--out", tmp_path / "out", "--yes", home=tmp_path / "home", code=4)
    assert "不进行纸笔考试" in said
    assert "教基厅〔2025〕3号" in said
    assert not list((tmp_path / "out").rglob("*.pdf"))


def test_backup_restores_into_an_empty_home_and_nowhere_else(analysed, tmp_path):
    home, _, _ = analysed
    archive = tmp_path / "备份.zip"
    zhiheng("backup", archive, home=home)
    again = tmp_path / "again"
    assert "已恢复" in zhiheng("restore", archive, home=again)
    assert "1 个数据集校验一致" in zhiheng("doctor", home=again)
    assert "已有数据" in zhiheng("restore", archive, home=again, code=3)


def test_a_backup_keeps_the_versions_of_the_datasets(analysed, tmp_path):
    home, _, _ = analysed
    zhiheng("backup", tmp_path / "备份.zip", home=home)
    zhiheng("restore", tmp_path / "备份.zip", home=tmp_path / "again")
    assert versions(tmp_path / "again") == versions(home) != []


def versions(home: Path) -> list[tuple]:
    with closing(sqlite3.connect(home / "db.sqlite3")) as database:
        return database.execute("select id, version, state, sha256 from evidence_dataset").fetchall()


def test_nothing_is_restored_over_an_account(analysed, tmp_path):
    home, _, _ = analysed
    zhiheng("backup", tmp_path / "备份.zip", home=home)
    zhiheng("admin", "guanli", "--password", "jiao-yu-2026-ju", home=tmp_path / "used")
    assert "已有数据" in zhiheng("restore", tmp_path / "备份.zip", home=tmp_path / "used", code=3)


@pytest.mark.parametrize(("number", "said"), [(0, "太旧"), (99, "更新的版本")])
def test_a_backup_of_another_format_is_refused(analysed, tmp_path, number, said):
    home, _, _ = analysed
    archive, other = tmp_path / "备份.zip", tmp_path / "别的.zip"
    zhiheng("backup", archive, home=home)
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "backup.json":
                content = json.dumps(json.loads(content) | {"format": number}).encode()
            target.writestr(name, content)
    assert said in zhiheng("restore", other, home=tmp_path / "home", code=3)
    assert not (tmp_path / "home" / "datasets").exists()


def test_rosters_and_scores_are_told_apart(tmp_path):
    sheets = write_schools(tmp_path / "sheets", "九年级", "河东中学")
    assert "没有名册" in zhiheng("import", sheets, "--roster", home=tmp_path / "home", code=3)


def test_a_changed_backup_is_refused(analysed, tmp_path):
    home, _, _ = analysed
    archive, changed = tmp_path / "备份.zip", tmp_path / "改过.zip"
    zhiheng("backup", archive, home=home)
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content + b"x" if name.endswith("marks.parquet") else content)
    assert "已损坏" in zhiheng("restore", changed, home=tmp_path / "home", code=3)
    assert "不是质衡的备份" in zhiheng("restore", _text_file(tmp_path), home=tmp_path / "home", code=3)


def test_doctor_finds_a_damaged_dataset(analysed, tmp_path):
    home, _, _ = analysed
    archive = tmp_path / "备份.zip"
    zhiheng("backup", archive, home=home)
    hurt = tmp_path / "hurt"
    zhiheng("restore", archive, home=hurt)
    table = next((hurt / "datasets").rglob("marks.parquet"))
    table.write_bytes(table.read_bytes()[:-1] + b"?")
    assert "校验不符" in zhiheng("doctor", home=hurt, code=5)


def _text_file(folder: Path) -> Path:
    path = folder / "不是备份.zip"
    path.write_text("没有东西")
    return path


def test_two_commands_may_start_on_one_new_home(tmp_path):
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "ZHIHENG_TODAY")}
    started = [
        subprocess.Popen(
            [ZHIHENG, "admin", name, "--password", "jiao-yu-2026-ju", "--home", tmp_path / "home"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in ("yi", "er", "san")
    ]
    said = [process.communicate(timeout=120)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], said


def test_admin_makes_the_first_account_and_says_when_a_password_is_weak(tmp_path):
    assert "系统管理员“王管理”" in zhiheng(
        "admin", "guanli", "--name", "王管理", "--password", "jiao-yu-2026-ju", home=tmp_path
    )
    assert "密码太短" in zhiheng("admin", "lisi", "--password", "123", home=tmp_path, code=3)
    assert "已有人使用" in zhiheng("admin", "guanli", "--password", "jiao-yu-2026-ju", home=tmp_path, code=3)
