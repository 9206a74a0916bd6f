"""Which exams a person's own schools took part in, and the own classes there. Not for what came out of them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse

from zhiheng.base.clock import today
from zhiheng.base.scopes import Scope
from zhiheng.evidence.collections.models import Due
from zhiheng.evidence.datasets.selectors import class_units, newest_of, school_units
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.selectors import exams_visible, own_schools
from zhiheng.measures.analyses.selectors import latest_analysis
from zhiheng.registry.schools.grades import class_label
from zhiheng.registry.schools.models import Class


def own_exams(scope: Scope) -> Iterator[Exam]:
    """Yield the exams that a scope's own schools sat or were asked about, newest first; all of them for the county."""
    schools = set(own_schools(scope).values_list("id", flat=True))
    for exam in exams_visible(scope):
        if scope.county or exam.school_id in schools or schools & _taking_part(exam):
            yield exam


def own_classes(scope: Scope, exam: Exam) -> list[dict[str, Any]]:
    """Return the classes in an exam that a scope advises or teaches, with the address of each one's page."""
    held = scope.classes | {klass for klass, _ in scope.class_subjects}
    analysis = latest_analysis(exam) if held and exam.kind != "monitoring" else None
    if analysis is None:
        return []
    sat = {klass for klass, _ in class_units(analysis.dataset).values()}
    found = Class.objects.filter(id__in=held & sat).select_related("school").order_by("entry_year", "number")
    return [
        {
            "label": class_label(klass, today()),
            "school": klass.school.name,
            "url": reverse("results:class", args=[exam.id, klass.id]),
        }
        for klass in found
    ]


def _taking_part(exam: Exam) -> set[UUID]:
    """Return the schools of the newest data; before there are any, those that were asked for sheets."""
    dataset = newest_of(exam)
    if dataset is not None:
        return {school for school, _ in school_units(dataset).values()}
    return set(Due.objects.filter(collection__exam=exam).values_list("school_id", flat=True))
