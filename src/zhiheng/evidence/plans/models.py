"""Lines of the monitoring plan. Planned is not filed: a test is filed as an exam before it is held."""

import uuid

from django.db import models

from zhiheng.evidence.exams.models import KINDS

STAGES = {"primary": "小学", "junior": "初中", "senior": "高中"}


class PlannedTest(models.Model):
    """One test of one subject and module of one grade, planned for a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stage = models.CharField(max_length=8, choices=list(STAGES.items()))
    grade = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=24)
    module = models.CharField(max_length=60)  # 阅读与表达, 数与代数 …
    kind = models.CharField(max_length=16, choices=list(KINDS.items()))
    planned_on = models.DateField()
    mock_number = models.PositiveSmallIntegerField(null=True)
    sampling_design = models.CharField(max_length=300, blank=True)
    filing_number = models.CharField(max_length=60, blank=True)
    noted_at = models.DateTimeField()

    scope_by: dict[str, str] = {}

    class Meta:
        ordering = ["planned_on", "grade", "subject"]
        constraints = [
            models.UniqueConstraint(
                fields=["grade", "subject", "module", "planned_on"], name="planned_test_once"
            )
        ]
