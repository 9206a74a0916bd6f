"""Put the scope of the signed-in person on the request, and see that a first password is replaced."""

from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from zhiheng.base.people.selectors import scope_of

STILL_OPEN = frozenset({"people:password", "people:sign_out", "health"})


class ScopeMiddleware:
    """Sets `request.scope`, the one object that decides what this request may see."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.scope = scope_of(request.user)
        return self.get_response(request)


class FreshPasswordMiddleware:
    """Leads a person with a temporary password to the page where it is replaced, whatever was asked for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if (
            getattr(request.user, "must_change_password", False)
            and _view_name(request.path_info) not in STILL_OPEN
        ):
            return redirect("people:password")
        return self.get_response(request)


def _view_name(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""
