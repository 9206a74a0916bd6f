"""What the tables of an .ods promise before they are parsed: extent, hidden rows and columns.

A repeated cell takes a few bytes and may stand for millions, so it is counted first. It reads no values.
"""

import re
from zipfile import ZipFile

from zhiheng.files.xlsx_parts import SheetParts, unescaped

LARGEST_PART = 100_000_000
_NAME = re.compile(rb"^[^>]*?\btable:name=[\x22\x27]([^\x22\x27]*)")
_COLUMN = re.compile(rb"<table:table-column\b([^>]*)>")
_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)>")
_ROWS = re.compile(rb"\btable:number-rows-repeated=[\x22\x27](\d{1,9})")
_COLUMNS = re.compile(rb"\btable:number-columns-repeated=[\x22\x27](\d{1,9})")
_HIDDEN = re.compile(rb"\btable:visibility=[\x22\x27](?:collapse|filter)")
_VALUE = b"value-type="
MOST_HIDDEN = 500
"""Repetitions of a hidden row or column that are named one by one."""


def ods_parts(archive: ZipFile) -> dict[str, SheetParts]:
    """Return sheet name → what the table says about itself; formulas and errors are not looked for.

    Raises
    ------
    ValueError
        The contents are larger than any table of marks.
    """
    if archive.getinfo("content.xml").file_size > LARGEST_PART:
        raise ValueError("content.xml is larger than any table of marks")
    _, *tables = archive.read("content.xml").split(b"<table:table ")
    if not tables:
        raise ValueError("no table under the usual prefix")
    found = {}
    for table in tables:
        name = _NAME.search(table)
        found[unescaped(name[1].decode()) if name else ""] = _parts(table)
    return found


def _parts(table: bytes) -> SheetParts:
    head, *rows = table.split(b"<table:table-row")
    parts = SheetParts()
    column = 1
    for match in _COLUMN.finditer(head):
        times = _times(_COLUMNS, match[1])
        if _HIDDEN.search(match[1]):
            parts.hidden_columns.update(range(column, column + min(times, MOST_HIDDEN)))
        column += times
    row = 1
    for piece in rows:
        tag = piece[: piece.find(b">")]
        times = _times(_ROWS, tag)
        if _VALUE in piece:
            parts.last_row = row + times - 1
            parts.last_column = max(parts.last_column, _width(piece))
            if _HIDDEN.search(tag):
                parts.hidden_rows.update(range(row, row + min(times, MOST_HIDDEN)))
        row += times
    return parts


def _width(row: bytes) -> int:
    """Return the last column of a row that holds a value."""
    column = last = 0
    for match in _CELL.finditer(row):
        column += _times(_COLUMNS, match[1])
        if _VALUE in match[1]:
            last = column
    return last


def _times(repeated: re.Pattern[bytes], tag: bytes) -> int:
    match = repeated.search(tag)
    return int(match[1]) if match else 1
