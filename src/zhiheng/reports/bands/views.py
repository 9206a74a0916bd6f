"""Bands of marks, for the few who read them inside the bureau."""

from django.http import HttpResponse

from zhiheng.base.access import BANDS, for_roles
from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.registers.pages import Register, register_list
from zhiheng.base.requests import Request
from zhiheng.reports.bands.selectors import Band, county_bands

REGISTER = Register(
    title="总分分数段",
    list_name="bands:list",
    who="局领导、教研室",
    when="一次考试分析完成以后",
    how="看全县各分数段的人数；先在上面选考试。",
    note="只有全县，没有学校和名次；不足10人的段不显示，有时相邻的段也不显示。内部数据，不得外传、宣传或下指标。",
)
COLUMNS = [
    Column("exam", "考试", wrap=True),
    Column("band", "分数段", sortable=False),
    Column("count", "人数", "figure", sortable=False),
]


@for_roles(BANDS)
def bands(request: Request) -> HttpResponse:
    """Show how many pupils of the county lie in each band of the total."""
    ledger = Ledger(
        request.GET, "bands", "总分分数段", COLUMNS, [_row(band) for band in county_bands(request.scope)],
        [Filter("exam", "考试")], empty="还没有分析过的考试。", exportable=False,
    )  # fmt: skip
    return register_list(request, REGISTER, ledger)


def _row(band: Band) -> dict[str, str]:
    return {
        "exam": band.exam.name,
        "band": f"{band.low:g}–{band.high:g}",
        "count": "不显示" if band.count is None else f"{band.count:,}",
    }
