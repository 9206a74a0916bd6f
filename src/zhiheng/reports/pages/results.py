"""Choose the analysis a page shows, and read it as one person may see it."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, lru_cache
from uuid import UUID

import polars as pl
from django.http import Http404
from django.shortcuts import get_object_or_404

from zhiheng.base.clock import today
from zhiheng.base.definitions.selectors import current
from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.evidence.datasets import selectors as datasets
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.selectors import analyses_of, latest_analysis, result_tables
from zhiheng.measures.analyses.services import caliber_of
from zhiheng.reports.facts.exam import ExamFacts, exam_facts
from zhiheng.reports.facts.results import ExamDescription, Results
from zhiheng.reports.facts.school import SchoolFacts, school_facts

DIMENSIONS = ("schools", "classes", "papers", "items")


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
        return exam_facts(self.results, today=today())

    def school(self, unit: str) -> SchoolFacts:
        """Return one school's slice of the county's facts, for those who may see that school."""
        return school_facts(county_facts(self.analysis.id, self.analysis.key, today()), unit)

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
    return _results(analysis.id, analysis.key, scope)


@lru_cache(maxsize=32)
def _results(analysis_id: UUID, key: str, scope: Scope) -> Results:
    """Return the tables of a run for one scope. A run never changes, so what was read may be kept (`key` names it)."""
    analysis = Analysis.objects.select_related("dataset__exam", "definition").get(id=analysis_id)
    dataset, exam = analysis.dataset, analysis.dataset.exam
    tables = datasets.tables(dataset)
    found = result_tables(analysis, scope)
    seen = found["groups"].filter(pl.col("level") == "county")["subject"].unique().implode()
    dimensions = {name: tables[name].collect() for name in DIMENSIONS}
    for name in ("papers", "items"):
        # A person limited to one subject reads an exam of that subject.
        dimensions[name] = dimensions[name].filter(pl.col("subject").is_in(seen))
    organisation = exam.school.name if exam.school else current("bureau", "bureau").body["organisation"]
    return Results(
        exam=ExamDescription(
            name=exam.name,
            grade=exam.grade,
            ended_on=exam.ended_on,
            organisation=organisation,
            filing_number=exam.filing_number,
            sampled=exam.kind == "monitoring",
        ),
        caliber=caliber_of(analysis.definition),
        dataset_version=f"第{dataset.version}版",
        method_version=analysis.method_version,
        tables=found,
        dimensions=dimensions,
    )


@lru_cache(maxsize=4)
def county_facts(analysis_id: UUID, key: str, day: dt.date) -> ExamFacts:
    """Return the facts of the whole county, of which a page takes one school's slice or a title. Never shown whole."""
    results = _results(analysis_id, key, SYSTEM)
    return exam_facts(results, today=day)
