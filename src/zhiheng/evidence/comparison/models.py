"""Internal notes of external comparisons. No document, no school's page and no other stage reads them."""

import uuid

from django.db import models


class ExternalNote(models.Model):
    """One figure of the county beside others, with the document it was read in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=60)  # 优秀率, 及格率, 平均分 …
    own = models.CharField(max_length=40)
    others = models.CharField(max_length=160)  # 全市均值 55.1%；在11县中居中上
    source = models.CharField(max_length=160)
    noted_at = models.DateTimeField()

    scope_by: dict[str, str] = {}

    class Meta:
        ordering = ["-year", "indicator"]
