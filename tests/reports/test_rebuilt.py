"""The county's report comes from one locked dataset, and made again from it says the same to the last digit."""

import shutil
import zipfile

import pytest
from pypdf import PdfReader

from evidence.published_batches import MOCK, confirmed_batch, school_rows, workbook
from pages_county import Silent
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.exams.services import exam_from_file
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.services import NotPublished, analysis_folder, analysis_run
from zhiheng.reports.documents.services import document_path, documents_make

pytestmark = pytest.mark.django_db
SCHOOLS = ("石桥镇初级中学", "柳林镇初级中学", "沙河镇初级中学")


def publish(exam, shift: int = 0) -> Dataset:
    files = {
        f"{name}.xlsx": workbook(
            [[*row[:4], row[4] + shift, row[5]] for row in school_rows(name, 100 * k, 24)]
        )
        for k, name in enumerate(SCHOOLS)
    }
    return dataset_publish(batch=confirmed_batch(files, exam=exam), exam=exam)


def report(analysis: Analysis) -> dict[str, bytes]:
    """Return the pages of the PDF, and every part of the Word and Excel files but when they were written."""
    (made,) = documents_make(analysis=analysis, kinds=["county"], progress=Silent())
    pages = PdfReader(document_path(made, "pdf")).pages
    parts = {f"pdf/{number}": page.extract_text().encode() for number, page in enumerate(pages)}
    for office in ("docx", "xlsx"):
        with zipfile.ZipFile(document_path(made, office)) as archive:
            parts |= {
                f"{office}/{name}": archive.read(name)
                for name in archive.namelist()
                if name != "docProps/core.xml"
            }
    return parts


@pytest.mark.row("S000-02")
def test_the_county_report_is_rebuilt_identically_from_one_locked_dataset(fixed_clock):
    definitions_seed()
    exam = exam_from_file(MOCK)
    dataset = publish(exam)
    first = analysis_run(dataset=dataset)
    tables, files = first.tables, report(first)
    publish(exam, shift=1)  # a correction is a second dataset and leaves the first alone
    shutil.rmtree(analysis_folder(first.key))
    first.delete()
    again = analysis_run(dataset=dataset)
    assert again.tables == tables
    rebuilt = report(again)
    assert [name for name in files if rebuilt.get(name) != files[name]] == []
    assert len(files) > 20


@pytest.mark.row("S000-02")
def test_nothing_is_analysed_before_the_data_are_locked(fixed_clock):
    definitions_seed()
    exam = exam_from_file(MOCK)
    open_data = Dataset.objects.create(exam=exam, created_at=fixed_clock)
    with pytest.raises(NotPublished):
        analysis_run(dataset=open_data)
