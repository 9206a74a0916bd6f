"""Published versions of an exam's data. The tables are Parquet under the data home; here is their manifest."""

import uuid

from django.conf import settings
from django.db import models

from zhiheng.evidence.exams.models import Exam


class Dataset(models.Model):
    """One version. Only state "published" may be analysed; a newer version leaves the older in place."""

    STATES = [("writing", "写入中"), ("published", "已入库")]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="datasets")
    version = models.PositiveIntegerField(null=True)  # given when it is published
    state = models.CharField(max_length=10, choices=STATES, default="writing")
    sha256 = models.CharField(max_length=64, blank=True)  # of the manifest
    manifest = models.JSONField(default=dict)
    difference = models.JSONField(default=dict)  # to the version before, in words and counts
    batch_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["exam", "-version"]
        constraints = [models.UniqueConstraint(fields=["exam", "version"], name="dataset_version_once")]
