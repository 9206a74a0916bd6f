"""Things that wait for someone. Stages add and close them; nothing here knows why."""

import uuid

from django.conf import settings
from django.db import models


class InboxItem(models.Model):
    """One thing to do, for a person or for a role over a unit. `key` makes adding it twice harmless."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=160, unique=True)
    role = models.CharField(max_length=2, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="inbox"
    )
    school_id = models.UUIDField(null=True, db_index=True)
    title = models.CharField(max_length=160)
    source = models.CharField(max_length=60, blank=True)  # 教研室, 基教科 …
    verb = models.CharField(max_length=12)  # the button: 审签, 查看, 确认
    url = models.CharField(max_length=200)
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["due_on", "created_at"]
