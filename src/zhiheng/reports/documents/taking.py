"""Taking documents away and having them made, as pages do it. What leaves is in the audit."""

from pathlib import Path
from typing import Any

from zhiheng.base.audit.services import audit_write
from zhiheng.base.jobs.models import Job
from zhiheng.base.jobs.services import job_start
from zhiheng.base.storage import home
from zhiheng.measures.analyses.models import Analysis
from zhiheng.reports.documents.models import Document
from zhiheng.reports.documents.services import document_path, documents_key


def document_take(*, document: Document, file_format: str, by: Any) -> tuple[Path, str]:
    """Return the path of one format and the name a reader sees."""
    audit_write(
        action="document.fetch",
        user=by,
        object=document,
        school_id=document.school_id,
        detail={"kind": document.kind, "format": file_format, "version": document.version},
    )
    title = document.title.replace("\n", " ")
    return document_path(document, file_format), f"{title}.{file_format}"


def documents_start(*, analysis: Analysis, by: Any) -> Job:
    """Ask for every document of an analysis; asked twice, it is the same job."""
    exam = analysis.dataset.exam
    return job_start(
        kind="documents.make",
        key=documents_key(analysis),
        title=f"生成文档 {exam.name}",
        payload={"analysis_id": str(analysis.id)},
        by=by,
        school_id=exam.school_id,
    )


def zip_path(analysis: Analysis) -> Path | None:
    """Return the packed school reports of an analysis, once they are packed."""
    path = home() / "documents" / "packed" / f"{analysis.id}-school.zip"
    return path if path.exists() else None


def zip_take(*, analysis: Analysis, by: Any) -> Path | None:
    """Return the packed school reports, and record that they leave."""
    path = zip_path(analysis)
    if path:
        audit_write(
            action="document.fetch", user=by, object=analysis, detail={"kind": "school", "format": "zip"}
        )
    return path
