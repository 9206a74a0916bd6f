"""How many left the county: the three-year table, the count among the first fifty, and noting both."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse

from zhiheng.base.access import OUTFLOW, OUTFLOW_EDIT, for_roles
from zhiheng.base.components.ledger import Column, Ledger
from zhiheng.base.registers.pages import Register, register_list, register_new
from zhiheng.base.requests import Request
from zhiheng.registry.outflow.forms import OutflowForm, TopOutflowForm
from zhiheng.registry.outflow.selectors import three_years, top_outflows
from zhiheng.registry.outflow.services import outflow_note, top_outflow_note

FEW = "不足10人"
"""A count from one to nine."""
HIDDEN = "不显示"
"""A count under ten, or one withheld so that one under ten stays unknown."""
PLACES = Register(
    title="外流人数",
    verb="登记外流人数",
    list_name="outflow:list",
    new_name="outflow:new",
    who="基教科；分管局长查看",
    when="每年高中新生学籍建立之后",
    how="按去向登记人数，看三年合计；只有人数，没有名单。",
    note=(
        "人数不足10的不显示；为了不让人由合计推算出来，有时相邻的一格也不显示。"
        "只供研究办学吸引力使用，不得用于接触学生、许诺待遇（十项严禁）。"
    ),
    editors=OUTFLOW_EDIT,
)
TOP = replace(
    PLACES,
    title="中考前列学生外流人数",
    verb="登记前列学生外流人数",
    new_name="outflow:top_new",
    how="只登记前若干名里流出几人；不足10人的不显示具体数。",
)


@for_roles(OUTFLOW)
def outflow(request: Request) -> HttpResponse:
    """Show where pupils went over three years, and how many of the first of each year: counts, no list."""
    return register_list(request, PLACES, _places(request), _top(request), also=[TOP])


@for_roles(OUTFLOW_EDIT)
def outflow_new(request: Request) -> HttpResponse:
    """Note how many went to one place."""

    return register_new(request, PLACES, OutflowForm(request.POST or None), outflow_note)


@for_roles(OUTFLOW_EDIT)
def top_new(request: Request) -> HttpResponse:
    """Note how many of the first of a year left."""

    return register_new(request, TOP, TopOutflowForm(request.POST or None), top_outflow_note)


def _places(request: Request) -> Ledger:
    table = three_years(request.scope)
    keys = [*map(str, table.years), "all"]
    columns = [
        Column("place", "去向"),
        *(Column(str(year), f"{year}年", "figure") for year in table.years),
        Column("all", "三年合计", "figure"),
    ]
    rows: list[dict[str, Any]] = [
        {
            "place": place,
            **{key: HIDDEN if n is None else f"{n:,}" for key, n in zip(keys, counts, strict=True)},
        }
        for place, counts in zip(table.places, table.counts, strict=True)
        if table.years
    ]
    return Ledger(
        request.GET, "places", "外流人数三年汇总", columns, rows, searchable=False, empty="还没有登记。"
    )


def _top(request: Request) -> Ledger:
    columns = [
        Column("year", "中考年份"),
        Column("among", "前多少名", "count"),
        Column("left", "其中流出", "figure"),
        Column("source", "来源", wrap=True, phone=False),
    ]
    rows = [
        {
            "year": f"{each.year}年",
            "among": each.among,
            "left": FEW if left is None else f"{left}",
            "source": each.source,
        }
        for each, left in top_outflows(request.scope)
    ]
    return Ledger(request.GET, "top", TOP.title, columns, rows, searchable=False, empty="还没有登记。")
