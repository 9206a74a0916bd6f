"""What the wizard's pages show: batches, sheets with their confidence, problems, near matches."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from zhiheng.base.components.ledger import Column, Row
from zhiheng.base.intake.models import Batch, Sheet
from zhiheng.base.intake.selectors import (
    as_problem,
    batch_said,
    batches_visible,
    problems_visible,
    sheets_visible,
)
from zhiheng.base.scopes import Scope
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.selectors import version_followed
from zhiheng.evidence.exams.models import Exam
from zhiheng.files.problems import CATALOGUE
from zhiheng.files.sheets import KINDS
from zhiheng.registry.pupils.selectors import names_of, near_matches

STEPS = ["上传", "识别列", "问题", "确认", "入库"]
SURE = 0.8
"""Columns below this confidence are pointed out."""
HIDDEN = "（姓名只有学校能看）"
STATE_TONES = {
    "open": "amber",
    "reading": "blue",
    "mapping": "amber",
    "confirmed": "blue",
    "published": "green",
    "failed": "red",
}
BATCH_COLUMNS = [
    Column("title", "批次", link="url"),
    Column("purpose", "内容", phone=False),
    Column("state", "状态", "tag"),
    Column("files", "文件", "count", phone=False),
    Column("rows_in", "行", "count"),
    Column("accepted", "采用", "count", phone=False),
    Column("listed", "列出", "count"),
    Column("created", "开始", "moment", phone=False),
    Column("who", "谁开始的", phone=False),
]
SHEET_COLUMNS = [
    Column("file", "文件", phone=False),
    Column("sheet", "工作表", link="url"),
    Column("kind", "是什么", "tag"),
    Column("sure", "把握", "tag"),
    Column("rows_in", "行", "count"),
    Column("accepted", "采用", "count", phone=False),
    Column("listed", "列出", "count"),
    Column("confirmed", "确认", "tag"),
]
PROBLEM_COLUMNS = [
    Column("file", "文件"),
    Column("sheet", "工作表", phone=False),
    Column("address", "单元格"),
    Column("found", "这里写的是", wrap=True),
    Column("expected", "应为", wrap=True, phone=False),
    Column("fix", "怎么改", wrap=True),
    Column("blocks", "影响", "tag"),
    Column("kind", "问题种类", shown=False, phone=False),
]


def batch_rows(scope: Scope) -> list[Row]:
    """Return the batches a scope may see, newest first."""
    # A batch without a person but of a school is one school's answer to a collection; 收表台 shows those.
    own = Q(created_by__isnull=False) | Q(school_id=None)
    found = batches_visible(scope).filter(own).select_related("created_by").annotate(files=Count("uploads"))
    return [
        {
            "title": batch.title,
            "url": reverse("imports:batch", args=[batch.id]),
            "purpose": batch.get_purpose_display(),
            "state": (batch.get_state_display(), STATE_TONES[batch.state]),
            "files": batch.files,
            "rows_in": batch.rows_in,
            "accepted": batch.rows_accepted,
            "listed": batch.rows_listed,
            "created": batch.created_at,
            "who": batch.created_by.display_name if batch.created_by else "系统",
        }
        for batch in found.order_by("-created_at")
    ]


def sheet_rows(batch: Batch, scope: Scope) -> list[Row]:
    """Return the sheets of a batch: those to look at first, then in the order of the files."""
    found = sheets_visible(scope).filter(upload__batch=batch).order_by("upload__name", "index")
    rows = [_sheet_row(batch, sheet) for sheet in found]
    return sorted(rows, key=lambda row: row["sure"][1] != "amber")


def _sheet_row(batch: Batch, sheet: Sheet) -> dict[str, Any]:
    unread = sheet.kind in ("notes", "empty")
    doubtful = [] if unread else doubtful_columns(sheet)
    return {
        "file": sheet.upload.name,
        "sheet": sheet.name,
        "url": reverse("imports:sheet", args=[batch.id, sheet.id]),
        "kind": (KINDS[sheet.kind], "" if unread else "blue"),
        "sure": (f"{len(doubtful)} 列待看", "amber") if doubtful else ("有把握", "green"),
        "rows_in": sheet.rows_in,
        "accepted": sheet.rows_accepted,
        "listed": sheet.rows_listed,
        "confirmed": ("已确认", "green") if sheet.confirmed else ("待确认", ""),
    }


def doubtful_columns(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the columns whose meaning the program is not sure of."""
    return [c for c in sheet.reading["columns"] if c["confidence"] < SURE and c["role"] != "ignore"]


def problem_rows(batch: Batch, scope: Scope) -> list[Row]:
    """Return the problems of a batch, those that cost a row first."""
    found = [as_problem(row) for row in problems_visible(scope).filter(batch=batch)]
    return [
        {
            "file": problem.place.file,
            "sheet": problem.place.sheet,
            "address": problem.place.address or "整张表",
            "found": problem.found,
            "expected": problem.expected,
            "fix": problem.fix,
            "blocks": ("整行未采用", "red") if problem.blocks_row else ("提示", ""),
            "kind": CATALOGUE.get(problem.code, problem.code),
        }
        for problem in sorted(found, key=lambda p: not p.blocks_row)
    ]


def uploads_with_problems(batch: Batch, scope: Scope) -> list[tuple[Any, int]]:
    """Return the uploads that have problems, with how many."""
    counted = (
        problems_visible(scope)
        .filter(batch=batch, upload__isnull=False)
        .order_by("upload__name")
        .values("upload_id", "upload__name")
        .annotate(n=Count("id"))
    )
    return [(row, row["n"]) for row in counted]


def near_rows(batch: Batch, scope: Scope, by: Any) -> list[dict[str, Any]]:
    """Return the near matches that wait for a decision, with names where this person may see them (audited)."""
    found = list(near_matches(scope, batch_id=batch.id))
    pupils = [pk for match in found for pk in (match.provisional_id, match.candidate_id) if pk]
    names = names_of(pupils, scope, purpose="核对近似姓名", by=by)
    return [
        {
            "match": match,
            "place": f"「{match.sheet}」第{match.row}行",
            "here": names[match.provisional_id].name if match.provisional_id in names else HIDDEN,
            "known": names[match.candidate_id].name if match.candidate_id in names else HIDDEN,
        }
        for match in found
    ]


@dataclass(frozen=True, slots=True)
class VersionBefore:
    """The newest version of the exam a batch is for, with its number of schools, and how many the batch names."""

    dataset: Dataset
    schools: int
    here: int

    @property
    def fewer(self) -> bool:
        """The batch names fewer schools: it may be a correction."""
        return self.here < self.schools


def version_before(batch: Batch, exam: Exam | None) -> VersionBefore | None:
    """Return what a batch of scores would follow; None where it is the exam's first."""
    newest = version_followed(batch, exam) if exam is not None and batch.purpose == "scores" else None
    if newest is None:
        return None
    here = batch_said(batch, kinds=("scores", "items"))["school"]
    return VersionBefore(newest, newest.manifest["counts"]["schools"], len(here))


def step_of(batch: Batch) -> int:
    """Return where a batch stands in the wizard, from 1."""
    return {"open": 1, "reading": 1, "failed": 1, "mapping": 2, "confirmed": 4, "published": 6}[batch.state]


def exam_of(batch: Batch) -> Exam | None:
    """Return the exam whose scores the batch holds, if it is known."""
    return Exam.objects.filter(pk=batch.exam_id).first() if batch.exam_id else None
