"""Heads of a school's units. A unit is named by its kind and its name; classes and grades are not kept twice."""

import uuid

from django.db import models

from zhiheng.registry.schools.models import School
from zhiheng.registry.teachers.models import Teacher

KINDS = {"grade": "年级组", "class": "班级", "subject_group": "学科组", "office": "处室"}


class UnitHead(models.Model):
    """One teacher heading one unit from one day to another; open while `ends_on` is null."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="unit_heads")
    kind = models.CharField(max_length=14, choices=list(KINDS.items()))
    unit = models.CharField(max_length=40)  # 九年级, 九(1)班, 数学组, 教导处
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="heads")
    duties = models.CharField(max_length=300)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    scope_by = {"school": "school_id"}

    class Meta:
        ordering = ["school__order", "kind", "unit", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "kind", "unit"], condition=models.Q(ends_on=None), name="unit_head_once"
            )
        ]
