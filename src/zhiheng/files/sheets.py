"""What one sheet is and how it is read: the types that recognition, intake and people share.

`Grid` is a sheet as stored; `SheetReading` is a proposal about it (kind, header rows, a role per
column); `Records` is what came out once the reading was applied. Nothing here touches a database.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from zhiheng.files.problems import Problem

KINDS = {
    "scores": "成绩表",
    "items": "小题分表",
    "blueprint": "双向细目表",
    "roster": "名册",
    "notes": "说明",
    "empty": "空表",
}

ROLES = {
    "school": "学校",
    "school_code": "学校代码",
    "town": "乡镇",
    "grade": "年级",
    "class": "班级",
    "name": "姓名",
    "ticket": "考号",
    "student_no": "学籍号",
    "gender": "性别",
    "migrant": "随迁",
    "left_behind": "留守",
    "boarding": "寄宿",
    "enrolment": "在籍情况",
    "seat": "座号",
    "teacher": "任课教师",
    "exam": "考试名称",
    "date": "日期",
    "subject": "学科（长表）",
    "item": "题号（长表）",
    "score": "成绩（长表）",
    "status": "考试状态",
    "raw_mark": "原始分",
    "scale_score": "赋分或量尺分",
    "item_mark": "小题分",
    "option": "选项",
    "total": "总分",
    "subtotal": "分项合计",
    "rank": "名次",
    "delta": "进退步",
    "grade_letter": "等级",
    "full_mark": "满分",
    "knowledge": "知识点",
    "ability": "能力层级",
    "item_kind": "题型",
    "expected_facility": "预估难度",
    "key": "参考答案",
    "other_id": "其他编号",
    "sequence": "序号",
    "ignore": "不读取",
}
"""What a column can be. A person choosing a role sees the Chinese word."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as it stands: typed cell values from A1 on, and what a reader would not see.

    Attributes
    ----------
    rows : list of equally long lists; a cell is str, float, int, bool, date or "" when empty.
    hidden_rows, hidden_columns : 1-based.
    merged : (first row, first column, last row, last column), 1-based.
    unread : (row, column, "formula" or "error") of cells whose value the file does not hold.
    """

    file: str
    sheet: str
    index: int
    rows: list[list[Any]]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden_sheet: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    unread: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """How one column is understood. `column` is 1-based; `confidence` from 0 to 1.

    `exam` names the test a column's marks are of, in a sheet with several tests side by side (期中 | 期末).
    `doubt` says in Chinese why a column whose header is understood was not read.
    """

    column: int
    header: str
    role: str
    subject: str | None = None
    item: str | None = None
    full_mark: float | None = None
    confidence: float = 1.0
    exam: str | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class SheetReading:
    """A proposal for one sheet, to be confirmed or changed by a person.

    Attributes
    ----------
    layout : hash of the normalised headers; the same layout gets the remembered mapping.
    header_rows : 1-based rows that make up the header.
    first_row, last_row : data rows, inclusive, 1-based; footers lie outside.
    transposed : subjects stand in rows and pupils in columns.
    blocks : first columns of blocks that stand side by side under one repeated header; () for one block.
    context : what the sheet's name, title or file name says for all rows (school, grade, class, subject, exam).
    """

    file: str
    sheet: str
    index: int
    kind: str
    layout: str = ""
    header_rows: tuple[int, ...] = ()
    first_row: int = 0
    last_row: int = 0
    columns: tuple[ColumnReading, ...] = ()
    transposed: bool = False
    context: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    blocks: tuple[int, ...] = ()

    def with_roles(self, roles: dict[int, dict[str, Any]]) -> "SheetReading":
        """Return the reading after a person's changes: column → the fields to replace."""
        changed = tuple(
            replace(c, **{**roles[c.column], "confidence": 1.0}) if c.column in roles else c
            for c in self.columns
        )
        return replace(self, columns=changed)


MARKS_SCHEMA: dict[str, pl.DataType] = {
    # An item sheet of a county has millions of marks and a few words: each word is stored once.
    "file": pl.Categorical(),
    "sheet": pl.Categorical(),
    "sheet_index": pl.Int32(),
    "row": pl.Int32(),
    "column": pl.Int32(),
    "person": pl.Int32(),  # index into `people` of the same Records
    "subject": pl.Categorical(),  # subject code, see zhiheng.standards.subjects
    "item": pl.Categorical(),  # item label; null for a whole subject
    "raw_mark": pl.Int32(),  # hundredths
    "scale_score": pl.Float64(),
    "status": pl.Categorical(),
    "option": pl.Categorical(),
}
PEOPLE_SCHEMA: dict[str, pl.DataType] = {
    "person": pl.Int32(),
    "file": pl.String(),
    "sheet": pl.String(),
    "sheet_index": pl.Int32(),
    "row": pl.Int32(),
    "school": pl.String(),
    "school_code": pl.String(),
    "town": pl.String(),
    "grade": pl.String(),  # 九年级, 高一
    "class": pl.String(),  # normalised number as text: "3"
    "name": pl.String(),
    "ticket": pl.String(),
    "student_no": pl.String(),
    "gender": pl.String(),
    "migrant": pl.Boolean(),
    "left_behind": pl.Boolean(),
    "boarding": pl.Boolean(),
    "enrolment": pl.String(),
    "seat": pl.Int32(),  # in the class; a roster's word
    "exam": pl.String(),
}
BLUEPRINT_SCHEMA: dict[str, pl.DataType] = {
    "file": pl.String(),
    "sheet": pl.String(),
    "row": pl.Int32(),
    "subject": pl.String(),
    "label": pl.String(),
    "kind": pl.String(),
    "full_mark": pl.Int32(),  # hundredths
    "knowledge": pl.String(),
    "ability": pl.String(),
    "expected_facility": pl.Float64(),
    "key": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Records:
    """What one sheet gave.

    Attributes
    ----------
    people : one row per accepted pupil row (`PEOPLE_SCHEMA`).
    marks : one row per mark, option or status (`MARKS_SCHEMA`).
    blueprint : one row per item of a blueprint sheet (`BLUEPRINT_SCHEMA`).
    problems : everything worth telling, in sheet order.
    rows_in : data rows found; always rows_accepted + rows_listed.
    """

    reading: SheetReading
    people: pl.DataFrame
    marks: pl.DataFrame
    blueprint: pl.DataFrame
    problems: tuple[Problem, ...]
    rows_in: int
    rows_accepted: int
    rows_listed: int
