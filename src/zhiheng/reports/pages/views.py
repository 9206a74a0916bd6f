"""Pages of an exam's results: overview, subject, items, school, class, and where a number comes from."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhiheng.base.access import CALIBER_EDIT, CLASS_PAGES, EXAMS_EDIT, RESULTS, SCHOOL_HEADS, for_roles
from zhiheng.base.components.ledger import Filter, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.errors import Explained
from zhiheng.base.requests import Request
from zhiheng.registry.schools.selectors import schools_visible
from zhiheng.reports.monitoring.page import levels_page
from zhiheng.reports.pages import cell_page, class_page, exam_page, item_page, school_page, trace_page
from zhiheng.reports.pages.caliber import caliber_card, caliber_choose, may_choose
from zhiheng.reports.pages.own import own_classes
from zhiheng.reports.pages.progress import exam_progress
from zhiheng.reports.pages.reads import cell_read
from zhiheng.reports.pages.results import Reading, analysis_chosen, exam_seen, reading_of, results_seen
from zhiheng.reports.pages.starting import NothingToAnalyse, analysis_start, help_ask
from zhiheng.reports.pages.subject_page import subject_page
from zhiheng.standards.subjects import subject_name


def _reading(request: Request, exam_id: UUID) -> Reading:
    return reading_of(exam_id, request.scope, request.GET.get("analysis", ""))


@for_roles(RESULTS)
def exam(request: Request, exam_id: UUID) -> HttpResponse:
    """Show an exam: what it says, its subjects and schools, and how far the work is."""
    scope = request.scope
    found = exam_seen(exam_id, scope)
    context: dict[str, Any] = {
        "exam": found,
        "progress": exam_progress(found, scope),
        "may_edit": scope.has(*EXAMS_EDIT),
        "caliber": caliber_card(found, scope),
        "own_classes": own_classes(scope, found),
    }
    analysis = analysis_chosen(found, request.GET.get("analysis", ""))
    if analysis is None:
        return render(request, "pages/exam_waiting.html", context)
    if found.kind == "monitoring":
        return levels_page(request, results_seen(analysis, scope), context)
    reading = _reading(request, exam_id)
    main = reading.results.main_subject
    subjects = Ledger(
        request.GET, "subjects", f"{found.name}学科", exam_page.SUBJECT_COLUMNS, exam_page.subject_rows(reading),
        searchable=False,
    )  # fmt: skip
    schools = Ledger(
        request.GET, "schools", f"{found.name}学校", exam_page.school_columns(reading.results.exam.compulsory),
        exam_page.school_rows(reading, main), [Filter("town", "乡镇"), Filter("school_type", "类型")],
        empty="没有您可以查看的学校。",
    )  # fmt: skip
    context |= {"reading": reading, "facts": reading.facts, "main_subject": subject_name(main)}
    return ledger_page(request, "pages/exam.html", context, subjects, schools)


@require_POST
@for_roles(EXAMS_EDIT)
def analyse(request: Request, exam_id: UUID) -> HttpResponse:
    """Start the analysis of the newest dataset."""
    try:
        job = analysis_start(exam=exam_seen(exam_id, request.scope), by=request.user)
    except Explained as reason:
        messages.error(request, reason.for_user)
        return redirect("results:exam", exam_id)
    return redirect("jobs:detail", job.id)


@require_POST
@for_roles(CALIBER_EDIT | EXAMS_EDIT)
def caliber(request: Request, exam_id: UUID) -> HttpResponse:
    """Choose another 口径 and, where there are data, analyse under it."""
    found = exam_seen(exam_id, request.scope)
    if not may_choose(found, request.scope):
        raise PermissionDenied
    try:
        found = caliber_choose(exam=found, key=request.POST.get("key", ""), by=request.user)
        job = analysis_start(exam=found, by=request.user)
    except NothingToAnalyse:
        messages.success(request, "口径已换，入库后按新的口径分析。")
    except Explained as reason:
        messages.error(request, reason.for_user)
    else:
        return redirect("jobs:detail", job.id)
    return redirect("results:exam", exam_id)


@for_roles(RESULTS)
def subject(request: Request, exam_id: UUID, subject: str) -> HttpResponse:
    """Show one subject."""
    reading = _reading(request, exam_id)
    if subject not in reading.results.subjects_and_total:
        raise Http404
    return render(request, "pages/subject.html", subject_page(reading, subject))


@for_roles(RESULTS)
def items(request: Request, exam_id: UUID, subject: str) -> HttpResponse:
    """Show the items of a paper."""
    reading = _reading(request, exam_id)
    if subject not in reading.results.subjects:
        raise Http404
    ledger = Ledger(
        request.GET, "items", f"{reading.exam.name}{subject_name(subject)}小题", item_page.COLUMNS,
        item_page.item_rows(reading, subject), [Filter("knowledge", "知识点"), Filter("ability", "能力")],
        empty="没有小题分。上传小题分表和双向细目表后重新入库即可。",
    )  # fmt: skip
    context = {
        "reading": reading,
        "subject": subject,
        "subject_name": subject_name(subject),
        "suspects": item_page.suspects(reading.results.items, subject),
        "chart": item_page.quadrants(reading, subject),
        "options": item_page.option_table(reading, subject),
        "paper": reading.results.papers.get(subject),
    }
    return ledger_page(request, "pages/items.html", context, ledger)


@for_roles(RESULTS)
def school(request: Request, exam_id: UUID, school_id: UUID) -> HttpResponse:
    """Show one school to those who may see it."""
    reading = _reading(request, exam_id)
    context = school_page.school_page(reading, school_id, request.GET.get("subject", ""))
    name = context["school"]["name"]
    subjects = Ledger(
        request.GET,
        "subjects",
        f"{name}学科",
        school_page.SUBJECT_COLUMNS,
        context["subject_rows"],
        searchable=False,
    )
    classes = Ledger(
        request.GET, "classes", f"{name}班级", school_page.CLASS_COLUMNS, context["class_rows"],
        searchable=False, empty="没有您可以查看的班级。",
    )  # fmt: skip
    groups = Ledger(
        request.GET, "groups", f"{name}学生群体", school_page.GROUP_COLUMNS, context["group_rows"],
        searchable=False, empty="名册里没有性别、随迁、留守、寄宿信息。",
    )  # fmt: skip
    return ledger_page(request, "pages/school.html", context, subjects, classes, groups)


@require_POST
@for_roles(SCHOOL_HEADS)
def school_help(request: Request, exam_id: UUID, school_id: UUID) -> HttpResponse:
    """Take a school's call for help."""
    exam = exam_seen(exam_id, request.scope)
    school = get_object_or_404(schools_visible(request.scope), pk=school_id)
    help_ask(exam=exam, school=school, matter=request.POST.get("matter", ""), by=request.user)
    messages.success(request, "已送到教研室的待办。")
    return redirect("results:school", exam_id, school_id)


@never_cache
@for_roles(CLASS_PAGES)
def klass(request: Request, exam_id: UUID, class_id: UUID) -> HttpResponse:
    """Show one class by name to those who teach or lead it; the look is audited."""
    context = class_page.class_page(_reading(request, exam_id), class_id, request.user)
    return render(request, "pages/class.html", context)


@for_roles(RESULTS)
def trace(request: Request, exam_id: UUID) -> HttpResponse:
    """Explain one number; in the drawer, or as a page of its own."""
    reading = _reading(request, exam_id)
    level, unit, subject, measure = (
        request.GET.get(name, "") for name in ("level", "unit", "subject", "measure")
    )
    context = trace_page.trace_page(reading, level, unit, subject, measure)
    part = request.headers.get("HX-Target") == "drawer-body"
    return render(request, "pages/trace_body.html" if part else "pages/trace.html", context)


@for_roles(RESULTS)
def cells(request: Request, exam_id: UUID) -> HttpResponse:
    """List every cell behind a number."""
    reading = _reading(request, exam_id)
    level, unit, subject = (request.GET.get(name, "") for name in ("level", "unit", "subject"))
    context = trace_page.trace_page(reading, level, unit, subject, "mean")
    ledger = Ledger(
        request.GET, "cells", "来自哪些单元格", trace_page.CELL_COLUMNS, trace_page.cell_rows(reading, level, unit, subject),
        [Filter("file", "文件")], exportable=False,
    )  # fmt: skip
    return ledger_page(request, "pages/cells.html", context, ledger)


@never_cache
@for_roles(RESULTS)
def cell(
    request: Request, exam_id: UUID, analysis_id: UUID, upload_id: UUID, sheet: int, row: int, column: int
) -> HttpResponse:
    """Show one cell of an uploaded sheet; the look is audited."""
    reading = reading_of(exam_id, request.scope, str(analysis_id))
    try:
        context = cell_page.cell_page(reading, upload_id, sheet, row, column)
    except Explained as reason:
        messages.error(request, reason.for_user)
        return redirect("results:exam", exam_id)
    cell_read(
        reading=reading,
        cell=context["cell"],
        address=context["address"],
        upload_id=upload_id,
        by=request.user,
    )
    return render(request, "pages/cell.html", context)
