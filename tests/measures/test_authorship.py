"""How an author's papers turned out: facilities known by construction, blueprint fit counted by hand."""

import datetime as dt
import statistics

import pytest

from evidence.published_batches import confirmed_batch, workbook
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.exams.services import exam_from_file
from zhiheng.evidence.papers.services import paper_author_add
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.measures.authorship.selectors import author_qualities, paper_qualities

pytestmark = pytest.mark.django_db
PUPILS = 40
RIGHT = (32, 24, 20, 12)  # pupils who had each item right: facility 0.80, 0.60, 0.50, 0.30
EXPECTED = (0.75, 0.60, 0.70, 0.30)  # the third is 0.20 off


def held(number: int, month: int, right: tuple[int, ...] = RIGHT):
    """Publish and analyse one mock of 数学, four items of ten points; the first pupils have the items right."""
    exam = exam_from_file(
        {
            "name": f"九年级第{number}次模拟", "kind": "graduation_mock", "grade": 9,
            "date": dt.date(2027, month, 20), "mock_number": number, "filing_number": f"备{number}",
            "papers": [{"subject": "数学", "full_mark": 40}],
        }
    )  # fmt: skip
    rows = [
        ["石桥镇初级中学", "九(1)班", f"27090{i:02d}", f"学生{i}", *(10 * (i < n) for n in right)]
        for i in range(PUPILS)
    ]
    items = ["学校", "班级", "考号", "姓名", "第1题", "第2题", "第3题", "第4题"]
    plan = [[k + 1, "解答", 10, "函数", "理解", facility] for k, facility in enumerate(EXPECTED)]
    blueprint = ["题号", "题型", "满分", "知识点", "能力层级", "预估难度"]
    files = {
        "数学小题分.xlsx": workbook(rows, header=items, sheet="数学"),
        "数学双向细目表.xlsx": workbook(plan, header=blueprint, sheet="数学"),
    }
    dataset = dataset_publish(batch=confirmed_batch(files, exam=exam), exam=exam)
    analysis_run(dataset=dataset)
    return exam.papers.get(subject="math")


@pytest.fixture
def first(fixed_clock):
    definitions_seed()
    return held(1, 3)


@pytest.mark.row("S004-19")
def test_a_paper_has_facility_discrimination_reliability_and_blueprint_fit(first):
    (found,) = paper_qualities(SYSTEM)
    marks = [[10 * (i < n) for n in RIGHT] for i in range(PUPILS)]
    totals = [sum(row) for row in marks]
    within = sum(statistics.variance(column) for column in zip(*marks, strict=True))
    alpha = 4 / 3 * (1 - within / statistics.variance(totals))
    quality = found.quality
    assert quality.facility == pytest.approx(sum(RIGHT) / 4 / PUPILS)
    assert quality.alpha == pytest.approx(alpha, abs=5e-4)
    assert 0 < quality.discrimination <= 1
    assert (quality.items_expected, quality.items_near) == (4, 3)
    assert quality.fit == pytest.approx(0.75)


@pytest.mark.row("S004-19")
def test_papers_are_gathered_by_author(first):
    second = held(2, 5, right=(30, 24, 28, 12))
    paper_author_add(paper=first, name="陶望舒", organisation="教研室")
    for name in ("陶望舒", "韩青禾"):
        paper_author_add(paper=second, name=name, organisation="教研室")
    han, tao = author_qualities(paper_qualities(SYSTEM))
    assert (han.name, han.papers, han.quality.items_near) == ("韩青禾", 1, 4)
    assert (tao.name, tao.papers, tao.quality.items_near, tao.quality.items_expected) == ("陶望舒", 2, 7, 8)
    assert tao.quality.facility == pytest.approx((88 + 94) / 2 / 160)


@pytest.mark.row("S004-19")
def test_a_researcher_reads_the_own_subject_and_a_school_nothing(first):
    chinese = Scope(roles=frozenset({"RS"}), county=True, subjects=frozenset({"chinese"}))
    assert paper_qualities(chinese) == []
