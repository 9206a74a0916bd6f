"""Read papers with their authors and checks, for the research office."""

from django.db.models import Prefetch, QuerySet

from zhiheng.base.scopes import Scope
from zhiheng.evidence.exams.models import Paper
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.evidence.papers.models import PaperCheck


def papers_of(scope: Scope) -> "QuerySet[Paper]":
    """Return the papers of the county's exams, the latest first, of the subjects this scope works in."""
    checks = PaperCheck.objects.select_related("rule", "checked_by").order_by("-checked_at")
    papers = (
        Paper.objects.filter(exam__in=exams_visible(scope).filter(school=None))
        .select_related("exam")
        .prefetch_related("authors", Prefetch("checks", queryset=checks))
        .order_by("-exam__ended_on", "order")
    )
    return papers.filter(subject__in=scope.subjects) if scope.subjects else papers
