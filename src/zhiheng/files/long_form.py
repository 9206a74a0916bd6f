"""Marks of long sheets: one row per pupil and subject, or per pupil and question.

The pupil's rows become one person; sheets with a column per subject are read in `wide_form`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.files.classes import stage_of
from zhiheng.files.identity import People
from zhiheng.files.marks import BAD, BLANK, NUMBER, STATUS, MarkColumn, hundredths, read_marks, too_precise
from zhiheng.files.problems import Cell, Problem, declare
from zhiheng.files.sheet_cells import TOLERANCE, Sheet, bad_cell, is_sum, remark, total_disagrees
from zhiheng.files.sheets import MARKS_SCHEMA
from zhiheng.files.text import folded, shown
from zhiheng.files.words import ITEM, SUBJECT, TOTAL, word
from zhiheng.standards.subjects import TOTAL as TOTAL_CODE
from zhiheng.standards.subjects import subject_name

declare({"subject.unknown": "学科列里写的不是学科"})


@dataclass(frozen=True, slots=True)
class LongMarks:
    """The marks of a long sheet before persons are numbered; every list has one entry per data row."""

    sheet: Sheet
    subjects: list[str | None]
    items: list[str | None]
    read: MarkColumn
    scale: MarkColumn | None
    column: int
    problems: list[Problem]

    def frame(self, index: list[int]) -> tuple[pl.DataFrame, list[Problem]]:
        """Return marks and problems. `index` gives each row's person, -1 for rows not accepted."""
        sheet, n = self.sheet, len(index)
        person = np.array(index, dtype=np.int32)
        numbers = self.read.numbers
        scale = self.scale.numbers if self.scale else np.full(n, np.nan)
        status: list[str | None] = ["absent" if k == BLANK else "normal" for k in self.read.kinds.tolist()]
        for place, said in self.read.statuses.items():
            status[place] = said
        for place in np.flatnonzero(~np.isnan(scale) & (self.read.kinds == BLANK)).tolist():
            status[place] = "normal"
        for column in sheet.with_role("status"):
            for place, cell in enumerate(sheet.columns[column.column]):
                said_here = remark(shown(cell), flag=folded(column.header))[0] if cell != "" else None
                if said_here and not (said_here == "absent" and numbers[place] > 0):
                    status[place] = said_here
        items_blank = np.array([i is not None for i in self.items], dtype=bool) & (self.read.kinds == BLANK)
        totals = np.array([s == TOTAL_CODE for s in self.subjects], dtype=bool)
        keep = (person >= 0) & (self.read.kinds != BAD) & ~items_blank & ~totals
        scaled = np.array([sheet.scaled(s) for s in self.subjects], dtype=bool)
        raw = np.where(scaled, np.nan, numbers)
        scale = np.where(scaled, numbers, scale)
        frame = pl.DataFrame(
            {
                "row": np.array(sheet.kinds.data, dtype=np.int32) + 1,
                "person": person,
                "subject": pl.Series(self.subjects, dtype=pl.String),
                "item": pl.Series(self.items, dtype=pl.String),
                "raw_mark": pl.Series(hundredths(raw)).fill_nan(None).cast(pl.Int32),
                "scale_score": pl.Series(scale).fill_nan(None),
                "status": pl.Series(status, dtype=pl.String),
            }
        ).filter(pl.Series(keep))
        said_once = {"file": sheet.grid.file, "sheet": sheet.grid.sheet, "sheet_index": sheet.grid.index}
        constants = {**said_once, "column": self.column, "option": None}
        return frame.with_columns(
            **{k: pl.lit(v).cast(MARKS_SCHEMA[k]) for k, v in constants.items()}
        ), self.problems + list(self._totals(person))

    def _totals(self, person: npt.NDArray[np.int32]) -> Iterator[Problem]:
        """Name the rows of 总分 that are not the sum of the pupil's subjects, where most are."""
        added: dict[int, float] = {}
        totals: dict[int, int] = {}
        for place, subject in enumerate(self.subjects):
            if person[place] < 0 or self.items[place] is not None:
                continue
            if subject == TOTAL_CODE and self.read.kinds[place] == NUMBER:
                totals[int(person[place])] = place
            elif subject != TOTAL_CODE and self.read.kinds[place] != BLANK:
                number = 0.0 if self.read.kinds[place] == STATUS else float(self.read.numbers[place])
                added[int(person[place])] = added.get(int(person[place]), 0.0) + number
        sums = {place: added[who] for who, place in totals.items() if not np.isnan(added.get(who, np.nan))}
        differs = [p for p, sum_ in sums.items() if abs(self.read.numbers[p] - sum_) > TOLERANCE]
        if not is_sum(len(sums), len(differs)):
            return
        for place in differs:
            cell = self.sheet.cell(place, self.column)
            yield total_disagrees(cell, float(self.read.numbers[place]), sums[place])


def read_long(sheet: Sheet, people: People) -> LongMarks:
    """Read the score column of a long sheet, block rows of unknown subjects and repeated rows, list bad cells."""
    score = sheet.with_role("score")[0]
    scale = next(iter(sheet.with_role("scale_score")), None)
    n = len(sheet.kinds.data)
    problems: list[Problem] = []
    subjects = _subjects(sheet, people, problems)
    labels = next(iter(sheet.with_role("item")), None)
    items: list[str | None] = [_item(c) for c in sheet.columns[labels.column]] if labels else [None] * n
    _repeated(sheet, people, subjects, items, problems)
    cells = sheet.columns[score.column]
    signed = bool(sheet.is_scale)
    read = read_marks(
        cells, sheet.unread(score.column), signed=signed, minus_one=sheet.minus_one and not signed
    )
    _out_of_range(sheet, read, subjects, items)
    for place, code in sorted(read.bad.items()):
        if place not in people.blocked:
            full = _full(sheet, subjects[place], place) if items[place] is None else None
            problems.append(bad_cell(sheet.cell(place, score.column), code, cells[place], full))
    for place in np.flatnonzero(too_precise(read.numbers) & (read.kinds == NUMBER)).tolist():
        if not sheet.scaled(subjects[place]):
            found = f"分数是 {shown(cells[place])}，小数超过两位"
            fix = "核对分数；现四舍五入到两位小数读取"
            problems.append(
                Problem("score.too_precise", sheet.cell(place, score.column), found, "最多两位小数", fix)
            )
    beside = read_marks(sheet.columns[scale.column], signed=True) if scale else None
    return LongMarks(sheet, subjects, items, read, beside, score.column, problems)


def _subjects(sheet: Sheet, people: People, problems: list[Problem]) -> list[str | None]:
    column = next(iter(sheet.with_role("subject")), None)
    said = sheet.reading.context.get("subject")
    if column is None:
        if said is None:
            found = "列名、工作表名、标题和文件名里都没有学科"
            where = Cell(sheet.grid.file, sheet.grid.sheet)
            problems.append(
                Problem(
                    "sheet.no_subject",
                    where,
                    found,
                    "写明学科，如“数学”",
                    "在列对应里选定学科，或把学科写进工作表名",
                )
            )
        return [said] * len(sheet.kinds.data)
    subjects = []
    for place, cell in enumerate(sheet.columns[column.column]):
        code = subject_code(shown(cell), stage_of(people.fields["grade"][place]))
        subjects.append(code)
        if code is None and place not in people.blocked:
            people.blocked.add(place)
            problems.append(
                Problem(
                    "subject.unknown",
                    sheet.cell(place, column.column),
                    f"学科写的是“{shown(cell)}”" if cell != "" else "没有写学科",
                    "语文、数学等学科名",
                    "改成学科全名",
                    True,
                )
            )
    return subjects


@lru_cache(maxsize=4096)
def subject_code(text: str, stage: str | None) -> str | None:
    """Return the subject a cell names, total for 总分, None for neither."""
    found = word(folded(text))
    if found.about == TOTAL:
        return TOTAL_CODE
    if found.about != SUBJECT or found.role not in (None, "raw_mark"):
        return None
    junior = stage in ("primary", "junior")
    return "morality_law" if found.subject == "politics" and junior else found.subject


@lru_cache(maxsize=4096, typed=True)
def _item(cell: Any) -> str | None:
    found = word(folded(cell))
    return (found.item if found.about == ITEM else shown(cell)) or None


def _repeated(
    sheet: Sheet, people: People, subjects: list[str | None], items: list[str | None], problems: list[Problem]
) -> None:
    f = people.fields
    seen: dict[tuple[Any, ...], int] = {}
    for place, (subject, item) in enumerate(zip(subjects, items, strict=True)):
        if place in people.blocked:
            continue
        who = people.key(place) or (
            f["school"][place],
            f["grade"][place],
            f["class"][place],
            f["name"][place],
        )
        first = seen.setdefault((f["exam"][place], who, subject, item), place)
        if first != place:
            people.blocked.add(place)
            there = sheet.kinds.data[first] + 1
            name = subject_name(subject) if subject else "同一科"
            problems.append(
                Problem(
                    "row.duplicate",
                    sheet.cell(place, 0),
                    f"与第 {there} 行是同一名学生的{name}{'第 ' + item + ' 题' if item else ''}",
                    "每名学生每科一行",
                    "删除多余的一行；现只读取第一次出现的一行",
                    True,
                )
            )


def _full(sheet: Sheet, subject: str | None, place: int) -> float | None:
    """Return the full mark of a row: given for the subject, or written in the row."""
    score = sheet.with_role("score")[0]
    column = next(iter(sheet.with_role("full_mark")), None)
    written = sheet.columns[column.column][place] if column else None
    return sheet.full_mark(score, subject) or (float(written) if isinstance(written, int | float) else None)


def _out_of_range(
    sheet: Sheet, read: MarkColumn, subjects: list[str | None], items: list[str | None]
) -> None:
    """Make raw marks below 0 or above the full mark bad cells."""
    full_known = sheet.full_marks or sheet.with_role("full_mark") or sheet.with_role("score")[0].full_mark
    if not full_known and not (read.numbers < 0).any():
        return
    for place in np.flatnonzero(read.kinds == NUMBER).tolist():
        subject = subjects[place]
        if sheet.scaled(subject):
            continue
        code = "score.negative" if read.numbers[place] < 0 else None
        if items[place] is None and subject != TOTAL_CODE:
            full = _full(sheet, subject, place)
            if full is not None and read.numbers[place] > full + TOLERANCE:
                code = "score.above_full"
        if code:
            read.kinds[place], read.numbers[place] = BAD, np.nan
            read.bad[place] = code
