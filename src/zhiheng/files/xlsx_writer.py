"""A Document as a workbook: a sheet per table with real numbers, a sheet per chart, and a sheet of definitions.

For people who calculate on; layout on paper is the business of the Word and PDF writers.
"""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter

from zhiheng.files.document import (
    Cell,
    Column,
    Document,
    Estimate,
    Figure,
    Finding,
    Heading,
    KeyNumber,
    KeyNumbers,
    NumberedList,
    Paragraph,
    Table,
    number_headings,
)
from zhiheng.files.number_formats import MISSING
from zhiheng.files.table_layout import text_width

_FONT = "微软雅黑"
_A4 = 9
_FIRST_COLUMN_CHARS = 88
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class _SheetColumn:
    """One spreadsheet column: an interval makes three of them."""

    column: Column
    part: str = ""  # value, lo, hi for an interval

    @property
    def group(self) -> str:
        """The header above: the column's own, or for an interval the name of what it belongs to."""
        return self.column.group or (self.column.title if self.part else "")

    @property
    def title(self) -> str:
        """The header itself."""
        name = self.column.title.replace("\n", "")
        if not self.part:
            return name
        own = name if self.column.group else ""
        return {"value": own or "数值", "lo": f"{own} 95%下限".strip(), "hi": f"{own} 95%上限".strip()}[
            self.part
        ]

    def value(self, cell: Cell) -> str | float | None:
        """Return what the cell holds: a number, a word or nothing."""
        if isinstance(cell, Estimate):
            return getattr(cell, self.part or "value")
        return cell if not self.part or self.part == "value" else None


def _sheet_columns(table: Table) -> list[_SheetColumn]:
    parts = {True: ("value", "lo", "hi"), False: ("",)}
    return [_SheetColumn(column, part) for column in table.columns for part in parts[column.interval]]


class _Workbook:
    """An open workbook, its formats and the sheet names in use."""

    def __init__(self, stream: BytesIO) -> None:
        self.book = xlsxwriter.Workbook(
            stream, {"in_memory": True, "default_format_properties": {"font_name": _FONT}}
        )
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names: set[str] = set()

    def format(self, **properties: Any) -> Any:
        """Return a cell format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_name": _FONT, "font_size": 10, **properties})
        return self._formats[key]

    def sheet(self, wanted: str, footer: str, *, landscape: bool = False) -> Any:
        """Add a sheet under a legal, unused name, set up for A4."""
        stem = re.sub(r"[\[\]:*?/\\：？]", " ", wanted).strip(" '")[:28] or "表"
        name, count = stem, 1
        while name.lower() in self._names:
            count += 1
            name = f"{stem}{count}"
        self._names.add(name.lower())
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.8)
        sheet.set_footer("&L&8" + footer.replace("&", "&&")[:180] + "\n第 &P 页 共 &N 页")
        sheet.hide_gridlines(2)
        if landscape:
            sheet.set_landscape()
        return sheet


def _write_cell(book: _Workbook, sheet: Any, row: int, place: int, target: _SheetColumn, cell: Cell) -> None:
    value, number = target.value(cell), target.column.format
    border = {"bottom": 4, "bottom_color": "#98a2b3"}
    if value is None:
        sheet.write_string(row, place, MISSING, book.format(align="right" if number else "left", **border))
    elif isinstance(value, str):
        sheet.write_string(
            row, place, value, book.format(text_wrap=True, valign="vcenter", indent=1, **border)
        )
    elif number is None:
        raise TypeError(f"column {target.column.title} has no number format but holds {value!r}")
    else:
        look = book.format(num_format=number.excel, valign="vcenter", **border)
        sheet.write_number(row, place, number.cell(value), look)


def _write_head(book: _Workbook, sheet: Any, table: Table, columns: list[_SheetColumn], row: int) -> int:
    """Write one or two header rows and return the first row of the body."""
    look = book.format(
        bold=True, align="center", valign="vcenter", text_wrap=True, bottom=1, top=1, bg_color="#eaf1fb"
    )
    grouped = any(column.group for column in columns)
    place = 0
    while place < len(columns):
        group = columns[place].group
        same = place
        while group and same + 1 < len(columns) and columns[same + 1].group == group:
            same += 1
        if not grouped:
            sheet.write_string(row, place, columns[place].title, look)
        elif not group:
            sheet.merge_range(row, place, row + 1, place, columns[place].title, look)
        else:
            if same > place:
                sheet.merge_range(row, place, row, same, group, look)
            else:
                sheet.write_string(row, place, group, look)
            for each in range(place, same + 1):
                sheet.write_string(row + 1, each, columns[each].title, look)
        place = same + 1
    return row + (2 if grouped else 1)


def _write_table(book: _Workbook, sheet: Any, table: Table, row: int = 0) -> int:
    """Write title, header, body and note from `row`; return the first row of the body."""
    columns = _sheet_columns(table)
    sheet.write_string(row, 0, table.title, book.format(bold=True, font_size=13))
    first = _write_head(book, sheet, table, columns, row + 1)
    sources = [
        place for place, column in enumerate(table.columns) for _ in range(3 if column.interval else 1)
    ]
    for offset, cells in enumerate(table.rows):
        for place, (target, source) in enumerate(zip(columns, sources, strict=True)):
            _write_cell(book, sheet, first + offset, place, target, cells[source])
    printed, widths = table.printed(), list[float]()
    for place, (target, source) in enumerate(zip(columns, sources, strict=True)):
        texts = [
            target.title[: (len(target.title) + 1) // 2 + 2],
            *(row[source].split("\n")[0] for row in printed),
        ]
        widths.append(_width(target.column, texts))
        sheet.set_column(place, place, widths[-1])
    if table.note:
        _write_note(book, sheet, first + len(table.rows) + 1, table.note, widths)
    return first


def _width(column: Column, texts: list[str]) -> float:
    """Return a column's width in characters; an empty form has room to write in."""
    least = 12 * column.width if column.format is None and not any(texts[1:]) else 0
    return min(max(*map(text_width, texts), least) * 1.9 + 2, _WIDEST)


def _write_note(book: _Workbook, sheet: Any, row: int, note: str, widths: list[float]) -> None:
    """Write a note below its table, wrapped within the table's width: a long line would shrink the printed page."""
    look = book.format(font_color="#667085", text_wrap=True, valign="top")
    if len(widths) > 1:
        sheet.merge_range(row, 0, row, len(widths) - 1, note, look)
    else:
        sheet.write_string(row, 0, note, look)
    sheet.set_row(row, 15 * (1 + int(text_width(note) * 1.9 / sum(widths))))


def _add_table_sheet(book: _Workbook, table: Table, footer: str) -> None:
    sheet = book.sheet(table.sheet or table.title, footer, landscape=len(_sheet_columns(table)) > 8)
    first = _write_table(book, sheet, table)
    sheet.freeze_panes(first, 1)
    sheet.repeat_rows(0, first - 1)


def _add_figure_sheet(book: _Workbook, figure: Figure, number: int, footer: str) -> None:
    drawing = figure.drawing
    table = drawing.table()
    sheet = book.sheet(f"图{number}", footer, landscape=True)
    first = _write_table(book, sheet, table)
    place = len(_sheet_columns(table)) + 1
    chart = drawing.native(book.book, sheet.name, first)
    if chart is not None:
        sheet.insert_chart(1, place, chart)
    else:
        sheet.insert_image(
            1,
            place,
            f"图{number}.png",
            {"image_data": BytesIO(drawing.png()), "x_scale": 0.5, "y_scale": 0.5},
        )


def _add_text_sheet(book: _Workbook, document: Document) -> None:
    """Write what the document says in words."""
    sheet = book.sheet("摘要", document.footer)
    sheet.set_column(0, 0, _FIRST_COLUMN_CHARS)
    sheet.set_column(1, 3, 16)
    sheet.write_string(0, 0, document.title.replace("\n", " "), book.format(bold=True, font_size=16))
    sheet.write_string(
        1,
        0,
        "　".join(filter(None, (document.classification, document.subtitle))),
        book.format(font_color="#667085"),
    )
    row = 3
    wrapped, strong = (
        book.format(text_wrap=True, valign="top"),
        book.format(bold=True, font_size=12, text_wrap=True),
    )
    for block, number in zip(document.blocks, number_headings(document.blocks), strict=True):
        match block:
            case Heading():
                lines = [(number + block.text, strong)]
            case Paragraph():
                lines = [(block.text, wrapped)]
            case Finding():
                lines = [(block.text, strong)]
            case NumberedList():
                lines = [(f"{place}. {item}", wrapped) for place, item in enumerate(block.items, start=1)]
            case KeyNumbers():
                for item in block.items:
                    _write_key_number(book, sheet, row, item)
                    row += 1
                continue
            case _:
                continue
        for text, look in lines:
            sheet.write_string(row, 0, text, look)
            row += 1


def _write_key_number(book: _Workbook, sheet: Any, row: int, item: KeyNumber) -> None:
    aside = "，".join(filter(None, (item.unit, item.note)))
    sheet.write_string(row, 0, item.label + (f"（{aside}）" if aside else ""), book.format())
    _write_cell(book, sheet, row, 1, _SheetColumn(Column(item.label, item.format)), item.value)


def _add_definitions_sheet(book: _Workbook, document: Document) -> None:
    """Write every definition and version the numbers rest on."""
    sheet = book.sheet("口径", document.footer)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, "口径与版本", book.format(bold=True, font_size=13))
    entries = document.definitions.entries if document.definitions else ()
    row = 2
    for term, text in [*document.properties.items(), *entries]:
        sheet.write_string(row, 0, term, book.format(bold=True, valign="top"))
        sheet.write_string(row, 1, text, book.format(text_wrap=True, valign="top"))
        row += 1


def write_xlsx(document: Document) -> bytes:
    """Return the document as .xlsx: numbers stay numbers, charts are Office charts where Office has the kind."""
    stream = BytesIO()
    book = _Workbook(stream)
    book.book.set_properties({"title": document.title.replace("\n", " "), "author": document.organisation})
    _add_text_sheet(book, document)
    for table in document.tables():
        _add_table_sheet(book, table, document.footer)
    for number, figure in enumerate(document.figures(), start=1):
        _add_figure_sheet(book, figure, number, document.footer)
    _add_definitions_sheet(book, document)
    book.book.close()
    return stream.getvalue()
