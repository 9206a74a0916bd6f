"""The list of filed tests. Filing one is `evidence.exams`; the guard decides there."""

from django.http import HttpResponse
from django.urls import reverse

from zhiheng.base.access import FILINGS, for_roles
from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.registers.pages import Register, register_list
from zhiheng.base.requests import Request
from zhiheng.evidence.filings.selectors import MOST_MOCKS, Filing, filings
from zhiheng.registry.schools.grades import GRADE_NAMES

REGISTER = Register(
    title="考试备案表",
    list_name="filings:list",
    who="教研室、基教科、督导",
    when="上级检查，或安排下一次考试之前",
    how="按学年和年级看办过哪些考试、备案号是什么；不合规定的考试在登记时已被拒绝。",
    note="毕业年级（九年级、高三）模拟考试每学年不超过两次，其他年级不组织跨校考试（教基厅〔2025〕3号）；监测按抽样方案进行。",
)
COLUMNS = [
    Column("year", "学年"),
    Column("grade", "年级"),
    Column("name", "考试", link="url", wrap=True),
    Column("kind", "类别", phone=False),
    Column("mock", "模拟次数", phone=False),
    Column("starts_on", "开考", "day", phone=False),
    Column("filing", "备案号"),
    Column("basis", "依据或抽样方案", wrap=True, phone=False),
]


@for_roles(FILINGS)
def list_filings(request: Request) -> HttpResponse:
    """List the county's tests as they were filed."""
    ledger = Ledger(
        request.GET, "filings", "考试备案表", COLUMNS, [_row(each) for each in filings(request.scope)],
        [Filter("year", "学年"), Filter("grade", "年级"), Filter("kind", "类别")], empty="还没有登记考试。",
    )  # fmt: skip
    return register_list(request, REGISTER, ledger)


def _row(filing: Filing) -> dict[str, object]:
    exam = filing.exam
    return {
        "year": filing.year_name,
        "grade": GRADE_NAMES[exam.grade],
        "name": exam.name,
        "url": reverse("results:exam", args=[exam.pk]),
        "kind": exam.get_kind_display(),
        "mock": f"第{exam.mock_number}次，本学年共{filing.mocks}/{MOST_MOCKS}次" if filing.mocks else "",
        "starts_on": exam.starts_on,
        "filing": exam.filing_number,
        "basis": exam.filing_basis,
    }
