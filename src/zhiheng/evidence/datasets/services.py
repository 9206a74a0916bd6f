"""Publish a dataset: records → pupils → tables on disk → one row flipped. Killed at any moment, nothing is half there."""

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from zhiheng.base.audit.services import audit_write
from zhiheng.base.canonical import plain, sha256_of
from zhiheng.base.clock import now
from zhiheng.base.errors import Explained
from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.recording import batch_problems_replace
from zhiheng.base.intake.selectors import batch_sheets
from zhiheng.base.storage import home
from zhiheng.evidence.datasets.difference import difference_of
from zhiheng.evidence.datasets.gathering import Gathered, gather, of_exam, rows_of
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.papers import papers_settle, with_only_subject
from zhiheng.evidence.datasets.selectors import tables as tables_of
from zhiheng.evidence.datasets.storing import tables_write
from zhiheng.evidence.datasets.tables import Built, build
from zhiheng.evidence.exams.models import Exam
from zhiheng.files.problems import Problem
from zhiheng.registry.matching.services import Matched, people_match

CODES = ("match.", "dataset.")
LEFT_BEHIND = dt.timedelta(hours=6)
"""A dataset still being written after this long belongs to a process that is gone."""


class NotReady(Explained):
    """The batch cannot be published yet; `for_user` says what is missing."""


def dataset_publish(
    *, batch: Batch, exam: Exam | None = None, by: Any = None, progress: Any = None
) -> Dataset:
    """Make the next version of an exam's dataset from a confirmed batch.

    A dataset is what its batch holds and nothing else; a correction is a new batch and a new version.

    Parameters
    ----------
    exam : the exam; the batch's own where none is given.
    progress : told by `advance(done, total)` how far it is.

    Raises
    ------
    NotReady
        The batch is not confirmed, has no exam, or no row of it could be taken.
    """
    exam = exam or (Exam.objects.filter(pk=batch.exam_id).first() if batch.exam_id else None)
    if exam is None:
        raise NotReady(f"“{batch.title}”还没有说明是哪次考试的成绩。请先选择或新建考试。")
    if batch.state not in ("confirmed", "published"):
        raise NotReady(f"“{batch.title}”的列还没有确认。请先看过每张表的列，再入库。")

    def report(done: int) -> None:
        if progress is not None:
            progress.advance(done, 5)

    gathered = of_exam(gather(batch_sheets(batch)), exam.name)
    report(1)
    problems = [*gathered.problems, *papers_settle(exam, gathered)]
    gathered = replace(
        gathered,
        marks=with_only_subject(gathered.marks, exam),
        item_marks=with_only_subject(gathered.item_marks, exam),
    )
    matched = people_match(
        gathered.people,
        uploads=gathered.uploads,
        on=exam.starts_on,
        batch_id=batch.id,
        exam_id=exam.id,
        grade=exam.grade,
        exam_school=exam.school,
    )
    if matched.frame.is_empty():
        raise NotReady(f"“{batch.title}”没有一行可以采用。{_why(matched.problems)}")
    report(2)
    built = build(gathered, matched, exam)
    report(3)
    problems += [*matched.problems, *built.problems]
    dataset = Dataset.objects.create(exam=exam, batch_id=batch.id, state="writing", created_at=now())
    counts = _counts(gathered, matched, built)
    manifest = tables_write(dataset.id, built.tables, _manifest(exam, batch, gathered, counts, problems))
    report(4)
    published = _flip(dataset, batch, manifest, gathered, built, problems, by)
    report(5)
    return published


def _why(problems: Iterable[Problem]) -> str:
    blocking = [p.sentence for p in problems if p.blocks_row]
    return blocking[0] if blocking else "请检查表里有没有学生和成绩。"


def _counts(gathered: Gathered, matched: Matched, built: Built) -> dict[str, int]:
    """Rows in are rows accepted and rows listed, after matching too."""
    refused = gathered.people.join(matched.frame.select("person"), on="person", how="anti")["person"]
    listed = gathered.rows_listed + rows_of(gathered, set(refused))
    return {
        "rows_in": gathered.rows_in,
        "rows_accepted": gathered.rows_in - listed,
        "rows_listed": listed,
        **{
            name: built.tables[name].height
            for name in ("pupils", "schools", "classes", "marks", "item_marks")
        },
    }


def _manifest(
    exam: Exam, batch: Batch, gathered: Gathered, counts: dict[str, int], problems: list[Problem]
) -> dict[str, Any]:
    return {
        "created": now(),
        "exam": {
            "id": exam.id,
            "name": exam.name,
            "kind": exam.kind,
            "grade": exam.grade,
            "starts_on": exam.starts_on,
            "ended_on": exam.ended_on,
            "filing_number": exam.filing_number,
        },
        "batch": batch.id,
        "uploads": [
            {"id": u.id, "name": u.name, "sha256": u.sha256, "size": u.size} for u in gathered.uploads
        ],
        "counts": counts,
        "problems": dict(sorted(Counter(p.code for p in problems).items())),
    }


@transaction.atomic
def _flip(
    dataset: Dataset,
    batch: Batch,
    manifest: dict[str, Any],
    gathered: Gathered,
    built: Built,
    problems: list[Problem],
    by: Any,
) -> Dataset:
    """The one transaction that makes a dataset exist for everybody."""
    # Whoever publishes the same exam at this moment waits here, so versions have no gaps and no twins.
    exam = Exam.objects.select_for_update().get(pk=dataset.exam_id)
    before = Dataset.objects.filter(exam=exam, state="published").order_by("-version").first()
    dataset.version = (exam.datasets.aggregate(last=Max("version"))["last"] or 0) + 1
    dataset.state = "published"
    dataset.manifest, dataset.sha256 = plain(manifest), sha256_of(manifest)
    dataset.difference = _difference(before, built, dataset.manifest) if before else {}
    dataset.published_at, dataset.published_by = now(), by
    dataset.save()
    exam.state = "published"
    exam.save(update_fields=["state"])
    _batch_published(batch, manifest["counts"], gathered, problems)
    audit_write(
        action="dataset.publish",
        user=by,
        object=dataset,
        school_id=exam.school_id,
        detail={"exam": exam.id, "version": dataset.version, "sha256": dataset.sha256, **manifest["counts"]},
    )
    return dataset


def _difference(before: Dataset, built: Built, manifest: dict[str, Any]) -> dict[str, Any]:
    old = {name: tables_of(before)[name].collect() for name in ("marks", "pupils", "schools")}
    return {"version": before.version, **difference_of(old, built.tables, manifest["uploads"])}


def _batch_published(
    batch: Batch, counts: dict[str, int], gathered: Gathered, problems: list[Problem]
) -> None:
    batch.state = "published"
    for name in ("rows_in", "rows_accepted", "rows_listed"):
        setattr(batch, name, counts[name])
    batch.save(update_fields=["state", "rows_in", "rows_accepted", "rows_listed"])
    names = gathered.people["name"].drop_nulls()
    batch_problems_replace(batch, problems, gathered.uploads, codes=CODES, names=names)


def datasets_sweep(*, older_than: dt.timedelta = LEFT_BEHIND) -> int:
    """Remove what killed processes left: rows never published and folders no published row names; return how many."""
    limit = now() - older_than
    stale = Dataset.objects.filter(state="writing", created_at__lte=limit)
    swept = stale.count()
    stale.delete()
    kept = {str(pk) for pk in Dataset.objects.values_list("pk", flat=True)}
    root = home() / "datasets"
    for folder in root.iterdir() if root.is_dir() else ():
        if _dataset_id(folder.name) not in kept and folder.stat().st_mtime <= limit.timestamp():
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept


def _dataset_id(name: str) -> str:
    """Return the id in a folder's name; scratch folders are called .<id>.<random> and belong to nobody."""
    try:
        return str(UUID(name))
    except ValueError:
        return ""
