"""A file or an exam chosen by mistake is put right before publishing, and nothing of it is lost."""

import pytest

from evidence.published_batches import DAY, confirmed_batch, mock_exam, school_rows, workbook
from zhiheng.base.audit.models import AuditEntry
from zhiheng.base.intake.contents import content_of
from zhiheng.base.intake.models import Upload
from zhiheng.base.intake.selectors import batch_records, problems_of
from zhiheng.base.intake.services import IntakeRefused, batch_confirm, batch_open, batch_read, upload_add
from zhiheng.base.intake.withdrawing import upload_withdraw
from zhiheng.base.people.models import User
from zhiheng.evidence.datasets.selectors import tables
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.exams.services import exam_create
from zhiheng.evidence.imports.deeds import batch_readdress, reading_start

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return User.objects.create(username="luo", display_name="罗教研")


@pytest.fixture
def exam():
    return mock_exam()


@pytest.fixture
def batch(exam):
    files = {
        "柳林.xlsx": workbook(school_rows("柳林镇初级中学", 1, 12)),
        "错的.xlsx": workbook(school_rows("石桥镇初级中学", 101, 12)),
    }
    return confirmed_batch(files, exam=exam)


def wrong_file(batch):
    return batch.uploads.get(name="错的.xlsx")


def test_a_withdrawn_file_counts_nowhere_but_is_kept(batch, person):
    wrong = wrong_file(batch)
    content = content_of(wrong)
    assert batch.rows_in == sum(
        sheet.rows_in for upload in batch.uploads.all() for sheet in upload.sheets.all()
    )
    upload_withdraw(upload=wrong, by=person)
    batch.refresh_from_db()
    assert batch.rows_in == sum(sheet.rows_in for sheet in batch.uploads.get(name="柳林.xlsx").sheets.all())
    assert {records.reading.file for records in batch_records(batch)} == {"柳林.xlsx"}
    assert all(problem.place.file != "错的.xlsx" for problem in problems_of(batch))
    assert content_of(Upload.objects.get(pk=wrong.pk)) == content
    entry = AuditEntry.objects.get(action="upload.withdraw")
    assert (entry.user_id, entry.object_id) == (person.pk, str(wrong.pk))


def test_what_was_confirmed_must_be_confirmed_again(batch, person):
    assert batch.state == "confirmed"
    upload_withdraw(upload=wrong_file(batch), by=person)
    batch.refresh_from_db()
    assert batch.state == "mapping"
    upload_withdraw(upload=batch.uploads.get(name="柳林.xlsx"), by=person)
    batch.refresh_from_db()
    assert (batch.state, batch.rows_in) == ("open", 0)


def test_the_same_bytes_may_come_again_after_a_withdrawal(batch, person):
    wrong = wrong_file(batch)
    content = content_of(wrong)
    upload_withdraw(upload=wrong, by=person)
    again = upload_add(batch=batch, name="错的.xlsx", content=content, by="罗教研")
    assert again.pk != wrong.pk
    batch_read(batch)
    assert len(batch_records(batch)) == 2


def test_only_what_is_left_is_published(batch, exam, person):
    upload_withdraw(upload=wrong_file(batch), by=person)
    dataset = dataset_publish(batch=_confirmed(batch, person), exam=exam, by=person)
    assert tables(dataset)["schools"].collect()["name"].to_list() == ["柳林镇初级中学"]
    assert [upload["name"] for upload in dataset.manifest["uploads"]] == ["柳林.xlsx"]
    batch.refresh_from_db()
    with pytest.raises(IntakeRefused, match="已经入库，不能再撤下文件"):
        upload_withdraw(upload=batch.uploads.get(name="柳林.xlsx"), by=person)
    with pytest.raises(IntakeRefused, match="已经入库，不能再换考试"):
        batch_readdress(batch=batch, exam=exam, by=person)


def test_a_batch_moves_to_another_exam_before_it_is_published(batch, exam, person):
    second = exam_create(
        name="2027届九年级第二次模拟考试", kind="graduation_mock", grade=9, starts_on=DAY, mock_number=2,
        filing_number="教研备8号", filing_basis="县教育局批准",
    )  # fmt: skip
    batch_readdress(batch=batch, exam=second, by=person)
    batch.refresh_from_db()
    assert batch.exam_id == second.id
    entry = AuditEntry.objects.get(action="batch.readdress")
    assert entry.detail == {"from": str(exam.id), "to": str(second.id)}


def _confirmed(batch, person):

    batch.refresh_from_db()
    return batch_confirm(batch=batch, by=person)


def test_reading_asked_for_on_the_site_checks_marks_by_the_exams_papers(exam, person):
    batch = batch_open(purpose="scores", title="一模", exam_id=exam.id)
    rows = school_rows("柳林镇初级中学", 1, 5)
    rows[0][5] = 121
    upload_add(batch=batch, name="柳林.xlsx", content=workbook(rows))
    reading_start(batch=batch, by=person)
    batch.refresh_from_db()
    batch_read(batch)
    (problem,) = problems_of(batch)
    assert problem.place.address == "F2"
    assert "120" in problem.expected
