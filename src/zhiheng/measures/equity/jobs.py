"""Equity is computed here, never in the web process."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from zhiheng.base.jobs.registry import job, periodic
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.measures.analyses.starting import runs_start
from zhiheng.measures.equity.analysis_kinds import EQUITY
from zhiheng.measures.equity.selectors import compares_schools

STEP = "计算校际均衡"


@job("equity.run", "校际均衡")
def run(progress: Any, *, dataset_id: str) -> dict[str, Any]:
    """Measure how far the schools of one dataset lie apart."""
    dataset = Dataset.objects.select_related("exam").get(id=UUID(dataset_id))
    progress.steps([STEP])
    with progress.step(STEP):
        analysis = analysis_run(dataset=dataset, kind=EQUITY)
    return {"analysis_id": str(analysis.id)}


@periodic(every=timedelta(minutes=1))
def refresh() -> None:
    """Start a run for every exam of the whole county whose newest data have no result yet."""
    runs_start(kind=EQUITY, job="equity.run", wanted=lambda dataset: compares_schools(dataset.exam))
