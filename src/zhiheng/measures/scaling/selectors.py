"""Read the calibration of an exam's items: county figures, each subject only for those who may see it."""

import polars as pl

from zhiheng.base.scopes import Scope
from zhiheng.evidence.datasets import selectors as datasets
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.selectors import analyses_of
from zhiheng.measures.analyses.services import analysis_folder
from zhiheng.measures.scaling.analysis_kinds import SCALING


def may_be_scaled(dataset: Dataset) -> bool:
    """Tell whether a test of the county has marks of items. One school's pupils are too few and too much alike."""
    if dataset.exam.school_id:
        return False
    return not datasets.tables(dataset)["item_marks"].select("pupil").head(1).collect().is_empty()


def latest_scaling(exam: Exam) -> Analysis | None:
    """Return the newest calibration of an exam's items, if there is one."""
    return analyses_of(exam, SCALING).first()


def scaling_tables(analysis: Analysis, scope: Scope) -> dict[str, pl.DataFrame]:
    """Return the tables of a run. They hold the county only; somebody of certain subjects sees these."""
    folder = analysis_folder(analysis.key)
    tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in analysis.tables}
    if scope.anonymous or not scope.county:
        return {name: table.clear() for name, table in tables.items()}
    if scope.subjects:
        return {name: table.filter(pl.col("subject").is_in(scope.subjects)) for name, table in tables.items()}
    return tables
