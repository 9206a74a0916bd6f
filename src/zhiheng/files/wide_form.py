"""Marks of sheets with one row per pupil (and exam): a column per subject, or per question of a paper.

Rows that share one cell with another pupil's subject (long form) are read in `long_form`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.files.contents import status_words
from zhiheng.files.marks import (
    BAD,
    BLANK,
    NUMBER,
    STATUS,
    Floats,
    MarkColumn,
    hundredths,
    mending,
    read_marks,
    too_precise,
)
from zhiheng.files.problems import Cell, Problem, declare
from zhiheng.files.recognise import subject_of
from zhiheng.files.rows import RowKinds
from zhiheng.files.sheets import MARKS_SCHEMA, ColumnReading, Grid, SheetReading
from zhiheng.files.text import folded, shown
from zhiheng.files.words import subject_in
from zhiheng.standards.subjects import ELECTIVES, subject_name

declare(
    {
        "column.blank": "整列没有一个分数",
        "sheet.no_subject": "不知道是哪个学科的成绩",
        "item.blank": "有的小题没有分",
        "total.disagrees": "小题分之和与总分不等",
        "status.contradicts": "备注写着缺考等状态，却有分数",
    }
)

_TOLERANCE = 0.005


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet being read: its grid, reading, rows and cells, and what is known about full marks."""

    grid: Grid
    reading: SheetReading
    kinds: RowKinds
    columns: dict[int, tuple[Any, ...]]
    full_marks: dict[str, float]
    is_scale: bool | Collection[str]

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


def read_wide(sheet: Sheet, index: list[int]) -> tuple[pl.DataFrame, list[Problem]]:
    """Return marks (all columns of `MARKS_SCHEMA`) and the problems of cells. `index` gives each row's person."""
    person = np.array(index, dtype=np.int32)
    problems: list[Problem] = []
    frames, read = _subjects(sheet, person, problems)
    frames += _items(sheet, person, read, problems)
    if not frames:
        return pl.DataFrame(schema=MARKS_SCHEMA), problems
    marks = pl.concat(frames)
    said = {"file": sheet.grid.file, "sheet": sheet.grid.sheet, "sheet_index": sheet.grid.index}
    return marks.with_columns(**{k: pl.lit(v, MARKS_SCHEMA[k]) for k, v in said.items()}), problems


def _subjects(
    sheet: Sheet, person: npt.NDArray[np.int32], problems: list[Problem]
) -> tuple[list[pl.DataFrame], dict[str | None, tuple[int, MarkColumn]]]:
    """Read every subject's raw and scale columns into one mark per pupil."""
    by_subject: dict[str | None, dict[str, ColumnReading]] = {}
    for column in sheet.with_role(
        "raw_mark", "scale_score", *(["total"] if sheet.reading.kind == "items" else [])
    ):
        subject = subject_of(column, sheet.reading)
        role = "scale_score" if column.role == "scale_score" else "raw_mark"
        if role == "raw_mark" and sheet.scaled(subject):
            role = "scale_score"
        by_subject.setdefault(subject, {}).setdefault(role, column)
    frames, read = [], {}
    for subject, pair in by_subject.items():
        if subject is None:
            problems.append(_no_subject(sheet, next(iter(pair.values())).column))
        columns = {role: _checked(sheet, c, subject, role, person, problems) for role, c in pair.items()}
        main = "raw_mark" if "raw_mark" in pair else "scale_score"
        if not np.isin(columns[main].kinds[person >= 0], (NUMBER, STATUS, BAD)).any() and len(person):
            if all((c.kinds == BLANK).all() for c in columns.values()):
                problems.append(_blank_column(sheet, pair[main]))
                continue
        frames.append(_subject_frame(sheet, subject, columns, pair[main].column, person, problems))
        read[subject] = (pair[main].column, columns[main])
    return frames, read


def _checked(
    sheet: Sheet,
    column: ColumnReading,
    subject: str | None,
    role: str,
    person: npt.NDArray[np.int32],
    problems: list[Problem],
) -> MarkColumn:
    """Read a column and list its bad cells; a mark that breaks a rule becomes a bad cell."""
    cells = sheet.columns[column.column]
    read = read_marks(cells, sheet.unread(column.column))
    full = sheet.full_mark(column, subject) if role == "raw_mark" else None
    if role == "raw_mark":
        if full is not None:
            for place in np.flatnonzero(read.numbers > full + _TOLERANCE).tolist():
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


def _subject_frame(
    sheet: Sheet,
    subject: str | None,
    columns: dict[str, MarkColumn],
    at: int,
    person: npt.NDArray[np.int32],
    problems: list[Problem],
) -> pl.DataFrame:
    """Return one mark or status per accepted row; bad cells give none."""
    main = columns.get("raw_mark") or columns["scale_score"]
    scale = columns["scale_score"].numbers if "scale_score" in columns else None
    raw = columns["raw_mark"].numbers.copy() if "raw_mark" in columns else np.full(len(person), np.nan)
    has_mark = ~np.isnan(raw) if scale is None else ~np.isnan(raw) | ~np.isnan(scale)
    status = np.where(has_mark, "normal", _blank_status(sheet, subject)).astype(object)
    missed = _missed(sheet)
    for place, word in main.statuses.items():
        status[place] = "absent" if word == "not_taken" and place in missed else word
    keep = (person >= 0) & ((main.kinds != BAD) | has_mark)
    _remarks(sheet, subject, at, status, raw, has_mark, keep, problems)
    if sheet.reading.kind == "items":  # a blank total says nothing where questions are answered
        keep &= ~((main.kinds == BLANK) & ~has_mark)
    return _frame(sheet, person, keep, at, subject, None, raw=raw, scale=scale, status=status)


def _missed(sheet: Sheet) -> set[int]:
    """Return the rows whose total says 缺考: there a dash under a subject means absent, not another subject."""
    totals = [sheet.columns[c.column] for c in sheet.with_role("total")]
    return {
        place
        for cells in totals
        for place, c in enumerate(cells)
        if status_words().get(folded(c)) == "absent"
    }


def _blank_status(sheet: Sheet, subject: str | None) -> str:
    """Return what a blank mark means: absent, or not taken where pupils choose among subjects."""
    chooses = any(
        "选科" in c.header or "选考" in c.header or "组合" in c.header for c in sheet.reading.columns
    )
    return "not_taken" if chooses and subject in ELECTIVES else "absent"


def _remarks(
    sheet: Sheet,
    subject: str | None,
    at: int,
    status: npt.NDArray[np.object_],
    raw: Floats,
    has_mark: npt.NDArray[np.bool_],
    keep: npt.NDArray[np.bool_],
    problems: list[Problem],
) -> None:
    """Let remarks (备注, 数学缺考) set the status: a voided mark is kept beside it, an absent pupil's 0 is not."""
    for column in sheet.with_role("status"):
        if column.subject not in (None, subject):
            continue
        for place, cell in enumerate(sheet.columns[column.column]):
            if cell == "" or not keep[place]:
                continue
            word, about = remark(shown(cell), flag=folded(column.header))
            if word is None or (about and about != subject):
                continue
            if word == "absent" and has_mark[place]:
                if raw[place] > 0:
                    problems.append(
                        Problem(
                            "status.contradicts",
                            sheet.cell(place, at),
                            f"备注写着“{shown(cell)}”，这里却有 {shown(float(raw[place]))} 分",
                            "缺考的没有分数",
                            "核对后改正备注或分数；现按有分数读取",
                        )
                    )
                    continue
                raw[place] = np.nan
            status[place] = word


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


def _items(
    sheet: Sheet,
    person: npt.NDArray[np.int32],
    totals: dict[str | None, tuple[int, MarkColumn]],
    problems: list[Problem],
) -> list[pl.DataFrame]:
    """Read the question columns; pupils with no answer at all are absent, a lone gap is named."""
    columns = sheet.with_role("item_mark", "option")
    if not columns:
        return []
    frames: list[pl.DataFrame] = []
    by_subject: dict[str | None, list[ColumnReading]] = {}
    for column in columns:
        by_subject.setdefault(subject_of(column, sheet.reading), []).append(column)
    for subject, own in by_subject.items():
        if subject is None and None not in totals:
            problems.append(_no_subject(sheet, own[0].column))
        marks = {
            c: _checked(sheet, c, None, "raw_mark", person, problems) for c in own if c.role == "item_mark"
        }
        options = {c: _options(sheet.columns[c.column]) for c in own if c.role == "option"}
        present = _answered(len(person), marks.values(), options.values()) & (person >= 0)
        frames += [
            _frame(sheet, person, present & (m.kinds == NUMBER), c.column, subject, c.item, raw=m.numbers)
            for c, m in marks.items()
        ]
        frames += [
            _frame(sheet, person, present, c.column, subject, c.item, option=chosen)
            for c, chosen in options.items()
        ]
        if subject not in totals:
            absent = (person >= 0) & ~present
            frames.append(
                _frame(
                    sheet,
                    person,
                    absent,
                    own[0].column,
                    subject,
                    None,
                    status=np.full(len(person), "absent", object),
                )
            )
        _gaps(sheet, marks, present, problems)
        if marks and not options and subject in totals:
            _sums(sheet, marks, present, *totals[subject], problems)
    return frames


def _options(cells: Iterable[Any]) -> npt.NDArray[np.object_]:
    """Return chosen options as letters or digits without separators; "" for none."""
    return np.array([_option(c) for c in cells], dtype=object)


@lru_cache(maxsize=1 << 14)
def _option(cell: Any) -> str:
    text = "".join(c for c in folded(cell) if c.isalnum())
    return "" if folded(cell) in status_words() else "".join(sorted(text)) if text.isalpha() else text


def _answered(
    n: int, marks: Iterable[MarkColumn], options: Iterable[npt.NDArray[np.object_]]
) -> npt.NDArray[np.bool_]:
    answered = np.zeros(n, dtype=bool)
    for column in marks:
        answered |= (column.kinds == NUMBER) | (column.kinds == BAD)
    for chosen in options:
        answered |= chosen != ""
    return answered


def _gaps(
    sheet: Sheet,
    marks: dict[ColumnReading, MarkColumn],
    present: npt.NDArray[np.bool_],
    problems: list[Problem],
) -> None:
    gaps: dict[int, list[ColumnReading]] = {}
    for column, read in marks.items():
        for place in np.flatnonzero((read.kinds == BLANK) & present).tolist():
            gaps.setdefault(place, []).append(column)
    for place, columns in gaps.items():
        labels = "、".join(str(c.item) for c in columns[:10])
        problems.append(
            Problem(
                "item.blank",
                sheet.cell(place, columns[0].column),
                f"第 {labels} 题{'等' if len(columns) > 10 else ''}没有分",
                "每题都有分，没有得分填 0",
                "补上分数；现这些题按没有数据处理，不算 0 分",
            )
        )


def _sums(
    sheet: Sheet,
    marks: dict[ColumnReading, MarkColumn],
    present: npt.NDArray[np.bool_],
    at: int,
    total: MarkColumn,
    problems: list[Problem],
) -> None:
    """Compare the sum of the questions with the total; if most differ the total means something else: say it once."""
    added = np.sum([m.numbers for m in marks.values()], axis=0)
    differs = np.flatnonzero(present & (np.abs(added - total.numbers) > _TOLERANCE))
    compared = int((present & ~np.isnan(added) & ~np.isnan(total.numbers)).sum())
    if compared and len(differs) * 2 > compared:
        problems.append(
            Problem(
                "total.disagrees",
                Cell(sheet.grid.file, sheet.grid.sheet, 0, at),
                f"{compared} 行里有 {len(differs)} 行的小题分之和与总分不等",
                "小题分之和等于总分",
                "核对是否缺了题目，或总分里另有加减分",
            )
        )
        return
    for place in differs.tolist():
        problems.append(
            Problem(
                "total.disagrees",
                sheet.cell(place, at),
                f"总分是 {shown(float(total.numbers[place]))}，小题分之和是 {shown(round(float(added[place]), 2))}",
                "两者相等",
                "核对总分和小题分，改正写错的一个",
            )
        )


def _frame(
    sheet: Sheet,
    person: npt.NDArray[np.int32],
    keep: npt.NDArray[np.bool_],
    column: int,
    subject: str | None,
    item: str | None,
    *,
    raw: Floats | None = None,
    scale: Floats | None = None,
    status: npt.NDArray[np.object_] | None = None,
    option: npt.NDArray[np.object_] | None = None,
) -> pl.DataFrame:
    """Return the kept rows of one column as marks, without the columns that are the same for the whole sheet."""
    rows = np.array(sheet.kinds.data, dtype=np.int32)[keep] + 1
    whole = None if raw is None else pl.Series(hundredths(raw[keep])).fill_nan(None).cast(pl.Int32)
    return pl.DataFrame({"row": rows, "person": person[keep]}).with_columns(
        column=pl.lit(column, pl.Int32),
        subject=pl.lit(subject, pl.String),
        item=pl.lit(item, pl.String),
        raw_mark=pl.lit(None, pl.Int32) if whole is None else whole,
        scale_score=pl.lit(None, pl.Float64) if scale is None else pl.Series(scale[keep]).fill_nan(None),
        status=pl.lit("normal") if status is None else pl.Series(status[keep].tolist(), dtype=pl.String),
        option=pl.lit(None, pl.String)
        if option is None
        else pl.Series(option[keep].tolist(), dtype=pl.String),
    )


def _no_subject(sheet: Sheet, column: int) -> Problem:
    return Problem(
        "sheet.no_subject",
        Cell(sheet.grid.file, sheet.grid.sheet, 0, column),
        "列名、工作表名、标题和文件名里都没有学科",
        "写明学科，如“数学”",
        "在列对应里选定学科，或把学科写进工作表名",
    )


def _blank_column(sheet: Sheet, column: ColumnReading) -> Problem:
    return Problem(
        "column.blank",
        Cell(sheet.grid.file, sheet.grid.sheet, 0, column.column),
        f"“{column.header}”列没有一个分数，没有当作全体缺考",
        "有分数，或没有这一列",
        "没有考这门课请删去这一列；考了请填上分数",
    )
