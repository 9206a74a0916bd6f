"""From an analysis in the database to the frozen facts that documents are built from, one reader at a time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache

import polars as pl

from zhiheng.base.access import GROWTH
from zhiheng.base.clock import today
from zhiheng.base.definitions.selectors import current
from zhiheng.base.discovery import all_modules
from zhiheng.base.errors import Explained
from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.evidence.datasets import selectors as datasets
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.exams.models import Exam
from zhiheng.files.document import Document as Content
from zhiheng.files.problems import CATALOGUE
from zhiheng.measures.analyses.analysis_kinds import caliber_of
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.selectors import open_tables, result_tables
from zhiheng.measures.growth.selectors import growth_tables
from zhiheng.registry.teachers.models import Teacher
from zhiheng.reports.brief.content import build as build_brief
from zhiheng.reports.county.content import build as build_county
from zhiheng.reports.documents.earlier import earlier_analysis, growth_analysis
from zhiheng.reports.facts.description import Baseline, ExamDescription, Intake
from zhiheng.reports.facts.exam import ExamFacts, exam_facts
from zhiheng.reports.facts.results import Results
from zhiheng.reports.hearing.content import build as build_hearing
from zhiheng.reports.monitoring.content import build as build_levels
from zhiheng.reports.school.content import build as build_school

COUNTY_BUILDERS = {
    "brief": build_brief,
    "hearing": build_hearing,
    "county": build_county,
    "levels": build_levels,
}


class NothingToSay(Explained):
    """The analysis holds no subject with results."""


INTERNAL, WITHHELD = "内部资料", "　考试依据待补，补齐前不得印发"
DIMENSIONS = ("schools", "classes", "teaching", "papers", "items")


def results_of(analysis: Analysis, tables: Mapping[str, pl.DataFrame], scope: Scope) -> Results:
    """Return a run as pages and documents read it, from its result tables as one reader may see them.

    A reader of one subject reads an exam of that subject. `scope` is the reader's: tables of growth are read by it.
    """
    dataset, exam = analysis.dataset, analysis.dataset.exam
    bureau = current("bureau", "bureau").body
    held = datasets.tables(dataset)
    dimensions = {name: held[name].collect() for name in DIMENSIONS}
    growth = growth_analysis(analysis)
    seen = tables["groups"].filter(pl.col("level") == "county")["subject"].unique().implode()
    for name in ("papers", "items"):
        dimensions[name] = dimensions[name].filter(pl.col("subject").is_in(seen))
    return Results(
        exam=ExamDescription(
            name=exam.name,
            grade=exam.grade,
            ended_on=exam.ended_on,
            organisation=exam.school.name if exam.school else bureau["organisation"],
            office="" if exam.school else bureau["office"],
            filing_number=exam.filing_number,
            basis=exam.filing_basis,
            sampled=exam.kind == "monitoring",
        ),
        caliber=caliber_of(analysis.definition),
        dataset_version=f"第{dataset.version}版",
        method_version=analysis.method_version,
        tables={**tables, **_growth_seen(growth, scope)},
        dimensions=dimensions,
        teachers=_teachers(dataset),
        intake=_intake(dataset),
        baseline=_baseline(growth),
    )


def _growth_seen(growth: Analysis | None, scope: Scope) -> dict[str, pl.DataFrame]:
    """Return the tables of growth for those who may read growth."""
    if growth is None or not (scope == SYSTEM or scope.has(*GROWTH)):
        return {}
    return growth_tables(growth, scope)


def _baseline(growth: Analysis | None) -> Baseline | None:
    if growth is None or growth.baseline is None:
        return None
    start = growth.baseline
    return Baseline(start.exam.name, f"第{start.version}版", growth.method_version)


def facts_of(analysis: Analysis) -> ExamFacts:
    """Return what an analysis says of the county, with the names documents print; small groups are withheld."""
    return facts_seen(analysis, lambda run: results_of(run, result_tables(run, SYSTEM), SYSTEM))


def slices_of(analysis: Analysis) -> ExamFacts:
    """Return what schools' own slices are cut from, small groups included: a school may see its pupils' rows."""
    return facts_seen(analysis, lambda run: results_of(run, open_tables(run), SYSTEM))


def facts_seen(analysis: Analysis, read: Callable[[Analysis], Results]) -> ExamFacts:
    """Return the facts of a run beside those of a comparable earlier one, both as `read` shows them to one reader.

    Raises
    ------
    NothingToSay
        No subject has results.
    """
    results = read(analysis)
    if not results.subjects:
        name = analysis.dataset.exam.name
        raise NothingToSay(f"“{name}”没有一科有成绩，写不出文档。请检查成绩表里有没有分数列。")
    before = earlier_analysis(analysis)
    return exam_facts(results, today=today(), earlier=read(before) if before else None)


def county_documents(
    facts: ExamFacts, kinds: list[str], classification: str
) -> Iterator[tuple[str, Content]]:
    """Yield (kind, content) for each wanted document about the whole county."""
    for kind in kinds:
        if kind in COUNTY_BUILDERS:
            yield kind, replace(COUNTY_BUILDERS[kind](facts), classification=classification)


def school_documents(facts: ExamFacts, units: list[str], classification: str) -> Iterator[Content]:
    """Yield the report of each school (by its dataset number as text), its own slice only."""
    for unit in units:
        yield replace(build_school(facts, unit), classification=classification)


def classification_of(exam: Exam) -> str:
    """Return what stands at the head of every document of an exam."""
    return INTERNAL + (WITHHELD if exam.basis_pending else "")


def _intake(dataset: Dataset) -> Intake:
    counts, problems = dataset.manifest["counts"], dataset.manifest.get("problems", {})
    return Intake(
        counts["rows_in"],
        counts["rows_accepted"],
        counts["rows_listed"],
        {_problem_names().get(code, code): number for code, number in problems.items()},
    )


@cache
def _problem_names() -> Mapping[str, str]:
    """Return the Chinese name of every problem; stages declare theirs when their `problems` are imported."""
    list(all_modules("problems"))
    return CATALOGUE


def _teachers(dataset: Dataset) -> dict[int, str]:
    teaching = datasets.tables(dataset)["teaching"].select("teacher", "teacher_uuid").unique().collect()
    names = {str(key): name for key, name in Teacher.objects.values_list("id", "name")}
    return {number: names[uuid] for number, uuid in teaching.iter_rows() if uuid in names}
