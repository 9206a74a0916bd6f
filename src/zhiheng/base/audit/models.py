"""The audit trail. Rows are only ever added; each carries the hash of the one before it."""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One deed: who, when, what, on which object, for which purpose."""

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=60)  # as shown on the day; "系统" for jobs
    action = models.CharField(max_length=60)  # dataset.publish, pupil_names.read …
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    school_id = models.UUIDField(null=True, db_index=True)
    detail = models.JSONField(default=dict)  # never a pupil's name
    purpose = models.CharField(max_length=120, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    scope_by = {"school": "school_id"}

    class Meta:
        ordering = ["-number"]


class AuditHead(models.Model):
    """The end of the chain, one row. Writers lock it in turn; entries cut off the end are missed by it."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
