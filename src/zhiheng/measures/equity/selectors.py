"""Read how unevenly an exam's marks lie between schools, and the same of its like in other years."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from zhiheng.base.scopes import Scope
from zhiheng.evidence.exams.models import Exam
from zhiheng.frames.inequality import MEASURES
from zhiheng.measures.analyses.models import Analysis, Observation
from zhiheng.measures.analyses.selectors import analyses_of, latest_analysis, result_tables
from zhiheng.measures.analyses.services import analysis_folder
from zhiheng.measures.equity.analysis_kinds import EQUITY

SAMPLED = "monitoring"
"""A kind of test in which a school's few pupils do not stand for the school."""

BOTTOM = ("bottom_count", "bottom_rate", "bottom_lo", "bottom_hi")


@dataclass(frozen=True, slots=True)
class Year:
    """One year's exam of a kind, with its figures in one subject by measure."""

    exam: Exam
    figures: Mapping[str, Observation]


def compares_schools(exam: Exam) -> bool:
    """Tell whether an exam may say how far the county's schools lie apart: all of them sat it, with all their pupils."""
    return exam.school_id is None and exam.kind != SAMPLED


def latest_equity(exam: Exam) -> Analysis | None:
    """Return the newest run of an exam, if there is one."""
    return analyses_of(exam, EQUITY).first()


def equity_tables(analysis: Analysis, scope: Scope) -> dict[str, pl.DataFrame]:
    """Return the tables of a run, which hold the county only; nothing for anybody below the county."""
    folder = analysis_folder(analysis.key)
    tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in analysis.tables}
    return tables if scope.county else {name: table.clear() for name, table in tables.items()}


def bottom_shares(analysis: Analysis, subject: str, scope: Scope) -> pl.DataFrame:
    """Return 后段学生占比 of types of school and of areas: rows of GROUPS, masked as for every reader."""
    exam_run = latest_analysis(analysis.dataset.exam, analysis.definition)
    if exam_run is None or not scope.county:
        return pl.DataFrame(schema=["level", "unit", "taken", *BOTTOM])
    groups = result_tables(exam_run, scope)["groups"]
    return groups.filter(
        pl.col("level").is_in(["school_type", "area"])
        & (pl.col("subject") == subject)
        & pl.col("bottom_rate").is_not_null()
    ).select("level", "unit", "taken", *BOTTOM)


def years_of(exam: Exam, subject: str, scope: Scope) -> list[Year]:
    """Return the exams of the same kind, grade and number in every year, oldest first, with their figures."""
    if not scope.county:
        return []
    alike = Exam.objects.filter(
        kind=exam.kind, grade=exam.grade, mock_number=exam.mock_number, school=None
    ).order_by("ended_on")
    years = []
    for each in alike:
        if run := latest_equity(each):
            seen = run.observations.filter(indicator__in=MEASURES, level="county", subject=subject)
            years.append(Year(each, {figure.indicator: figure for figure in seen}))
    return [year for year in years if year.figures]
