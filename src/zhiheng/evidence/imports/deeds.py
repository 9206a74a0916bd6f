"""What the wizard sets going: reading, taking in, packing marked copies. Each is one call of intake or a job."""

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.canonical import sha256_of
from zhiheng.base.errors import Explained
from zhiheng.base.intake.carrying import uploads_carry
from zhiheng.base.intake.models import Batch, Upload, present
from zhiheng.base.intake.services import IntakeRefused, batch_confirm, marked_copy_of
from zhiheng.base.jobs.models import Job
from zhiheng.base.jobs.services import job_start
from zhiheng.evidence.datasets.selectors import version_followed
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.papers import papers_told


class NothingMarked(Explained):
    """There is no marked copy to hand out."""


def reading_start(*, batch: Batch, by: Any) -> Job:
    """Ask for the batch to be read as sheets of its exam; the same uploads asked twice are the same job."""
    papers_told(batch, Exam.objects.get(pk=batch.exam_id) if batch.exam_id else None)
    uploads = sorted(str(pk) for pk in batch.uploads.filter(present()).values_list("pk", flat=True))
    return job_start(
        kind="intake.read",
        key=f"intake.read:{batch.pk}:{sha256_of([uploads, batch.papers])[:16]}",
        title=f"识别 {batch.title}",
        payload={"batch_id": str(batch.pk)},
        by=by,
        school_id=batch.school_id,
    )


@transaction.atomic
def batch_readdress(*, batch: Batch, exam: Exam, by: Any) -> Batch:
    """Say that the scores of a batch are of another exam than was chosen.

    Raises
    ------
    zhiheng.base.intake.services.IntakeRefused
        The batch has been published: what is published is never moved.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == "published":
        raise IntakeRefused(
            f"“{batch.title}”已经入库，不能再换考试。请在正确的考试下新建一批重新上传，再更正原来那次考试。"
        )
    before, batch.exam_id = batch.exam_id, exam.id
    batch.save(update_fields=["exam_id"])
    audit_write(
        action="batch.readdress",
        user=by,
        object=batch,
        school_id=batch.school_id,
        detail={"from": before, "to": exam.id},
    )
    return batch


def batch_take_in(*, batch: Batch, exam: Exam | None, by: Any, carry: bool = False) -> Job:
    """Confirm a batch and ask for it to be published (scores) or taken into the registry (rosters).

    With `carry`, the files of the exam's newest version that this batch does not replace are published again with it.

    Raises
    ------
    zhiheng.base.intake.services.IntakeRefused
        Nothing of the batch could be read.
    zhiheng.base.intake.contents.ContentGone
        A file to carry over is past its retention date.
    """
    with transaction.atomic():
        if exam is not None and batch.exam_id != exam.id:
            batch.exam_id = exam.id
            batch.save(update_fields=["exam_id"])
        before = version_followed(batch, exam) if carry and exam is not None else None
        if before is not None and before.batch_id is not None:
            uploads_carry(batch=batch, earlier=Batch.objects.get(pk=before.batch_id), by=by)
            batch.refresh_from_db()
        batch_confirm(batch=batch, by=by)
    kind, title = ("dataset.publish", "入库") if batch.purpose == "scores" else ("roster.import", "导入名册")
    payload = {"batch_id": str(batch.pk), "user_id": str(by.pk)}
    return job_start(
        kind=kind,
        key=f"{kind}:{batch.pk}:{sha256_of([batch.confirmed_at])[:16]}",
        title=f"{title} {batch.title}",
        payload=payload,
        by=by,
        school_id=batch.school_id,
    )


def marked_copy_packed(*, upload: Upload, by: Any) -> tuple[io.BytesIO, str]:
    """Return the marked workbook of an upload and its name; a zip where there are several.

    Raises
    ------
    NothingMarked
        The file cannot be opened, or no problem of it stands in a cell.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{Path(upload.name).stem}.标注.xlsx"
        written = marked_copy_of(upload, target, by=by)
        if not written:
            raise NothingMarked(f"“{upload.name}”打不开或没有可标注的格子，请按问题清单修改。")
        if len(written) == 1:
            return io.BytesIO(written[0].read_bytes()), written[0].name
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in written:
                archive.write(path, path.name)
    packed.seek(0)
    return packed, f"{Path(upload.name).stem}.标注.zip"
