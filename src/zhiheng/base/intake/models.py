"""Uploads and what was read from them. The content of a workbook is on disk, encrypted; here is only its place."""

import uuid

from django.conf import settings
from django.db import models


class Batch(models.Model):
    """Uploads that are read, confirmed and published together."""

    PURPOSES = [("scores", "成绩"), ("roster", "名册")]
    STATES = [
        ("open", "待上传"),
        ("reading", "识别中"),
        ("mapping", "待确认列"),
        ("confirmed", "已确认"),
        ("published", "已入库"),
        ("failed", "读不出"),
    ]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=8, choices=PURPOSES)
    state = models.CharField(max_length=10, choices=STATES, default="open")
    exam_id = models.UUIDField(null=True, blank=True, db_index=True)  # the exam lives in a later stage
    school_id = models.UUIDField(null=True, blank=True, db_index=True)
    title = models.CharField(max_length=160)
    papers = models.JSONField(default=dict)  # what the exam says of its papers: full_marks, is_scale
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    rows_in = models.PositiveIntegerField(default=0)
    rows_accepted = models.PositiveIntegerField(default=0)
    rows_listed = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    scope_by = {"school": "school_id"}

    class Meta:
        ordering = ["-created_at"]


class Upload(models.Model):
    """One file as it came: its name, size, hash and sealed content."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    school_id = models.UUIDField(null=True, blank=True, db_index=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=60, blank=True)
    superseded_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="supersedes")
    withdrawn_at = models.DateTimeField(null=True)  # a person took it out of the batch; it is kept
    withdrawn_by = models.CharField(max_length=60, blank=True)
    keep_until = models.DateField(null=True)  # retention: the sealed content goes after this day

    scope_by = {"school": "school_id"}

    class Meta:
        ordering = ["name"]


def present(path: str = "") -> models.Q:
    """Return the condition that an upload counts: nothing replaced it, nobody withdrew it. `path` leads to it."""
    return models.Q(**{f"{path}superseded_by": None, f"{path}withdrawn_at": None})


class Sheet(models.Model):
    """What one sheet was read as, and how much of it was taken."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="sheets")
    index = models.PositiveIntegerField()  # 0-based over the whole upload, a zip's files one after another
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10)
    layout = models.CharField(max_length=64, db_index=True)
    reading = models.JSONField()  # SheetReading as data
    said = models.JSONField(default=dict)  # grades, exams, schools, subjects of its rows; see `saying`
    confirmed = models.BooleanField(default=False)
    rows_in = models.PositiveIntegerField(default=0)
    rows_accepted = models.PositiveIntegerField(default=0)
    rows_listed = models.PositiveIntegerField(default=0)

    scope_by = {"school": "upload__school_id"}

    class Meta:
        ordering = ["upload__name", "index"]
        constraints = [models.UniqueConstraint(fields=["upload", "index"], name="sheet_once")]


class Mapping(models.Model):
    """A confirmed reading of a layout, remembered for the next sheet that looks the same."""

    layout = models.CharField(max_length=64, unique=True)
    reading = models.JSONField()
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    used = models.PositiveIntegerField(default=0)


class ProblemRow(models.Model):
    """One problem of one upload. Text holds what a sheet says, so it is shown only to those who may see that school."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="problems")
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, null=True, related_name="problems")
    file = models.CharField(max_length=255)  # the upload's name, or a file inside a zip
    sheet = models.CharField(max_length=120, blank=True)
    row = models.PositiveIntegerField(default=0)
    column = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=60)
    found = models.CharField(max_length=300)
    expected = models.CharField(max_length=300)
    fix = models.CharField(max_length=300)
    blocks_row = models.BooleanField(default=False)

    scope_by = {"school": "upload__school_id"}

    class Meta:
        ordering = ["file", "sheet", "row", "column", "id"]
