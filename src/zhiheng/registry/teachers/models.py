"""Teachers and teaching assignments."""

import uuid

from django.db import models

from zhiheng.registry.schools.models import ORIGINS, Class, School


class Teacher(models.Model):
    """A teacher of a school. `account` is the sign-in, where there is one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="teachers")
    name = models.CharField(max_length=40)
    pinyin = models.CharField(max_length=160, blank=True)
    initials = models.CharField(max_length=40, blank=True)
    staff_no = models.CharField(max_length=30, null=True, blank=True, unique=True)
    account_id = models.UUIDField(null=True, db_index=True)
    origin = models.CharField(max_length=12, choices=ORIGINS, default="roster")

    scope_by = {"school": "school_id"}

    class Meta:
        ordering = ["pinyin"]

    def __str__(self) -> str:
        return self.name


class Teaching(models.Model):
    """A teacher in a class and subject from one day to another. Subject "" with adviser=True is the class adviser."""

    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="teaching")
    klass = models.ForeignKey(Class, on_delete=models.CASCADE, related_name="teaching")
    subject = models.CharField(max_length=24, blank=True)
    adviser = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    scope_by = {"school": "klass__school_id", "class": "klass_id"}
