"""Read exams as a scope allows. A school's own exam is seen by that school's people only."""

from django.db.models import Q, QuerySet

from zhiheng.base.roles import SCHOOL_ROLES
from zhiheng.base.scopes import Scope
from zhiheng.evidence.exams.models import Exam
from zhiheng.registry.schools.models import School


def exams_visible(scope: Scope) -> QuerySet[Exam]:
    """Return the exams a scope may open, the latest first.

    The bureau and the schools see the exams of the county; an exam that a school holds alone is analysed for
    that school by its own people (教基厅〔2025〕3号), so the bureau does not see it either.
    """
    exams = Exam.objects.select_related("school")
    if scope.county:
        return exams.filter(school=None)
    if not scope.has(*SCHOOL_ROLES):
        return exams.none()
    return exams.filter(Q(school=None) | Q(school__in=own_schools(scope)))


def own_schools(scope: Scope) -> QuerySet[School]:
    """Return the schools a scope works in, through the school itself or through a class."""
    classes = scope.classes | {klass for klass, _ in scope.class_subjects}
    return School.objects.filter(Q(id__in=scope.schools) | Q(classes__in=classes)).distinct()
