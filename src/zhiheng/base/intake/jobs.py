"""Reading a batch in the background, and the daily end of retention."""

import datetime as dt
from typing import Any
from uuid import UUID

from zhiheng.base.clock import today
from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.services import batch_read, uploads_expire
from zhiheng.base.jobs.registry import job, periodic


@job("intake.read", "读取上传的表格")
def read(progress: Any, *, batch_id: str) -> dict[str, Any]:
    """Read every upload of one batch."""
    progress.steps(["识别"])
    with progress.step("识别"):
        batch = batch_read(Batch.objects.get(pk=UUID(batch_id)), progress)
    return {"rows_in": batch.rows_in, "accepted": batch.rows_accepted, "listed": batch.rows_listed}


@periodic(every=dt.timedelta(days=1), title="清理过期上传")
def expire() -> dict[str, Any]:
    """Remove the content of uploads whose retention is over."""
    return {"removed": uploads_expire(today())}
