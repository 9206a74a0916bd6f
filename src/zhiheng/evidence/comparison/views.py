"""External comparisons: the internal list, and noting one."""

from django.http import HttpResponse

from zhiheng.base.access import EXTERNAL, EXTERNAL_EDIT, for_roles
from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.registers.pages import Register, register_list, register_new
from zhiheng.base.requests import Request
from zhiheng.base.scopes import visible
from zhiheng.evidence.comparison.forms import ExternalForm
from zhiheng.evidence.comparison.models import ExternalNote
from zhiheng.evidence.comparison.services import external_note

REGISTER = Register(
    title="外部比较",
    verb="登记一条比较",
    list_name="comparison:list",
    new_name="comparison:new",
    who="教研室、局领导",
    when="收到上级反馈之后",
    how="只作内部记载，每条写明来源；不进任何文件，不给学校，不对外。",
    note="内部记载，不公布；不得作指标、奖惩依据或宣传（《深化新时代教育评价改革总体方案》）。",
    editors=EXTERNAL_EDIT,
)
COLUMNS = [
    Column("year", "年份"),
    Column("indicator", "指标"),
    Column("own", "本县", "figure"),
    Column("others", "外部情况", wrap=True),
    Column("source", "来源", wrap=True),
]


@for_roles(EXTERNAL)
def notes(request: Request) -> HttpResponse:
    """List what was noted, the latest year first."""
    rows = [
        {
            "year": f"{note.year}年",
            "indicator": note.indicator,
            "own": note.own,
            "others": note.others,
            "source": note.source,
        }
        for note in visible(ExternalNote.objects.all(), request.scope)
    ]
    ledger = Ledger(
        request.GET, "notes", "外部比较", COLUMNS, rows, [Filter("year", "年份")], empty="还没有登记。",
        exportable=False,
    )  # fmt: skip
    return register_list(request, REGISTER, ledger)


@for_roles(EXTERNAL_EDIT)
def note_new(request: Request) -> HttpResponse:
    """Note one comparison."""

    return register_new(request, REGISTER, ExternalForm(request.POST or None), external_note)
