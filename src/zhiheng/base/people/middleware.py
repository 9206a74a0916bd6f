"""Put the scope of the signed-in person on the request."""

from zhiheng.base.people.selectors import scope_of


class ScopeMiddleware:
    """Sets `request.scope`, the one object that decides what this request may see."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.scope = scope_of(request.user)
        return self.get_response(request)
