"""Gathering the sheets that count reads them all, so it runs here and not in the web process."""

from typing import Any
from uuid import UUID

from zhiheng.base.jobs.registry import job
from zhiheng.base.people.models import User
from zhiheng.evidence.collections.models import Collection
from zhiheng.evidence.collections.services import collection_to_batch


@job("collection.gather", "汇总已确认的报表")
def gather(progress: Any, *, collection_id: str, user_id: str | None = None) -> dict[str, Any]:
    """Put the confirmed sheets of a collection into one batch and read it."""
    progress.steps(["汇总"])
    with progress.step("汇总"):
        batch = collection_to_batch(
            Collection.objects.get(pk=UUID(collection_id)),
            by=User.objects.filter(pk=UUID(user_id)).first() if user_id else None,
        )
    return {"batch_id": str(batch.pk)}
