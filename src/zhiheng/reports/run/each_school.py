"""What may not be tested across schools, analysed lawfully: every school's own final by itself, nothing between schools.

A bureau that was handed such sheets gets one dataset, one analysis and one report per school, each in a folder of its
own to be given to that school alone. Nothing here adds schools together but the counts of rows.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhiheng.base.errors import Explained
from zhiheng.base.guard.services import Refused
from zhiheng.base.intake.contents import content_of
from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.selectors import problems_of
from zhiheng.base.intake.services import batch_confirm, batch_open, batch_read, upload_add
from zhiheng.evidence.datasets.by_school import SchoolFiles, files_by_school
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.services import NotReady, dataset_publish
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.papers import papers_told
from zhiheng.evidence.exams.services import as_own_final, exam_from_file, exam_guessed
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.registry.rosters.services import roster_import
from zhiheng.registry.schools.models import School
from zhiheng.reports.documents.services import documents_make
from zhiheng.reports.run.reading import Ask, columns_ask
from zhiheng.reports.run.results import RunResult, SchoolResult, counts_told, dataset_told, row_counts
from zhiheng.reports.run.writing import documents_copy, problems_write, tables_write

DIVIDED = (
    "已改为各校单独分析：{count} 所学校各自登记为本校的期末考试，各写各的报告，没有任何跨校的表。"
    "每校的文件夹只交给该校自己，不要汇总、比较或排名。"
)
Published = tuple[SchoolFiles, Batch, Dataset]
FOREIGN_ROWS = "match.school_other"
"""In a sheet of several schools the other schools' rows are theirs, not a fault."""


def schools_analyse(
    *,
    batch: Batch,
    described: Mapping[str, Any] | None,
    refused: Refused,
    out: Path,
    ask: Ask | None,
    progress: Any,
) -> RunResult:
    """Analyse every school of a read batch alone, as its own final.

    Parameters
    ----------
    described : the test that was refused across schools, in the keys of 考试.yaml; None where each school's own
        sheets say what it was.
    refused : that refusal; it stands first among the notes.

    Raises
    ------
    zhiheng.base.guard.services.Refused
        Not one school may have this test either.
    zhiheng.evidence.datasets.services.NotReady
        Not one school had a row that could be taken, or no sheet names a school.
    """
    with progress.step("入库"):
        batch_confirm(batch=batch)
        roster_import(batch=batch)
        divided = files_by_school(batch)
        if not divided.schools:
            raise refused
        published, failed = _publish_each(divided.schools, batch, described, ask, progress)
    if not published:
        raise failed[0][1]
    folders = _folders([found.school for found, _, _ in published])
    paths = []
    with progress.step("分析"):
        analyses = [analysis_run(dataset=dataset) for _, _, dataset in published]
    with progress.step("文档"):
        for done, (analysis, folder) in enumerate(zip(analyses, folders, strict=True), 1):
            documents_make(analysis=analysis, progress=progress)
            paths += [*tables_write(analysis, out / folder), *documents_copy(analysis, out / folder)]
            progress.advance(done, len(analyses))
    parts = [part for _, part, _ in published]
    problems = list(
        dict.fromkeys(p for b in (batch, *parts) for p in problems_of(b) if p.code != FOREIGN_ROWS)
    )
    whole = [part for part in parts if part.school_id]
    return RunResult(
        exam=batch.title if described is None else published[0][2].exam.name,
        dataset={},
        counts=_counts(batch, [dataset for _, _, dataset in published], len(problems)),
        paths=(*problems_write(problems, [batch, *whole], out), *paths),
        notes=(
            refused.for_user,
            DIVIDED.format(count=len(published)),
            *(f"{found.school}没有分析：{reason.for_user}" for found, reason in failed),
            *(f"{upload.name}没有写学校，没有分析。请补写学校后重新上传。" for upload in divided.nobody),
        ),
        schools=tuple(
            SchoolResult(
                found.school.name, dataset.exam.name, dataset_told(dataset), counts_told(dataset, part)
            )
            for found, part, dataset in published
        ),
    )


def _publish_each(
    schools: tuple[SchoolFiles, ...],
    batch: Batch,
    described: Mapping[str, Any] | None,
    ask: Ask | None,
    progress: Any,
) -> tuple[list[Published], list[tuple[SchoolFiles, Explained]]]:
    """Publish school by school; one that cannot be published does not stop the others."""
    published: list[Published] = []
    failed: list[tuple[SchoolFiles, Explained]] = []
    for done, found in enumerate(schools, 1):
        try:
            part, exam = _own_batch(batch, found, described, basis_later=ask is None)
            if ask:
                columns_ask(part, ask)
            batch_confirm(batch=part)
            published.append((found, part, dataset_publish(batch=part, exam=exam)))
        except (Refused, NotReady) as reason:
            failed.append((found, reason))
        progress.advance(done, len(schools))
    return published, failed


def _own_batch(
    batch: Batch, found: SchoolFiles, described: Mapping[str, Any] | None, *, basis_later: bool
) -> tuple[Batch, Exam]:
    """Give a school's files a batch and an exam of their own; the school's people see it where no other school is in it."""
    owner = found.school.pk if found.alone else None
    part = batch_open(purpose="scores", title=batch.title, school_id=owner)
    for upload in found.uploads:
        upload_add(batch=part, name=upload.name, content=content_of(upload), school_id=owner)
    if described is not None:
        exam = exam_from_file(as_own_final(described, found.school), basis_later=basis_later)
        papers_told(part, exam)
    batch_read(part)
    part.refresh_from_db()
    if described is None:
        exam = exam_from_file(as_own_final(exam_guessed(part), found.school), basis_later=basis_later)
    part.exam_id = exam.pk
    part.save(update_fields=["exam_id"])
    return part, exam


def _folders(schools: list[School]) -> list[str]:
    """Name a folder for each school; two schools of one name are told apart by their towns."""
    shared = Counter(school.name for school in schools)
    return [f"{s.name}（{s.town}）" if shared[s.name] > 1 else s.name for s in schools]


def _counts(batch: Batch, datasets: list[Dataset], problems: int) -> dict[str, int]:
    """Rows of the folder as it came: accepted by some school, or listed."""
    accepted = sum(dataset.manifest["counts"]["rows_accepted"] for dataset in datasets)
    return row_counts(batch) | {
        "rows_accepted": accepted,
        "rows_listed": batch.rows_in - accepted,
        "problems": problems,
        "pupils": sum(dataset.manifest["counts"]["pupils"] for dataset in datasets),
        "schools": len(datasets),
    }
