"""领导一页纸: one page, honest sentences, every number from a table."""

import datetime as dt
import io

import pypdf

from reports.invented import invented_results
from zhiheng.files.document import NumberedList, Table
from zhiheng.files.pdf_writer import write_pdf
from zhiheng.reports.brief.content import build
from zhiheng.reports.facts.exam import ExamFacts, exam_facts


def test_it_is_one_page_and_its_chinese_can_be_read_back(facts: ExamFacts) -> None:
    pages = pypdf.PdfReader(io.BytesIO(write_pdf(build(facts)))).pages
    assert len(pages) == 1
    text = pages[0].extract_text()
    for words in ("可以确认的三条", "尚不能下结论的两条", "请您决定的三件事", "柳林镇初级中学", "无可比数据"):
        assert words in text


def test_it_stays_one_page_with_nine_subjects_and_changes_in_each() -> None:
    before = invented_results(seed=11, nine=True)
    facts = exam_facts(invented_results(seed=12, nine=True), today=dt.date(2026, 11, 20), earlier=before)
    assert len(pypdf.PdfReader(io.BytesIO(write_pdf(build(facts)))).pages) == 1


def test_the_subject_table_repeats_the_county_rows(facts: ExamFacts) -> None:
    table = next(block for block in build(facts).blocks if isinstance(block, Table))
    for row, subject in zip(table.rows, facts.results.subjects_and_total, strict=True):
        county = facts.results.county(subject)
        assert row[1:5] == (
            county.mean_taken,
            county.mean_expected.value,
            county.rates["pass"].value,
            county.rates["low"].value,
        )


def test_what_is_listed_as_certain_leaves_zero_out(facts: ExamFacts) -> None:
    lists = [block for block in build(facts).blocks if isinstance(block, NumberedList)]
    certain, open_ = lists
    assert len(certain.items) == 3
    assert len(open_.items) == 2
    assert not any("不能" in item for item in certain.items)
    assert all("不能" in item for item in open_.items)
