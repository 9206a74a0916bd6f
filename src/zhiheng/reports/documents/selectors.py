"""Read documents and the clock, each for those who may."""

from django.db.models import QuerySet

from zhiheng.base.clock import today
from zhiheng.base.scopes import Scope, visible
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.models import Analysis
from zhiheng.reports.clock import Clock, clock
from zhiheng.reports.documents.earlier import earlier_analysis, growth_analysis
from zhiheng.reports.documents.models import ClockStep, Document


def documents_visible(scope: Scope) -> QuerySet[Document]:
    """Return the documents a scope may open: the county's for the bureau, its own for a school's leaders."""
    documents = Document.objects.select_related("analysis__dataset__exam", "school", "school__town")
    if scope.county or scope.has("PR", "DL"):
        return visible(documents, scope)
    return documents.none()


def documents_current(analysis: Analysis) -> QuerySet[Document]:
    """Return the documents of an analysis that rest on what there is beside it now; re-issues replace."""
    return analysis.documents.filter(
        compared_with=earlier_analysis(analysis), growth=growth_analysis(analysis)
    )


def clock_of(exam: Exam) -> Clock:
    """Return where the exam stands in its fourteen days."""
    done = {step.step: step.done_at.date() for step in ClockStep.objects.filter(exam_id=exam.id)}
    return clock(exam.ended_on, done, today())
