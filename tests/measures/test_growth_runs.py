"""Which earlier test a cohort may grow from, and the run that measures it, from sheets as schools send them."""

import datetime as dt

import numpy as np
import pytest

from evidence.published_batches import confirmed_batch, workbook
from zhiheng.base import access
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.exams.services import exam_from_file
from zhiheng.measures.analyses import starting
from zhiheng.measures.analyses.kinds import analysis_kinds
from zhiheng.measures.analyses.models import Observation
from zhiheng.measures.analyses.selectors import latest_analysis
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.measures.growth.analysis_kinds import GROWTH
from zhiheng.measures.growth.jobs import refresh
from zhiheng.measures.growth.selectors import baseline_of, growth_tables, latest_growth

pytestmark = pytest.mark.django_db
SCHOOLS = ("石桥镇初级中学", "柳林镇初级中学")
EACH = 60
EARLIER = {
    "name": "2026年八年级生物学学业水平考试", "kind": "academic_level", "grade": 8, "date": dt.date(2026, 6, 18),
    "papers": [{"subject": "生物", "full_mark": 100}],
}  # fmt: skip
LATER = {
    "name": "2027届九年级一模", "kind": "graduation_mock", "grade": 9, "date": dt.date(2026, 11, 10),
    "mock_number": 1, "filing_number": "备1", "papers": [{"subject": "数学", "full_mark": 100}],
}  # fmt: skip


def held(plan: dict, class_name: str, marks: np.ndarray):
    exam = exam_from_file(plan)
    subject = plan["papers"][0]["subject"]
    rows = [
        [SCHOOLS[i // EACH], class_name, f"G36032120100101{i:04d}", f"学生{i}", float(mark)]
        for i, mark in enumerate(marks)
    ]
    sheet = workbook(rows, header=["学校", "班级", "学籍号", "姓名", subject], sheet=subject)
    dataset = dataset_publish(batch=confirmed_batch({f"{plan['name']}.xlsx": sheet}, exam=exam), exam=exam)
    analysis_run(dataset=dataset)
    return exam, dataset


@pytest.fixture
def tests(fixed_clock):
    definitions_seed()
    rng = np.random.default_rng(3)
    start = rng.normal(0, 1, 2 * EACH)
    gain = np.repeat([0.9, -0.9], EACH)
    before = np.round(60 + 10 * start)
    after = np.round(60 + 10 * (0.7 * start + gain + rng.normal(0, 0.5, 2 * EACH)))
    earlier, base = held(EARLIER, "八(1)班", before.clip(0, 100))
    later, data = held(LATER, "九(1)班", after.clip(0, 100))
    return earlier, base, later, data


def test_a_cohort_grows_from_its_own_graduation_test(tests):
    earlier, base, later, _ = tests
    assert baseline_of(later) == base
    assert baseline_of(earlier) is None


@pytest.mark.parametrize(
    "changed", [{"entry_year": 2023}, {"kind": "monitoring"}, {"ended_on": dt.date(2026, 11, 10)}]
)
def test_another_cohort_a_sample_or_a_later_test_is_no_baseline(tests, changed):
    earlier, _, later, _ = tests
    type(earlier).objects.filter(pk=earlier.pk).update(**changed)
    assert baseline_of(later) is None


def test_the_run_tells_schools_apart_and_keeps_the_exams_own_analysis(tests):
    _, base, later, data = tests
    own = latest_analysis(later)
    run = analysis_run(dataset=data, kind=GROWTH, baseline=base)
    assert latest_growth(later) == run
    assert latest_analysis(later) == own  # the page of the exam does not change
    assert analysis_run(dataset=data, kind=GROWTH, baseline=base) == run
    growth = growth_tables(run, SYSTEM)["growth"].filter(level="school", subject="math").sort("unit")
    assert growth["n"].to_list() == [EACH, EACH]
    high, low = growth.iter_rows(named=True)
    assert high["lo"] > 50 > low["hi"]
    seen = Observation.objects.get(
        analysis=run, indicator="median_growth", subject="math", unit_name=SCHOOLS[0]
    )
    assert (seen.value, seen.lo, seen.hi, seen.n) == (high["median"], high["lo"], high["hi"], EACH)


@pytest.mark.row("S004-33")
def test_value_added_is_recorded_with_its_interval_and_the_version_of_its_method(tests):
    _, base, _, data = tests
    run = analysis_run(dataset=data, kind=GROWTH, baseline=base)
    assert run.method_version == analysis_kinds()[GROWTH].method_version
    seen = Observation.objects.filter(analysis=run, indicator="value_added", level="school", subject="math")
    assert {each.unit_name for each in seen} == set(SCHOOLS)
    assert all(each.lo < each.value < each.hi for each in seen)
    assert "RO" in access.GROWTH


def test_a_principal_reads_the_own_school_and_the_county_only(tests):
    _, base, _, data = tests
    run = analysis_run(dataset=data, kind=GROWTH, baseline=base)
    school = Observation.objects.filter(analysis=run, level="school", unit_name=SCHOOLS[0]).first().unit_id
    mine = growth_tables(run, Scope(roles=frozenset({"PR"}), schools=frozenset({school})))["growth"]
    assert set(mine.filter(level="school")["unit"]) == {"0"}
    assert mine.filter(level="county").height


def test_the_refresh_starts_what_is_missing_once_and_only_from_a_baseline(tests, monkeypatch):
    _, base, _, data = tests
    started = []
    monkeypatch.setattr(starting, "job_start", lambda **job: started.append(job["payload"]["dataset_id"]))
    refresh()
    assert started == [str(data.id)]
    analysis_run(dataset=data, kind=GROWTH, baseline=base)
    refresh()
    assert started == [str(data.id)]
