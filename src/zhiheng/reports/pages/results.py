"""Choose the analysis a page shows, and read it as one person may see it."""

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from uuid import UUID

import polars as pl
from django.http import Http404
from django.shortcuts import get_object_or_404

from zhiheng.base.clock import today
from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.evidence.datasets import selectors as datasets
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.selectors import analyses_of, latest_analysis, result_tables
from zhiheng.reports.documents.builders import facts_seen, results_of, slices_of
from zhiheng.reports.documents.earlier import facts_key
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.school import SchoolFacts, school_facts


@dataclass(frozen=True)
class Reading:
    """One analysis of one exam as one person reads it."""

    exam: Exam
    analysis: Analysis
    results: Results
    scope: Scope

    @cached_property
    def facts(self) -> ExamFacts:
        """Statements and standings within what this person may see."""
        return facts_seen(self.analysis, lambda run: results_seen(run, self.scope))

    def school(self, unit: str) -> SchoolFacts:
        """Return one school's slice of the county's facts, for those who may see that school."""
        own = self.scope.may_see_names(UUID(self.results.schools[unit]["uuid"]))
        facts = _open_facts if own else county_facts
        return school_facts(facts(self.analysis.id, facts_key(self.analysis), today()), unit)

    def pupil_place(self, pupil: int) -> tuple[UUID, UUID | None]:
        """Return (school id, class id) of a pupil of the dataset."""
        rows = datasets.tables(self.analysis.dataset)["pupils"].filter(pl.col("pupil") == pupil)
        school, klass = rows.select("school", "class").collect().row(0)
        classes = self.results.classes
        return (
            UUID(self.results.schools[str(school)]["uuid"]),
            UUID(classes[str(klass)]["uuid"]) if str(klass) in classes else None,
        )


def exam_seen(exam_id: UUID, scope: Scope) -> Exam:
    """Return the exam, or 404 where this person may not open it."""
    return get_object_or_404(exams_visible(scope), pk=exam_id)


def analysis_chosen(exam: Exam, wanted: str = "") -> Analysis | None:
    """Return the run asked for by id, else the newest under the exam's 口径; None before the first run."""
    if not wanted:
        return latest_analysis(exam)
    try:
        return get_object_or_404(analyses_of(exam), pk=UUID(wanted))
    except ValueError as error:
        raise Http404 from error


def reading_of(exam_id: UUID, scope: Scope, wanted: str = "") -> Reading:
    """Return what a page shows.

    Raises
    ------
    Http404
        There is no such exam or run for this person, or it is a sampled monitoring: that one tells levels only.
    """
    exam = exam_seen(exam_id, scope)
    analysis = analysis_chosen(exam, wanted)
    if analysis is None or exam.kind == "monitoring":
        raise Http404
    return Reading(exam, analysis, results_seen(analysis, scope), scope)


def results_seen(analysis: Analysis, scope: Scope) -> Results:
    """Return the tables of a run as one person may see them."""
    # Who is asking plays no part in it: people of one office share what was read.
    return _results(analysis.id, facts_key(analysis), replace(scope, user_id=None))


@lru_cache(maxsize=32)
def _results(analysis_id: UUID, key: str, scope: Scope) -> Results:
    """Return the tables of a run for one scope. Runs never change, so what was read may be kept (`key` names them)."""
    analysis = Analysis.objects.select_related("dataset__exam", "definition").get(id=analysis_id)
    return results_of(analysis, result_tables(analysis, scope), scope)


@lru_cache(maxsize=4)
def county_facts(analysis_id: UUID, key: str, day: dt.date) -> ExamFacts:
    """Return the facts of the whole county, of which a page takes one school's slice or a title. Never shown whole.

    `key` and `day` name what was read.
    """
    analysis = Analysis.objects.select_related("dataset__exam", "definition").get(id=analysis_id)
    return facts_seen(analysis, lambda run: results_seen(run, SYSTEM))


@lru_cache(maxsize=4)
def _open_facts(analysis_id: UUID, key: str, day: dt.date) -> ExamFacts:
    """Return the same with small groups, for a school's own slice (`key` and `day` name what was read)."""
    return slices_of(Analysis.objects.select_related("dataset__exam", "definition").get(id=analysis_id))
