"""Pupils and the vault. Only pages for people who may see names join the vault, and they join it last."""

import uuid

from django.db import models

from zhiheng.registry.schools.models import ORIGINS, Class, School


class Pupil(models.Model):
    """A pupil without a name. After a merge the row stays and points at the one that is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gender = models.CharField(max_length=6, choices=[("male", "男"), ("female", "女")], blank=True)
    migrant = models.BooleanField(null=True)
    left_behind = models.BooleanField(null=True)
    boarding = models.BooleanField(null=True)
    origin = models.CharField(max_length=12, choices=ORIGINS, default="roster")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")

    scope_by = {"school": "enrolments__klass__school_id", "class": "enrolments__klass_id", "pupil": "id"}


class Identity(models.Model):
    """The vault: what a pupil was called and numbered, and when. One row per kind and value."""

    KINDS = [("name", "姓名"), ("student_no", "学籍号"), ("ticket", "考号"), ("local_no", "校内学号")]
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=10, choices=KINDS)
    value = models.CharField(max_length=40)
    exam_id = models.UUIDField(null=True)  # a ticket number belongs to one exam
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "value"])]


class Enrolment(models.Model):
    """A pupil in a class from one day to another (open when null)."""

    KINDS = [
        ("regular", "在籍在读"),
        ("guest", "借读"),
        ("transferred_in", "转入"),
        ("transferred_out", "转出"),
        ("repeat", "往届"),
        ("exempt_special", "随班就读"),
    ]
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="enrolments")
    klass = models.ForeignKey(Class, on_delete=models.CASCADE, related_name="enrolments")
    kind = models.CharField(max_length=16, choices=KINDS, default="regular")
    roll_school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    seat = models.PositiveSmallIntegerField(null=True)

    scope_by = {"school": "klass__school_id", "class": "klass_id"}


class NearMatch(models.Model):
    """A row of a sheet that is almost a known pupil: a person says yes or no, nothing is taken silently."""

    DECISIONS = [("open", "待定"), ("same", "是同一人"), ("other", "不是同一人")]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch_id = models.UUIDField(db_index=True)
    upload_id = models.UUIDField()
    sheet = models.CharField(max_length=120)
    row = models.PositiveIntegerField()
    provisional = models.ForeignKey(Pupil, on_delete=models.CASCADE, null=True, related_name="+")
    candidate = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="+")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=120)
    decision = models.CharField(max_length=6, choices=DECISIONS, default="open")
    decided_at = models.DateTimeField(null=True)

    scope_by = {"school": "school_id"}
