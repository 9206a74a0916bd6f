"""Choose what an analysis is read beside: a comparable earlier exam, and growth from an earlier test of the same pupils.

Papers differ, so exams compare only in places relative to the county.
"""

from django.db.models import QuerySet

from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.selectors import analyses_of, latest_analysis
from zhiheng.measures.growth.analysis_kinds import GROWTH


def earlier_analysis(analysis: Analysis) -> Analysis | None:
    """Return the run on the comparable earlier exam under the same 口径 where there is one; None without such an exam.

    First the same cohort's last test of the kind (一模 before 二模: the same pupils), then the year before's. A
    sampled monitoring tells levels of a sample, and one school's own exam has no county to stand in: neither compares.
    """
    exam = analysis.dataset.exam
    if exam.school_id or exam.kind == "monitoring":
        return None
    found = (
        latest_analysis(each, analysis.definition) for each in (*_same_cohort(exam), *_year_before(exam))
    )
    return next((each for each in found if each), None)


def growth_analysis(analysis: Analysis) -> Analysis | None:
    """Return the run that measures the same dataset from an earlier test; None where there is none (yet)."""
    runs = analyses_of(analysis.dataset.exam, GROWTH).filter(dataset=analysis.dataset)
    return runs.select_related("baseline__exam").first()


def facts_key(analysis: Analysis) -> str:
    """Return what names all that is said of an analysis: its own key and those of the runs it is read beside."""
    beside = (earlier_analysis(analysis), growth_analysis(analysis))
    return ":".join((analysis.key, *(each.key for each in beside if each)))


def _alike(exam: Exam) -> "QuerySet[Exam]":
    """Tests of the county of the same kind and grade that ended before; none whose basis is still wanting."""
    return Exam.objects.filter(
        kind=exam.kind, grade=exam.grade, school=None, basis_pending="", ended_on__lt=exam.ended_on
    ).order_by("-ended_on")


def _same_cohort(exam: Exam) -> "QuerySet[Exam]":
    return _alike(exam).filter(entry_year=exam.entry_year)


def _year_before(exam: Exam) -> "QuerySet[Exam]":
    return _alike(exam).filter(entry_year=exam.entry_year - 1, mock_number=exam.mock_number)
