"""Jobs as people see them. The queue behind holds only the id."""

import uuid

from django.conf import settings
from django.db import models


class Job(models.Model):
    """One piece of long work. `key` makes a second request for the same work find the first."""

    STATES = [
        ("queued", "排队"),
        ("running", "进行中"),
        ("done", "完成"),
        ("failed", "未完成"),
        ("cancelled", "已取消"),
    ]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=160, unique=True)
    title = models.CharField(max_length=160)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=STATES, default="queued")
    step = models.CharField(max_length=80, blank=True)
    steps_done = models.PositiveIntegerField(default=0)
    steps_total = models.PositiveIntegerField(default=0)
    part_done = models.PositiveIntegerField(default=0)  # within the step
    part_total = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)  # what went wrong, as a user reads it
    result = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    school_id = models.UUIDField(null=True, db_index=True)

    scope_by = {"school": "school_id", "user": "created_by_id"}

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "heartbeat_at"])]

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in ("done", "failed", "cancelled")

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100, the part of the present step included."""
        if self.state == "done":
            return 100
        part = self.part_done / self.part_total if self.part_total else 0.0
        return min(99, int(100 * (self.steps_done + part) / self.steps_total)) if self.steps_total else 0
