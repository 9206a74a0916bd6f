"""Analyses run here, never in the web process."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from zhiheng.base.jobs.registry import job, periodic
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.measures.analyses.analysis_kinds import EXAM
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.measures.analyses.starting import runs_start


@job("analysis.run", "分析")
def run(progress: Any, *, dataset_id: str) -> dict[str, Any]:
    """Analyse one dataset under its exam's 口径."""
    progress.steps(["计算各表"])
    with progress.step("计算各表"):
        analysis = analysis_run(dataset=Dataset.objects.select_related("exam").get(id=UUID(dataset_id)))
    return {"analysis_id": str(analysis.id)}


@periodic(every=timedelta(minutes=1))
def refresh() -> None:
    """Start a run for every exam whose newest dataset or 口径 has no result yet."""
    runs_start(kind=EXAM, job="analysis.run", wanted=lambda _: True)
