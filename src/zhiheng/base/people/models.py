"""Accounts and grants. What a grant lets a person see is decided in `zhiheng.base.scopes`."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models

from zhiheng.base.roles import ROLES


class User(AbstractUser):
    """A person with an account. `display_name` is what pages show."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    display_name = models.CharField(max_length=40)
    must_change_password = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.display_name or self.username


class Grant(models.Model):
    """One role of one person over one unit: the county (no unit), a town, school, class or pupil."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=2, choices=list(ROLES.items()))
    unit_kind = models.CharField(
        max_length=8,
        choices=[
            ("county", "全县"),
            ("town", "乡镇"),
            ("school", "学校"),
            ("class", "班级"),
            ("pupil", "学生"),
        ],
    )
    unit_id = models.UUIDField(null=True, blank=True)
    unit_name = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=24, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit_kind", "unit_id", "subject"],
                name="grant_once",
                nulls_distinct=False,
            )
        ]
