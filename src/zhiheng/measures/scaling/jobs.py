"""Items are calibrated here, never in the web process."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from zhiheng.base.jobs.registry import job, periodic
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.measures.analyses.starting import runs_start
from zhiheng.measures.scaling.analysis_kinds import SCALING
from zhiheng.measures.scaling.selectors import may_be_scaled

STEP = "标定题目，检查题目公平"


@job("scaling.run", "题目标定与公平")
def run(progress: Any, *, dataset_id: str) -> dict[str, Any]:
    """Calibrate the papers of one dataset that have item marks."""
    dataset = Dataset.objects.select_related("exam").get(id=UUID(dataset_id))
    progress.steps([STEP])
    with progress.step(STEP):
        analysis = analysis_run(dataset=dataset, kind=SCALING)
    return {"analysis_id": str(analysis.id)}


@periodic(every=timedelta(minutes=1))
def refresh() -> None:
    """Start a run for every exam with item marks whose newest data have no result yet."""
    runs_start(kind=SCALING, job="scaling.run", wanted=may_be_scaled)
