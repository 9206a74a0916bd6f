"""Marks and options of item sheets: a column per question, one row per pupil.

Which options are right, and what the questions tell, is for analyses.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from zhiheng.files.mark_frames import MarkPiece
from zhiheng.files.marks import BAD, BLANK, NUMBER, MarkColumn, status_words
from zhiheng.files.problems import Cell, Problem, declare
from zhiheng.files.recognise import subject_of
from zhiheng.files.sheet_cells import TOLERANCE, Sheet, checked_marks, no_subject
from zhiheng.files.sheets import ColumnReading
from zhiheng.files.text import folded, shown

declare({"item.blank": "有的小题没有分"})


def read_items(
    sheet: Sheet,
    person: npt.NDArray[np.int32],
    totals: dict[str | None, tuple[int, MarkColumn]],
    problems: list[Problem],
) -> list[MarkPiece]:
    """Read the question columns; pupils with no answer at all are absent, a lone gap is named."""
    columns = sheet.with_role("item_mark", "option")
    if not columns:
        return []
    pieces: list[MarkPiece] = []
    by_subject: dict[str | None, list[ColumnReading]] = {}
    for column in columns:
        by_subject.setdefault(subject_of(column, sheet.reading), []).append(column)
    for subject, own in by_subject.items():
        if subject is None and None not in totals:
            problems.append(no_subject(sheet, own[0].column))
        marks = {
            c: checked_marks(sheet, c, None, "raw_mark", person, problems)
            for c in own
            if c.role == "item_mark"
        }
        options = {c: _options(sheet.columns[c.column]) for c in own if c.role == "option"}
        present = _answered(len(person), marks.values(), options.values()) & (person >= 0)
        chosen = {c.item: option for c, option in options.items()}
        for c, m in marks.items():
            option = chosen.pop(c.item, None)
            keep = present & ((m.kinds == NUMBER) if option is None else (m.kinds != BAD))
            pieces.append(MarkPiece(c.column, subject, c.item, keep, raw=m.numbers, option=option))
        pieces += [
            MarkPiece(c.column, subject, c.item, present, option=option)
            for c, option in options.items()
            if c.item in chosen
        ]
        if subject not in totals:
            absent = (person >= 0) & ~present
            said = np.full(len(person), "absent", dtype=object)
            pieces.append(MarkPiece(own[0].column, subject, None, absent, status=said))
        _gaps(sheet, marks, present, problems)
        if marks and not options and subject in totals:
            _sums(sheet, marks, present, *totals[subject], problems)
    return pieces


def _options(cells: Iterable[Any]) -> npt.NDArray[np.object_]:
    """Return chosen options as letters or digits without separators; "" for none."""
    return np.array([_option(c) for c in cells], dtype=object)


@lru_cache(maxsize=1 << 14, typed=True)
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
    differs = np.flatnonzero(present & (np.abs(added - total.numbers) > TOLERANCE))
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
