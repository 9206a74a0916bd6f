"""Invented pupils and ways to write them into sheets, shared by the tests of the intake."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from zhiheng.files.reading import Reading, read_source
from zhiheng.files.sheets import Grid
from zhiheng.standards.subjects import subject_name

SUBJECTS = ("语文", "数学", "英语", "物理")
FULL = {"语文": 120, "数学": 120, "英语": 120, "物理": 100}


@dataclass(frozen=True)
class Pupil:
    """One invented pupil with marks in points."""

    school: str
    number: str
    name: str
    ticket: str
    student_no: str
    marks: dict[str, float]


def pupils(n: int = 24, seed: int = 7) -> list[Pupil]:
    """Return `n` pupils of three schools with half-point marks."""
    rng = np.random.default_rng(seed)
    schools = ("柳林镇初级中学", "石桥中学", "实验中学")
    return [
        Pupil(
            schools[k % 3],
            str(k % 4 + 1),
            f"学生{'甲乙丙丁戊己庚辛壬癸'[k % 10]}{'一二三四五六七八九十'[k // 10]}",
            f"2509{k:04d}",
            f"G3301{k:06d}",
            {s: float(rng.integers(20, 2 * FULL[s] - 5)) / 2 for s in SUBJECTS},
        )
        for k in range(n)
    ]


def grid(
    rows: Sequence[Sequence[Any]], *, file: str = "成绩.xlsx", sheet: str = "Sheet1", **more: Any
) -> Grid:
    """Return rows as a grid as the reader would: floats, "" for blanks, equal lengths."""
    width = max((len(r) for r in rows), default=0)
    cells = [
        [
            ("" if c is None else float(c) if type(c) is int else c)
            for c in (*row, *[None] * (width - len(row)))
        ]
        for row in rows
    ]
    return Grid(file, sheet, 0, cells, **more)


def write_xlsx(
    path: Path,
    sheets: dict[str, Sequence[Sequence[Any]]],
    *,
    merged: dict[str, list[tuple[int, int, int, int]]] | None = None,
) -> Path:
    """Write sheets of rows; `merged` lists 0-based ranges to be merged (the first cell's value is kept)."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(r, c, cell)
                    elif cell is not None:
                        sheet.write(r, c, cell)
            for a, b, c, d in (merged or {}).get(name, []):
                sheet.merge_range(a, b, c, d, rows[a][b])
    return path


def marks_of(reading: Reading, *, by: str = "ticket") -> dict[tuple[str, str], float | None]:
    """Return (pupil, subject) → raw mark of whole subjects."""
    table = reading.records()
    whole = table.filter(table["item"].is_null())
    return {(r[by], r["subject"]): r["raw_mark"] for r in whole.iter_rows(named=True)}


def truth(
    given: Sequence[Pupil], *, by: str = "ticket", subjects: Sequence[str] = SUBJECTS
) -> dict[tuple[str, str], float]:
    """Return what `marks_of` must give."""
    return {(getattr(p, by), s): p.marks[s] for p in given for s in subjects}


def read(path: Path, **options: Any) -> Reading:
    """Read, and check the promise that holds always: rows in = accepted + listed."""
    reading = read_source(path, **options)
    for sheet in reading.sheets:
        assert sheet.rows_in == sheet.rows_accepted + sheet.rows_listed
        blocked = {
            (p.place.row, p.place.column if sheet.reading.transposed else 0)
            for p in sheet.problems
            if p.blocks_row
        }
        assert len(blocked) == sheet.rows_listed
    return reading


def outcome(reading: Reading) -> dict[tuple[str, ...], Any]:
    """Return (name, subject[, test][, item]) → raw mark; (raw, scale) where there is a scale score; else status or option.

    The test is named only in sheets that hold several.
    """
    found: dict[tuple[str, ...], Any] = {}
    for sheet in reading.sheets:
        several = sheet.people["exam"].n_unique() > 1
        who = sheet.people.select("person", "name", "exam")
        for r in sheet.marks.join(who, on="person", how="left").iter_rows(named=True):
            raw = None if r["raw_mark"] is None else r["raw_mark"] / 100
            value = raw if r["scale_score"] is None else (raw, r["scale_score"])
            if value is None:
                value = r["option"] if r["option"] else r["status"]
            elif r["option"] is not None:
                value = (value, r["option"])
            subject = subject_name(r["subject"]) if r["subject"] else ""
            key = (r["name"], subject, *([r["exam"]] if several else []), *([r["item"]] if r["item"] else []))
            assert key not in found
            found[key] = value
    return found
