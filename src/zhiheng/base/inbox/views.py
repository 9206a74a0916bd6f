"""The inbox: what waits for this person, soonest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhiheng.base.inbox.selectors import inbox_for
from zhiheng.base.inbox.wording import inbox_rows


def inbox(request: HttpRequest) -> HttpResponse:
    """Show everything that waits."""
    rows = inbox_rows(inbox_for(request.scope))  # type: ignore[attr-defined]
    return render(request, "inbox/list.html", {"rows": rows})
