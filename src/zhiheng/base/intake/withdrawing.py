"""Take a wrongly uploaded file out of a batch. Nothing is deleted: retention alone removes what was sealed."""

from typing import Any

from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import now
from zhiheng.base.intake.models import Batch, Upload, present
from zhiheng.base.intake.services import IntakeRefused, batch_count


@transaction.atomic
def upload_withdraw(*, upload: Upload, by: Any) -> Upload:
    """Take a file out of a batch that is not published. The file, its readings and this deed are kept.

    Raises
    ------
    IntakeRefused
        The batch has been published.
    """
    batch = Batch.objects.select_for_update().get(pk=upload.batch_id)
    if batch.state == "published":
        raise IntakeRefused(f"“{batch.title}”已经入库，不能再撤下文件。请新建一批更正，入库后成为新的版本。")
    upload.withdrawn_at, upload.withdrawn_by = now(), str(by)[:60]
    upload.save(update_fields=["withdrawn_at", "withdrawn_by"])
    if not batch.uploads.filter(present()).exists():
        batch.state = "open"
    elif batch.state == "confirmed":
        batch.state = "mapping"  # what was confirmed is no longer all there is
    batch.save(update_fields=["state"])
    batch_count(batch)
    audit_write(
        action="upload.withdraw",
        user=by,
        object=upload,
        school_id=upload.school_id,
        detail={"batch": batch.pk, "sha256": upload.sha256},
    )
    return upload
