"""Courses of a school's own in one term, and who is on their lists."""

import uuid

from django.db import models

from zhiheng.registry.pupils.models import Pupil
from zhiheng.registry.schools.models import School, Term


class SchoolCourse(models.Model):
    """One course of one school in one term."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="own_courses")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)

    scope_by = {"school": "school_id"}

    class Meta:
        ordering = ["school__order", "name"]
        constraints = [models.UniqueConstraint(fields=["school", "term", "name"], name="school_course_once")]


class CourseEntry(models.Model):
    """One pupil on the list of a course."""

    course = models.ForeignKey(SchoolCourse, on_delete=models.CASCADE, related_name="entries")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="+")

    scope_by = {"school": "course__school_id"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "pupil"], name="course_entry_once")]
