"""The monitoring plan of the school year: the calendar by stage and subject, its lines, and adding one."""

from django.http import HttpResponse

from zhiheng.base.access import PLANS, PLANS_EDIT, for_roles
from zhiheng.base.clock import today
from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.registers.pages import Register, register_list, register_new
from zhiheng.base.requests import Request
from zhiheng.evidence.plans.forms import PlanForm
from zhiheng.evidence.plans.models import STAGES
from zhiheng.evidence.plans.selectors import PlanLine, calendar, plan_of_year
from zhiheng.evidence.plans.services import planned_test_add
from zhiheng.registry.schools.grades import GRADE_NAMES, academic_year
from zhiheng.standards.subjects import subject_name

REGISTER = Register(
    title="监测方案",
    verb="加一项监测",
    list_name="plans:list",
    new_name="plans:new",
    who="教研室；学校查看",
    when="学年初排定，调整时修改",
    how="看每个学段、学科、模块在哪个月监测；不合规定的年级和次数不能登记。",
    note="小学一、二年级不进行纸笔考试；监测按抽样方案进行；跨校模拟只在毕业年级，一学年不超过两次（教基厅〔2025〕3号）。",
    editors=PLANS_EDIT,
)
MONTHS = (9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8)
CALENDAR = [
    Column("stage", "学段"),
    Column("subject", "学科"),
    *(Column(f"m{month}", f"{month}月", wrap=True) for month in MONTHS),
]
LINES = [
    Column("planned_on", "日期", "day"),
    Column("stage", "学段", phone=False),
    Column("grade", "年级"),
    Column("subject", "学科"),
    Column("module", "模块", wrap=True),
    Column("kind", "类别", phone=False),
    Column("state", "状态", "tag"),
    Column("design", "抽样方案或备案号", wrap=True, phone=False),
]


@for_roles(PLANS)
def plan(request: Request) -> HttpResponse:
    """Show the plan of this school year."""
    lines = plan_of_year(academic_year(today()))
    months = Ledger(
        request.GET, "calendar", "监测日历", CALENDAR, _calendar_rows(lines), searchable=False,
        empty="本学年还没有排监测。",
    )  # fmt: skip
    table = Ledger(
        request.GET, "lines", "监测安排", LINES, [_row(line) for line in lines],
        [Filter("stage", "学段"), Filter("grade", "年级"), Filter("subject", "学科"), Filter("state", "状态")],
        empty="本学年还没有排监测。",
    )  # fmt: skip
    return register_list(request, REGISTER, months, table)


@for_roles(PLANS_EDIT)
def plan_new(request: Request) -> HttpResponse:
    """Add a test to the plan, or show why it may not be held."""

    return register_new(request, REGISTER, PlanForm(request.POST or None), planned_test_add)


def _calendar_rows(lines: list[PlanLine]) -> list[dict[str, str]]:
    return [
        {
            "stage": STAGES[stage],
            "subject": subject_name(subject),
            **{f"m{month}": "、".join(modules) for month, modules in months.items()},
        }
        for (stage, subject), months in calendar(lines).items()
    ]


def _row(line: PlanLine) -> dict[str, object]:
    test = line.test
    state = (f"还缺{'、'.join(line.lacking)}", "amber") if line.lacking else ("可以办", "green")
    return {
        "planned_on": test.planned_on,
        "stage": STAGES[test.stage],
        "grade": GRADE_NAMES[test.grade],
        "subject": subject_name(test.subject),
        "module": test.module,
        "kind": test.get_kind_display(),
        "state": state,
        "design": test.sampling_design or test.filing_number,
    }
