"""One table for every kind of definition. A version is never changed, only followed by another."""

import uuid

from django.conf import settings
from django.db import models


class Definition(models.Model):
    """One version of one definition. (kind, key, origin, version) is unique; `origin` "shipped" or "bureau"."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    origin = models.CharField(max_length=8, choices=[("shipped", "随软件"), ("bureau", "本局")])
    title = models.CharField(max_length=120)
    body = models.JSONField()
    sha256 = models.CharField(max_length=64)
    valid_from = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=8, blank=True)  # found, memory
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["kind", "key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "version"], name="definition_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} 第{self.version}版"
