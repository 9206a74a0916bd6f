"""Definitions: which are in force, every version, and the bureau's own next one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from zhiheng.base.access import CALIBER_EDIT, CALIBER_READ, for_roles
from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.definitions.forms import DefinitionForm, parameter_label, parameter_text
from zhiheng.base.definitions.kinds import definition_kinds
from zhiheng.base.definitions.models import Definition
from zhiheng.base.definitions.selectors import in_force, versions
from zhiheng.base.definitions.services import definition_revise
from zhiheng.base.errors import Explained
from zhiheng.base.requests import Request

COLUMNS = [
    Column("title", "名称", link="url"),
    Column("kind", "种类"),
    Column("version", "第几版", "count"),
    Column("origin", "来自", "tag"),
    Column("valid_from", "起用", "day", phone=False),
    Column("source", "依据", phone=False, wrap=True),
]


@for_roles(CALIBER_READ)
def definitions(request: Request) -> HttpResponse:
    """List the versions in force."""
    rows = [_row(each, kind.label) for kind in definition_kinds().values() for each in in_force(kind.code)]
    ledger = Ledger(
        request.GET, "definitions", "口径", COLUMNS, rows, [Filter("kind", "种类"), Filter("origin", "来自")],
        empty="还没有口径。请系统管理员运行一次自检，随软件的口径会自动装入。",
    )  # fmt: skip
    return ledger_page(request, "definitions/list.html", {}, ledger)


@for_roles(CALIBER_READ)
def definition(request: Request, definition_id: UUID) -> HttpResponse:
    """Show one version with its parameters, beside the version before it."""
    found = get_object_or_404(Definition, pk=definition_id)
    all_versions = list(versions(found.kind, found.key))
    before = next((each for each in all_versions if each.version < found.version), None)
    names = dict.fromkeys([*found.body, *(before.body if before else {})])
    context = {
        "definition": found,
        "kind": definition_kinds()[found.kind].label,
        "versions": all_versions,
        "before": before,
        "parameters": [(parameter_label(n), parameter_text(n, v)) for n, v in found.body.items()],
        "changes": [
            {
                "label": parameter_label(name),
                "before": parameter_text(name, before.body.get(name)),
                "after": parameter_text(name, found.body.get(name)),
            }
            for name in names
            if before and before.body.get(name) != found.body.get(name)
        ],
        "may_edit": request.scope.has(*CALIBER_EDIT),
    }
    return render(request, "definitions/detail.html", context)


@for_roles(CALIBER_EDIT)
def revise(request: Request, definition_id: UUID) -> HttpResponse:
    """Write the bureau's next version."""
    found = get_object_or_404(Definition, pk=definition_id)
    form = DefinitionForm(request.POST or None, definition=found)
    if request.method == "POST" and form.is_valid():
        try:
            made = definition_revise(
                kind=found.kind, key=found.key, body=form.new_body(), title=form.cleaned_data["title"],
                by=request.user, source=form.cleaned_data["source"],
            )  # fmt: skip
        except Explained as reason:
            form.add_error(None, reason.for_user)
        else:
            messages.success(request, f"已存为第 {made.version} 版。用旧版算出的结果仍注明旧版。")
            return redirect("definitions:detail", made.id)
    return render(request, "definitions/revise.html", {"definition": found, "form": form})


def _row(each: Definition, kind: str) -> dict[str, object]:
    return {
        "title": each.title,
        "url": reverse("definitions:detail", args=[each.id]),
        "kind": kind,
        "version": each.version,
        "origin": (each.get_origin_display(), "blue" if each.origin == "bureau" else ""),
        "valid_from": each.valid_from,
        "source": each.source,
    }
