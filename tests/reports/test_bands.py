"""Bands of the total: internal counts of ten and more, and nothing of them in what leaves the bureau."""

import pytest

from evidence.published_batches import MOCK, confirmed_batch, workbook
from pages_county import Silent
from zhiheng.base import access
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.base.guard.wording import WordingRefused, breaches_in
from zhiheng.base.scopes import SYSTEM
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.exams.services import exam_from_file
from zhiheng.files.document import Document, Kind, paragraph
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.reports.bands.selectors import county_bands
from zhiheng.reports.documents import services
from zhiheng.reports.documents.builders import county_documents, facts_of, school_documents
from zhiheng.reports.documents.models import Document as Made
from zhiheng.reports.documents.services import documents_make
from zhiheng.reports.documents.texts import texts_of

pytestmark = pytest.mark.django_db
SCHOOLS = ("石桥镇初级中学", "柳林镇初级中学")
BANDS = {225: 3, 210: 4, 175: 12, 160: 20, 110: 30, 60: 11}  # total → pupils who have it; full mark 240


@pytest.fixture
def analysis(fixed_clock):
    definitions_seed()
    exam = exam_from_file(MOCK)
    totals = [total for total, count in BANDS.items() for _ in range(count)]
    files = {
        f"{name}.xlsx": workbook(
            [
                [name, f"九({1 + i % 2})班", f"27{k}{i:04d}", f"学生{k}{i}", total // 2, total - total // 2]
                for i, total in enumerate(totals)
                if i % 2 == k
            ]
        )
        for k, name in enumerate(SCHOOLS)
    }
    return analysis_run(dataset=dataset_publish(batch=confirmed_batch(files, exam=exam), exam=exam))


@pytest.mark.row("S000-08")
def test_bands_of_ten_and_more_are_counted_and_smaller_ones_withheld(analysis):
    shown = [(band.low, band.high, band.count) for band in county_bands(SYSTEM)]
    # Seven pupils at the top stay unknown, and with them the next smallest band, or the sum would tell.
    assert shown == [(200, 240, None), (150, 200, 32), (100, 150, 30), (50, 100, None)]


@pytest.mark.row("S000-08")
def test_only_the_bureau_reads_bands():
    assert access.BANDS <= access.COUNTY


@pytest.mark.row("S000-08")
@pytest.mark.row("S002-41")
def test_documents_of_schools_hold_no_band_no_highest_mark_and_no_rank(analysis):
    made = documents_make(analysis=analysis, kinds=["school"], progress=Silent())
    assert len(made) == len(SCHOOLS)
    facts = facts_of(analysis)
    for content in school_documents(facts, list(facts.results.schools), "内部资料"):
        assert breaches_in(texts_of(content)) == []
    for _, content in county_documents(facts, ["county", "brief", "hearing"], "内部资料"):
        assert breaches_in(texts_of(content)) == []


@pytest.mark.row("S002-41")
def test_a_document_for_a_school_that_names_the_highest_mark_is_not_made(analysis, monkeypatch):
    boast = Document("报告", "", Kind.REPORT, (paragraph("我校最高分712分，600分以上5人。"),))
    monkeypatch.setattr(services, "school_documents", lambda *_: [boast for _ in SCHOOLS])
    with pytest.raises(WordingRefused, match="最高分"):
        documents_make(analysis=analysis, kinds=["school"], progress=Silent())
    assert not Made.objects.exists()
