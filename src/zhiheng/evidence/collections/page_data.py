"""What 收表台 shows: the matrix of schools and sheets, one collection, one school's part with its link."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from zhiheng.base.canonical import sha256_of
from zhiheng.base.components.ledger import Column, Row
from zhiheng.base.errors import Explained
from zhiheng.base.jobs.models import Job
from zhiheng.base.jobs.services import job_start
from zhiheng.base.scopes import Scope
from zhiheng.evidence.collections.links import link_token
from zhiheng.evidence.collections.models import Collection, Due, Submission
from zhiheng.evidence.collections.selectors import collections_visible, dues_visible, reminder_text, standing
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.registry.schools.selectors import classes_in_grade, schools_visible

TONES = {"missing": "red", "received": "blue", "returned": "amber", "confirmed": "green"}
SHOWN = 6
"""Collections side by side in the matrix: the newest."""
DUE_COLUMNS = [
    Column("school", "学校", link="url"),
    Column("town", "乡镇", phone=False),
    Column("state", "状态", "tag"),
    Column("changed", "时间", "moment", phone=False),
    Column("sent_by", "报送人", phone=False),
    Column("versions", "来过几份", "count", phone=False),
    Column("reasons", "退回理由", wrap=True, phone=False),
]


@dataclass(frozen=True, slots=True)
class Board:
    """The matrix: collections across, schools down."""

    collections: list[dict[str, Any]]
    rows: list[dict[str, Any]]


def board(scope: Scope) -> Board:
    """Return the newest collections with the state of every school this person may see."""
    collections = list(collections_visible(scope)[:SHOWN])
    cells: dict[Any, dict[Any, Due]] = {}
    schools: dict[Any, Any] = {}
    for collection in collections:
        for due in dues_visible(collection, scope):
            schools[due.school_id] = due.school
            cells.setdefault(due.school_id, {})[collection.pk] = due
    ordered = sorted(schools.values(), key=lambda school: (school.order, school.pinyin))
    return Board(
        [{"collection": c, "standing": standing(c), "reminder": reminder(c)} for c in collections],
        [
            {"school": school, "cells": [_cell(cells[school.pk].get(c.pk)) for c in collections]}
            for school in ordered
        ],
    )


def _cell(due: Due | None) -> dict[str, Any] | None:
    if due is None:
        return None
    return {"word": due.get_state_display(), "tone": TONES[due.state], "url": _due_url(due)}


def _due_url(due: Due) -> str:
    return reverse("collections:due", args=[due.collection_id, due.pk])


def reminder(collection: Collection) -> str:
    """Return the reminder to copy; empty once the collection has stopped."""
    try:
        return reminder_text(collection)
    except Explained:
        return ""


def due_rows(collection: Collection, scope: Scope) -> list[Row]:
    """Return the schools of a collection, in the bureau's order."""
    rows: list[Row] = []
    for due in dues_visible(collection, scope).prefetch_related("submissions"):
        sent = list(due.submissions.all())
        rows.append(
            {
                "school": due.school.name,
                "search": f"{due.school.pinyin} {due.school.initials}",
                "url": _due_url(due),
                "town": due.school.town.name if due.school.town else "",
                "state": (due.get_state_display(), TONES[due.state]),
                "changed": due.changed_at,
                "sent_by": sent[0].sent_by if sent else "",
                "versions": len(sent),
                "reasons": "；".join(due.reasons[:2]) if due.state == "returned" else "",
            }
        )
    return rows


def asked_first(scope: Scope, exam_id: str) -> dict[str, Any]:
    """Return what the form proposes: the exam asked for (else the latest) and the schools that have its grade."""
    exams = exams_visible(scope)
    exam = next((each for each in exams if str(each.pk) == exam_id), exams.first())
    if exam is None:
        return {}
    schools = schools_visible(scope)
    asked = schools.filter(classes__in=classes_in_grade(schools, exam.grade, exam.starts_on)).distinct()
    return {"exam": exam.pk, "schools": list(asked.values_list("pk", flat=True))}


def link_of(due: Due, base: str) -> str:
    """Return the address that opens the upload page of one school. `base` is the site's own, with the scheme."""
    return base.rstrip("/") + reverse("collections:public", args=[link_token(due.pk)])


def submissions_of(due: Due) -> list[dict[str, Any]]:
    """Return what a school sent, newest first, with the state of each file in a word."""
    return [
        {"submission": each, "state": _submission_tag(each)}
        for each in due.submissions.select_related("upload")
    ]


def _submission_tag(each: Submission) -> tuple[str, str]:
    if each.counts:
        return ("已确认，计入", "green")
    if each.reasons:
        return ("已退回", "amber")
    return ("已被新版替代", "") if each.confirmed_at else ("待确认", "blue")


def gathering_start(*, collection: Collection, by: Any) -> Job:
    """Ask for the confirmed sheets to be put into one batch; the same sheets asked twice are the same job."""
    counting = sorted(
        str(pk)
        for pk in Submission.objects.filter(due__collection=collection, counts=True).values_list(
            "pk", flat=True
        )
    )
    return job_start(
        kind="collection.gather",
        key=f"collection.gather:{collection.pk}:{sha256_of(counting)[:16]}",
        title=f"汇总 {collection.title}",
        payload={"collection_id": str(collection.pk), "user_id": str(by.pk)},
        by=by,
    )
