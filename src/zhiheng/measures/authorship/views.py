"""How papers turned out, by author and by paper: for the research office only."""

from typing import Any

from django.http import HttpResponse

from zhiheng.base.access import PAPER_QUALITY, for_roles
from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.registers.pages import Register, register_list
from zhiheng.base.requests import Request
from zhiheng.measures.authorship.selectors import Quality, author_qualities, paper_qualities
from zhiheng.standards.subjects import subject_name

REGISTER = Register(
    title="命题质量",
    list_name="authorship:list",
    who="教研室、学科教研员",
    when="一次考试分析完成以后",
    how="看每位命题人的试卷难度、区分度、信度和与细目表的符合程度，用于改进命题，不作通报。",
    note=(
        "难度 P 为得分率；区分度 D 为高低各27%组得分率之差；信度为 α 系数，按试卷求平均。"
        "符合细目表：实测难度与预估难度相差不超过0.10的题数 ÷ 有预估难度的题数。"
        "只供教研室改进命题，不得单独用于考核、绩效和通报。"
    ),
)
QUALITY = [
    Column("facility", "难度", "points", places=2, sortable=False),
    Column("discrimination", "区分度", "points", places=2, sortable=False),
    Column("alpha", "信度", "points", places=2, sortable=False),
    Column("fit", "符合细目表", "percent", places=0, sortable=False),
    Column("items", "符合题数/有预估题数", "figure", phone=False, sortable=False),
]
AUTHORS = [
    Column("name", "命题人"),
    Column("organisation", "单位", phone=False),
    Column("papers", "试卷", "count"),
    *QUALITY,
]
PAPERS = [Column("exam", "考试", wrap=True), Column("subject", "学科"), Column("authors", "命题人"), *QUALITY]


@for_roles(PAPER_QUALITY)
def quality(request: Request) -> HttpResponse:
    """Show the papers by author, then one by one."""
    qualities = paper_qualities(request.scope)
    authors = Ledger(
        request.GET, "authors", "按命题人", AUTHORS,
        [
            {"name": each.name, "organisation": each.organisation, "papers": each.papers, **_figures(each.quality)}
            for each in author_qualities(qualities)
        ],
        empty="还没有登记命题人，或试卷还没有分析。", exportable=False,
    )  # fmt: skip
    papers = Ledger(
        request.GET, "papers", "按试卷", PAPERS,
        [
            {
                "exam": each.paper.exam.name,
                "subject": subject_name(each.paper.subject),
                "authors": "、".join(author.name for author in each.paper.authors.all()),
                **_figures(each.quality),
            }
            for each in qualities
        ],
        [Filter("subject", "学科")], empty="还没有分析过的试卷。", exportable=False,
    )  # fmt: skip
    return register_list(request, REGISTER, authors, papers)


def _figures(quality: Quality) -> dict[str, Any]:
    expected, near = quality.items_expected, quality.items_near
    return {
        "facility": quality.facility,
        "discrimination": quality.discrimination,
        "alpha": quality.alpha,
        "fit": quality.fit,
        "items": f"{near}/{expected}" if expected else None,
    }
