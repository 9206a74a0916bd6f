"""Read growth: from which earlier test it may be measured, and the tables a reader may see."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl

from zhiheng.base.scopes import Scope, restrict
from zhiheng.evidence.datasets import selectors as datasets
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.selectors import analyses_of
from zhiheng.measures.analyses.services import analysis_folder
from zhiheng.measures.growth.analysis_kinds import GROWTH
from zhiheng.standards.loader import load

LONGEST = timedelta(days=4 * 366)
"""An earlier test further back belongs to another cohort."""


def baseline_of(exam: Exam) -> Dataset | None:
    """Return the data of the earlier test that growth may lawfully be measured from; the longest way back first.

    A test of one school alone has nobody to be compared with, and a sampled 监测 no school's pupils whole.
    """
    if exam.school_id:
        return None
    for rule in load("growth_baselines"):
        if not _fits(rule["after"], exam):
            continue
        earlier = Exam.objects.filter(
            **rule["before"],
            school=None,
            entry_year=exam.entry_year - rule["years"],
            ended_on__lt=exam.starts_on,
            ended_on__gt=exam.starts_on - LONGEST,
        )
        for each in earlier.order_by("-ended_on"):
            if found := datasets.newest_of(each):
                return found
    return None


def latest_growth(exam: Exam) -> Analysis | None:
    """Return the newest run that measures an exam from an earlier one, if there is one."""
    return analyses_of(exam, GROWTH).select_related("baseline__exam").first()


def growth_tables(analysis: Analysis, scope: Scope) -> dict[str, pl.DataFrame]:
    """Return the tables of a run, restricted to what `scope` may see. Small schools are withheld when they are made."""
    schools = {unit: school for unit, (school, _) in datasets.school_units(analysis.dataset).items()}
    classes = datasets.class_units(analysis.dataset)
    folder = analysis_folder(analysis.key)
    found = {}
    for name in analysis.tables:
        table = pl.read_parquet(folder / f"{name}.parquet")
        found[name] = (
            restrict(table, scope, schools=schools, classes=classes) if "unit" in table.columns else table
        )
    return found


def _fits(rule: Mapping[str, Any], exam: Exam) -> bool:
    return all(
        getattr(exam, name) in (wanted if isinstance(wanted, list) else [wanted])
        for name, wanted in rule.items()
    )
