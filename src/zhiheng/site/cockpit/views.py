"""The front page."""

from django.http import HttpResponse
from django.shortcuts import render

from zhiheng.base.requests import Request
from zhiheng.site.cockpit.selectors import cockpit_for


def cockpit(request: Request) -> HttpResponse:
    """Show what waits, what is urgent, what is good, where the loop stands."""
    return render(request, "cockpit/cockpit.html", {"cockpit": cockpit_for(request.scope)})
