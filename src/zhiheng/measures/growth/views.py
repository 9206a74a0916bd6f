"""Pages of growth: which exams have it, and one exam's schools with what can and cannot be told apart."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from zhiheng.base.access import GROWTH, for_roles
from zhiheng.base.components.ledger import Column, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.registers.pages import Register, register_list
from zhiheng.base.requests import Request
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.measures.analyses.analysis_kinds import caliber_of
from zhiheng.measures.growth import page_data
from zhiheng.measures.growth.selectors import baseline_of, growth_tables, latest_growth

REGISTER = Register(
    title="增值与成长",
    list_name="growth:list",
    who="局领导、教研室、校长",
    when="一次考试分析完成、并且有依规定可作起点的前一次考试",
    how="选一次考试，看各校学生比全县起点相同的学生多考了多少，能不能与全县区分。",
    note="起点只用依规定全员参加的考试（学业水平考试、中考、毕业年级模拟）。一年的增值不稳定，不得单独用于考核、绩效和通报。",
)
LIST = [
    Column("name", "考试", link="url", wrap=True),
    Column("baseline", "起点", wrap=True),
    Column("day", "考试日期", "day", phone=False),
]


@for_roles(GROWTH)
def exams(request: Request) -> HttpResponse:
    """Show the exams whose growth has been measured."""
    measured = ((exam, latest_growth(exam)) for exam in exams_visible(request.scope))
    rows = [
        {
            "name": exam.name,
            "url": reverse("growth:exam", args=[exam.id]),
            "baseline": run.baseline.exam.name if run.baseline else "",
            "day": exam.ended_on,
        }
        for exam, run in measured
        if run
    ]
    empty = "还没有可以算增值的考试：要有同一届学生的前一次全员考试（如八年级生物学、地理学业水平考试）。"
    return register_list(
        request, REGISTER, Ledger(request.GET, "growth", "增值与成长", LIST, rows, empty=empty)
    )


@for_roles(GROWTH)
def exam(request: Request, exam_id: UUID) -> HttpResponse:
    """Show one exam in one subject: value added by school, growth percentiles, and how to read both."""
    found = get_object_or_404(exams_visible(request.scope), pk=exam_id)
    run = latest_growth(found)
    if run is None:
        context = {"exam": found, "comes": baseline_of(found) is not None}
        return render(request, "growth/waiting.html", context)
    tables = growth_tables(run, request.scope)
    subjects = page_data.subjects_of(tables)
    subject = request.GET.get("subject", "") or next(iter(subjects), "")
    if subject not in subjects:
        raise Http404
    units = page_data.Units.of(run)
    rows = page_data.unit_rows(tables, units.schools, "school", subject)
    classes = page_data.unit_rows(tables, units.classes, "class", subject) if request.scope.schools else []
    schools = Ledger(
        request.GET, "schools", f"{found.name}增值与成长", page_data.columns_of(rows), rows,
        empty="这一科没有可以比较的学校。",
    )  # fmt: skip
    own = Ledger(
        request.GET,
        "classes",
        "本校各班",
        page_data.columns_of(classes, "班级"),
        classes,
        searchable=False,
    )
    county = tables["growth"].filter(level="county", subject=subject)
    refused = tables["value_added"].filter(level="county", subject=subject)["reason"].unique().to_list()
    title = page_data.finding(rows, subject)
    shown: dict[str, Any] = {
        "exam": found,
        "run": run,
        "caliber": caliber_of(run.definition),
        "subject": subject,
        "subjects": subjects,
        "title": title,
        "caterpillar": page_data.caterpillar(rows, title),
        "funnel": page_data.funnel(rows),
        "curves": page_data.curves(tables, subject, int(county["n"].sum())),
        "method": next(
            (page_data.METHODS[m] for m in tables["value_added"].filter(subject=subject)["method"] if m), ""
        ),
        "refused": [*refused, *county["note"].filter(county["note"] != "").to_list()],
        "has_classes": bool(classes),
    }
    return ledger_page(request, "growth/exam.html", shown, schools, own)
