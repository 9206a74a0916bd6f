"""Cells on pages, and pages in files: .xlsx, .xls and .csv as older programs write them, and zips with GBK names.

Knows what a cell, a merged range and a hidden column are. Knows nothing of schools or marks.
"""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

CREATED = datetime(2026, 11, 14, 9)
"""Date inside zips and workbooks, fixed so that one seed gives the same bytes."""


@dataclass(frozen=True)
class Formula:
    """A formula and the value a spreadsheet program stored with it."""

    text: str
    value: Any


@dataclass(frozen=True)
class Column:
    """One column of a table: its header, a row of it per header row, and the field it shows."""

    header: tuple[str, ...]
    field: str


Places = dict[tuple[int, str], tuple[str, int, int]]
"""(row key, field) → (sheet, row, column), 1-based: where a value ended up."""


@dataclass
class Page:
    """One sheet: rows of cells from A1 on. `merged` holds 0-based (row, column, last row, last column)."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    places: Places = field(default_factory=dict)

    def title(self, *lines: str, width: int) -> "Page":
        """Put title lines on top, each merged over `width` columns."""
        for line in lines:
            self.merged.append((len(self.rows), 0, len(self.rows), max(width - 1, 1)))
            self.rows.append([line])
        return self

    def table(
        self, columns: Sequence[Column], data: Sequence[tuple[int, dict[str, Any]]], *, left: int = 0
    ) -> "Page":
        """Put a header and one row per (key, fields); equal neighbours in a header's upper rows are merged."""
        top, depth = len(self.rows), len(columns[0].header)
        for level in range(depth):
            self.rows.append([""] * left + [column.header[level] for column in columns])
        if depth > 1:
            self._merge_header(columns, top, left, depth)
        fields = [column.field for column in columns]
        for key, values in data:
            at = len(self.rows) + 1
            self.rows.append([""] * left + [values.get(name, "") for name in fields])
            for place, name in enumerate(fields):
                self.places[key, name] = (self.name, at, left + place + 1)
        return self

    def _merge_header(self, columns: Sequence[Column], top: int, left: int, depth: int) -> None:
        start = 0
        for place in range(1, len(columns) + 1):
            if place < len(columns) and columns[place].header[0] == columns[start].header[0]:
                continue
            if place - start > 1:
                self.merged.append((top, left + start, top, left + place - 1))
            elif columns[start].header[1] == "":
                self.merged.append((top, left + start, top + depth - 1, left + start))
            for inside in range(start + 1, place):
                self.rows[top][left + inside] = ""
            start = place


def write_xlsx(target: Path | io.BytesIO, pages: Sequence[Page]) -> None:
    """Write pages as one workbook."""
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    )
    book.set_properties({"author": "", "created": CREATED})
    for page in pages:
        sheet = book.add_worksheet(page.name)
        for at, row in enumerate(page.rows):
            for place, value in enumerate(row):
                if value is None or value == "":
                    continue
                if isinstance(value, str):
                    sheet.write_string(at, place, value)
                elif isinstance(value, Formula):
                    sheet.write_formula(at, place, value.text, None, value.value)
                else:
                    sheet.write_number(at, place, value)
        for first_row, first, last_row, last in page.merged:
            sheet.merge_range(first_row, first, last_row, last, page.rows[first_row][first])
        for at in page.hidden_rows:
            sheet.set_row(at, None, None, {"hidden": True})
        for place in page.hidden_columns:
            sheet.set_column(place, place, None, None, {"hidden": True})
    book.close()


def write_xls(target: Path, pages: Sequence[Page]) -> None:
    """Write pages as one workbook of Excel 97 to 2003, as old marking programs still do; 65,536 rows a page at most."""
    book = xlwt.Workbook(encoding="utf-8")
    for page in pages:
        sheet = book.add_sheet(page.name)
        corners = {(first_row, first) for first_row, first, _, _ in page.merged}
        for at, row in enumerate(page.rows):
            for place, value in enumerate(row):
                if value not in (None, "") and (at, place) not in corners:
                    sheet.write(at, place, value.value if isinstance(value, Formula) else value)
        for first_row, first, last_row, last in page.merged:
            sheet.write_merge(first_row, last_row, first, last, page.rows[first_row][first])
        for at in page.hidden_rows:
            sheet.row(at).hidden = True
        for place in page.hidden_columns:
            sheet.col(place).hidden = True
    book.save(str(target))


def csv_bytes(page: Page, encoding: str) -> bytes:
    """Return a page as .csv with Windows line ends."""
    text = io.StringIO(newline="")
    width = max(len(row) for row in page.rows)
    csv.writer(text).writerows(
        [*(value.value if isinstance(value, Formula) else value for value in row)] + [""] * (width - len(row))
        for row in page.rows
    )
    return text.getvalue().encode(encoding)


def picture(side: int = 64) -> bytes:
    """Return a grey .png: what a phone's photo of a screen is to a program that wants a table."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    pixels = zlib.compress((b"\0" + b"\xb0" * side) * side)
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


class _GbkName(zipfile.ZipInfo):
    """A zip entry whose name is stored as Chinese Windows does: GBK, without the UTF-8 mark."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the name zipfile calls
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def write_zip_gbk(target: Path, entries: dict[str, bytes]) -> None:
    """Write a zip whose entry names are GBK."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in entries.items():
            entry = _GbkName(name, CREATED.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
