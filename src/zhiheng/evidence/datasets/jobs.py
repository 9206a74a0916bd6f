"""Publishing runs here, never in the web process. The nightly sweep clears what killed processes left."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from zhiheng.base.intake.models import Batch
from zhiheng.base.jobs.registry import job, periodic
from zhiheng.base.people.models import User
from zhiheng.evidence.datasets.services import dataset_publish, datasets_sweep


@job("dataset.publish", "入库")
def publish(progress: Any, *, batch_id: str, user_id: str | None = None) -> dict[str, Any]:
    """Publish a confirmed batch as the next version of its exam."""
    progress.steps(["入库"])
    with progress.step("入库"):
        dataset = dataset_publish(
            batch=Batch.objects.get(id=UUID(batch_id)),
            by=User.objects.filter(id=UUID(user_id)).first() if user_id else None,
            progress=progress,
        )
    return {"dataset_id": str(dataset.id), "version": dataset.version}


@periodic(every=timedelta(hours=12), title="清理未完成的数据集")
def sweep() -> dict[str, Any]:
    """Clear what killed processes left."""
    return {"swept": datasets_sweep()}
