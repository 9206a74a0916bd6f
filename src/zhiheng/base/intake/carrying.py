"""Carry the files of an earlier batch over into a correction, so that a correction need not hold everything.

It decides which files stay; which of two cells counts, whoever publishes the batch decides: the later one.
"""

from typing import Any

from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.intake.contents import content_of
from zhiheng.base.intake.models import Batch, ProblemRow, Sheet, Upload
from zhiheng.base.intake.selectors import present_uploads
from zhiheng.base.intake.services import IntakeRefused, batch_count
from zhiheng.base.storage import seal


@transaction.atomic
def uploads_carry(*, batch: Batch, earlier: Batch, by: Any = None) -> list[Upload]:
    """Copy into a batch the uploads of an earlier one that it does not replace, as they were read and confirmed.

    A file of the same name or content replaces one; so does, in a batch of several schools, a file of the same school.
    The copies keep their day of arrival, and so count as sent before the files of the correction.

    Raises
    ------
    IntakeRefused
        The batch has been published.
    zhiheng.base.intake.contents.ContentGone
        The retention date of an earlier file has passed.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == "published":
        raise IntakeRefused(f"“{batch.title}”已经入库，不能再加文件。请新建一批，入库后成为新的版本。")
    present = present_uploads(batch)
    names, hashes = {upload.name for upload in present}, {upload.sha256 for upload in present}
    schools = {upload.school_id for upload in present} - {None, batch.school_id}
    carried = [
        _copy(upload, batch)
        for upload in present_uploads(earlier)
        if upload.name not in names and upload.sha256 not in hashes and upload.school_id not in schools
    ]
    batch_count(batch)
    audit_write(
        action="batch.carry",
        user=by,
        object=batch,
        school_id=batch.school_id,
        detail={"from": earlier.pk, "uploads": [upload.pk for upload in carried]},
    )
    return carried


def _copy(upload: Upload, batch: Batch) -> Upload:
    copy = Upload.objects.create(
        batch=batch,
        **{
            name: getattr(upload, name)
            for name in ("name", "size", "sha256", "school_id", "uploaded_at", "uploaded_by", "keep_until")
        },
    )
    seal(content_of(upload), str(copy.pk))
    Sheet.objects.bulk_create(
        Sheet(
            upload=copy,
            **{
                name: getattr(sheet, name)
                for name in ("index", "name", "kind", "layout", "reading", "said", "confirmed")
            },
            **{name: getattr(sheet, name) for name in ("rows_in", "rows_accepted", "rows_listed")},
        )
        for sheet in upload.sheets.all()
    )
    fields = ("file", "sheet", "row", "column", "code", "found", "expected", "fix", "blocks_row")
    ProblemRow.objects.bulk_create(
        [
            ProblemRow(batch=batch, upload=copy, **{name: getattr(row, name) for name in fields})
            for row in upload.problems.all()
        ],
        batch_size=2000,
    )
    return copy
