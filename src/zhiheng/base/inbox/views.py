"""The inbox: what waits for this person, soonest first."""

from django.http import HttpResponse
from django.shortcuts import render

from zhiheng.base.inbox.selectors import inbox_for
from zhiheng.base.inbox.wording import inbox_rows
from zhiheng.base.requests import Request


def inbox(request: Request) -> HttpResponse:
    """Show everything that waits."""
    rows = inbox_rows(inbox_for(request.scope))
    return render(request, "inbox/list.html", {"rows": rows})
