"""One cell of one uploaded sheet with its neighbours, for those who may see them.

The bureau sees the rows around it with names and numbers of pupils covered; a school sees the row of its own
pupil, with the name where the reader may see it. Every look is audited by the view's service.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl
from django.http import Http404

from zhiheng.base.components.ledger import Row
from zhiheng.base.intake.contents import content_of
from zhiheng.base.intake.covering import covered as cover
from zhiheng.base.intake.models import Sheet, Upload
from zhiheng.base.intake.reading import grids, reading_from_json
from zhiheng.base.intake.selectors import PERSONAL
from zhiheng.files.problems import column_letters
from zhiheng.files.sheets import SheetReading
from zhiheng.files.text import shown
from zhiheng.reports.pages.results import Reading
from zhiheng.reports.pages.trace_page import cells_of

AROUND = 2
"""Rows shown above and below the cell."""
WIDEST = 12
"""Columns shown at most."""


@dataclass(frozen=True, slots=True)
class CellRow:
    """One row of the sheet: its number, its texts, and whether the cell stands in it."""

    number: int
    texts: tuple[str, ...]
    here: bool


def cell_page(reading: Reading, upload_id: UUID, sheet_index: int, row: int, column: int) -> dict[str, Any]:
    """Return the context of the page.

    Raises
    ------
    Http404
        No mark of this analysis that this person may see stands in that cell.
    """
    cell = _cell(reading, upload_id, sheet_index, row, column)
    sheet = Sheet.objects.select_related("upload").get(upload_id=upload_id, index=sheet_index)
    settled = reading_from_json(sheet.reading)
    grid = next(
        g for n, g in enumerate(grids(sheet.upload.name, content_of(sheet.upload))) if n == sheet_index
    )
    covered = (
        set() if _names_open(reading, cell) else {c.column for c in settled.columns if c.role in PERSONAL}
    )
    columns = _columns(len(grid.rows[row - 1]), column)
    numbers = [*settled.header_rows, *_rows_shown(reading, settled, row)]
    return {
        "reading": reading,
        "sheet": sheet,
        "address": f"{column_letters(column)}{row}",
        "cell": cell,
        "letters": [(column_letters(c), c == column) for c in columns],
        "rows": [
            CellRow(
                number,
                tuple(
                    _text(grid.rows[number - 1][c - 1], c in covered and number not in settled.header_rows)
                    for c in columns
                ),
                number == row,
            )
            for number in dict.fromkeys(numbers)
            if 0 < number <= len(grid.rows)
        ],
        "column_place": columns.index(column),
        "masked": bool(covered),
    }


def _cell(reading: Reading, upload_id: UUID, sheet: int, row: int, column: int) -> Row:
    uploads = [UUID(each["id"]) for each in reading.analysis.dataset.manifest["uploads"]]
    if upload_id not in uploads or not Upload.objects.filter(pk=upload_id).exists():
        raise Http404
    for subject in reading.results.subjects:
        cells = cells_of(reading, "county", "", subject).filter(
            (pl.col("upload") == uploads.index(upload_id))
            & (pl.col("sheet") == sheet)
            & (pl.col("row") == row)
            & (pl.col("column") == column)
        )
        if cells.height:
            return {**cells.row(0, named=True), "subject": subject}
    raise Http404


def _names_open(reading: Reading, cell: Row) -> bool:
    from_table = reading.pupil_place(cell["pupil"])
    return reading.scope.may_see_names(*from_table)


def _rows_shown(reading: Reading, settled: SheetReading, row: int) -> range:
    """The bureau sees the rows around; a school only its pupil's row, for the others may not be its own."""
    around = AROUND if reading.scope.county else 0
    return range(max(row - around, settled.first_row or 1), row + around + 1)


def _columns(width: int, column: int) -> list[int]:
    """Return the columns shown: from A on, always with the cell's own."""
    shown_columns = list(range(1, min(width, WIDEST) + 1))
    return shown_columns if column in shown_columns else [*shown_columns[: WIDEST - 1], column]


def _text(value: object, covered: bool) -> str:
    text = shown(value)
    return cover(text) if covered else text
