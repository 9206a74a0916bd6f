"""Exams, papers, items. An exam belongs to the county, or to one school when that school's own final."""

import uuid

from django.conf import settings
from django.db import models

from zhiheng.registry.schools.models import School

KINDS = {
    "graduation_mock": "毕业年级模拟考试",
    "academic_level": "学业水平考试",
    "zhongkao": "中考",
    "gaokao": "高考",
    "monitoring": "抽样监测",
    "school_final": "学校期末（期中）考试",
}

DEFAULT_CALIBER = "county_80_60_40"


class Exam(models.Model):
    """One test of one grade. `grade` 1 to 12; `entry_year` the year that cohort entered its stage."""

    STATES = [
        ("planned", "已备案"),
        ("collecting", "收表中"),
        ("published", "已入库"),
        ("analysed", "已分析"),
    ]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=list(KINDS.items()))
    grade = models.PositiveSmallIntegerField()
    entry_year = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ended_on = models.DateField()
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="own_exams"
    )
    filing_number = models.CharField(max_length=60, blank=True)  # 备案号
    filing_basis = models.CharField(max_length=300, blank=True)  # sampling design, approver …
    basis_pending = models.CharField(
        max_length=300, blank=True
    )  # what its basis still lacks; documents say so
    mock_number = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="planned")
    caliber_key = models.CharField(max_length=60, default=DEFAULT_CALIBER)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-ended_on", "name"]

    def __str__(self) -> str:
        return self.name


class Paper(models.Model):
    """One subject of an exam. Marks in points; `full_mark` may carry a half."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="papers")
    subject = models.CharField(max_length=24)
    full_mark = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    weight = models.FloatField(default=1.0)
    in_total = models.BooleanField(default=True)
    is_scale = models.BooleanField(default=False)  # marks are scale scores: no range rule, no rates
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["exam", "subject"], name="paper_once")]


class Item(models.Model):
    """One item of a paper, with its place in the blueprint."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=20)
    kind = models.CharField(
        max_length=10, choices=[("choice", "单选"), ("multiple", "多选"), ("open", "非选择")]
    )
    full_mark = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    knowledge = models.CharField(max_length=80, blank=True)
    ability = models.CharField(max_length=20, blank=True)
    expected_facility = models.FloatField(null=True)
    key = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["paper", "label"], name="item_once")]
