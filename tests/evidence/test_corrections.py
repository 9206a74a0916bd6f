"""A corrected sheet of one school becomes a whole new version; what the others sent stays."""

import pytest

from evidence.published_batches import DAY, confirmed_batch, mock_exam, school_rows, workbook
from zhiheng.base.audit.models import AuditEntry
from zhiheng.base.intake.carrying import uploads_carry
from zhiheng.base.intake.contents import content_of
from zhiheng.base.intake.services import IntakeRefused, batch_open, batch_read, upload_add
from zhiheng.base.jobs.services import job_run
from zhiheng.base.people.models import User
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.selectors import tables, version_followed
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.imports.deeds import batch_take_in
from zhiheng.evidence.imports.page_data import version_before
from zhiheng.registry.schools.services import school_make

pytestmark = pytest.mark.django_db
LIULIN, SHIQIAO = "柳林镇初级中学", "石桥镇初级中学"


def corrected_rows():
    """The rows of 柳林 with the first pupil's 语文 60 → 77."""
    (first, *others) = school_rows(LIULIN, 0, 12)
    return [[*first[:4], 77, first[5]], *others]


@pytest.fixture
def person():
    return User.objects.create(username="luo", display_name="罗教研")


@pytest.fixture
def exam():
    """The mock with its first version: two schools."""
    exam = mock_exam()
    files = {
        "柳林.xlsx": workbook(school_rows(LIULIN, 0, 12)),
        "石桥.xlsx": workbook(school_rows(SHIQIAO, 100, 8)),
    }
    dataset_publish(batch=confirmed_batch(files, exam=exam), exam=exam)
    return exam


def correction(exam, name="柳林.xlsx", rows=None, **about):
    batch = batch_open(purpose="scores", title="更正", exam_id=exam.id, **about)
    upload_add(batch=batch, name=name, content=workbook(rows or corrected_rows()), school_id=batch.school_id)
    return batch_read(batch)


def second_version(exam, batch, person, *, carry):
    job_run(batch_take_in(batch=batch, exam=exam, by=person, carry=carry).pk)
    return Dataset.objects.get(exam=exam, version=2)


@pytest.mark.parametrize("name", ["柳林.xlsx", "柳林更正表.xlsx"])
def test_the_other_schools_stay_and_the_difference_is_the_correction(exam, person, name):
    batch = correction(exam, name)
    assert version_before(batch, exam).fewer
    after = second_version(exam, batch, person, carry=True)
    assert after.difference["sentences"] == ["原有学生的成绩改动1个：语文1个。"]
    (cell,) = after.difference["cells"]
    assert (cell["file"], cell["cell"], cell["old"], cell["new"]) == (name, "E2", 60.0, 77.0)
    assert tables(after)["schools"].collect()["name"].to_list() == [LIULIN, SHIQIAO]
    counts = after.manifest["counts"]
    assert (counts["pupils"], counts["schools"]) == (20, 2)
    assert counts["rows_in"] == counts["rows_accepted"] + counts["rows_listed"]
    assert AuditEntry.objects.filter(action="batch.carry", object_id=str(batch.pk)).count() == 1


def test_without_the_choice_a_version_is_its_batch_alone(exam, person):
    after = second_version(exam, correction(exam), person, carry=False)
    assert after.difference["schools_removed"] == [SHIQIAO]


def test_what_is_carried_is_read_as_it_was_confirmed(exam, person):
    batch, before = correction(exam), Dataset.objects.get(exam=exam).batch_id
    (carried,) = uploads_carry(batch=batch, earlier=type(batch).objects.get(pk=before), by=person)
    earlier = type(batch).objects.get(pk=before).uploads.get(name="石桥.xlsx")
    assert content_of(carried) == content_of(earlier)
    assert (carried.uploaded_at, carried.keep_until) == (earlier.uploaded_at, earlier.keep_until)
    assert carried.sheets.get().reading == earlier.sheets.get().reading
    batch.refresh_from_db()
    assert batch.rows_in == 12 + 8


def test_a_published_batch_takes_nothing_more(exam, person):
    first = type(correction(exam)).objects.get(pk=Dataset.objects.get(exam=exam).batch_id)
    with pytest.raises(IntakeRefused, match="已经入库"):
        uploads_carry(batch=first, earlier=first, by=person)


def test_a_school_does_not_carry_the_files_of_others(exam):
    school = school_make(name="红旗中学")
    batch = correction(exam, rows=school_rows("红旗中学", 300, 3), school_id=school.id)
    assert version_followed(batch, exam) is None
    assert version_before(batch, exam) is None
    own = mock_exam(name="期末", kind="school_final", school=LIULIN, date=DAY, mock_number=None)
    assert version_followed(batch, own) is None
