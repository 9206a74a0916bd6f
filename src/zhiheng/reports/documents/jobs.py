"""Documents are written here, with progress, and again when an analysis has none yet."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from zhiheng.base.jobs.registry import job, periodic
from zhiheng.base.jobs.services import job_start
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.selectors import newest_analyses
from zhiheng.reports.documents.selectors import documents_current
from zhiheng.reports.documents.services import documents_key, documents_make, documents_zip


@job("documents.make", "生成文档")
def make(progress: Any, *, analysis_id: str, kinds: list[str] | None = None) -> dict[str, Any]:
    """Write the documents of one analysis, then pack the schools' ones."""
    analysis = Analysis.objects.select_related("dataset__exam", "definition").get(id=UUID(analysis_id))
    progress.steps(["写文档", "打包"])
    with progress.step("写文档"):
        made = documents_make(analysis=analysis, kinds=kinds, progress=progress)
    with progress.step("打包"):
        documents_zip(analysis=analysis)
    return {"documents": len(made)}


@periodic(every=timedelta(minutes=1))
def refresh() -> None:
    """Start writing for every newest analysis that has no documents yet, or none of all it is read beside by now."""
    for analysis in newest_analyses():
        if not documents_current(analysis).exists():
            job_start(
                kind="documents.make",
                key=documents_key(analysis),
                title=f"生成文档 {analysis.dataset.exam.name}",
                payload={"analysis_id": str(analysis.id)},
            )
