"""Runs and observations. The run's key is a hash of everything that could change its numbers."""

import uuid

from django.db import models

from zhiheng.base.definitions.models import Definition
from zhiheng.evidence.datasets.models import Dataset


class Analysis(models.Model):
    """One run. `key` = hash(kind, dataset and baseline manifests, definition, method version)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, default="exam")  # a code of `kinds.analysis_kinds`
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="analyses")
    # the earlier test that growth is measured from
    baseline = models.ForeignKey(Dataset, on_delete=models.CASCADE, null=True, related_name="+")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    method_version = models.CharField(max_length=20)
    key = models.CharField(max_length=64, unique=True)
    state = models.CharField(
        max_length=10, choices=[("running", "计算中"), ("done", "完成")], default="running"
    )
    tables = models.JSONField(default=dict)  # table → {rows, sha256}
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]


class Observation(models.Model):
    """Indicator × unit × period → value with what it rests on."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="observations")
    indicator = models.CharField(max_length=40)
    level = models.CharField(max_length=12)
    unit_id = models.UUIDField(null=True)
    unit_name = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=24)
    period = models.DateField()
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    n = models.PositiveIntegerField()
    lo = models.FloatField(null=True)
    hi = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["indicator", "level", "unit_id", "subject"])]
