"""Public data sets written as the sheets a county would get: two layouts, with an exam description beside them."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
import yaml


def write_sheet(book: xlsxwriter.Workbook, name: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows from A1 on; None leaves a cell empty."""
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value)


def describe(folder: Path, **fields: Any) -> Path:
    """Write 考试.yaml into `folder`."""
    path = folder / "考试.yaml"
    path.write_text(yaml.safe_dump(fields, allow_unicode=True), encoding="utf-8")
    return path


def chem97_frame(shared: Path) -> pl.DataFrame:
    """Return the data: lea, school, student, score 0 to 10, gender."""
    return pl.read_csv(shared / "data/chem97/chem97.csv").with_columns(
        pl.format("第{}区", "lea").alias("town"),
        pl.format("第{}学校", "school").alias("school_name"),
        pl.Series("ticket", [f"97{n:06d}" for n in range(31022)]),
        pl.col("gender").replace_strict({"M": "男", "F": "女"}).alias("sex"),
    )


def chem97_one_file_per_town(shared: Path, folder: Path) -> None:
    """131 workbooks: a title, one header row with the full mark in it, a row of averages below."""
    for (town,), rows in chem97_frame(shared).group_by("town", maintain_order=True):
        with xlsxwriter.Workbook(folder / f"{town}化学成绩.xlsx") as book:
            head = [[f"{town}化学成绩表"], ["乡镇", "学校", "考号", "性别", "化学(10)"]]
            body = rows.select("town", "school_name", "ticket", "sex", "score").rows()
            write_sheet(book, "成绩", [*head, *body, ["平均分", None, None, None, rows["score"].mean()]])
    _describe_chem97(folder)


def chem97_one_sheet_two_row_header(shared: Path, folder: Path) -> None:
    """One sheet of 31,022 rows under a two-row header with ranks beside the marks, starting at B2."""
    rows = chem97_frame(shared).with_columns(
        pl.col("score").rank("min", descending=True).over("school").alias("rank")
    )
    with xlsxwriter.Workbook(folder / "化学.xlsx") as book:
        sheet = book.add_worksheet("汇总")
        for column, header in enumerate(["乡镇", "学校", "准考证号", "性别"], 1):
            sheet.merge_range(1, column, 2, column, header)
        sheet.merge_range(1, 5, 1, 6, "化学")
        sheet.write_row(2, 5, ["成绩", "校次"])
        for number, row in enumerate(
            rows.select("town", "school_name", "ticket", "sex", "score", "rank").rows(), 3
        ):
            sheet.write_row(number, 1, row)
    _describe_chem97(folder)


def _describe_chem97(folder: Path) -> None:
    papers = [{"subject": "化学", "full_mark": 10}]
    describe(
        folder,
        name="1997年化学学业水平考试",
        kind="academic_level",
        grade=12,
        date="1997-06-20",
        papers=papers,
    )


def sat12_items(shared: Path, folder: Path, header: str) -> None:
    """An item sheet of chosen options (8 = nothing chosen) and a 双向细目表 with the key."""
    raw = pl.read_csv(shared / "data/irt_sat12/sat12_raw.csv")
    key = json.loads((shared / "data/irt_sat12/key.json").read_text())["key"]
    items = range(1, 33)
    with xlsxwriter.Workbook(folder / "科学小题.xlsx") as book:
        rows = [[f"S{number:04d}", *row] for number, row in enumerate(raw.rows(), 1)]
        write_sheet(book, "科学", [["考号", *[header.format(item) for item in items]], *rows])
        plan = [["题号", "题型", "分值", "参考答案"]]
        write_sheet(book, "双向细目表", [*plan, *[[item, "单选题", 1, key[item - 1]] for item in items]])
    papers = [{"subject": "科学", "full_mark": 32}]
    describe(
        folder,
        name="科学测验",
        kind="school_final",
        grade=12,
        school="测验学校",
        date="2026-06-20",
        papers=papers,
    )


def exam_scale(shared: Path, folder: Path) -> pl.DataFrame:
    """London schools: a scale score with negative values, 65 schools. Return the data."""
    data = pl.read_csv(shared / "data/exam/exam.csv")
    rows = [
        [
            f"第{row['school']}学校",
            f"{row['school']:02d}{number:05d}",
            {"F": "女", "M": "男"}[row["sex"]],
            row["normexam"],
        ]
        for number, row in enumerate(data.iter_rows(named=True))
    ]
    with xlsxwriter.Workbook(folder / "综合.xlsx") as book:
        write_sheet(book, "Sheet1", [["学校", "考号", "性别", "英语"], *rows])
    papers = [{"subject": "英语", "is_scale": True}]
    describe(
        folder, name="十六岁学业水平考试", kind="academic_level", grade=12, date="1993-06-20", papers=papers
    )
    return data


def sgp_scale(shared: Path, folder: Path) -> pl.DataFrame:
    """Scale scores of the pupils in grade 4 in 2025, as one school's own test. Return the data."""
    data = pl.read_csv(shared / "data/sgp_public/sgp_wide.csv").filter(
        (pl.col("GRADE_2025") == 4) & pl.col("SS_2025").is_not_null()
    )
    with xlsxwriter.Workbook(folder / "数学.xlsx") as book:
        write_sheet(book, "四年级", [["学籍号", "数学"], *data.select("ID", "SS_2025").rows()])
    papers = [{"subject": "数学", "is_scale": True}]
    describe(
        folder,
        name="四年级期末",
        kind="school_final",
        grade=4,
        school="暂建学校",
        date="2025-06-20",
        papers=papers,
    )
    return data
