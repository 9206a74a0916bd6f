"""Web pages that call themselves .xls: what many school systems export. Tables become sheets, spans become merges.

It reads cells only; scripts, styles and links are passed over.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from zhiheng.files.limits import Limits, corrupt, refusal
from zhiheng.files.sheets import Grid

LARGEST_SPAN = 1_000
MOST_CELLS = 2_000_000
_CELLS = ("td", "th")


@dataclass(slots=True)
class _Table:
    """Cells placed so far, by 0-based (row, column), and merged ranges as in `Grid`."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    row: int = -1
    column: int = 0


class _Reader(HTMLParser):
    """Collect the outermost tables of a page."""

    def __init__(self, most_cells: int) -> None:
        super().__init__(convert_charrefs=True)
        self.too_large = False
        self._left = most_cells
        self.tables: list[_Table] = []
        self._depth = 0
        self._text: list[str] | None = None
        self._span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(_Table())
        elif not self._depth or not self.tables:
            return
        elif tag == "tr":
            self._close()
            self.tables[-1].row += 1
            self.tables[-1].column = 0
        elif tag in _CELLS:
            self._close()
            said = dict(attrs)
            self._span = (_span(said.get("rowspan")), _span(said.get("colspan")))
            self._text = []
        elif tag == "br" and self._text is not None:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._depth:
            self._close()
            self._depth -= 1
        elif tag in (*_CELLS, "tr"):
            self._close()

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _close(self) -> None:
        """Place the open cell at the next free column of its row, and keep its span free for it."""
        if self._text is None:
            return
        table, text = self.tables[-1], "".join(self._text).strip().replace("\xa0", " ").strip()
        self._text = None
        table.row = max(table.row, 0)
        while (table.row, table.column) in table.cells:
            table.column += 1
        down, across = self._span
        self._left -= down * across
        if self._left < 0:
            self.too_large = True
            return
        for row in range(table.row, table.row + down):
            for column in range(table.column, table.column + across):
                table.cells[row, column] = ""
        table.cells[table.row, table.column] = text
        if down > 1 or across > 1:
            table.merged.append((table.row + 1, table.column + 1, table.row + down, table.column + across))


def _span(text: str | None) -> int:
    return min(max(int(text), 1), LARGEST_SPAN) if text and text.strip().isdecimal() else 1


def read_html(file: str, text: str, limits: Limits) -> list[Grid]:
    """Return the tables of a page that hold anything.

    Raises
    ------
    Refused
        There is no table, or one is too large.
    """
    most = min(limits.cells, MOST_CELLS)
    reader = _Reader(most)
    reader.feed(text)
    reader.close()
    if reader.too_large:
        raise refusal(
            "sheet.too_large", file, f"表格超过 {most} 格", "一张成绩表的大小", "另存为 .xlsx 再上传"
        )
    grids: list[Grid] = []
    for table in reader.tables:
        if not any(table.cells.values()):
            continue
        height = max(row for row, _ in table.cells) + 1
        width = max(column for _, column in table.cells) + 1
        if height * width > 2 * most:
            raise corrupt(file)
        rows = [[table.cells.get((r, c), "") for c in range(width)] for r in range(height)]
        grids.append(Grid(file, f"表{len(grids) + 1}", len(grids), rows, merged=tuple(table.merged)))
    if not grids:
        raise corrupt(file)
    return grids
