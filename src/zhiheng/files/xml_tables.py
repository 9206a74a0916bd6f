"""XML spreadsheets of 2003 that call themselves .xls: what some registers of pupils export. Worksheets become grids.

It reads values and merges; formulas stand as the values stored with them.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from zhiheng.files.limits import Limits, corrupt, refusal
from zhiheng.files.sheets import Grid

NAMESPACE = b"schemas-microsoft-com:office:spreadsheet"


@dataclass(slots=True)
class _Sheet:
    """Cells placed so far, by 1-based (row, column); the rest as in `Grid`."""

    name: str
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    unread: list[tuple[int, int, str]] = field(default_factory=list)
    row: int = 0
    column: int = 0


class _Reader(HTMLParser):
    """Collect worksheets; the parser gives names in lower case."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[_Sheet] = []
        self._type = ""
        self._text: list[str] | None = None
        self._across = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name.removeprefix("ss:"): value or "" for name, value in attrs}
        tag = tag.removeprefix("ss:")
        if tag == "worksheet":
            self.sheets.append(_Sheet(said.get("name", "")))
        elif not self.sheets:
            return
        elif tag == "row":
            self._row(said)
        elif tag == "cell":
            self._cell(said)
        elif tag == "data":
            self._type, self._text = said.get("type", "String"), []

    def handle_endtag(self, tag: str) -> None:
        if tag.removeprefix("ss:") == "data" and self._text is not None:
            sheet, text = self.sheets[-1], "".join(self._text).strip()
            self._text = None
            if self._type == "Error":
                sheet.unread.append((sheet.row, sheet.column, "error"))
            elif text:
                sheet.cells[sheet.row, sheet.column] = _value(text, self._type)

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _row(self, said: dict[str, str]) -> None:
        sheet = self.sheets[-1]
        sheet.row, sheet.column, self._across = _number(said, "index") or sheet.row + 1, 0, 0
        if said.get("hidden") == "1":
            sheet.hidden_rows.add(sheet.row)

    def _cell(self, said: dict[str, str]) -> None:
        sheet = self.sheets[-1]
        sheet.column = _number(said, "index") or sheet.column + self._across + 1
        self._across, down = _number(said, "mergeacross"), _number(said, "mergedown")
        if self._across or down:
            ends = (sheet.row + down, sheet.column + self._across)
            sheet.merged.append((sheet.row, sheet.column, *ends))


def _number(said: dict[str, str], name: str) -> int:
    return int(said[name]) if said.get(name, "").isdecimal() else 0


def _value(text: str, kind: str) -> Any:
    try:
        return float(text) if kind == "Number" else text
    except ValueError:
        return text


def read_xml(file: str, text: str, limits: Limits) -> list[Grid]:
    """Return the worksheets.

    Raises
    ------
    Refused
        There is no worksheet, or one reaches too far.
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if not reader.sheets:
        raise corrupt(file)
    return [_grid(file, number, sheet, limits) for number, sheet in enumerate(reader.sheets)]


def _grid(file: str, number: int, sheet: _Sheet, limits: Limits) -> Grid:
    height = max((row for row, _ in sheet.cells), default=0)
    width = max((column for _, column in sheet.cells), default=0)
    if height * width > limits.cells:
        found = f"工作表的内容一直延伸到第 {height} 行、第 {width} 列"
        fix = "删除表格下方和右侧多余的行列后另存再上传"
        raise refusal("sheet.too_large", file, found, "一张成绩表的大小", fix, sheet=sheet.name)
    rows = [[sheet.cells.get((r, c), "") for c in range(1, width + 1)] for r in range(1, height + 1)]
    hidden = frozenset(sheet.hidden_rows)
    merged = tuple((a, b, min(c, height), min(d, width)) for a, b, c, d in sheet.merged)
    return Grid(file, sheet.name, number, rows, hidden, merged=merged, unread=tuple(sheet.unread))
