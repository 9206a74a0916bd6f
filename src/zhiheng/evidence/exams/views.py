"""Listing exams and filing one. The guard decides which may be filed."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhiheng.base.access import EXAMS_EDIT, RESULTS, for_roles
from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.errors import Explained
from zhiheng.base.requests import Request
from zhiheng.evidence.exams.forms import ExamForm
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.selectors import exams_visible, own_schools
from zhiheng.evidence.exams.services import exam_create
from zhiheng.registry.schools.grades import GRADE_NAMES
from zhiheng.registry.schools.models import School

TONES = {"planned": "", "collecting": "amber", "published": "blue", "analysed": "green"}
COLUMNS = [
    Column("name", "考试", link="url"),
    Column("state", "状态", "tag"),
    Column("kind", "类别", phone=False),
    Column("grade", "年级", phone=False),
    Column("ended_on", "结束", "day"),
    Column("filing", "备案号", phone=False),
    Column("owner", "范围", phone=False),
]


@for_roles(RESULTS)
def exams(request: Request) -> HttpResponse:
    """List the exams this person may open."""
    scope = request.scope
    ledger = Ledger(
        request.GET, "exams", "考试", COLUMNS, [_row(exam) for exam in exams_visible(scope)],
        [Filter("state", "状态"), Filter("kind", "类别"), Filter("grade", "年级")],
        empty="还没有考试。",
    )  # fmt: skip
    return ledger_page(request, "exams/list.html", {"may_add": scope.has(*EXAMS_EDIT)}, ledger)


@for_roles(EXAMS_EDIT)
def exam_new(request: Request) -> HttpResponse:
    """File an exam, or show why it may not be held and what may be done instead."""
    scope = request.scope
    schools = School.objects.none() if scope.county else own_schools(scope)
    form = ExamForm(request.POST or None, schools=schools, own_only=not scope.county)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            exam = exam_create(**form.cleaned_data, by=request.user)
        except Explained as reason:
            refusal = reason.for_user
        else:
            return redirect("results:exam", exam.id)
    return render(request, "exams/new.html", {"form": form, "refusal": refusal})


def _row(exam: Exam) -> dict[str, object]:
    return {
        "name": exam.name,
        "url": reverse("results:exam", args=[exam.id]),
        "state": (exam.get_state_display(), TONES[exam.state]),
        "kind": exam.get_kind_display(),
        "grade": GRADE_NAMES[exam.grade],
        "ended_on": exam.ended_on,
        "filing": exam.filing_number,
        "owner": exam.school.name if exam.school else "全县",
    }
