"""Read analyses and their result tables, each row only for those who may see it."""

import polars as pl
from django.db.models import QuerySet

from zhiheng.base.definitions.models import Definition
from zhiheng.base.definitions.selectors import current
from zhiheng.base.scopes import Scope, restrict
from zhiheng.evidence.datasets import selectors as datasets
from zhiheng.evidence.exams.models import Exam
from zhiheng.frames.results import RESULTS
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.services import analysis_folder

COUNTY_TABLES = frozenset({"paper_stats", "options", "between"})
"""Tables that hold the county only: no row of theirs names a unit."""


def analyses_of(exam: Exam) -> QuerySet[Analysis]:
    """Return the finished runs of an exam, newest dataset version first."""
    return (
        Analysis.objects.filter(dataset__exam=exam, state="done")
        .select_related("dataset", "definition")
        .order_by("-dataset__version", "-finished_at")
    )


def latest_analysis(exam: Exam, definition: Definition | None = None) -> Analysis | None:
    """Return the run on the newest dataset under a 口径 (the exam's own where none is given), if any."""
    definition = definition or current("caliber", exam.caliber_key)
    return analyses_of(exam).filter(definition=definition).first() or analyses_of(exam).first()


def newest_analyses() -> list[Analysis]:
    """Return, for every analysed exam, the run that pages and documents show."""
    return [found for exam in Exam.objects.all() if (found := latest_analysis(exam))]


def result_tables(analysis: Analysis, scope: Scope) -> dict[str, pl.DataFrame]:
    """Return every result table of a run, restricted to what `scope` may see."""
    folder = analysis_folder(analysis.key)
    schools = {unit: school for unit, (school, _) in datasets.school_units(analysis.dataset).items()}
    classes = datasets.class_units(analysis.dataset)
    found = {}
    for name in RESULTS:
        path = folder / f"{name}.parquet"
        if not path.exists():
            continue
        table = pl.read_parquet(path)
        if name in COUNTY_TABLES:
            found[name] = table.clear() if scope.anonymous else _of_subjects(table, scope)
        else:
            found[name] = restrict(table, scope, schools=schools, classes=classes)
    return found


def _of_subjects(table: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    return table.filter(pl.col("subject").is_in([*scope.subjects, "total"])) if scope.subjects else table
