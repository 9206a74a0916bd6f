"""What pages of results set going: the analysis of the newest dataset, a school's call for help."""

from typing import Any

from django.db import transaction
from django.urls import reverse

from zhiheng.base.audit.services import audit_write
from zhiheng.base.definitions.selectors import current
from zhiheng.base.errors import Explained
from zhiheng.base.inbox.services import inbox_add
from zhiheng.base.jobs.models import Job
from zhiheng.base.jobs.services import job_start
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.services import analysis_key
from zhiheng.registry.schools.models import School


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


@transaction.atomic
def help_ask(*, exam: Exam, school: School, matter: str, by: Any) -> None:
    """Put a school's call for help into the research office's inbox; the same school again renews it."""
    inbox_add(
        key=f"help:{exam.pk}:{school.pk}",
        role="RO",
        school_id=school.pk,
        title=f"{school}请局里帮助：{matter.strip()}"[:160],
        verb="查看",
        url=reverse("results:school", args=[exam.pk, school.pk]),
        source=str(school),
    )
    audit_write(action="help.ask", user=by, object=exam, school_id=school.pk)
