"""Filed tests and planned ones: two mocks at most, in graduating grades only; every grade and kind lawful."""

import datetime as dt

import pytest

from zhiheng.base.guard.services import Refused
from zhiheng.base.scopes import SYSTEM
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.services import exam_create
from zhiheng.evidence.filings.selectors import filings
from zhiheng.evidence.plans.models import PlannedTest
from zhiheng.evidence.plans.selectors import calendar, plan_of_year
from zhiheng.evidence.plans.services import PlannedTwice, planned_test_add

pytestmark = pytest.mark.django_db
DESIGN = "总体为全县四年级；按学校规模分层，抽12校360人。"


def mock(number: int, month: int, *, grade: int = 9, year: int = 2027) -> Exam:
    return exam_create(
        name=f"{grade}年级第{number}次模拟{year}", kind="graduation_mock", grade=grade,
        starts_on=dt.date(year, month, 10), mock_number=number, filing_number=f"备{year}-{number}",
    )  # fmt: skip


@pytest.mark.row("S002-22")
def test_the_list_shows_both_mocks_of_a_year_with_their_filing_numbers():
    mock(1, 3)
    mock(2, 5)
    mock(1, 3, year=2026)
    listed = [
        (each.year_name, each.exam.mock_number, each.mocks, each.exam.filing_number)
        for each in filings(SYSTEM)
    ]
    assert listed == [
        ("2026—2027学年", 2, 2, "备2027-2"),
        ("2026—2027学年", 1, 2, "备2027-1"),
        ("2025—2026学年", 1, 1, "备2026-1"),
    ]


@pytest.mark.row("S002-22")
def test_a_third_mock_or_one_of_another_grade_is_never_filed():
    mock(1, 3)
    mock(2, 5)
    for number, grade in ((3, 9), (1, 9), (1, 8), (1, 6), (1, 11)):
        with pytest.raises(Refused):
            exam_create(
                name=f"再考{number}-{grade}", kind="graduation_mock", grade=grade, starts_on=dt.date(2027, 6, 1),
                mock_number=number, filing_number="备9",
            )  # fmt: skip
    assert {each.exam.grade for each in filings(SYSTEM)} == {9}
    assert max(each.mocks for each in filings(SYSTEM)) == 2


@pytest.mark.row("S004-27")
def test_the_calendar_is_stage_by_subject_by_module():
    for grade, subject, module, month in (
        (4, "math", "数与代数", 10), (4, "math", "图形与几何", 4), (6, "chinese", "阅读与表达", 10),
        (8, "physics", "实验探究", 5),
    ):  # fmt: skip
        planned_test_add(
            grade=grade, subject=subject, module=module, kind="monitoring", sampling_design=DESIGN,
            planned_on=dt.date(2026 + (month < 9), month, 15),
        )  # fmt: skip
    lines = plan_of_year(2026)
    assert all(line.lacking == () for line in lines)
    assert calendar(lines) == {
        ("primary", "math"): {10: ["数与代数"], 4: ["图形与几何"]},
        ("primary", "chinese"): {10: ["阅读与表达"]},
        ("junior", "physics"): {5: ["实验探究"]},
    }


@pytest.mark.row("S004-27")
@pytest.mark.parametrize(
    ("kind", "grade"),
    [("monitoring", 1), ("monitoring", 2), ("graduation_mock", 7), ("zhongkao", 8), ("school_final", 5)],
)
def test_an_unlawful_grade_is_not_planned(kind, grade):
    with pytest.raises(Refused):
        planned_test_add(
            grade=grade, subject="math", module="数与代数", kind=kind, planned_on=dt.date(2027, 4, 1),
            sampling_design=DESIGN, mock_number=1, filing_number="备1",
        )  # fmt: skip
    assert not PlannedTest.objects.exists()


@pytest.mark.row("S004-27")
def test_a_third_mock_is_not_planned_and_what_is_lacking_is_said():
    plan = {"grade": 9, "subject": "math", "kind": "graduation_mock"}
    planned_test_add(**plan, module="全卷", planned_on=dt.date(2027, 3, 10), mock_number=1)
    planned_test_add(
        **plan, module="全卷", planned_on=dt.date(2027, 5, 10), mock_number=2, filing_number="备2"
    )
    with pytest.raises(Refused, match="最多两次"):
        planned_test_add(**plan, module="全卷", planned_on=dt.date(2027, 6, 1), mock_number=3)
    assert [line.lacking for line in plan_of_year(2026)] == [("备案号",), ()]
    with pytest.raises(PlannedTwice):
        planned_test_add(**plan, module="全卷", planned_on=dt.date(2027, 3, 10), mock_number=1)
