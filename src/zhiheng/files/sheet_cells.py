"""The sheet being read, and what all forms of it share: checked mark columns, remarks, frames of marks.

How a form is laid out is known to `wide_form`, `item_marks` and `long_form`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from zhiheng.files.marks import (
    BAD,
    MarkColumn,
    mending,
    read_marks,
    status_words,
    too_precise,
)
from zhiheng.files.problems import Cell, Problem, declare
from zhiheng.files.rows import RowKinds
from zhiheng.files.sheets import ColumnReading, Grid, SheetReading
from zhiheng.files.text import folded, shown
from zhiheng.files.words import subject_in
from zhiheng.standards.subjects import subject_name

declare({"sheet.no_subject": "不知道是哪个学科的成绩", "total.disagrees": "总分与各科或各小题之和不等"})

TOLERANCE = 0.005
LEAST_FOR_TOTALS = 2
MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet being read: its grid, reading, rows and cells, and what is known about full marks."""

    grid: Grid
    reading: SheetReading
    kinds: RowKinds
    columns: dict[int, tuple[Any, ...]]
    full_marks: dict[str, float]
    is_scale: bool | Collection[str]
    subjects: tuple[str | None, ...] = ()
    """The subject each data row stands under, where titles among the rows name several; () otherwise."""
    minus_one: bool = False
    """-1 is this sheet's code for absent."""

    def with_role(self, *roles: str) -> list[ColumnReading]:
        """Return the columns of these roles, in sheet order."""
        return [c for c in self.reading.columns if c.role in roles]

    def full_mark(self, column: ColumnReading, subject: str | None) -> float | None:
        """Return the full mark of a column, where the caller or the header says it."""
        named = (subject, subject_name(subject)) if subject else ()
        return next((self.full_marks[k] for k in named if k in self.full_marks), column.full_mark)

    def scaled(self, subject: str | None) -> bool:
        """Say whether plain marks of the subject are scale scores."""
        return self.is_scale if isinstance(self.is_scale, bool) else subject in self.is_scale

    def cell(self, place: int, column: int) -> Cell:
        """Return the place of a data row's cell."""
        return Cell(self.grid.file, self.grid.sheet, self.kinds.data[place] + 1, column)

    def unread(self, column: int) -> dict[int, str]:
        """Return data row position → formula or error, of cells whose value the file does not hold."""
        here = {row - 1: why for row, at, why in self.grid.unread if at == column}
        return {place: here[row] for place, row in enumerate(self.kinds.data) if row in here} if here else {}


def checked_marks(
    sheet: Sheet,
    column: ColumnReading,
    subject: str | None,
    role: str,
    person: npt.NDArray[np.int32],
    problems: list[Problem],
) -> MarkColumn:
    """Read a column and list its bad cells; a mark that breaks a rule becomes a bad cell."""
    cells = sheet.columns[column.column]
    signed = role == "scale_score" or sheet.scaled(subject)
    read = read_marks(
        cells, sheet.unread(column.column), signed=signed, minus_one=sheet.minus_one and not signed
    )
    full = sheet.full_mark(column, subject) if role == "raw_mark" else None
    if role == "raw_mark":
        if full is not None:
            for place in np.flatnonzero(read.numbers > full + TOLERANCE).tolist():
                read.bad[place] = "score.above_full"
                read.kinds[place], read.numbers[place] = BAD, np.nan
        for place in np.flatnonzero(too_precise(read.numbers) & (person >= 0)).tolist():
            problems.append(
                Problem(
                    "score.too_precise",
                    sheet.cell(place, column.column),
                    f"分数是 {shown(cells[place])}，小数超过两位",
                    "最多两位小数",
                    "核对分数；现四舍五入到两位小数读取",
                )
            )
    for place, code in sorted(read.bad.items()):
        if person[place] >= 0:
            problems.append(bad_cell(sheet.cell(place, column.column), code, cells[place], full))
    return read


def bad_cell(place: Cell, code: str, cell: Any, full_mark: float | None) -> Problem:
    """Return the problem of a cell that holds no acceptable mark."""
    expected, fix = mending(cell, full_mark)
    if code == "cell.formula_no_value":
        return Problem(code, place, "公式没有算出的值", expected, "用 Excel 打开、保存一次，或粘贴为数值")
    if code == "cell.error_value":
        return Problem(code, place, "单元格是错误值", expected, "改正公式或直接填分数")
    if code == "score.above_full":
        fix = "核对分数和满分，改正写错的一个"
    if code == "score.negative":
        fix = "核对后改正；缺考请填“缺考”"
    return Problem(code, place, f"写的是“{shown(cell)}”", expected, fix)


def is_sum(compared: int, differing: int) -> bool:
    """Say whether totals are sums: more than half of those compared agree, and at least two."""
    agreeing = compared - differing
    return agreeing >= LEAST_FOR_TOTALS and agreeing > MOSTLY * compared


def total_disagrees(place: Cell, total: float, added: float) -> Problem:
    """Return the problem of a total that is not the sum of the subjects."""
    found = f"总分是 {shown(total)}，各科之和是 {shown(round(added, 2))}"
    return Problem("total.disagrees", place, found, "两者相等", "核对总分和各科分数，改正写错的一个")


@lru_cache(maxsize=4096)
def remark(text: str, *, flag: str = "") -> tuple[str | None, str | None]:
    """Return (status, subject or None for all) a remark speaks of; 是, 1 or √ under 是否缺考 means absent."""
    text = folded(text)
    if "缺考" in flag and text in ("是", "1", "√", "Y", "TRUE"):
        return "absent", None
    for word, status in status_words().items():
        if text == word or (len(word) > 1 and word.isalpha() and word in text and "未" + word not in text):
            return (None, None) if status == "not_taken" else (status, subject_in(text.replace(word, "")))
    return None, None


def no_subject(sheet: Sheet, column: int) -> Problem:
    return Problem(
        "sheet.no_subject",
        Cell(sheet.grid.file, sheet.grid.sheet, 0, column),
        "列名、工作表名、标题和文件名里都没有学科",
        "写明学科，如“数学”",
        "在列对应里选定学科，或把学科写进工作表名",
    )
