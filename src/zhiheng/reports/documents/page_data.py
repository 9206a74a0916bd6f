"""What the page of documents shows: documents with their formats, runs to make them from, open clocks."""

from typing import Any

from django.urls import reverse

from zhiheng.base.clock import today
from zhiheng.base.components import printed
from zhiheng.base.components.ledger import Column
from zhiheng.base.jobs.models import Job
from zhiheng.base.scopes import Scope
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.measures.analyses.selectors import latest_analysis
from zhiheng.reports.clock import STATES
from zhiheng.reports.documents.models import Document
from zhiheng.reports.documents.selectors import clock_of, documents_current, documents_visible
from zhiheng.reports.documents.services import documents_key
from zhiheng.reports.documents.taking import zip_path

CLOCK_CLASSES = {"done": "done", "done_late": "done", "late": "late", "next": "now", "later": ""}
LONGEST = 60
"""Days after a test until its clock leaves the page."""
FORMATS = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel"}
COLUMNS = [
    Column("title", "文件"),
    Column("exam", "考试", shown=False, phone=False),  # the title names it; it is there to be filtered by
    Column("kind", "种类", phone=False),
    Column("version", "版", "count", phone=False),
    Column("state", "状态", "tag", phone=False),
    Column("made", "生成", "day", phone=False),
    *(Column(name, label, link=f"{name}_url") for name, label in FORMATS.items()),
]


def document_rows(scope: Scope) -> list[dict[str, Any]]:
    """Return the documents a scope may open, newest first."""
    return [_row(document) for document in documents_visible(scope)]


def _row(document: Document) -> dict[str, Any]:
    links = {
        f"{name}_url": reverse("documents:fetch", args=[document.id, name])
        for name in FORMATS
        if name in document.files
    }
    return {
        "title": document.title.replace("\n", " "),
        "exam": document.analysis.dataset.exam.name,
        "kind": document.get_kind_display(),
        "version": document.version,
        "state": (document.get_state_display(), "green" if document.state == "released" else "blue"),
        "made": document.made_at,
        **{name: label for name, label in FORMATS.items() if name in document.files},
        **links,
    }


def runs_of(scope: Scope) -> list[dict[str, Any]]:
    """Return the newest run of every analysed exam, with the job that makes its documents and the zip."""
    found = []
    for exam in exams_visible(scope).filter(state="analysed"):
        analysis = latest_analysis(exam)
        if analysis is not None:
            found.append(
                {
                    "exam": exam,
                    "analysis": analysis,
                    "made": documents_current(analysis).count(),
                    "zip": zip_path(analysis) is not None,
                    "job": Job.objects.filter(key=documents_key(analysis)).first(),
                }
            )
    return found


def clocks_open(scope: Scope) -> list[dict[str, Any]]:
    """Return the fourteen days of every exam of the county that has just been held."""
    return [
        {"exam": exam, **clock_lines(exam)}
        for exam in exams_visible(scope).filter(school=None)
        if 0 <= (today() - exam.ended_on).days <= LONGEST
    ]


def clock_lines(exam: Exam) -> dict[str, Any]:
    """Return the fourteen days of an exam as a page shows them."""
    clock = clock_of(exam)
    return {
        "sentence": clock.sentence,
        "day": max(clock.day, 0),
        "days": clock.days,
        "late": bool(clock.late),
        "current": clock.current.step if clock.current else None,
        "steps": [
            {
                "key": each.step.key,
                "title": each.step.title,
                "holder": each.step.holder,
                "due": printed.short_day(each.due_on),
                "done": printed.short_day(each.done_on) if each.done_on else "",
                "state": CLOCK_CLASSES[each.state],
                "word": STATES[each.state],
            }
            for each in clock.steps
        ],
    }
