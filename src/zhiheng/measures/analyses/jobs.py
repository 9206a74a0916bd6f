"""Analyses run here, never in the web process."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from zhiheng.base.definitions.selectors import current
from zhiheng.base.jobs.registry import job, periodic
from zhiheng.base.jobs.services import job_start
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.selectors import newest_datasets
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.services import analysis_key, analysis_run


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
    for dataset in newest_datasets():
        key = analysis_key(dataset, current("caliber", dataset.exam.caliber_key))
        if not Analysis.objects.filter(key=key, state="done").exists():
            job_start(
                kind="analysis.run",
                key=f"analysis.run:{key}",
                title=f"分析 {dataset.exam.name} 第{dataset.version}版",
                payload={"dataset_id": str(dataset.id)},
            )
