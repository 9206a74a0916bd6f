"""Authors of papers and checks of papers against a version of the rules."""

import uuid

from django.conf import settings
from django.db import models

from zhiheng.base.definitions.models import Definition
from zhiheng.evidence.exams.models import Paper


class PaperAuthor(models.Model):
    """One person who set a paper. A person is a name at an organisation: 教研员 and teachers alike."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="authors")
    name = models.CharField(max_length=40)
    organisation = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "name", "organisation"], name="paper_author_once")
        ]


class PaperCheck(models.Model):
    """One check of a paper against a version of the rules: point → held or not, and what was found."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="checks")
    rule = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()  # code of the point → True or False
    found = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-checked_at"]
