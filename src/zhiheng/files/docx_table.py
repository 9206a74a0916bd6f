"""Tables in Word: three rules, header rows that repeat, columns as wide as their cells ask for."""

from copy import deepcopy
from typing import Any

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.table import _Cell

from zhiheng.files.document import Column, Table
from zhiheng.files.docx_text import element, off_grid, set_font, set_lines
from zhiheng.files.table_layout import TableLayout, table_layout

_SIZES_PT = (12.0, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
_BODY_FONT = "仿宋_GB2312"
_HEAD_FONT = "黑体"


_KEPT_WHOLE = 8
"""Tables of up to so many rows are not split between pages: a page of a 公文 has 22 lines."""


def _fill(cell: Any, text: str, font: str, size_pt: float, align: Any, indent_pt: float = 0.0) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    paragraph.paragraph_format.right_indent = Pt(indent_pt)
    set_lines(paragraph, None, before_pt=size_pt * 0.2, after_pt=size_pt * 0.2)
    off_grid(paragraph)
    for place, line in enumerate(text.split("\n")):
        run = paragraph.add_run()
        if place:
            run.add_break()
        run.add_text(line)
        set_font(run, font, size_pt if place == 0 or font == _HEAD_FONT else size_pt * 0.85)


def _rule_off(table: Any) -> None:
    """Thick lines above and below, hair lines between, nothing at the sides."""
    borders = element("w:tblBorders")
    for side, eighths, colour in (
        ("top", 8, "000000"),
        ("bottom", 8, "000000"),
        ("insideH", 2, "808080"),
    ):
        borders.append(element(f"w:{side}", val="single", sz=str(eighths), space="0", color=colour))
    table._tbl.tblPr.append(borders)
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w="60", type="dxa"))
    table._tbl.tblPr.append(margins)


def _underline(row: Any) -> None:
    """Draw the line between header and body."""
    for cell in row.cells:
        borders = element("w:tcBorders")
        borders.append(element("w:bottom", val="single", sz="6", space="0", color="000000"))
        cell._tc.get_or_add_tcPr().append(borders)


def _head(grid: Any, table: Table, size_pt: float) -> int:
    """Fill the header rows, mark them as repeating, and return how many there are."""
    count = 2 if table.header_groups else 1
    centre = WD_ALIGN_PARAGRAPH.CENTER
    place = 0
    for title, span in table.header_groups:
        if title:
            _fill(
                grid.cell(0, place).merge(grid.cell(0, place + span - 1)), title, _HEAD_FONT, size_pt, centre
            )
        place += span
    for place, column in enumerate(table.columns):
        cell = grid.cell(count - 1, place)
        if count == 2 and not column.group:
            cell = grid.cell(0, place).merge(cell)
        _fill(cell, column.title, _HEAD_FONT, size_pt, centre)
    for row in grid.rows[:count]:
        row._tr.get_or_add_trPr().append(element("w:tblHeader", val="true"))
    _underline(grid.rows[count - 1])
    return count


def _alignment(column: Column) -> Any:
    if column.format is None:
        return WD_ALIGN_PARAGRAPH.LEFT
    return WD_ALIGN_PARAGRAPH.CENTER if column.interval else WD_ALIGN_PARAGRAPH.RIGHT


def _body(grid: Any, table: Table, layout: TableLayout, first: int) -> None:
    """Fill the body. The first cell of its kind in a column is made, the others are copies with their own text."""
    aligned = [_alignment(column) for column in table.columns]
    indents = [indent * layout.size_pt for indent in layout.indents_em]
    patterns: dict[tuple[int, int], Any] = {}
    for row, texts in zip(grid._tbl.tr_lst[first:], table.printed(), strict=True):
        row.get_or_add_trPr().append(element("w:cantSplit", val="true"))
        for place, (cell, text) in enumerate(zip(row.tc_lst, texts, strict=True)):
            kind = (place, text.count("\n"))
            if kind not in patterns:
                _fill(_Cell(cell, grid), text, _BODY_FONT, layout.size_pt, aligned[place], indents[place])
                patterns[kind] = cell
            else:
                _copy(patterns[kind], cell, text.split("\n"))


def _copy(pattern: Any, cell: Any, lines: list[str]) -> None:
    """Make `cell` look like `pattern` and hold `lines`, one to a run."""
    for child in list(cell):
        cell.remove(child)
    for child in pattern:
        cell.append(deepcopy(child))
    for run, line in zip(cell.p_lst[0].r_lst, lines, strict=True):
        for text in run.t_lst:
            run.remove(text)
        run.add_t(line)


def _keep_together(grid: Any, head_rows: int, *, with_next: bool) -> None:
    """Tie rows to the next one: heads with the first row and the last two rows always, small tables whole.

    The last row is tied to what follows where asked.
    """
    rows = grid._tbl.tr_lst
    last = len(rows) - 1
    tied = range(last) if len(rows) <= _KEPT_WHOLE else (*range(head_rows + 1), last - 1)
    for row in (rows[place] for place in (*tied, *([last] if with_next else []))):
        for cell in row.tc_lst:
            cell.p_lst[0].get_or_add_pPr().keepNext_val = True


def add_table(
    document: Any, table: Table, width_pt: float, largest_pt: float, *, with_next: bool = False
) -> None:
    """Append the table, `width_pt` wide, in the largest type up to `largest_pt` at which no number wraps.

    `with_next` keeps its last row on the page of what follows.
    """
    sizes = tuple(size for size in _SIZES_PT if size <= largest_pt)
    layout = table_layout(table, width_pt, sizes)
    head_rows = 2 if table.header_groups else 1
    grid = document.add_table(rows=head_rows + len(table.rows), cols=len(table.columns))
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    _rule_off(grid)
    widths = [Pt(width_pt * share) for share in layout.shares]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    for row in grid._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = width
    _body(grid, table, layout, _head(grid, table, layout.size_pt))
    _keep_together(grid, head_rows, with_next=with_next)
