"""Growth is computed here, never in the web process."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from zhiheng.base.jobs.registry import job, periodic
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.measures.analyses.starting import runs_start
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
    runs_start(
        kind=GROWTH,
        job="growth.run",
        wanted=lambda dataset: baseline_of(dataset.exam) is not None,
        baseline=lambda dataset: baseline_of(dataset.exam),
    )
