"""收表台: the matrix, one collection, one school's part; and the upload page that needs no account."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhiheng.base.access import COLLECT, COLLECT_READ, for_roles
from zhiheng.base.components.ledger import Filter, Ledger
from zhiheng.base.components.ledger_pages import XLSX, ledger_page
from zhiheng.base.errors import Explained
from zhiheng.base.requests import Request
from zhiheng.evidence.collections import page_data
from zhiheng.evidence.collections.forms import CollectionForm, ReturnForm, SendForm
from zhiheng.evidence.collections.links import qr_svg
from zhiheng.evidence.collections.models import Collection, Due, Submission
from zhiheng.evidence.collections.selectors import (
    LinkDead,
    collections_visible,
    due_of_link,
    dues_visible,
    instruction_line,
    template_of,
)
from zhiheng.evidence.collections.services import (
    collection_close,
    collection_open,
    submission_confirm,
    submission_receive,
    submission_return,
)
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.registry.schools.selectors import schools_visible


@for_roles(COLLECT_READ)
def board(request: Request) -> HttpResponse:
    """Show which school has sent which sheet."""
    scope = request.scope
    return render(
        request, "collections/board.html", {"board": page_data.board(scope), "may_ask": scope.has(*COLLECT)}
    )


@for_roles(COLLECT)
def collection_new(request: Request) -> HttpResponse:
    """Ask schools for the sheets of an exam."""
    scope = request.scope
    form = CollectionForm(
        request.POST or None,
        exams=exams_visible(scope),
        schools=schools_visible(scope),
        initial=page_data.asked_first(scope, request.GET.get("exam", "")),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = collection_open(**form.cleaned_data, by=request.user)
        except Explained as reason:
            form.add_error(None, reason.for_user)
        else:
            return redirect("collections:detail", made.pk)
    return render(request, "collections/new.html", {"form": form})


@for_roles(COLLECT_READ)
def collection(request: Request, collection_id: UUID) -> HttpResponse:
    """Show one collection."""
    scope = request.scope
    found = _collection(request, collection_id)
    ledger = Ledger(
        request.GET, "dues", f"{found.title}收表", page_data.DUE_COLUMNS, page_data.due_rows(found, scope),
        [Filter("state", "状态"), Filter("town", "乡镇")],
    )  # fmt: skip
    context = {
        "collection": found,
        "standing": page_data.standing(found),
        "reminder": page_data.reminder(found),
        "instruction": instruction_line(found),
        "may_ask": scope.has(*COLLECT),
    }
    return ledger_page(request, "collections/detail.html", context, ledger)


@for_roles(COLLECT)
def links(request: Request, collection_id: UUID) -> HttpResponse:
    """Show every school's link and QR code, to print and hand out."""
    found = _collection(request, collection_id)
    base = request.build_absolute_uri("/")
    rows = [
        {"school": due.school, "link": (link := page_data.link_of(due, base)), "qr": mark_safe(qr_svg(link))}
        for due in dues_visible(found, request.scope)
    ]
    return render(request, "collections/links.html", {"collection": found, "rows": rows})


@require_POST
@for_roles(COLLECT)
def close(request: Request, collection_id: UUID) -> HttpResponse:
    """Stop a collection."""
    collection_close(_collection(request, collection_id), by=request.user)
    messages.success(request, "已停止收表，链接不再有效。")
    return redirect("collections:detail", collection_id)


@require_POST
@for_roles(COLLECT)
def gather(request: Request, collection_id: UUID) -> HttpResponse:
    """Put the confirmed sheets into one batch."""
    job = page_data.gathering_start(collection=_collection(request, collection_id), by=request.user)
    return redirect("jobs:detail", job.pk)


@for_roles(COLLECT_READ)
def due(request: Request, collection_id: UUID, due_id: UUID) -> HttpResponse:
    """Show one school's part: link, QR code, what came, why it went back."""
    found = _due(request, collection_id, due_id)
    return _due_page(request, found, ReturnForm())


@require_POST
@for_roles(COLLECT)
def submission_yes(request: Request, collection_id: UUID, due_id: UUID, submission_id: UUID) -> HttpResponse:
    """Confirm a sheet: it counts."""
    submission_confirm(_submission(request, collection_id, due_id, submission_id), by=request.user)
    messages.success(request, "已确认，这一份计入。")
    return redirect("collections:due", collection_id, due_id)


@require_POST
@for_roles(COLLECT)
def submission_back(request: Request, collection_id: UUID, due_id: UUID, submission_id: UUID) -> HttpResponse:
    """Send a sheet back with reasons."""
    sent = _submission(request, collection_id, due_id, submission_id)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _due_page(request, sent.due, form)
    submission_return(sent, reasons=form.cleaned_data["reasons"].splitlines(), by=request.user)
    messages.success(request, "已退回，学校打开链接就能看到理由。")
    return redirect("collections:due", collection_id, due_id)


@login_not_required
@never_cache
def public_upload(request: Request, token: str) -> HttpResponse:
    """Take a school's sheet without an account, and say at once whether it can be received."""
    try:
        found = due_of_link(token)
        form = SendForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            sent = submission_receive(
                token=token, name=file.name, content=file.read(), sent_by=form.cleaned_data["sent_by"]
            )
            return render(
                request, "collections/public_sent.html", {"due": found, "sent": sent, "token": token}
            )
    except LinkDead as reason:
        return render(request, "collections/public_dead.html", {"reason": reason.for_user}, status=404)
    except Explained as reason:
        form.add_error("file", reason.for_user)
    context = {
        "due": found,
        "form": form,
        "token": token,
        "instruction": instruction_line(found.collection),
        "sent": found.submissions.all()[:5],
    }
    return render(request, "collections/public.html", context)


@login_not_required
@never_cache
def public_template(request: Request, token: str) -> HttpResponse:
    """Hand out the school's template with 考号 and names filled in; audited."""
    try:
        found = due_of_link(token)
    except LinkDead as reason:
        return render(request, "collections/public_dead.html", {"reason": reason.for_user}, status=404)
    response = HttpResponse(template_of(found), content_type=XLSX)
    name = f"{found.collection.title} {found.school.name}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _collection(request: Request, collection_id: UUID) -> Collection:
    return get_object_or_404(collections_visible(request.scope), pk=collection_id)


def _due(request: Request, collection_id: UUID, due_id: UUID) -> Due:
    return get_object_or_404(
        dues_visible(_collection(request, collection_id), request.scope),
        pk=due_id,
    )


def _submission(request: Request, collection_id: UUID, due_id: UUID, submission_id: UUID) -> Submission:
    return get_object_or_404(_due(request, collection_id, due_id).submissions, pk=submission_id)


def _due_page(request: Request, found: Due, form: ReturnForm) -> HttpResponse:
    link = page_data.link_of(found, request.build_absolute_uri("/"))
    context = {
        "due": found,
        "collection": found.collection,
        "sent": page_data.submissions_of(found),
        "form": form,
        "link": link,
        "qr": mark_safe(qr_svg(link)),
        "tag": (found.get_state_display(), page_data.TONES[found.state]),
        "may_ask": request.scope.has(*COLLECT),
    }
    return render(request, "collections/due.html", context)
