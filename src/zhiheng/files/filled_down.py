"""Values written once for many rows: a class in merged cells, or in the first of its rows with blanks below.

It fills columns that name who and where; marks are never filled.
"""

from typing import Any

from zhiheng.files.problems import Cell, Problem, declare
from zhiheng.files.rows import RowKinds
from zhiheng.files.sheets import ColumnReading, Grid, SheetReading
from zhiheng.files.text import folded

declare({"column.filled_down": "只在第一行写了班级、学校等，下面空着，已按上一行补上"})

MERGED = {
    "school",
    "school_code",
    "town",
    "grade",
    "class",
    "exam",
    "subject",
    "name",
    "ticket",
    "student_no",
}
"""Columns whose value may be written once in cells merged over several rows."""
BLANK_BELOW = {"school", "school_code", "town", "grade", "class"}
"""Columns whose value may stand in the first of its rows only, where a text table has lost the merged cells."""


def data_columns(
    grid: Grid, reading: SheetReading, kinds: RowKinds
) -> tuple[dict[int, tuple[Any, ...]], list[Problem]]:
    """Return the data cells of every column by 1-based number, filled down, and a problem per guess."""
    rows = [grid.rows[r] for r in kinds.data]
    cells = list(zip(*rows, strict=True)) if rows else []
    columns: dict[int, tuple[Any, ...]] = {}
    problems: list[Problem] = []
    for c in reading.columns:
        own = cells[c.column - 1] if c.column <= len(cells) else ("",) * len(rows)
        if c.role in MERGED:
            own = _from_merged(grid, reading, kinds, c.column, own)
        if c.role in BLANK_BELOW and _written_once(own):
            problems.append(_filled(grid, c))
            own = _from_above(own)
        columns[c.column] = own
    return columns, problems


def _from_merged(
    grid: Grid, reading: SheetReading, kinds: RowKinds, column: int, cells: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Give every row of a merged range its value; a range that begins in the header is the header's."""
    header = max(reading.header_rows, default=0)
    said = {
        row: grid.rows[top - 1][column - 1]
        for top, left, bottom, right in grid.merged
        if left <= column <= right and bottom > top > header
        for row in range(top, bottom + 1)
    }
    if not said:
        return cells
    return tuple(
        said.get(r + 1, cell) if cell == "" else cell for r, cell in zip(kinds.data, cells, strict=True)
    )


def _written_once(cells: tuple[Any, ...]) -> bool:
    """Say whether at least half the cells are blank, the first is not, and no value is written twice."""
    said = [folded(c) for c in cells if c != ""]
    return 0 < 2 * len(said) <= len(cells) and cells[0] != "" and len(set(said)) == len(said)


def _from_above(cells: tuple[Any, ...]) -> tuple[Any, ...]:
    filled: list[Any] = []
    for cell in cells:
        filled.append(cell if cell != "" else filled[-1])
    return tuple(filled)


def _filled(grid: Grid, column: ColumnReading) -> Problem:
    return Problem(
        "column.filled_down",
        Cell(grid.file, grid.sheet, 0, column.column),
        f"“{column.header}”列只写在每段的第一行，下面空着，已按上一行补上",
        "每行都写",
        "核对后每行补齐",
    )
