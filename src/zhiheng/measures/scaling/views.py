"""Pages of the calibration of items: which exams have it, and one paper with its items and whom they favour."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from zhiheng.base.access import ITEM_SCALING, for_roles
from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.registers.pages import Register, register_list
from zhiheng.base.requests import Request
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.measures.scaling import charts, page_data
from zhiheng.measures.scaling.selectors import latest_scaling, scaling_tables
from zhiheng.standards.subjects import subject_name

REGISTER = Register(
    title="题目标定与公平",
    list_name="scaling:list",
    who="教研室、教研员",
    when="带小题分的考试分析完成以后",
    how="选一次考试，先看哪些题不合模型、哪些题偏向一方，再读那道题本身。",
    note="说的是题目，不是学生，也不是命题人：不用于考核、绩效和通报。",
)
LIST = [
    Column("name", "考试", link="url", wrap=True),
    Column("papers", "有小题分的学科", wrap=True),
    Column("day", "考试日期", "day", phone=False),
]


@for_roles(ITEM_SCALING)
def exams(request: Request) -> HttpResponse:
    """Show the exams whose items have been calibrated."""
    rows = []
    for each in exams_visible(request.scope):
        if run := latest_scaling(each):
            papers = scaling_tables(run, request.scope)["scaling"]["subject"]
            rows.append(
                {
                    "name": each.name,
                    "url": reverse("scaling:exam", args=[each.id]),
                    "papers": "、".join(map(subject_name, papers)),
                    "day": each.ended_on,
                }
            )
    empty = "还没有可以标定的考试：要有一次带小题分的全县考试。"
    return register_list(
        request, REGISTER, Ledger(request.GET, "scaling", "题目标定与公平", LIST, rows, empty=empty)
    )


@for_roles(ITEM_SCALING)
def exam(request: Request, exam_id: UUID) -> HttpResponse:
    """Show one paper: which items to read again, their curves, where the paper measures well, whom items favour."""
    found = get_object_or_404(exams_visible(request.scope), pk=exam_id)
    run = latest_scaling(found)
    if run is None:
        return render(request, "scaling/waiting.html", {"exam": found})
    tables = scaling_tables(run, request.scope)
    subjects = tables["scaling"]["subject"].to_list()
    subject = request.GET.get("subject", "") or next(iter(subjects), "")
    if subject not in subjects:
        raise Http404
    paper = page_data.paper_of(tables, subject)
    title = page_data.finding(paper)
    name = f"{found.name}{subject_name(subject)}"
    items = Ledger(request.GET, "items", f"{name}题目参数", page_data.ITEMS, page_data.item_rows(paper))
    steps = Ledger(
        request.GET, "steps", f"{name}各档难度", page_data.STEPS, page_data.step_rows(paper), searchable=False
    )
    fair = Ledger(
        request.GET, "fair", f"{name}题目公平", page_data.FAIR, page_data.fair_rows(paper),
        filters=[Filter("by", "比较")], empty=page_data.TOO_FEW,
    )  # fmt: skip
    shown = {
        "exam": found,
        "run": run,
        "subject": subject,
        "subjects": subjects,
        "title": title,
        "paper": paper,
        "curves": charts.item_curves(paper),
        "information": charts.information(paper),
    }
    return ledger_page(request, "scaling/exam.html", shown, items, steps, fair)
