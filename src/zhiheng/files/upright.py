"""Turn a sheet so that it reads downwards, one pupil a row: transposed sheets, and blocks set side by side.

Places found in the turned sheet are led back to the spreadsheet's own. It reads no values.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import polars as pl

from zhiheng.files.problems import Cell, Problem
from zhiheng.files.sheets import Grid, SheetReading
from zhiheng.files.words import Word


def upright(grid: Grid, reading: SheetReading) -> Grid:
    """Return the grid as the reading reads it: itself, exchanged, or its blocks one below the other."""
    if reading.transposed:
        return turned(grid)
    return stacked(grid, reading.blocks, reading.header_rows) if reading.blocks else grid


def turned(grid: Grid) -> Grid:
    """Return the grid with rows and columns exchanged."""
    return replace(
        grid,
        rows=[list(column) for column in zip(*grid.rows, strict=True)],
        hidden_rows=grid.hidden_columns,
        hidden_columns=grid.hidden_rows,
        merged=tuple((b, a, d, c) for a, b, c, d in grid.merged),
        unread=tuple((column, row, why) for row, column, why in grid.unread),
    )


def stacked(grid: Grid, blocks: Sequence[int], header_rows: Sequence[int]) -> Grid:
    """Return all blocks one below the other; `blocks` are their 1-based first columns.

    Titles above a block go with it; the header stands over the first block only.
    """
    width, left, height = blocks[1] - blocks[0], blocks[0] - 1, len(grid.rows)
    rows = [row[: left + width] for row in grid.rows]
    for first in blocks[1:]:
        for number, row in enumerate(grid.rows, 1):
            cells = [] if number in header_rows else row[first - 1 : first - 1 + width]
            rows.append([""] * left + cells + [""] * (width - len(cells)))
    unread = []
    for at, column, why in grid.unread:
        block = max(0, (column - blocks[0]) // width)
        if block < len(blocks):
            unread.append((at + block * height, column - block * width, why))
    return replace(grid, rows=rows, merged=tuple(_stacked_merges(grid, blocks)), unread=tuple(unread))


def _stacked_merges(grid: Grid, blocks: Sequence[int]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the merged ranges that lie within one block, where they stand after stacking."""
    width, height = blocks[1] - blocks[0], len(grid.rows)
    for top, left, bottom, right in grid.merged:
        block = max(0, (left - blocks[0]) // width)
        if block < len(blocks) and right < blocks[0] + (block + 1) * width:
            down, across = block * height, block * width
            yield top + down, left - across, bottom + down, right - across


def side_by_side(words: Sequence[Word]) -> tuple[int, ...]:
    """Return the 1-based first columns of blocks that repeat one header (姓名 语文 | 姓名 语文); () for one block."""
    names = [n for n, w in enumerate(words) if w.role == "name"]
    if len(names) < 2:
        return ()
    width = names[1] - names[0]
    if width < 2 or any(b - a != width for a, b in pairwise(names)):
        return ()
    keys = [(w.about, w.role, w.subject, w.item) for w in words]
    for start in range(max(0, names[0] - width + 1), names[0] + 1):
        first = keys[start : start + width]
        blocks = [keys[start + k * width : start + (k + 1) * width] for k in range(1, len(names))]
        if all(block == first[: len(block)] and len(block) >= width - 1 for block in blocks):
            return tuple(start + 1 + k * width for k in range(len(names)))
    return ()


def original_problem(problem: Problem, reading: SheetReading, rows: int) -> Problem:
    """Return a problem at the place it has in the spreadsheet, which has `rows` rows."""
    place = problem.place
    if reading.transposed:
        return replace(problem, place=Cell(place.file, place.sheet, place.column, place.row))
    if not reading.blocks or not place.row:
        return problem
    block = (place.row - 1) // rows
    width = reading.blocks[1] - reading.blocks[0]
    column = (place.column or reading.blocks[0]) + block * width
    return replace(problem, place=Cell(place.file, place.sheet, place.row - block * rows, column))


def original_marks(marks: pl.DataFrame, reading: SheetReading, rows: int) -> pl.DataFrame:
    """Return marks with the rows and columns of the spreadsheet, which has `rows` rows."""
    if reading.transposed:
        return marks.rename({"row": "column", "column": "row"})
    if not reading.blocks:
        return marks
    block = (pl.col("row") - 1) // rows
    width = reading.blocks[1] - reading.blocks[0]
    return marks.with_columns(row=pl.col("row") - block * rows, column=pl.col("column") + block * width)


def original_people(people: pl.DataFrame, reading: SheetReading, rows: int) -> pl.DataFrame:
    """Return people with the rows of the spreadsheet; of a transposed sheet, `row` is the pupil's column."""
    return people.with_columns(row=(pl.col("row") - 1) % rows + 1) if reading.blocks else people
