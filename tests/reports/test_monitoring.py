"""A sampled monitoring of 六年级: filed with its design, told in levels, without schools, marks or order."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from evidence.published_batches import confirmed_batch, workbook
from pages_county import Silent, small_county
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.base.guard.services import Refused
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.exams.services import exam_from_file
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.reports.documents.builders import facts_of
from zhiheng.reports.documents.services import documents_make
from zhiheng.reports.documents.texts import texts_of
from zhiheng.reports.facts.levels import LEVELS, level_shares
from zhiheng.reports.monitoring.content import build

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 10, 29)
SCHOOLS = ("石桥镇中心小学", "柳林镇中心小学", "沙河镇中心小学")
MARKS = (90, 90, 75, 65, 65, 65, 50, 30)  # of 100: two 优秀, one 良好, three 合格, two 待提高
MONITORING = {
    "name": "六年级数学抽样监测", "kind": "monitoring", "grade": 6, "date": DAY, "filing_number": "备16",
    "filing_basis": "按乡镇分层，每层抽三分之一的班。", "papers": [{"subject": "数学", "full_mark": 100}],
}  # fmt: skip


@pytest.fixture
def analysis(fixed_clock):
    definitions_seed()
    exam = exam_from_file(MONITORING)
    header = ["学校", "班级", "考号", "姓名", "数学"]
    files = {
        f"{name}.xlsx": workbook(
            [[name, "六(1)班", f"26{k}{i:03d}", f"学生{k}{i}", MARKS[i % 8]] for i in range(16 + 8 * k)],
            header=header,
        )
        for k, name in enumerate(SCHOOLS)
    }
    return analysis_run(dataset=dataset_publish(batch=confirmed_batch(files, exam=exam), exam=exam))


@pytest.mark.row("S002-24")
@pytest.mark.parametrize("basis", ["", "  "])
def test_a_monitoring_without_a_sampling_design_is_refused(basis):
    with pytest.raises(Refused, match="抽样方案"):
        exam_from_file({**MONITORING, "filing_basis": basis})


@pytest.mark.row("S002-24")
def test_levels_are_shares_with_limits_and_nobody_is_counted_twice(analysis):
    (county, *_) = level_shares(facts_of(analysis).results, "math")
    assert county.n == 72
    shares = dict(zip(LEVELS, (each.value for each in county.shares), strict=True))
    assert shares == pytest.approx({"优秀": 2 / 8, "良好": 1 / 8, "合格": 3 / 8, "待提高": 2 / 8})
    assert all(each.lo < each.value < each.hi for each in county.shares)


@pytest.mark.row("S002-24")
def test_its_only_document_names_no_school_and_no_mark(analysis):
    made = documents_make(analysis=analysis, progress=Silent())
    assert [each.kind for each in made] == ["levels"]
    assert all(each.school is None for each in made)
    text = "\n".join(texts_of(build(facts_of(analysis))))
    assert not [name for name in SCHOOLS if name in text]
    assert not [word for word in ("均分", "标准差", "名次表", "第1名", "六(1)班") if word in text]
    assert all(level in text for level in LEVELS)


@pytest.mark.row("S002-24")
@pytest.mark.parametrize("role", ["RO", "BL", "PR"])
def test_its_pages_show_levels_and_nothing_of_schools_or_marks(analysis, role):
    county = small_county(classes=1, pupils=1)
    exam = analysis.dataset.exam
    client = Client()
    client.force_login(county.people[role], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("results:exam", args=[exam.pk]))
    assert page.status_code == 200
    text = page.content.decode()
    assert all(level in text for level in LEVELS)
    assert not [name for name in (*SCHOOLS, "均分", "与全县比") if name in text]
    for deeper in (
        reverse("results:subject", args=[exam.pk, "math"]),
        reverse("results:items", args=[exam.pk, "math"]),
        reverse("results:trace", args=[exam.pk]) + "?level=county&unit=&subject=math&measure=mean",
        reverse("results:school", args=[exam.pk, next(iter(county.schools.values())).pk]),
    ):
        assert client.get(deeper).status_code in (403, 404)
