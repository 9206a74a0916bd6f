"""收表台: ask, fill in, send by link, return with reasons, confirm, remind, gather."""

import datetime as dt
import io
from uuid import uuid4

import openpyxl
import pytest

from evidence.published_batches import HEADER, mock_exam, school_rows, workbook
from zhiheng.base.audit.models import AuditEntry
from zhiheng.base.clock import SHANGHAI, fixed
from zhiheng.base.inbox.models import InboxItem
from zhiheng.base.intake.services import batch_confirm
from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.evidence.collections.links import due_id_of, link_token, qr_svg
from zhiheng.evidence.collections.selectors import (
    CollectionStopped,
    LinkDead,
    collections_visible,
    dues_visible,
    reminder_text,
    standing,
    template_of,
)
from zhiheng.evidence.collections.services import (
    NothingToCollect,
    collection_close,
    collection_open,
    collection_to_batch,
    submission_confirm,
    submission_receive,
    submission_return,
)
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.registry.pupils.models import Enrolment, Identity, Pupil
from zhiheng.registry.schools.services import classes_ensure, school_make, town_ensure

NOW = dt.datetime(2027, 3, 22, 9, 0, tzinfo=SHANGHAI)
DUE = dt.datetime(2027, 3, 22, 17, 0, tzinfo=SHANGHAI)
NAMES = ("石桥镇初中", "柳林镇初中", "沙河镇初中")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning():
    with fixed(NOW):
        yield


@pytest.fixture
def schools():
    return [school_make(name=name, town=town_ensure(name[:3])) for name in NAMES]


@pytest.fixture
def collection(schools):
    return collection_open(
        exam=mock_exam(),
        schools=schools,
        due_at=DUE,
        title="九年级一模成绩",
        list_number="安教统1号",
        minutes=15,
    )


def send(collection, school, rows, *, name="成绩.xlsx"):
    due = collection.dues.get(school=school)
    return submission_receive(token=link_token(due.pk), name=name, content=workbook(rows), sent_by="信息员")


def test_the_reminder_reads_as_practice_has_it(collection, schools):
    send(collection, schools[0], school_rows("石桥镇初中", 0, 3))
    send(collection, schools[2], school_rows("沙河镇初中", 50, 3))
    assert (
        reminder_text(collection) == "九年级一模成绩应报3校, 已报2校。未报: 柳林镇初中。请于今天17:00前上报。"
    )


def test_nobody_is_reminded_after_the_stop_date(collection):
    with fixed(NOW + dt.timedelta(days=8)), pytest.raises(CollectionStopped):
        reminder_text(collection)


def test_a_link_opens_its_own_part_and_is_not_stored(collection, schools):
    dues = list(collection.dues.all())
    tokens = [link_token(due.pk) for due in dues]
    assert len({*tokens}) == 3
    assert [due_id_of(token) for token in tokens] == [due.pk for due in dues]
    assert due_id_of(tokens[0][:-1] + ("A" if tokens[0][-1] != "A" else "B")) is None
    assert due_id_of("") is None
    assert due_id_of(link_token(uuid4())) is not None
    assert "<svg" in qr_svg(f"https://example.invalid/s/{tokens[0]}")


def test_links_die_with_the_collection(collection, schools):
    collection_close(collection)
    with pytest.raises(LinkDead, match="已停止收表"):
        send(collection, schools[0], school_rows("石桥镇初中", 0, 3))


def test_a_bad_cell_sends_the_sheet_back_with_its_place(collection, schools):
    rows = school_rows("石桥镇初中", 0, 3)
    rows[1][5] = "8O"
    submission = send(collection, schools[0], rows)
    submission.due.refresh_from_db()
    assert submission.due.state == "returned"
    assert "F3" in submission.reasons[0]
    assert submission.reasons == submission.due.reasons
    (waiting,) = InboxItem.objects.all()
    assert (waiting.role, waiting.school_id, waiting.done_at) == ("DL", schools[0].id, None)


def test_a_mark_above_the_papers_full_mark_sends_the_sheet_back(collection, schools):
    rows = school_rows("石桥镇初中", 0, 3)
    rows[1][5] = 121
    submission = send(collection, schools[0], rows)
    assert submission.due.state == "returned"
    assert "F3" in submission.reasons[0]
    assert "120" in submission.reasons[0]


def test_a_sheet_of_another_school_is_sent_back(collection, schools):
    submission = send(collection, schools[0], school_rows("柳林镇初中", 0, 3))
    assert submission.due.state == "returned"
    assert "柳林镇初中" in submission.reasons[0]


def test_a_picture_is_sent_back_with_a_sentence(collection, schools):
    due = collection.dues.get(school=schools[0])
    png = b"\x89PNG\r\n\x1a\n" + bytes(64)
    submission = submission_receive(token=link_token(due.pk), name="成绩.png", content=png, sent_by="信息员")
    assert submission.due.state == "returned"
    assert submission.reasons


def test_the_last_confirmed_of_three_final_versions_counts(collection, schools):
    sent = []
    for number, mark in enumerate((50, 51, 52)):
        rows = school_rows("石桥镇初中", 0, 3)
        rows[0][5] = mark
        sent.append(send(collection, schools[0], rows, name=f"最终版{number}.xlsx"))
    submission_confirm(sent[2])
    submission_confirm(sent[1])
    due = collection.dues.get(school=schools[0])
    assert [s.counts for s in due.submissions.order_by("sent_at", "upload__name")] == [False, True, False]
    assert due.state == "confirmed"
    assert InboxItem.objects.filter(done_at=None).count() == 0
    batch = collection_to_batch(collection)
    batch_confirm(batch=batch)
    dataset = dataset_publish(batch=batch)
    assert [u["name"] for u in dataset.manifest["uploads"]] == ["石桥镇初中/最终版1.xlsx"]


def test_a_return_needs_a_reason_and_takes_the_sheet_out(collection, schools):
    submission = send(collection, schools[0], school_rows("石桥镇初中", 0, 3))
    submission_confirm(submission)
    with pytest.raises(NothingToCollect):
        submission_return(submission, reasons=[" "])
    submission_return(submission, reasons=["少一个班"])
    assert standing(collection).returned == 1
    with pytest.raises(NothingToCollect, match="还没有确认过的表"):
        collection_to_batch(collection)


def enrol(school, name, number, ticket=None, exam=None):
    klass = next(iter(classes_ensure([(school, "junior", 2024, 1)], origin="roster").values()))
    pupil = Pupil.objects.create()
    Enrolment.objects.create(pupil=pupil, klass=klass, starts_on=dt.date(2024, 9, 1))
    for kind, value, of in (("name", name, None), ("student_no", number, None), ("ticket", ticket, exam)):
        if value:
            Identity.objects.create(pupil=pupil, kind=kind, value=value, exam_id=of)
    return pupil


def test_the_template_comes_filled_in_and_goes_back_through_the_intake(collection, schools):
    enrol(schools[0], "金丝雀", "G1", "27090001", collection.exam_id)
    enrol(schools[1], "白头翁", "G2", "27090002", collection.exam_id)
    due = collection.dues.get(school=schools[0])
    content = template_of(due)
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["成绩"]
    assert "安教统1号" in page["A1"].value
    assert [c.value for c in page[2]] == ["学校", "班级", "考号", "学籍号", "姓名", "语文(120)", "数学(120)"]
    assert [c.value for c in page[3]][:5] == ["石桥镇初中", "九(1)班", "27090001", "G1", "金丝雀"]
    assert page.max_row == 3
    assert page.protection.sheet
    assert page["A2"].protection.locked
    assert not page["F3"].protection.locked
    assert "F3<=120" in page.data_validations.dataValidation[0].formula1
    assert AuditEntry.objects.filter(action="pupil_names.export", school_id=schools[0].id).count() == 1
    page["F3"], page["G3"] = 100, "缺考"
    held = io.BytesIO()
    book.save(held)
    submission = submission_receive(
        token=link_token(due.pk), name="模板.xlsx", content=held.getvalue(), sent_by="信息员"
    )
    assert submission.reasons == []
    submission_confirm(submission)
    batch = batch_confirm(batch=collection_to_batch(collection))
    dataset = dataset_publish(batch=batch)
    assert dataset.manifest["counts"]["rows_accepted"] == 1
    assert Pupil.objects.filter(origin="provisional").count() == 0


def test_a_school_sees_its_own_part_only(collection, schools):
    principal = Scope(roles=frozenset({"PR"}), schools=frozenset({schools[0].id}))
    assert [due.school for due in dues_visible(collection, principal)] == [schools[0]]
    assert list(collections_visible(principal)) == [collection]
    assert dues_visible(collection, SYSTEM).count() == 3
    stranger = Scope(roles=frozenset({"PR"}), schools=frozenset({uuid4()}))
    assert list(collections_visible(stranger)) == []


def test_a_header_alone_is_sent_back(collection, schools):
    due = collection.dues.get(school=schools[0])
    content = workbook([], header=HEADER)
    assert submission_receive(
        token=link_token(due.pk), name="空.xlsx", content=content, sent_by="信息员"
    ).reasons
