"""Papers with their authors and checks, and noting either. How papers turned out is `measures.authorship`."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse

from zhiheng.base.access import PAPERS, PAPERS_EDIT, for_roles
from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.registers.pages import Register, register_list, register_new
from zhiheng.base.requests import Request
from zhiheng.evidence.exams.models import Paper
from zhiheng.evidence.papers.forms import AuthorForm, CheckForm
from zhiheng.evidence.papers.selectors import papers_of
from zhiheng.evidence.papers.services import paper_author_add, paper_check
from zhiheng.standards.subjects import subject_name

AUTHORS = Register(
    title="试卷与命题",
    verb="登记命题人",
    list_name="papers:list",
    new_name="papers:author_new",
    who="教研室、学科教研员",
    when="命题结束、付印之前",
    how="登记每份试卷由谁命题，按命题细则逐条核对；不符合的写明处理。",
    note="核对清单出自“口径”页的命题细则；每次核对记下当时的版本，细则改版后旧的核对照旧可查。",
    editors=PAPERS_EDIT,
)
CHECKS = replace(
    AUTHORS, verb="按细则核对试卷", new_name="papers:check_new", how="由命题人以外的人逐条核对。"
)
COLUMNS = [
    Column("exam", "考试", wrap=True),
    Column("subject", "学科"),
    Column("authors", "命题人", wrap=True),
    Column("check", "核对", "tag"),
    Column("rule", "细则", phone=False),
    Column("checked_at", "核对时间", "moment", phone=False),
    Column("found", "发现与处理", wrap=True, phone=False),
]


@for_roles(PAPERS)
def papers(request: Request) -> HttpResponse:
    """List the papers of the county's exams."""
    ledger = Ledger(
        request.GET, "papers", "试卷与命题", COLUMNS, [_row(paper) for paper in papers_of(request.scope)],
        [Filter("subject", "学科"), Filter("check", "核对")], empty="还没有试卷。登记考试并写明学科后会出现在这里。",
    )  # fmt: skip
    return register_list(request, AUTHORS, ledger, also=[CHECKS])


@for_roles(PAPERS_EDIT)
def author_new(request: Request) -> HttpResponse:
    """Note who set a paper."""

    return register_new(
        request, AUTHORS, AuthorForm(request.POST or None, papers=papers_of(request.scope)), paper_author_add
    )


@for_roles(PAPERS_EDIT)
def check_new(request: Request) -> HttpResponse:
    """Check a paper against the rules in force."""

    return register_new(
        request, CHECKS, CheckForm(request.POST or None, papers=papers_of(request.scope)), paper_check
    )


def _row(paper: Paper) -> dict[str, Any]:
    row: dict[str, Any] = {
        "exam": paper.exam.name,
        "subject": subject_name(paper.subject),
        "authors": "、".join(f"{each.name}（{each.organisation}）" for each in paper.authors.all()),
        "check": ("未核对", "amber"),
    }
    check = next(iter(paper.checks.all()), None)
    if check is None:
        return row
    held = sum(check.answers.values())
    whole = held == len(check.answers)
    return row | {
        "check": ("全部符合", "green") if whole else (f"{held}/{len(check.answers)}条符合", "red"),
        "rule": f"第{check.rule.version}版",
        "checked_at": check.checked_at,
        "found": check.found,
    }
