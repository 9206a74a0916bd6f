"""Counts of pupils who left the county after junior school. No row names or numbers a pupil, so none can be sought."""

import uuid

from django.db import models


class Outflow(models.Model):
    """How many of one year went to senior schools of one place outside the county."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField()  # the year of the 中考
    destination = models.CharField(max_length=40)  # 邻县, 市区, 外市, 外省
    pupils = models.PositiveIntegerField()
    source = models.CharField(max_length=160)  # which list the count was taken from
    noted_at = models.DateTimeField()

    scope_by: dict[str, str] = {}

    class Meta:
        ordering = ["-year", "destination"]
        constraints = [models.UniqueConstraint(fields=["year", "destination"], name="outflow_once")]


class TopOutflow(models.Model):
    """How many of the first `among` of one year's 中考 left the county. A count; who they are is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField(unique=True)
    among = models.PositiveSmallIntegerField(default=50)
    left = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=160)
    noted_at = models.DateTimeField()

    scope_by: dict[str, str] = {}

    class Meta:
        ordering = ["-year"]
