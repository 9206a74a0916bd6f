"""The request as views see it, once the middleware has put a person and a scope on it. For annotations only."""

from typing import Any

from django.http import HttpRequest

from zhiheng.base.scopes import Scope


class Request(HttpRequest):
    """A request of somebody signed in; before signing in, `scope` is nobody's."""

    scope: Scope
    user: Any
