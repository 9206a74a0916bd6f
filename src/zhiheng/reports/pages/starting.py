"""Start the analysis of an exam's newest dataset from a page. The job does the work."""

from typing import Any

from zhiheng.base.definitions.selectors import current
from zhiheng.base.errors import Explained
from zhiheng.base.jobs.models import Job
from zhiheng.base.jobs.services import job_start
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.services import analysis_key


class NothingToAnalyse(Explained):
    """No dataset of the exam is published."""


def analysis_start(*, exam: Exam, by: Any) -> Job:
    """Ask for the analysis of the newest dataset under the exam's 口径; the same one again is the same job.

    Raises
    ------
    NothingToAnalyse
        No dataset is published.
    """
    dataset = exam.datasets.filter(state="published").order_by("-version").first()
    if dataset is None:
        raise NothingToAnalyse("还没有入库的数据。请先上传成绩表，确认后入库。")
    key = analysis_key(dataset, current("caliber", exam.caliber_key))
    return job_start(
        kind="analysis.run",
        key=f"analysis.run:{key}",
        title=f"分析 {exam.name} 第{dataset.version}版",
        payload={"dataset_id": str(dataset.id)},
        by=by,
        school_id=exam.school_id,
    )
