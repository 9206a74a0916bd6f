"""The queue's own housekeeping."""

import datetime as dt
from typing import Any

from django_tasks_db.models import DBTaskResult

from zhiheng.base.clock import now
from zhiheng.base.jobs.registry import periodic

KEEP = dt.timedelta(days=7)


@periodic(every=dt.timedelta(days=1), title="清理任务队列")
def prune() -> dict[str, Any]:
    """Forget queue entries of last week: what people see of a job is its `Job`, which stays."""
    old = DBTaskResult.objects.filter(enqueued_at__lt=now() - KEEP)
    gone, _ = old.exclude(pk__in=DBTaskResult.objects.ready().values("pk")).delete()
    return {"removed": gone}
