"""Find a school from anywhere, by name, pinyin or initials."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhiheng.registry.schools.selectors import school_search


def search(request: HttpRequest) -> HttpResponse:
    """Show what the words find, within what this person may see."""
    words = request.GET.get("q", "").strip()
    schools = school_search(request.scope, words)[:50] if words else []  # type: ignore[attr-defined]
    return render(request, "search/results.html", {"words": words, "schools": schools})
