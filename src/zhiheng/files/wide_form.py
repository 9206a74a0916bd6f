"""Marks of sheets with one row per pupil (and exam): a column per subject, or per question of a paper.

Rows that share one cell with another pupil's subject (long form) are read in `long_form`.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.files.item_marks import read_items
from zhiheng.files.mark_frames import MarkPiece, mark_frame
from zhiheng.files.marks import BAD, BLANK, Floats, MarkColumn, read_marks, status_words
from zhiheng.files.problems import Cell, Problem, declare
from zhiheng.files.recognise import subject_of
from zhiheng.files.sheet_cells import (
    TOLERANCE,
    Sheet,
    checked_marks,
    is_sum,
    no_subject,
    remark,
    total_disagrees,
)
from zhiheng.files.sheets import ColumnReading
from zhiheng.files.text import folded, shown
from zhiheng.files.words import word
from zhiheng.standards.subjects import ELECTIVES, subject_aliases

declare(
    {
        "column.blank": "整列没有一个分数",
        "status.contradicts": "备注写着缺考等状态，却有分数",
    }
)


def read_wide(sheet: Sheet, index: list[int]) -> tuple[pl.DataFrame, list[Problem]]:
    """Return marks (all columns of `MARKS_SCHEMA`) and the problems of cells. `index` gives each row's person."""
    person = np.array(index, dtype=np.int32)
    problems: list[Problem] = []
    pieces, read = _subjects(sheet, person, problems)
    if sheet.reading.kind == "scores" or not is_mark_of_paper(sheet):
        problems += _totals(sheet, person, pieces)
    pieces += read_items(sheet, person, read, problems)
    return mark_frame(sheet.grid, sheet.kinds.data, person, pieces), problems


def _subjects(
    sheet: Sheet, person: npt.NDArray[np.int32], problems: list[Problem]
) -> tuple[list[MarkPiece], dict[str | None, tuple[int, MarkColumn]]]:
    """Read every subject's raw and scale columns into one mark per pupil."""
    by_subject: dict[str | None, dict[str, ColumnReading]] = {}
    for column in sheet.with_role("raw_mark", "scale_score", *(["total"] if is_mark_of_paper(sheet) else [])):
        subject = subject_of(column, sheet.reading)
        role = "scale_score" if column.role == "scale_score" else "raw_mark"
        if role == "raw_mark" and sheet.scaled(subject):
            role = "scale_score"
        by_subject.setdefault(subject, {}).setdefault(role, column)
    pieces: list[MarkPiece] = []
    read: dict[str | None, tuple[int, MarkColumn]] = {}
    for subject, pair in by_subject.items():
        if subject is None:
            problems.append(no_subject(sheet, next(iter(pair.values())).column))
        columns = {role: checked_marks(sheet, c, subject, role, person, problems) for role, c in pair.items()}
        main = "raw_mark" if "raw_mark" in pair else "scale_score"
        if len(person) and all((c.kinds == BLANK).all() for c in columns.values()):
            problems.append(_blank_column(sheet, pair[main]))
            continue
        piece = _subject_piece(sheet, subject, columns, pair[main].column, person, problems)
        pieces += _by_title(sheet, piece) if sheet.subjects and not pair[main].subject else [piece]
        read[subject] = (pair[main].column, columns[main])
    return pieces, read


def _by_title(sheet: Sheet, piece: MarkPiece) -> Iterator[MarkPiece]:
    """Cut the marks of a column by the subjects that titles among the rows name."""
    for subject in dict.fromkeys(sheet.subjects):
        own = np.array([said == subject for said in sheet.subjects], dtype=bool)
        yield replace(piece, subject=subject, keep=piece.keep & own)


def is_mark_of_paper(sheet: Sheet) -> bool:
    """Say whether a total beside questions is the mark in their paper, not a sum over subjects."""
    items = sheet.with_role("item_mark", "option")
    return sheet.reading.kind == "items" and not any(c.subject for c in items)


def _totals(sheet: Sheet, person: npt.NDArray[np.int32], pieces: list[MarkPiece]) -> Iterator[Problem]:
    """Find the totals that nearly always are the sum over the subjects, and name the rows where they are not."""
    if len(pieces) < 2:
        return
    raw = np.sum([np.where(p.keep, _points(p.raw), 0.0) for p in pieces], axis=0)
    scaled = np.sum([np.where(p.keep, _best(p), 0.0) for p in pieces], axis=0)
    sat = np.any([p.sat() for p in pieces], axis=0)
    told = np.all([p.keep for p in pieces], axis=0)  # a bad cell is told already
    for column in sheet.with_role("total"):
        total = read_marks(sheet.columns[column.column]).numbers
        compared = (person >= 0) & ~np.isnan(total) & (total > 0) & sat & told
        for added in (raw, scaled):
            differs = compared & (np.abs(added - total) > TOLERANCE)
            if not is_sum(int(compared.sum()), int(differs.sum())):
                continue
            for extra in _unread_numbers(sheet):  # 加分 explains a difference
                differs &= np.abs(added + extra - total) > TOLERANCE
            for place in np.flatnonzero(differs).tolist():
                cell = sheet.cell(place, column.column)
                yield total_disagrees(cell, float(total[place]), float(added[place]))
            break


def _points(numbers: Floats | None) -> Floats | float:
    """Return numbers with 0 where there is none."""
    return 0.0 if numbers is None else np.nan_to_num(numbers)


def _best(piece: MarkPiece) -> Floats | float:
    """Return the scale score, or the raw mark where there is none; 0 for neither."""
    raw = _points(piece.raw)
    return raw if piece.scale is None else np.where(np.isnan(piece.scale), raw, piece.scale)


def _unread_numbers(sheet: Sheet) -> Iterator[Floats]:
    """Yield the numbers of the columns that are not read, such as 加分."""
    for column in sheet.with_role("ignore"):
        numbers = read_marks(sheet.columns[column.column]).numbers
        if (numbers > 0).any():
            yield np.nan_to_num(numbers)


def _subject_piece(
    sheet: Sheet,
    subject: str | None,
    columns: dict[str, MarkColumn],
    at: int,
    person: npt.NDArray[np.int32],
    problems: list[Problem],
) -> MarkPiece:
    """Return one mark or status per accepted row; bad cells give none."""
    main = columns.get("raw_mark") or columns["scale_score"]
    scale = columns["scale_score"].numbers if "scale_score" in columns else None
    raw = columns["raw_mark"].numbers.copy() if "raw_mark" in columns else np.full(len(person), np.nan)
    has_mark = ~np.isnan(raw) if scale is None else ~np.isnan(raw) | ~np.isnan(scale)
    status = np.where(has_mark, "normal", _blank_status(sheet, subject))
    missed = _missed(sheet)
    for place, said in main.statuses.items():
        status[place] = "absent" if said == "not_taken" and place in missed else said
    keep = (person >= 0) & ((main.kinds != BAD) | has_mark)
    _remarks(sheet, subject, at, status, raw, has_mark, keep, problems)
    if sheet.reading.kind == "items":  # a blank total says nothing where questions are answered
        keep &= ~((main.kinds == BLANK) & ~has_mark)
    return MarkPiece(at, subject, None, keep, raw=raw, scale=scale, status=status)


def _missed(sheet: Sheet) -> set[int]:
    """Return the rows whose total says 缺考: there a dash under a subject means absent, not another subject."""
    totals = [sheet.columns[c.column] for c in sheet.with_role("total")]
    said = {c for cells in totals for c in set(cells) if type(c) is str}
    absent = {c for c in said if status_words().get(folded(c)) == "absent"}
    return {place for cells in totals for place, cell in enumerate(cells) if cell in absent}


def _blank_status(sheet: Sheet, subject: str | None) -> npt.NDArray[np.object_]:
    """Return what a blank mark of each row means: absent, or not taken where the pupil chose other subjects."""
    n = len(sheet.kinds.data)
    choices = [c for c in sheet.reading.columns if _is_choice(c)]
    if not choices or subject not in ELECTIVES:
        return np.full(n, "absent", dtype=object)
    cells = [sheet.columns[c.column] for c in choices]
    said = [",".join(folded(own[place]) for own in cells) for place in range(n)]
    return np.array(["absent" if subject in chosen(text) else "not_taken" for text in said], dtype=object)


@lru_cache(maxsize=1024)
def chosen(text: str) -> frozenset[str]:
    """Return the electives a choice names: 物化生, or 历史,地理,生物 (where 物 is not physics)."""
    found = set()
    for alias, code in subject_aliases().items():  # longest first
        if code in ELECTIVES and alias in text:
            found.add(code)
            text = text.replace(alias, " ")
    return frozenset(found)


def _is_choice(column: ColumnReading) -> bool:
    return word(folded(column.header.rsplit("/", 1)[-1])).role == "choice"


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
            said, about = remark(shown(cell), flag=folded(column.header))
            if said is None or (about and about != subject):
                continue
            if said == "absent" and has_mark[place]:
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
            status[place] = said


def _blank_column(sheet: Sheet, column: ColumnReading) -> Problem:
    return Problem(
        "column.blank",
        Cell(sheet.grid.file, sheet.grid.sheet, 0, column.column),
        f"“{column.header}”列没有一个分数，没有当作全体缺考",
        "有分数，或没有这一列",
        "没有考这门课请删去这一列；考了请填上分数",
    )
