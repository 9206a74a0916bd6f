"""Make documents from an analysis, keep their versions, pack them for schools, and keep the fourteen-day clock."""

import hashlib
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import now
from zhiheng.base.errors import Explained
from zhiheng.base.inbox.services import inbox_add, inbox_close
from zhiheng.base.storage import home, write_whole
from zhiheng.evidence.datasets import selectors as datasets
from zhiheng.evidence.exams.models import Exam
from zhiheng.files.document import Document as Content
from zhiheng.files.export import Exported, export, export_all
from zhiheng.measures.analyses.models import Analysis
from zhiheng.reports.clock import clock_steps
from zhiheng.reports.documents.builders import (
    classification_of,
    county_documents,
    facts_of,
    school_documents,
    slices_of,
)
from zhiheng.reports.documents.earlier import earlier_analysis, facts_key, growth_analysis
from zhiheng.reports.documents.models import KINDS, ClockStep, Document
from zhiheng.reports.documents.selectors import clock_of, documents_current
from zhiheng.reports.documents.texts import cleared

FORMATS = ("docx", "pdf", "xlsx")


class UnknownKind(Explained):
    """There is no such kind of document."""


def document_path(document: Document, file_format: str) -> Path:
    """Return where one format of a document lies."""
    return home() / "documents" / str(document.id) / f"document.{file_format}"


def wanted_kinds(exam: Exam, kinds: Sequence[str] | None) -> list[str]:
    """Return the kinds to make: all that fit the exam, or those asked for.

    A school's own exam has one reader, the school; the county's documents are not made from it. A sampled
    monitoring tells levels only: no document of it names a school or a mark.

    Raises
    ------
    UnknownKind
        A kind that does not exist was asked for.
    """
    unknown = [kind for kind in kinds or () if kind not in KINDS]
    if unknown:
        raise UnknownKind(f"没有“{'、'.join(unknown)}”这种文档。可写：{'、'.join(KINDS)}。")
    if exam.kind == "monitoring":
        fitting = ["levels"]
    else:
        fitting = ["school"] if exam.school_id else [kind for kind in KINDS if kind != "levels"]
    return [kind for kind in fitting if kinds is None or kind in kinds]


def documents_make(
    *, analysis: Analysis, kinds: Sequence[str] | None = None, progress: Any, by: Any = None
) -> list[Document]:
    """Write every wanted document of an analysis; those already written for it are kept as they are.

    Where the exam to compare with has changed since, or growth has been measured, all are written anew, as next
    versions.

    Parameters
    ----------
    kinds : keys of `KINDS`; all that fit the exam where None.
    progress : told how many schools are done.
    """
    wanted = wanted_kinds(analysis.dataset.exam, kinds)
    made = documents_current(analysis)
    county = [kind for kind in wanted if kind != "school" and not made.filter(kind=kind).exists()]
    have = (
        set(made.filter(kind="school").values_list("school_id", flat=True)) if "school" in wanted else set()
    )
    schools = (
        {
            unit: school
            for unit, (school, _) in datasets.school_units(analysis.dataset).items()
            if school not in have
        }
        if "school" in wanted
        else {}
    )
    if not county and not schools:
        return list(made.filter(kind__in=wanted))
    facts, head = facts_of(analysis), classification_of(analysis.dataset.exam)
    for kind, content in county_documents(facts, county, head):
        _keep(analysis, kind, None, content, export(content, FORMATS), by)
    slices = slices_of(analysis) if schools else facts
    contents = [cleared(content) for content in school_documents(slices, list(schools), head)]
    written = export_all(contents, FORMATS, count=len(contents))
    for done, (school, content, exported) in enumerate(
        zip(schools.values(), contents, written, strict=True), 1
    ):
        _keep(analysis, "school", school, content, exported, by)
        progress.advance(done, len(contents))
    return list(made.filter(kind__in=wanted))


def documents_key(analysis: Analysis) -> str:
    """Return the key of the job that writes them: another one once there is more to read the analysis beside."""
    return f"documents.make:{facts_key(analysis)}"


def _keep(
    analysis: Analysis, kind: str, school_id: UUID | None, content: Content, exported: Exported, by: Any
) -> Document:
    """Write the files, then one row and its audit entry."""
    document = Document(
        id=uuid4(),
        analysis=analysis,
        compared_with=earlier_analysis(analysis),
        growth=growth_analysis(analysis),
        kind=kind,
        school_id=school_id,
        title=content.title,
        made_at=now(),
    )
    for file_format, data in exported.items():
        write_whole(document_path(document, file_format), data)
        document.files[file_format] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    with transaction.atomic():
        same = Document.objects.filter(analysis__dataset__exam=analysis.dataset.exam, kind=kind)
        earlier = same.filter(school_id=school_id) if school_id else same.filter(school=None)
        document.version = (earlier.aggregate(last=Max("version"))["last"] or 0) + 1
        document.save(force_insert=True)
        audit_write(
            action="document.make",
            user=by,
            object=document,
            school_id=school_id,
            detail={"kind": kind, "version": document.version},
        )
    return document


def documents_of(analysis: Analysis) -> list[tuple[Document, Path, str]]:
    """Return (document, path, name a reader sees) for every file made from an analysis.

    School reports stand in a folder of their own; two schools of one name are told apart by their towns.
    """
    documents = list(
        documents_current(analysis).select_related("school__town").order_by("kind", "school__order")
    )
    shared = Counter(document.school.name for document in documents if document.school)
    return [
        (document, document_path(document, file_format), f"{_name(document, shared)}.{file_format}")
        for document in documents
        for file_format in document.files
    ]


def _name(document: Document, shared: Counter[str]) -> str:
    if document.school is None:
        return KINDS[document.kind]
    town = f"（{document.school.town}）" if shared[document.school.name] > 1 else ""
    return f"学校报告/{document.school.name}{town}"


def documents_zip(*, analysis: Analysis, kinds: Iterable[str] = ("school",), by: Any = None) -> Path:
    """Pack every document of the given kinds into one zip; return its path."""
    kinds = sorted(set(kinds))
    target = home() / "documents" / "packed" / f"{analysis.id}-{'-'.join(kinds)}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{uuid4().hex}")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_STORED) as archive:
        for document, path, name in documents_of(analysis):
            if document.kind in kinds:
                archive.write(path, name)
    fresh.replace(target)
    audit_write(action="document.zip", user=by, object=analysis, detail={"kinds": kinds})
    return target


@transaction.atomic
def clock_step_done(*, exam: Exam, step: str, by: Any = None, note: str = "") -> ClockStep:
    """Record that one step of the fourteen days is done, and put the next into its holder's inbox.

    Doing it twice keeps the first day.

    Raises
    ------
    UnknownKind
        There is no such step.
    """
    steps = {each.key: each for each in clock_steps()}
    if step not in steps:
        raise UnknownKind(f"十四天时钟里没有“{step}”这一步。可写：{'、'.join(steps)}。")
    done, new = ClockStep.objects.get_or_create(
        exam_id=exam.id, step=step, defaults={"done_at": now(), "done_by": by, "note": note}
    )
    if new:
        audit_write(action="clock.step", user=by, object=exam, detail={"step": step})
    inbox_close(key=_clock_key(exam, step), by=by)
    waiting = clock_of(exam).current
    if waiting is not None:
        inbox_add(
            key=_clock_key(exam, waiting.step.key),
            role=waiting.step.role,
            title=f"{exam.name}：{waiting.step.title}",
            verb="办理",
            url=f"/exams/{exam.pk}/",
            due_on=waiting.due_on,
            source=waiting.step.holder,
        )
    return done


def _clock_key(exam: Exam, step: str) -> str:
    return f"clock:{exam.pk}:{step}"
