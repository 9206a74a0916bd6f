"""Requests to schools for sheets, and what they sent. A link needs no account and dies with the request."""

import uuid

from django.conf import settings
from django.db import models

from zhiheng.base.intake.models import Upload
from zhiheng.evidence.exams.models import Exam
from zhiheng.registry.schools.models import School


class Collection(models.Model):
    """What is asked, from whom, until when. Carries its list number, minutes and stop date."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, null=True, related_name="collections")
    title = models.CharField(max_length=120)
    instruction = models.CharField(max_length=300, blank=True)
    list_number = models.CharField(max_length=40, blank=True)
    minutes = models.PositiveSmallIntegerField(default=10)
    due_at = models.DateTimeField()
    stops_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]


class Due(models.Model):
    """One school's part of a collection. Its link is derived from the id (`links`), so it can be printed again."""

    STATES = [("missing", "未交"), ("received", "已交"), ("returned", "退回"), ("confirmed", "已确认")]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="dues")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="dues")
    state = models.CharField(max_length=10, choices=STATES, default="missing")
    reasons = models.JSONField(default=list)  # of the last return, as the school reads them
    changed_at = models.DateTimeField(null=True)

    scope_by = {"school": "school_id"}

    class Meta:
        ordering = ["school__order"]
        constraints = [models.UniqueConstraint(fields=["collection", "school"], name="due_once")]


class Submission(models.Model):
    """One file a school sent. The last confirmed one counts; the others are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    due = models.ForeignKey(Due, on_delete=models.CASCADE, related_name="submissions")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    sent_by = models.CharField(max_length=40)
    sent_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    counts = models.BooleanField(default=False)
    reasons = models.JSONField(default=list)  # why it was returned

    scope_by = {"school": "due__school_id"}

    class Meta:
        ordering = ["-sent_at"]
