"""Documents: what there is, in which format, made when; make them all; the fourteen days."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from zhiheng.base.access import CLOCK_STEPS, COUNTY, DOCUMENTS, DOCUMENTS_MAKE, for_roles
from zhiheng.base.components.ledger import Filter, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.errors import Explained
from zhiheng.base.requests import Request
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.reports.documents.page_data import COLUMNS, clocks_open, document_rows, runs_of
from zhiheng.reports.documents.selectors import documents_visible
from zhiheng.reports.documents.services import clock_step_done
from zhiheng.reports.documents.taking import document_take, documents_start, zip_take


@for_roles(DOCUMENTS)
def documents(request: Request) -> HttpResponse:
    """List the documents this person may open."""
    scope = request.scope
    ledger = Ledger(
        request.GET, "documents", "文件", COLUMNS, document_rows(scope),
        [Filter("exam", "考试"), Filter("kind", "种类"), Filter("state", "状态")],
    )  # fmt: skip
    context = {
        "runs": runs_of(scope) if scope.has(*COUNTY) else [],
        "clocks": clocks_open(scope) if scope.has(*COUNTY) else [],
        "may_make": scope.has(*DOCUMENTS_MAKE),
        "may_step": scope.has(*CLOCK_STEPS),
    }
    return ledger_page(request, "documents/list.html", context, ledger)


@for_roles(DOCUMENTS)
def fetch(request: Request, document_id: UUID, file_format: str) -> HttpResponseBase:
    """Hand out one format of a document; audited."""
    found = get_object_or_404(documents_visible(request.scope), pk=document_id)
    if file_format not in found.files:
        raise Http404
    path, name = document_take(document=found, file_format=file_format, by=request.user)
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


@require_POST
@for_roles(DOCUMENTS_MAKE)
def make(request: Request, analysis_id: UUID) -> HttpResponse:
    """Start writing every document of an analysis."""
    run = next((r for r in runs_of(request.scope) if r["analysis"].id == analysis_id), None)
    if run is None:
        raise Http404
    return redirect("jobs:detail", documents_start(analysis=run["analysis"], by=request.user).id)


@for_roles(COUNTY & DOCUMENTS)
def fetch_zip(request: Request, analysis_id: UUID) -> HttpResponseBase:
    """Hand out the school reports of an analysis in one zip; audited."""
    run = next((r for r in runs_of(request.scope) if r["analysis"].id == analysis_id), None)
    path = zip_take(analysis=run["analysis"], by=request.user) if run else None
    if run is None or path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{run['exam'].name}学校报告.zip")


@require_POST
@for_roles(CLOCK_STEPS)
def clock_step(request: Request, exam_id: UUID) -> HttpResponse:
    """Record that a step of the fourteen days is done."""
    exam = get_object_or_404(exams_visible(request.scope), pk=exam_id)
    try:
        clock_step_done(
            exam=exam, step=request.POST.get("step", ""), by=request.user, note=request.POST.get("note", "")
        )
    except Explained as reason:
        messages.error(request, reason.for_user)
    else:
        messages.success(request, "已记下这一步完成的时间。")
    return redirect("documents:list")
