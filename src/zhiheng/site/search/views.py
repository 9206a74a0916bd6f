"""Find a school or an exam from anywhere, by name, pinyin or initials."""

from django.http import HttpResponse
from django.shortcuts import render

from zhiheng.base.access import RESULTS, SCHOOLS
from zhiheng.base.pinyin import spelled
from zhiheng.base.requests import Request
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.registry.schools.selectors import school_search

MOST = 50


def search(request: Request) -> HttpResponse:
    """Show what the words find, within what this person may see."""
    scope = request.scope
    words = request.GET.get("q", "").strip()
    schools = school_search(scope, words)[:MOST] if words and scope.has(*SCHOOLS) else []
    exams = exams_visible(scope) if words and scope.has(*RESULTS) else []
    wanted = words.lower()
    found = [exam for exam in exams if wanted in exam.name.lower() or wanted in spelled(exam.name)][:MOST]
    return render(request, "search/results.html", {"words": words, "schools": schools, "exams": found})
