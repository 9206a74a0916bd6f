"""Parse workbooks with calamine into grids: rows of shared values, a very large sheet in slices of its rows.

What may be parsed at all has been decided before; see `workbooks`.
"""

import io
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import python_calamine as calamine

from zhiheng.files.limits import Refused, corrupt, refusal
from zhiheng.files.sheets import Grid
from zhiheng.files.xlsx_parts import SheetParts
from zhiheng.files.xlsx_slices import slices

LARGEST_WHOLE = 400_000
"""Cells up to which a sheet is parsed at once: beyond what is kept the parser needs some 200 bytes for each."""


def encrypted(file: str) -> Refused:
    """Return the refusal of a file with a password."""
    return refusal(
        "file.encrypted", file, "文件设有密码", "没有密码的表格", "用 Excel 打开，取消密码后另存再上传"
    )


def parsed(file: str, data: bytes, parts: Mapping[str, SheetParts]) -> Iterator[Grid]:
    """Yield the worksheets; what the parser made is let go before the next sheet is read.

    Raises
    ------
    Refused
        Damaged or encrypted.
    """
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for index, sheet in enumerate(book.sheets_metadata):
            if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            part = parts.get(sheet.name, SheetParts())
            hidden = sheet.visible != calamine.SheetVisibleEnum.Visible
            rows: list[list[Any]] = []
            merged: list[tuple[int, int, int, int]] = []
            for table in _tables(book, index, data, part):
                _take(table, rows)
                merged += [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in table.merged_cell_ranges or ()]
            yield Grid(
                file,
                sheet.name,
                index,
                _of_one_width(rows),
                frozenset(part.hidden_rows),
                frozenset(part.hidden_columns),
                hidden,
                tuple(merged),
                tuple(part.unread),
            )
    except calamine.PasswordError as error:
        raise encrypted(file) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise corrupt(file) from error
    except BaseException as error:  # on some damage calamine panics, with a class nobody can import
        if type(error).__name__ != "PanicException":
            raise
        raise corrupt(file) from error


def _tables(
    book: calamine.CalamineWorkbook, index: int, data: bytes, part: SheetParts
) -> Iterator[calamine.CalamineSheet]:
    """Yield a sheet whole, or a large one in slices, from top to bottom."""
    if not part.path or part.last_row * part.last_column <= LARGEST_WHOLE:
        yield book.get_sheet_by_index(index)
        return
    for piece in slices(data, part.path, LARGEST_WHOLE // part.last_column):
        yield calamine.CalamineWorkbook.from_filelike(io.BytesIO(piece)).get_sheet_by_index(index)


def _take(table: calamine.CalamineSheet, rows: list[list[Any]]) -> None:
    """Append the cells from column A on: calamine leaves out blank columns on the left, and blank rows cost memory."""
    if table.start is None:
        return
    left: list[Any] = [""] * table.start[1]
    blank: list[Any] = [""] * (len(left) + table.width)
    shared: dict[Any, Any] = {}  # equal cells share one object: a county's items are a few numbers
    for cells in islice(table.iter_rows(), len(rows), None):
        own = [c if c is True or c is False else shared.setdefault(c, c) for c in cells]
        rows.append(left + own if any(c != "" for c in own) else blank)


def _of_one_width(rows: list[list[Any]]) -> list[list[Any]]:
    width = max(map(len, rows), default=0)
    return [row if len(row) == width else row + [""] * (width - len(row)) for row in rows]
