"""Apply a reading to a sheet: people, marks and every problem, so that rows in = accepted + listed.

It follows the reading and proposes nothing; matching pupils across sheets is done elsewhere.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from zhiheng.files.blueprints import key_blueprint, read_blueprint
from zhiheng.files.duplicates import doubtful
from zhiheng.files.filled_down import data_columns
from zhiheng.files.identity import FIELDS, People, persons, read_people
from zhiheng.files.levels import level_columns, levels_counted
from zhiheng.files.long_form import LongMarks, read_long
from zhiheng.files.marks import minus_one_cells
from zhiheng.files.problems import Cell, Problem, declare
from zhiheng.files.recognise import MARKS, data_rows
from zhiheng.files.rows import RowKinds
from zhiheng.files.sheet_cells import Sheet
from zhiheng.files.sheets import (
    BLUEPRINT_SCHEMA,
    MARKS_SCHEMA,
    PEOPLE_SCHEMA,
    ColumnReading,
    Grid,
    Records,
    SheetReading,
)
from zhiheng.files.upright import original_marks, original_people, original_problem, upright
from zhiheng.files.wide_form import read_wide
from zhiheng.files.words import subject_in

declare(
    {
        "sheet.hidden": "工作表是隐藏的",
        "sheet.hidden_rows": "有隐藏的行",
        "sheet.hidden_columns": "有隐藏的列",
        "sheet.no_header": "找不到表头",
        "sheet.no_rows": "只有表头，没有学生",
        "sheet.no_marks": "只有等级或总分，没有各科分数",
        "column.not_understood": "列名看不懂，没有读取",
        "column.doubtful": "列名与内容不符，没有读取",
        "column.only_levels": "这一科只有等级，没有分数",
    }
)

NOTHING = ("notes", "empty")
CODED = ("raw_mark", "score", "item_mark")
"""Columns in which -1 may stand for absent; a total repeats it."""
LEAST_CONFIDENCE = 0.5
"""An unread column below this is named: it may hold what somebody needs."""


def extract(
    grid: Grid,
    reading: SheetReading,
    *,
    full_marks: Mapping[str, float] | None = None,
    is_scale: bool | Collection[str] = False,
) -> Records:
    """Return what a sheet holds under a reading.

    Parameters
    ----------
    full_marks : subject code or printed name → full mark in points; needed for the range check of raw marks
        where the header does not say it.
    is_scale : True, or the subject codes, whose plain marks are scale scores: no range rule, no rounding.

    Returns
    -------
    Records
        `rows_in == rows_accepted + rows_listed`; every listed row has a problem with `blocks_row`.
        Rows and columns are those of the spreadsheet, also where the sheet was transposed.
    """
    problems = _about_sheet(grid, reading)
    if reading.kind in NOTHING:
        return _records(reading, problems, 0, 0)
    sheet = upright(grid, reading)
    kinds = data_rows(sheet, reading)
    if reading.kind == "blueprint":
        frame, found, accepted = read_blueprint(sheet, reading, kinds)
        return _records(reading, problems + found, len(kinds.data), accepted, blueprint=frame)
    columns, guessed = data_columns(sheet, reading, kinds)
    titled = titled_subjects(reading, kinds)
    codes = minus_one_cells(columns[c.column] for c in reading.columns if c.role in CODED)
    if codes:
        problems.append(_minus_one(grid, codes))
    people, marks, blueprint, found, listed = _people_and_marks(
        Sheet(sheet, reading, kinds, columns, dict(full_marks or {}), is_scale, titled, codes > 0)
    )
    found = guessed + found
    height = len(grid.rows)
    return _records(
        reading,
        problems + [original_problem(p, reading, height) for p in found],
        len(kinds.data),
        len(kinds.data) - listed,
        people=original_people(people, reading, height),
        marks=_schema(original_marks(marks, reading, height), MARKS_SCHEMA),
        blueprint=blueprint,
    )


def _people_and_marks(sheet: Sheet) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, list[Problem], int]:
    """Return people, marks, questions told by the sheet, problems, and how many rows were not accepted."""
    grid, reading, kinds = sheet.grid, sheet.reading, sheet.kinds
    people = read_people(grid, reading, kinds, sheet.columns)
    roles = {c.role for c in reading.columns}
    repeated = (
        "score" in roles
        or bool(sheet.subjects)
        or ("subject" in roles and not roles & {"raw_mark", "scale_score"})
    )
    long: LongMarks | None = read_long(sheet, people) if "score" in roles else None
    doubtful(people, grid, reading, kinds, repeated=repeated)
    index = persons(people, len(kinds.data), repeated=repeated)
    frame = _people_frame(grid, people, kinds, index)
    if long:
        marks, found = long.frame(index)
    else:
        frame, marks, found = _by_test(sheet, frame, index)
    if reading.kind == "scores" and not roles & set(MARKS):
        found.append(_no_marks(sheet, roles))
    else:
        found += [_only_levels(sheet, c) for c in level_columns(sheet)]
    if not kinds.data:
        found.append(
            _sheet_problem(
                grid, "sheet.no_rows", "只有表头，没有学生", "至少一名学生", "填入学生和成绩后再交"
            )
        )
    return frame, marks, key_blueprint(grid, reading, kinds), people.problems + found, len(people.blocked)


def titled_subjects(reading: SheetReading, kinds: RowKinds) -> tuple[str | None, ...]:
    """Return the subject each data row stands under, where titles among the rows name several; () otherwise."""
    titles = [(row, subject) for row, text in kinds.sections if (subject := subject_in(str(text)))]
    if not titles:
        return ()
    first = reading.context.get("subject")
    said = tuple(
        next((subject for title, subject in reversed(titles) if title < row), first) for row in kinds.data
    )
    return said if len(set(said)) > 1 else ()


def _by_test(
    sheet: Sheet, people: pl.DataFrame, index: list[int]
) -> tuple[pl.DataFrame, pl.DataFrame, list[Problem]]:
    """Read a sheet with a column per subject; with several tests side by side, each pupil once per test."""
    tests = list(dict.fromkeys(c.exam for c in sheet.reading.columns if c.exam))
    if not tests:
        marks, found = read_wide(sheet, index)
        return people, marks, found
    frames, persons_of, problems = [], [], []
    for number, test in enumerate(tests):
        columns = tuple(c for c in sheet.reading.columns if c.exam in (None, test))
        own = replace(sheet, reading=replace(sheet.reading, columns=columns))
        marks, found = read_wide(own, index)
        shift = (pl.col("person") + number * len(index)).cast(pl.Int32)
        frames.append(marks.with_columns(shift))
        persons_of.append(people.with_columns(shift, exam=pl.lit(test)))
        problems += [p for p in found if p not in problems]
    return pl.concat(persons_of), pl.concat(frames), problems


def _minus_one(grid: Grid, cells: int) -> Problem:
    return _sheet_problem(
        grid,
        "score.minus_one",
        f"有 {cells} 格写的是 -1，没有别的负数，按缺考读取",
        "“缺考”",
        "核对后把 -1 改成“缺考”；不是缺考的请改成分数",
    )


def _no_marks(sheet: Sheet, roles: Collection[str]) -> Problem:
    """Say that a sheet of results holds no mark that can be read: levels only, or a total only."""
    levels = "；".join(f"{c.header}：{levels_counted(sheet, c)}" for c in level_columns(sheet))
    found = "只有等级，没有分数" if "grade_letter" in roles else "没有可读的各科分数"
    return _sheet_problem(
        sheet.grid,
        "sheet.no_marks",
        f"{found}{f'（{levels}）' if levels else ''}；学生已读取",
        "各科的分数",
        "要做分数分析，请补上各科分数；等级留在原表里，不参加计算",
    )


def _only_levels(sheet: Sheet, column: ColumnReading) -> Problem:
    return _sheet_problem(
        sheet.grid,
        "column.only_levels",
        f"“{column.header}”列只有等级（{levels_counted(sheet, column)}），没有分数",
        "这一科的分数",
        "要做分数分析，请补上分数；等级留在原表里，不参加计算",
        column=column.column,
    )


def _people_frame(grid: Grid, people: People, kinds: RowKinds, index: list[int]) -> pl.DataFrame:
    """Build the people table: one row per person, from the first row the person stands in."""
    first: dict[int, int] = {}
    for place, person in enumerate(index):
        if person >= 0:
            first.setdefault(person, place)
    places = list(first.values())
    data: dict[str, Any] = {name: [people.fields[name][p] for p in places] for name in FIELDS}
    data |= {"person": list(first), "row": [kinds.data[p] + 1 for p in places]}
    frame = pl.DataFrame(data, schema={k: v for k, v in PEOPLE_SCHEMA.items() if k in data})
    said = {"file": grid.file, "sheet": grid.sheet, "sheet_index": grid.index}
    return _schema(
        frame.with_columns(**{k: pl.lit(v, PEOPLE_SCHEMA[k]) for k, v in said.items()}), PEOPLE_SCHEMA
    )


def _schema(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())


def _records(
    reading: SheetReading,
    problems: list[Problem],
    rows_in: int,
    accepted: int,
    *,
    people: pl.DataFrame | None = None,
    marks: pl.DataFrame | None = None,
    blueprint: pl.DataFrame | None = None,
) -> Records:
    return Records(
        reading,
        pl.DataFrame(schema=PEOPLE_SCHEMA) if people is None else people,
        pl.DataFrame(schema=MARKS_SCHEMA) if marks is None else marks,
        pl.DataFrame(schema=BLUEPRINT_SCHEMA) if blueprint is None else blueprint,
        tuple(sorted(problems, key=lambda p: p.place)),
        rows_in,
        accepted,
        rows_in - accepted,
    )


def _sheet_problem(grid: Grid, code: str, found: str, expected: str, fix: str, *, column: int = 0) -> Problem:
    return Problem(code, Cell(grid.file, grid.sheet, 0, column), found, expected, fix)


def _about_sheet(grid: Grid, reading: SheetReading) -> list[Problem]:
    """Name what a reader of the sheet would not see, and columns with numbers that nobody read."""
    problems = []
    if grid.hidden_sheet and reading.kind not in NOTHING:
        problems.append(
            _sheet_problem(
                grid,
                "sheet.hidden",
                "工作表是隐藏的，已一并读取",
                "可见的工作表",
                "不需要的请删除，需要的取消隐藏",
            )
        )
    if rows := [
        r for r in sorted(grid.hidden_rows) if r <= len(grid.rows) and any(c != "" for c in grid.rows[r - 1])
    ]:
        text = "、".join(map(str, rows[:10])) + ("等" if len(rows) > 10 else "")
        problems.append(
            _sheet_problem(
                grid,
                "sheet.hidden_rows",
                f"第 {text} 行是隐藏的（共 {len(rows)} 行），已一并读取",
                "没有隐藏行",
                "取消隐藏后核对；多余的行请删除",
            )
        )
    width = len(grid.rows[0]) if grid.rows else 0
    for column in sorted(
        c for c in grid.hidden_columns if c <= width and any(row[c - 1] != "" for row in grid.rows)
    ):
        problems.append(
            _sheet_problem(
                grid,
                "sheet.hidden_columns",
                "这一列是隐藏的，已一并读取",
                "没有隐藏列",
                "取消隐藏后核对；多余的列请删除",
                column=column,
            )
        )
    if reading.kind == "notes" and reading.notes and not reading.header_rows:
        problems.append(
            _sheet_problem(
                grid,
                "sheet.no_header",
                "有数字，但找不到表头",
                "一行列名，如姓名、考号、语文",
                "补上列名后再交",
            )
        )
    if reading.kind not in NOTHING:
        problems += [_unread_column(grid, reading, c) for c in reading.columns if _is_unread(c)]
    return problems


def _is_unread(column: ColumnReading) -> bool:
    return column.role == "ignore" and column.confidence < LEAST_CONFIDENCE


def _unread_column(grid: Grid, reading: SheetReading, column: ColumnReading) -> Problem:
    """Say that a column was not read, and why; in a transposed sheet it is a row."""
    if column.doubt:
        code, found = "column.doubtful", f"“{column.header}”列没有读取：{column.doubt}"
        expected, fix = "列名与内容一致、每科一列的成绩", "核对列名和内容；确是成绩的，在列对应里指定"
    else:
        code = "column.not_understood"
        found = f"列名是“{column.header}”，没有读取" if column.header else "没有列名，没有读取"
        expected = "学科、姓名、考号等看得懂的列名"
        fix = "如果是成绩，请改用学科名作列名，或在列对应里指定"
    problem = _sheet_problem(grid, code, found, expected, fix, column=column.column)
    return original_problem(problem, reading, len(grid.rows))
