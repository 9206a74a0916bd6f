"""Give a sheet back with what is wrong marked in it: coloured cells, comments, and a list of the problems.

The original is never changed; values are never corrected here.
"""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from zhiheng.files.limits import LIMITS, Limits
from zhiheng.files.problems import CATALOGUE, Problem
from zhiheng.files.workbooks import Source, check_unpacked_size, open_workbook

LIST_SHEET = "问题清单"
LARGEST_EDITED = 8_000_000
_BLOCKS = PatternFill("solid", fgColor="F4B6B6")
_WARNS = PatternFill("solid", fgColor="FFE699")
_HEAD = PatternFill("solid", fgColor="D9E2F3")
_HEADINGS = (
    ("工作表", 16),
    ("位置", 10),
    ("问题", 24),
    ("这里是", 36),
    ("应为", 28),
    ("怎样改", 44),
    ("该行是否读取", 14),
)
_FORMULA_STARTS = ("=", "+", "-", "@")


def marked_copy(
    source: str | Path | Source, problems: Iterable[Problem], out_path: str | Path, *, limits: Limits = LIMITS
) -> Path:
    """Write a copy of a workbook with the bad cells coloured and commented, and a sheet 问题清单.

    An .xlsx keeps its other formatting; an .xls or .csv comes back as an .xlsx of its values. Red rows were
    not read, yellow cells were read with a doubt.

    Raises
    ------
    Refused
        The source itself cannot be read.
    """
    if not isinstance(source, Source):
        source = Source(Path(source).name, Path(source))
    told = list(problems)
    own = [p for p in told if p.place.file == source.name]
    own = own or [p for p in told if Path(p.place.file).name == Path(source.name).name]
    book = _original(source, limits) or _values(source, limits)
    for problem in own:
        _mark(book, problem)
    _list(book, own)
    out = Path(out_path)
    book.save(out)
    return out


def _original(source: Source, limits: Limits) -> Workbook | None:
    """Return the workbook itself where it can be edited: an .xlsx of moderate size."""
    data = source.read()
    if data[:4] != b"PK\x03\x04" or len(data) > LARGEST_EDITED:
        return None
    with ZipFile(io.BytesIO(data)) as archive:
        check_unpacked_size(source.name, archive, limits)
    try:
        return openpyxl.load_workbook(io.BytesIO(data))
    except Exception:  # openpyxl is stricter than spreadsheet programs; the values remain readable
        return None


def _values(source: Source, limits: Limits) -> Workbook:
    """Return a new workbook with the values of every sheet."""
    book = Workbook()
    book.remove(book.active)
    for grid in open_workbook(source, limits=limits):
        sheet = book.create_sheet(grid.sheet[:31] or "Sheet1")
        for row in grid.rows:
            sheet.append([None if cell == "" else cell for cell in row])
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.data_type == "f":
                    cell.data_type = "s"
    return book


def _sheet_of(book: Workbook, name: str) -> Worksheet | None:
    if name in book.sheetnames:
        return book[name]
    return book.worksheets[0] if not name and book.worksheets else None


def _mark(book: Workbook, problem: Problem) -> None:
    """Colour the cell a problem is about; the first cells of a row or the top of a column stand for the whole."""
    sheet = _sheet_of(book, problem.place.sheet)
    if sheet is None or not (problem.place.row or problem.place.column):
        return
    fill = _BLOCKS if problem.blocks_row else _WARNS
    row = problem.place.row or 1
    columns = [problem.place.column] if problem.place.column else range(1, sheet.max_column + 1)
    cells = [c for c in (sheet.cell(row, column) for column in columns) if not isinstance(c, MergedCell)]
    for cell in cells:
        cell.fill = fill
    if cells:
        _comment(cells[0], problem)


def _comment(cell: Any, problem: Problem) -> None:
    text = f"{problem.found}。应为{problem.expected}。{problem.fix}。"
    before = f"{cell.comment.text}\n" if cell.comment else ""
    cell.comment = Comment(before + text, "质衡", width=320, height=110)


def _list(book: Workbook, problems: list[Problem]) -> None:
    """Add the list of problems as the first sheet."""
    if LIST_SHEET in book.sheetnames:
        book.remove(book[LIST_SHEET])
    sheet = book.create_sheet(LIST_SHEET, 0)
    for column, (heading, width) in enumerate(_HEADINGS, 1):
        cell = sheet.cell(1, column, heading)
        cell.font, cell.fill = Font(bold=True), _HEAD
        sheet.column_dimensions[cell.column_letter].width = width
    for row, p in enumerate(problems, 2):
        said = "未读取" if p.blocks_row else "已读取"
        texts = (
            p.place.sheet,
            p.place.address,
            CATALOGUE.get(p.code, p.code),
            p.found,
            p.expected,
            p.fix,
            said,
        )
        for column, text in enumerate(texts, 1):
            cell = sheet.cell(row, column)
            cell.value = text
            if str(text).startswith(_FORMULA_STARTS):
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    book.active = 0
