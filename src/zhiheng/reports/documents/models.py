"""Documents made from an analysis. A re-issue is a new version; the old one stays."""

import uuid

from django.conf import settings
from django.db import models

from zhiheng.measures.analyses.models import Analysis
from zhiheng.registry.schools.models import School

KINDS = {
    "brief": "领导一页纸",
    "hearing": "党组汇报稿",
    "county": "全县质量分析报告",
    "school": "学校分析报告",
    "levels": "抽样监测等级报告",
}


class Document(models.Model):
    """One document for one reader: kind, school where it is one school's slice, files by format."""

    STATES = [
        ("draft", "草稿"),
        ("locked", "数据已锁定"),
        ("researcher", "教研员已核"),
        ("office", "教研室已核"),
        ("deputy", "分管局长已审"),
        ("director", "局长已签"),
        ("party_group", "党组已听取"),
        ("released", "已下发"),
    ]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="documents")
    # the run on the earlier exam it compares with, as it was when the document was made
    compared_with = models.ForeignKey(Analysis, on_delete=models.SET_NULL, null=True, related_name="+")
    # the run its value added comes from, likewise
    growth = models.ForeignKey(Analysis, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, related_name="documents")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=12, choices=STATES, default="draft")
    files = models.JSONField(default=dict)  # format → {path, sha256, size}
    minutes_number = models.CharField(max_length=60, blank=True)  # 党组会议纪要号
    made_at = models.DateTimeField()

    scope_by = {"school": "school_id"}

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["analysis", "kind", "school", "version"],
                name="document_version_once",
                nulls_distinct=False,
            )
        ]


class ClockStep(models.Model):
    """One step of the fourteen days of an exam, as it was done."""

    exam_id = models.UUIDField(db_index=True)
    step = models.CharField(max_length=20)
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam_id", "step"], name="clock_step_once")]
