"""Read jobs, each person their own and their school's."""

from django.db.models import QuerySet

from zhiheng.base.jobs.models import Job
from zhiheng.base.scopes import Scope, visible


def jobs_visible(scope: Scope) -> "QuerySet[Job]":
    """Return the jobs this scope may see, newest first."""
    return visible(Job.objects.select_related("created_by"), scope)
