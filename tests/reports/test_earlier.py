"""Which exam a later one is compared with: the same cohort's last, else the year before's; never an unlawful one."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from evidence.published_batches import confirmed_batch, mock_exam, workbook
from pages_county import Silent
from zhiheng.base.clock import now
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.reports.documents import earlier
from zhiheng.reports.documents.builders import slices_of
from zhiheng.reports.documents.services import documents_key, documents_make, documents_of

pytestmark = pytest.mark.django_db
THIS = {"name": "2027届九年级一模", "entry_year": 2024, "mock_number": 1, "ended_on": dt.date(2026, 11, 10)}


def _exam(**fields: Any) -> Exam:
    plain = {"kind": "graduation_mock", "grade": 9, "mock_number": 1, "created_at": now()}
    return Exam.objects.create(**(plain | {"starts_on": fields["ended_on"]} | fields))


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the name of the exam chosen for `exam`, every exam being analysed but those named 未分析."""

    def analysed(exam: Exam, definition: Any) -> str | None:
        assert definition == "口径"
        return None if exam.name == "未分析" else exam.name

    monkeypatch.setattr(earlier, "latest_analysis", analysed)
    return lambda exam: earlier.earlier_analysis(
        SimpleNamespace(dataset=SimpleNamespace(exam=exam), definition="口径")
    )


def test_the_same_cohorts_last_test_comes_before_last_years(chosen):
    _exam(name="2026届九年级一模", entry_year=2023, ended_on=dt.date(2025, 11, 11))
    first = _exam(**THIS)
    second = _exam(name="2027届九年级二模", entry_year=2024, mock_number=2, ended_on=dt.date(2027, 4, 20))
    assert chosen(first) == "2026届九年级一模"
    assert chosen(second) == "2027届九年级一模"


def test_last_years_test_is_the_one_of_the_same_time_of_year(chosen):
    _exam(name="2026届九年级一模", entry_year=2023, ended_on=dt.date(2025, 11, 11))
    _exam(name="2026届九年级二模", entry_year=2023, mock_number=2, ended_on=dt.date(2026, 4, 20))
    assert chosen(_exam(**THIS)) == "2026届九年级一模"


def test_an_exam_that_was_never_analysed_is_passed_over(chosen):
    _exam(name="2026届九年级一模", entry_year=2023, ended_on=dt.date(2025, 11, 11))
    _exam(name="未分析", entry_year=2024, mock_number=None, ended_on=dt.date(2026, 9, 1))
    assert chosen(_exam(**THIS)) == "2026届九年级一模"


@pytest.mark.parametrize(
    "other",
    [
        {"grade": 12},
        {"kind": "zhongkao"},
        {"basis_pending": "考试备案号待补"},
        {"ended_on": dt.date(2027, 6, 1)},
        {"entry_year": 2022},
    ],
    ids=["another grade", "another kind", "basis wanting", "later", "two years before"],
)
def test_what_is_not_alike_is_not_compared_with(chosen, other):
    _exam(**({"name": "别的考试", "entry_year": 2023, "ended_on": dt.date(2025, 11, 11)} | other))
    assert chosen(_exam(**THIS)) is None


def test_a_sampled_monitoring_compares_with_nothing(chosen):
    _exam(name="去年监测", kind="monitoring", entry_year=2024, ended_on=dt.date(2025, 11, 11))
    assert chosen(_exam(**(THIS | {"kind": "monitoring"}))) is None


def _analysed(year: int, shift: int) -> Analysis:
    """Analyse a mock of a year: two schools of 30, the second `shift` points behind."""
    day = dt.date(year, 3, 20)
    exam = mock_exam(name=f"{year}届九年级一模", date=day, filing_number=f"安教考备〔{year}〕1号")
    files = {
        f"{name}.xlsx": workbook(
            [[name, f"九({1 + i % 2})班", f"{year}{k}{i:04d}", f"学生{k}{i}", 60 + i - shift * k, 50 + i]
             for i in range(30)]
        )
        for k, name in enumerate(("石桥镇初级中学", "柳林镇初级中学"))
    }  # fmt: skip
    return analysis_run(dataset=dataset_publish(batch=confirmed_batch(files, exam=exam), exam=exam))


def test_documents_are_issued_anew_once_there_is_an_exam_to_compare_with(fixed_clock):
    """The old version stays, lists and packages take the new one, a third asking makes nothing."""
    definitions_seed()
    now_run = _analysed(2027, 40)
    first = documents_make(analysis=now_run, kinds=["school"], progress=Silent())
    key = documents_key(now_run)
    before = _analysed(2026, 0)
    assert documents_key(now_run) != key
    again = documents_make(analysis=now_run, kinds=["school"], progress=Silent())
    assert {each.version for each in first} == {1}
    assert {each.version for each in again} == {2}
    assert {each.compared_with for each in again} == {before}
    assert now_run.documents.count() == len(first) + len(again) == 4
    assert {document.id for document, _, _ in documents_of(now_run)} == {each.id for each in again}
    assert documents_make(analysis=now_run, kinds=["school"], progress=Silent()) == again
    found = slices_of(now_run).changes
    assert found is not None
    told = {each.name: each.direction for each in found.schools["chinese"]}
    assert told == {"石桥镇初级中学": 1, "柳林镇初级中学": -1}
