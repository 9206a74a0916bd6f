"""Pages of equity: which exams have it, and one exam's distance between schools with that of other years."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from zhiheng.base.access import EQUITY, for_roles
from zhiheng.base.components.ledger import Column, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.registers.pages import Register, register_list
from zhiheng.base.requests import Request
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.measures.equity import charts, page_data
from zhiheng.measures.equity.selectors import (
    bottom_shares,
    compares_schools,
    equity_tables,
    latest_equity,
    years_of,
)

REGISTER = Register(
    title="校际均衡",
    list_name="equity:list",
    who="局领导、教研室、督导",
    when="全县考试分析完成以后，每年一次",
    how="选一次考试，看学生成绩的差别有多少在学校之间、城乡差多少，再与往年同类考试比。",
    note="只到全县：不列学校，不排名次。学校之间的差别先是生源的差别，不等于学校教得好坏。",
)
LIST = [
    Column("name", "考试", link="url", wrap=True),
    Column("day", "考试日期", "day", phone=False),
]


@for_roles(EQUITY)
def exams(request: Request) -> HttpResponse:
    """Show the exams whose distance between schools has been measured."""
    rows = [
        {"name": each.name, "url": reverse("equity:exam", args=[each.id]), "day": each.ended_on}
        for each in exams_visible(request.scope)
        if latest_equity(each)
    ]
    empty = "还没有可以看校际均衡的考试：要有一次全县各校都参加的考试。"
    return register_list(
        request, REGISTER, Ledger(request.GET, "equity", "校际均衡", LIST, rows, empty=empty)
    )


@for_roles(EQUITY)
def exam(request: Request, exam_id: UUID) -> HttpResponse:
    """Show one exam in one subject: how far schools lie apart, by area and type of school, and year by year."""
    found = get_object_or_404(exams_visible(request.scope), pk=exam_id)
    run = latest_equity(found)
    if run is None:
        return render(request, "equity/waiting.html", {"exam": found, "comes": compares_schools(found)})
    tables = equity_tables(run, request.scope)
    subjects = page_data.subjects_of(tables)
    subject = request.GET.get("subject", "") or next(iter(subjects), "")
    if subject not in subjects:
        raise Http404
    years = years_of(found, subject, request.scope)
    figures = page_data.figures_of(tables, subject)
    name = f"{found.name}校际均衡"
    told = [
        Ledger(request.GET, key, f"{name}{title}", columns, rows, searchable=False, empty=empty)
        for key, title, columns, rows, empty in (
            ("figures", "指标", page_data.FIGURES, page_data.figure_rows(figures), ""),
            ("years", "各年", page_data.YEARS, page_data.year_rows(years), ""),
            ("areas", "城镇乡", page_data.AREAS, page_data.area_rows(tables, subject), page_data.NO_AREAS),
            ("bottom", "后段", page_data.BOTTOM, page_data.bottom_rows(bottom_shares(run, subject, request.scope)), ""),
        )
    ]  # fmt: skip
    shown = {
        "exam": found,
        "run": run,
        "subject": subject,
        "subjects": subjects,
        "title": page_data.finding(figures, subject),
        "schools": figures["between_school_share"]["schools"],
        "shares": charts.shares(tables, subject),
        "gaps": charts.gaps(tables, subject),
        "trend": charts.trend(years),
        "changed": page_data.changed(years),
    }
    return ledger_page(request, "equity/exam.html", shown, *told)
