"""The intake wizard: upload → columns → problems → confirm → publish. Reading and publishing run as jobs."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from zhiheng.base.access import INTAKE, MATCHING, for_roles
from zhiheng.base.components.ledger import Filter, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.errors import Explained
from zhiheng.base.intake.models import Batch, Sheet, present
from zhiheng.base.intake.selectors import batches_visible, sheet_preview, sheets_visible, uploads_visible
from zhiheng.base.intake.services import batch_open, sheet_confirm, upload_add
from zhiheng.base.intake.withdrawing import upload_withdraw
from zhiheng.base.requests import Request
from zhiheng.evidence.exams.selectors import exams_visible, own_schools
from zhiheng.evidence.imports import page_data
from zhiheng.evidence.imports.deeds import batch_readdress, batch_take_in, marked_copy_packed, reading_start
from zhiheng.evidence.imports.forms import BatchForm, ReaddressForm, SheetForm, TakeInForm
from zhiheng.registry.pupils.selectors import near_matches
from zhiheng.registry.pupils.services import near_match_decide


def _batch(request: Request, batch_id: UUID) -> Batch:
    return get_object_or_404(batches_visible(request.scope), pk=batch_id)


def _context(batch: Batch, now: int) -> dict[str, Any]:
    return {"batch": batch, "steps": page_data.STEPS, "now": now, "exam": page_data.exam_of(batch)}


@for_roles(INTAKE)
def batches(request: Request) -> HttpResponse:
    """List batches."""
    ledger = Ledger(
        request.GET, "batches", "上传批次", page_data.BATCH_COLUMNS, page_data.batch_rows(request.scope),
        [Filter("state", "状态"), Filter("purpose", "内容")], empty="还没有批次。",
    )  # fmt: skip
    return ledger_page(request, "imports/list.html", {}, ledger)


@for_roles(INTAKE)
def batch_new(request: Request) -> HttpResponse:
    """Open a batch."""
    scope = request.scope
    form = BatchForm(
        request.POST or None, exams=exams_visible(scope), initial={"exam": request.GET.get("exam")}
    )
    if request.method == "POST" and form.is_valid():
        exam = form.cleaned_data["exam"]
        own = None if scope.county else own_schools(scope).first()
        batch = batch_open(
            purpose=form.cleaned_data["purpose"],
            title=form.cleaned_data["title"],
            exam_id=exam.id if exam else None,
            school_id=own.id if own else None,
            by=request.user,
        )
        return redirect("imports:upload", batch.id)
    return render(request, "imports/new.html", {"form": form, "steps": page_data.STEPS, "now": 1})


@for_roles(INTAKE)
def batch(request: Request, batch_id: UUID) -> HttpResponse:
    """Lead to the step where the batch stands."""
    found = _batch(request, batch_id)
    goal = {1: "upload", 2: "columns", 4: "confirm", 6: "problems"}[page_data.step_of(found)]
    return redirect(f"imports:{goal}", batch_id)


@for_roles(INTAKE)
def upload(request: Request, batch_id: UUID) -> HttpResponse:
    """Take files in; the same page lists what is there."""
    found = _batch(request, batch_id)
    if request.method == "POST":
        files = request.FILES.getlist("files")
        if not files:
            messages.warning(request, "没有选到文件。请选择表格文件，或整个 zip 压缩包。")
        try:
            for file in files:
                upload_add(
                    batch=found,
                    name=file.name or "",
                    content=file.read(),
                    school_id=found.school_id,
                    by=str(request.user),
                )
        except Explained as reason:
            messages.error(request, reason.for_user)
        return redirect("imports:upload", batch_id)
    context = _context(found, 1) | {
        "uploads": found.uploads.filter(present()),
        "withdrawn": found.uploads.exclude(withdrawn_at=None),
    }
    if found.purpose == "scores" and found.state != "published":
        context["readdress"] = ReaddressForm(
            exams=exams_visible(request.scope), initial={"exam": found.exam_id}
        )
    return render(request, "imports/upload.html", context)


@require_POST
@for_roles(INTAKE)
def withdraw(request: Request, batch_id: UUID, upload_id: UUID) -> HttpResponse:
    """Take a wrongly uploaded file out of the batch."""
    batch = _batch(request, batch_id)
    found = get_object_or_404(batch.uploads.filter(present()), pk=upload_id)
    try:
        upload_withdraw(upload=found, by=request.user)
    except Explained as reason:
        messages.error(request, reason.for_user)
    else:
        messages.success(request, f"“{found.name}”已撤下，不再参加识别和入库；原件留存备查。")
    return redirect("imports:upload", batch_id)


@require_POST
@for_roles(INTAKE)
def readdress(request: Request, batch_id: UUID) -> HttpResponse:
    """Move the batch to another exam."""
    batch = _batch(request, batch_id)
    form = ReaddressForm(request.POST, exams=exams_visible(request.scope))
    if not form.is_valid():
        messages.error(request, "请从列表里选一次考试。")
        return redirect("imports:upload", batch_id)
    exam = form.cleaned_data["exam"]
    try:
        batch_readdress(batch=batch, exam=exam, by=request.user)
    except Explained as reason:
        messages.error(request, reason.for_user)
    else:
        messages.success(request, f"这一批已改到“{exam}”。")
    return redirect("imports:upload", batch_id)


@require_POST
@for_roles(INTAKE)
def read(request: Request, batch_id: UUID) -> HttpResponse:
    """Start reading the uploads."""
    job = reading_start(batch=_batch(request, batch_id), by=request.user)
    context = _context(_batch(request, batch_id), 1)
    return render(
        request,
        "imports/reading.html",
        context | {"job": job, "then": reverse("imports:columns", args=[batch_id])},
    )


@for_roles(INTAKE)
def columns(request: Request, batch_id: UUID) -> HttpResponse:
    """List the sheets with what each was read as."""
    found = _batch(request, batch_id)
    ledger = Ledger(
        request.GET, "sheets", f"{found.title}工作表", page_data.SHEET_COLUMNS,
        page_data.sheet_rows(found, request.scope),
        [Filter("kind", "是什么"), Filter("sure", "把握")], empty="没有读到任何工作表。原因见“问题”。",
    )  # fmt: skip
    return ledger_page(request, "imports/columns.html", _context(found, 2), ledger)


@for_roles(INTAKE)
def sheet(request: Request, batch_id: UUID, sheet_id: UUID) -> HttpResponse:
    """Show how one sheet was understood, and take a person's changes."""
    scope = request.scope
    batch = _batch(request, batch_id)
    found: Sheet = get_object_or_404(sheets_visible(scope).filter(upload__batch=batch), pk=sheet_id)
    form = SheetForm(request.POST or None, reading=found.reading)
    if request.method == "POST" and form.is_valid():
        try:
            sheet_confirm(sheet=found, changes=form.changes(), by=request.user)
        except Explained as reason:
            form.add_error(None, reason.for_user)
        else:
            messages.success(request, f"「{found.name}」已按您的选择重新读取。")
            return redirect("imports:columns", batch_id)
    context = _context(batch, 2) | {"sheet": found, "form": form}
    try:
        context["preview"] = sheet_preview(found, scope)
    except Explained as reason:
        messages.warning(request, reason.for_user)
    return render(request, "imports/sheet.html", context)


@for_roles(INTAKE)
def problems(request: Request, batch_id: UUID) -> HttpResponse:
    """List every problem with its place and how to mend it."""
    scope = request.scope
    found = _batch(request, batch_id)
    ledger = Ledger(
        request.GET, "problems", f"{found.title}问题", page_data.PROBLEM_COLUMNS, page_data.problem_rows(found, scope),
        [Filter("blocks", "影响"), Filter("file", "文件"), Filter("kind", "问题种类")],
        empty=f"共检查 {found.rows_in:,} 行，没有发现问题。",
    )  # fmt: skip
    context = _context(found, 3) | {"uploads": page_data.uploads_with_problems(found, scope)}
    return ledger_page(request, "imports/problems.html", context, ledger)


@for_roles(INTAKE)
def marked(request: Request, batch_id: UUID, upload_id: UUID) -> HttpResponseBase:
    """Hand out the original workbook with the bad cells coloured and commented; audited."""
    found = get_object_or_404(
        uploads_visible(request.scope).filter(batch=_batch(request, batch_id)), pk=upload_id
    )
    try:
        content, name = marked_copy_packed(upload=found, by=request.user)
    except Explained as reason:
        messages.error(request, reason.for_user)
        return redirect("imports:problems", batch_id)
    return FileResponse(content, as_attachment=True, filename=name)


@for_roles(INTAKE)
def confirm(request: Request, batch_id: UUID) -> HttpResponse:
    """Confirm the batch and start publishing it."""
    scope = request.scope
    found = _batch(request, batch_id)
    exam = page_data.exam_of(found)
    before = page_data.version_before(found, exam)
    form = TakeInForm(
        request.POST or None,
        exams=exams_visible(scope) if found.purpose == "scores" and exam is None else None,
        correcting=before is not None,
        initial={"carry": before is not None and before.fewer},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            job = batch_take_in(
                batch=found, exam=given.get("exam", exam), carry=given.get("carry", False), by=request.user
            )
        except Explained as reason:
            messages.error(request, reason.for_user)
            return redirect("imports:confirm", batch_id)
        then = reverse("imports:problems", args=[batch_id])
        return render(request, "imports/reading.html", _context(found, 5) | {"job": job, "then": then})
    context = _context(found, 4) | {"form": form, "before": before, "doubtful": _doubtful(found, scope)}
    return render(request, "imports/confirm.html", context)


def _doubtful(batch: Batch, scope: Any) -> int:
    return sum(row["sure"][1] == "amber" for row in page_data.sheet_rows(batch, scope))


@for_roles(MATCHING)
def matches(request: Request, batch_id: UUID) -> HttpResponse:
    """List rows that almost name a pupil of the roster; each waits for a person."""
    found = _batch(request, batch_id)
    context = _context(found, 5) | {"rows": page_data.near_rows(found, request.scope, request.user)}
    return render(request, "imports/matches.html", context)


@require_POST
@for_roles(MATCHING)
def match_decide(request: Request, batch_id: UUID, match_id: UUID) -> HttpResponse:
    """Take a person's word on one near match."""
    match = get_object_or_404(near_matches(request.scope, batch_id=batch_id), pk=match_id)
    try:
        near_match_decide(match, same=request.POST.get("same") == "yes", by=request.user)
    except Explained as reason:
        messages.error(request, reason.for_user)
    return redirect("imports:matches", batch_id)
