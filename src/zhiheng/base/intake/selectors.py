"""Read batches, their sheets, problems and records. The only place that gives named rows to a page: the preview."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from zhiheng.base.audit.services import audit_write
from zhiheng.base.intake import recent
from zhiheng.base.intake.contents import content_of, tasks_of
from zhiheng.base.intake.covering import MASK as MASK
from zhiheng.base.intake.covering import PERSONAL, covered
from zhiheng.base.intake.models import Batch, ProblemRow, Sheet, Upload, present
from zhiheng.base.intake.reading import grids, read_uploads, reading_from_json
from zhiheng.base.intake.saying import SAID
from zhiheng.base.scopes import Scope, visible
from zhiheng.files.problems import Cell, Problem
from zhiheng.files.recognise import turned
from zhiheng.files.sheets import Records
from zhiheng.files.text import shown


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """The first rows of a sheet, for a person to judge the proposal by.

    Attributes
    ----------
    headers : one text per column.
    rows : (number as Excel shows it, one text per column).
    masked : True when names and numbers of pupils are covered.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    masked: bool


def batches_visible(scope: Scope) -> "QuerySet[Batch]":
    """Return the batches this scope may see, newest first."""
    return visible(Batch.objects.all(), scope)


def uploads_visible(scope: Scope) -> "QuerySet[Upload]":
    """Return the uploads this scope may see."""
    return visible(Upload.objects.select_related("batch"), scope)


def sheets_visible(scope: Scope) -> "QuerySet[Sheet]":
    """Return the sheets this scope may see, without those of superseded or withdrawn uploads."""
    return visible(Sheet.objects.select_related("upload__batch"), scope).filter(present("upload__"))


def problems_visible(scope: Scope) -> "QuerySet[ProblemRow]":
    """Return the problems this scope may see, in the order of files, sheets and cells."""
    return visible(ProblemRow.objects.select_related("upload"), scope).filter(present("upload__"))


def problems_of(batch: Batch) -> list[Problem]:
    """Return every problem of a batch's present uploads, in the order of files, sheets and cells."""
    return [as_problem(row) for row in batch.problems.filter(present("upload__"))]


def as_problem(row: ProblemRow) -> Problem:
    """Return a stored problem as the reader wrote it."""
    place = Cell(row.file, row.sheet, row.row, row.column)
    return Problem(row.code, place, row.found, row.expected, row.fix, row.blocks_row)


def batch_sheets(batch: Batch, *, kinds: Collection[str] | None = None) -> Iterator[tuple[Sheet, Records]]:
    """Yield the sheets of a batch with what they hold, read again with the stored readings; one at a time.

    The order (upload name, time, sheet) and the content are the same on every call. With `kinds`, only sheets
    of these kinds, and uploads without any are not opened.
    """
    uploads = present_uploads(batch)
    sheets = present_sheets(uploads)
    records: Iterable[Records] | None = recent.recall(recent.fingerprint(batch, sheets))
    if records is None:
        opened = {sheet.upload_id for sheet in sheets if kinds is None or sheet.kind in kinds}
        uploads = [upload for upload in uploads if upload.pk in opened]
        sheets = [sheet for sheet in sheets if sheet.upload_id in opened]
        size = sum(upload.size for upload in uploads)
        results = read_uploads(tasks_of(uploads, {}, settle_all=True), size=size)
        records = (found for read in results for found in read.sheets)
    for sheet, held in zip(sheets, records, strict=True):
        if kinds is None or sheet.kind in kinds:
            yield sheet, held


def batch_said(batch: Batch, *, kinds: Collection[str]) -> dict[str, dict[str, int]]:
    """Return what the rows of the sheets of these kinds say, by grade, exam, school and subject: text → rows.

    Subjects count sheets.
    """
    said: dict[str, Counter[str]] = {name: Counter() for name in (*SAID, "subject")}
    for sheet in present_sheets(present_uploads(batch)):
        if sheet.kind in kinds:
            for name, counts in said.items():
                counts.update(sheet.said.get(name, {}))
    return {name: dict(counts) for name, counts in said.items()}


def present_uploads(batch: Batch) -> list[Upload]:
    """Return the uploads of a batch that no other supersedes and nobody withdrew, by name and time on every database."""
    uploads = batch.uploads.filter(present()).select_related("batch")
    return sorted(uploads, key=lambda upload: (upload.name, upload.uploaded_at))


def present_sheets(uploads: list[Upload]) -> list[Sheet]:
    """Return the sheets of uploads, in the order of the uploads and in their own."""
    place = {upload.pk: number for number, upload in enumerate(uploads)}
    sheets = Sheet.objects.filter(upload__in=uploads).select_related("upload")
    return sorted(sheets, key=lambda sheet: (place[sheet.upload_id], sheet.index))


def batch_records(batch: Batch) -> list[Records]:
    """Return what every sheet of a batch holds; see `batch_sheets`."""
    return [records for _, records in batch_sheets(batch)]


def sheet_preview(sheet: Sheet, scope: Scope, rows: int = 8, *, by: Any = None) -> SheetPreview:
    """Return the first rows of a sheet, names and numbers of pupils covered.

    With `by`, a person whose scope may see these pupils, they are shown, and the audit says so.

    Raises
    ------
    Sheet.DoesNotExist
        The scope may not see the sheet.
    zhiheng.base.intake.contents.ContentGone
        The upload's retention date has passed.
    """
    sheet = sheets_visible(scope).get(pk=sheet.pk)
    reading = reading_from_json(sheet.reading)
    upload = sheet.upload
    grid = next(g for n, g in enumerate(grids(upload.name, content_of(upload))) if n == sheet.index)
    if reading.transposed:
        grid = turned(grid)
    open_names = by is not None and upload.school_id is not None and scope.may_see_names(upload.school_id)
    if open_names:
        audit_write(
            action="pupil_names.read",
            user=by,
            object=sheet,
            school_id=upload.school_id,
            purpose="核对列的含义",
        )
    personal = set() if open_names else {c.column for c in reading.columns if c.role in PERSONAL}
    start = max(reading.first_row, 1)
    taken = grid.rows[start - 1 : start - 1 + rows]
    return SheetPreview(
        headers=tuple(column.header for column in reading.columns),
        rows=tuple(
            (
                number,
                tuple(
                    covered(shown(row[c.column - 1])) if c.column in personal else shown(row[c.column - 1])
                    for c in reading.columns
                ),
            )
            for number, row in enumerate(taken, start)
        ),
        masked=bool(personal),
    )
