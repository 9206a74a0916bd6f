"""Subjects told in levels only (A B C, 优 良): which they are, and how many pupils have each level.

A level is no mark: nothing is computed from it here or later.
"""

from collections import Counter

from zhiheng.files.recognise import subject_of
from zhiheng.files.sheet_cells import Sheet
from zhiheng.files.sheets import ColumnReading
from zhiheng.files.text import folded

MOST_LEVELS = 8
"""Different levels that are counted one by one."""


def level_columns(sheet: Sheet) -> list[ColumnReading]:
    """Return the columns of levels whose subject has no marks in the sheet."""
    marked = {
        subject_of(c, sheet.reading)
        for c in sheet.with_role("raw_mark", "scale_score", "item_mark", "option")
    }
    return [c for c in sheet.with_role("grade_letter") if c.subject and c.subject not in marked]


def levels_counted(sheet: Sheet, column: ColumnReading) -> str:
    """Return the levels of a column and how many pupils have each, in Chinese: A 12 人、B 8 人."""
    counts = Counter(text for cell in sheet.columns[column.column] if (text := folded(cell)))
    told = "、".join(f"{level} {n} 人" for level, n in sorted(counts.items())[:MOST_LEVELS])
    return told + (f"等 {len(counts)} 种" if len(counts) > MOST_LEVELS else "")
