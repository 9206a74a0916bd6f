"""Growth is computed here, never in the web process."""

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
from zhiheng.measures.growth.analysis_kinds import GROWTH
from zhiheng.measures.growth.selectors import baseline_of


@job("growth.run", "增值与成长")
def run(progress: Any, *, dataset_id: str) -> dict[str, Any]:
    """Measure one dataset from the earlier test of its cohort."""
    dataset = Dataset.objects.select_related("exam").get(id=UUID(dataset_id))
    progress.steps(["对齐两次考试，计算增值与成长"])
    with progress.step("对齐两次考试，计算增值与成长"):
        baseline = baseline_of(dataset.exam)
        if baseline is None:
            return {}
        analysis = analysis_run(dataset=dataset, kind=GROWTH, baseline=baseline)
    return {"analysis_id": str(analysis.id)}


@periodic(every=timedelta(minutes=1))
def refresh() -> None:
    """Start a run for every exam with a lawful earlier test whose newest data have no result yet."""
    for dataset in newest_datasets():
        baseline = baseline_of(dataset.exam)
        if baseline is None:
            continue
        definition = current("caliber", dataset.exam.caliber_key)
        key = analysis_key(dataset, definition, kind=GROWTH, baseline=baseline)
        if not Analysis.objects.filter(key=key, state="done").exists():
            job_start(
                kind="growth.run",
                key=f"growth.run:{key}",
                title=f"增值与成长 {dataset.exam.name} 第{dataset.version}版",
                payload={"dataset_id": str(dataset.id)},
            )
