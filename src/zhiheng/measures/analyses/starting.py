"""Start the runs that are missing: a kind of analysis, an exam's newest data, and no result under its 口径 yet."""

from collections.abc import Callable

from zhiheng.base.definitions.selectors import current
from zhiheng.base.jobs.services import job_start
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.selectors import newest_datasets
from zhiheng.measures.analyses.kinds import analysis_kinds
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.services import analysis_key


def runs_start(
    *,
    kind: str,
    job: str,
    wanted: Callable[[Dataset], bool],
    baseline: Callable[[Dataset], Dataset | None] = lambda _: None,
) -> None:
    """Start a job for every wanted newest dataset that has no finished run of a kind.

    Parameters
    ----------
    kind : a code of `kinds.analysis_kinds`.
    job : a registered job that takes `dataset_id`.
    baseline : the earlier dataset that a run of this kind rests on; None where it rests on none.
    """
    for dataset in newest_datasets():
        definition = current("caliber", dataset.exam.caliber_key)
        key = analysis_key(dataset, definition, kind=kind, baseline=baseline(dataset))
        if not Analysis.objects.filter(key=key, state="done").exists() and wanted(dataset):
            job_start(
                kind=job,
                key=f"{job}:{key}",
                title=f"{analysis_kinds()[kind].title} {dataset.exam.name} 第{dataset.version}版",
                payload={"dataset_id": str(dataset.id)},
            )
