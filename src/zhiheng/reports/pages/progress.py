"""How far the work on an exam is: sheets, batches, dataset versions, analyses, documents, and the fourteen days."""

from typing import Any

from zhiheng.base.intake.selectors import batches_visible
from zhiheng.base.scopes import Scope
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.selectors import analyses_of
from zhiheng.reports.documents.page_data import clock_lines
from zhiheng.reports.documents.selectors import documents_visible


def exam_progress(exam: Exam, scope: Scope) -> dict[str, Any]:
    """Return what the overview lists, within what this person may see."""
    datasets = exam.datasets.filter(state="published").order_by("-version")
    return {
        "batches": batches_visible(scope).filter(exam_id=exam.id, school_id=exam.school_id)[:5],
        "datasets": datasets,
        "analyses": analyses_of(exam)[:5],
        "documents": documents_visible(scope).filter(analysis__dataset__exam=exam).count(),
        "clock": None if exam.school_id else clock_lines(exam),
    }
