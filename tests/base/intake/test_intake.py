"""Intake: what comes in is sealed, read, confirmed by a person, remembered, and let go in the end."""

import datetime as dt
import json
import tempfile
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection

from base.intake.messy import NAMES, scores, workbook, zipped
from zhiheng.base import clock
from zhiheng.base.audit.models import AuditEntry
from zhiheng.base.intake import reading, recent, selectors
from zhiheng.base.intake.changes import ChangeRefused
from zhiheng.base.intake.contents import ContentGone, content_of
from zhiheng.base.intake.models import Batch, Mapping, ProblemRow, Sheet
from zhiheng.base.intake.reading import reading_from_json, reading_to_json
from zhiheng.base.intake.recording import batch_problems_replace
from zhiheng.base.intake.selectors import (
    batch_records,
    batch_said,
    batch_sheets,
    batches_visible,
    problems_of,
    problems_visible,
    sheet_preview,
)
from zhiheng.base.intake.services import (
    IntakeRefused,
    batch_confirm,
    batch_open,
    batch_read,
    marked_copy_of,
    papers_tell,
    sheet_confirm,
    upload_add,
    uploads_expire,
)
from zhiheng.base.jobs.services import job_run, job_start
from zhiheng.base.people.models import User
from zhiheng.base.scopes import NOBODY, SYSTEM, Scope
from zhiheng.files.problems import Cell, Problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch() -> Batch:
    return batch_open(purpose="scores", title="九年级期末")


@pytest.fixture
def person() -> User:
    return User.objects.create(username="luo", display_name="罗教研")


def balanced(batch: Batch) -> None:
    """Every row that came in is accepted or listed, on every level."""
    assert batch.rows_in == batch.rows_accepted + batch.rows_listed
    for sheet in Sheet.objects.filter(upload__batch=batch):
        assert sheet.rows_in == sheet.rows_accepted + sheet.rows_listed


def test_a_messy_workbook_is_read_and_its_faults_listed(batch):
    upload_add(batch=batch, name="九年级.xlsx", content=scores())
    batch_read(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.rows_in) == ("mapping", len(NAMES))
    balanced(batch)
    assert [(s.index, s.name, s.kind) for s in Sheet.objects.all()] == [
        (0, "九(1)班", "scores"),
        (1, "说明", "notes"),
    ]
    bad = [p for p in problems_of(batch) if "8O" in p.found]
    assert [(p.place.file, p.place.sheet, p.place.address) for p in bad] == [("九年级.xlsx", "九(1)班", "E5")]
    (records,) = [r for r in batch_records(batch) if r.reading.kind == "scores"]
    assert records.people["name"].to_list() == list(NAMES)
    marks = records.marks.filter(subject="chinese").sort("row")
    assert marks["raw_mark"].to_list() == [8000, None, 8200, 8300, 8400, 8500]
    assert marks["status"].to_list()[1] == "absent"


def test_a_school_may_send_several_files_into_one_batch(batch):
    school = uuid4()
    for number in (1, 2):
        upload_add(batch=batch, name=f"{number}班.xlsx", content=scores(first=10 * number), school_id=school)
    batch_read(batch)
    assert batch.rows_in == 2 * len(NAMES)


def test_what_rows_say_of_themselves_is_known_without_reading_again(batch, monkeypatch):
    upload_add(batch=batch, name="九年级.xlsx", content=scores())
    upload_add(batch=batch, name="说明.xlsx", content=workbook({"说明": [["请按时上报"]]}))
    batch_read(batch)
    said = batch_said(batch, kinds=["scores"])
    assert set(said["grade"].values()) <= {len(NAMES)}
    assert {"chinese", "math"} <= said["subject"].keys()
    assert not said.keys() & {"name", "ticket", "student_no"}
    monkeypatch.setattr(recent, "_kept", {})
    opened = []
    monkeypatch.setattr(selectors, "read_uploads", lambda tasks, *, size: opened.append(list(tasks)) or ())
    assert list(batch_sheets(batch, kinds=["roster"])) == []
    assert opened == [[]]


def test_a_list_without_pupils_is_something_to_read_in_a_batch_of_rosters():
    lists = workbook({"学校名录": [["学校代码", "学校名称"], ["3141000001", "柳林镇初级中学"]]})
    states = {}
    for purpose in ("roster", "scores"):
        batch = batch_open(purpose=purpose, title="名录")
        upload_add(batch=batch, name="名录.xlsx", content=lists)
        states[purpose] = batch_read(batch).state
    assert states == {"roster": "mapping", "scores": "failed"}


def test_the_same_bytes_are_one_upload_and_a_schools_newer_file_supersedes(batch):
    school = uuid4()
    first = upload_add(batch=batch, name="最终版.xlsx", content=scores(), school_id=school, by="王老师")
    assert upload_add(batch=batch, name="最终版(1).xlsx", content=scores(), school_id=school) == first
    second = upload_add(
        batch=batch,
        name="最终版2.xlsx",
        content=scores(names=NAMES[:4]),
        school_id=school,
        supersede=True,
    )
    other = upload_add(batch=batch, name="别校.xlsx", content=scores(), school_id=uuid4())
    first.refresh_from_db()
    assert first.superseded_by == second
    assert content_of(first) == scores()
    batch_read(batch)
    assert batch.rows_in == 4 + len(NAMES)
    assert {s.upload for s, _ in batch_sheets(batch)} == {second, other}


def test_reading_twice_gives_the_same(batch):
    upload_add(batch=batch, name="b.xlsx", content=scores())
    upload_add(batch=batch, name="a.xlsx", content=scores(names=NAMES[:3], first=50))
    batch_read(batch)
    before = [(r.reading, r.people.to_dicts(), r.marks.to_dicts()) for r in batch_records(batch)]
    count = ProblemRow.objects.count()
    batch_read(batch)
    assert [(r.reading, r.people.to_dicts(), r.marks.to_dicts()) for r in batch_records(batch)] == before
    assert ProblemRow.objects.count() == count
    assert next(r.reading.file for r in batch_records(batch)) == "a.xlsx"


@pytest.mark.slow
def test_several_processes_read_the_same_as_one(batch, monkeypatch):
    for number in range(4):
        upload_add(batch=batch, name=f"{number}.xlsx", content=scores(first=10 * number))
    batch_read(batch)
    alone = [(r.reading, r.people.to_dicts(), r.marks.to_dicts(), r.problems) for r in batch_records(batch)]
    monkeypatch.setattr(reading, "PARALLEL_BYTES", 0)
    monkeypatch.setattr(recent, "MOST_BYTES", 0)
    batch_read(batch)
    assert [
        (r.reading, r.people.to_dicts(), r.marks.to_dicts(), r.problems) for r in batch_records(batch)
    ] == alone


def test_a_zip_is_one_upload_with_many_sheets(batch):
    content = zipped(
        {"城关/一中.xlsx": scores(school="一中"), "二中.xlsx": scores(first=30), "照片.jpg": b"\xff\xd8"}
    )
    upload = upload_add(batch=batch, name="全县.zip", content=content)
    batch_read(batch)
    assert batch.rows_in == 2 * len(NAMES)
    sheets = list(upload.sheets.order_by("index"))
    assert [s.index for s in sheets] == [0, 1, 2, 3]
    assert {reading_from_json(s.reading).file for s in sheets} == {
        "全县.zip/城关/一中.xlsx",
        "全县.zip/二中.xlsx",
    }
    assert [p.code for p in problems_of(batch) if p.place.file.endswith("照片.jpg")] == ["file.picture"]


def test_an_upload_that_cannot_be_read_gets_a_sentence(batch):
    upload_add(batch=batch, name="坏.xlsx", content=b"PK\x03\x04 not a workbook")
    batch_read(batch)
    (problem,) = problems_of(batch)
    assert (batch.state, problem.code, problem.place.file) == ("failed", "file.corrupt", "坏.xlsx")
    with pytest.raises(IntakeRefused):
        batch_confirm(batch=batch)


def test_no_name_is_found_in_any_byte_on_disk(batch, home, tmp_path):
    upload_add(batch=batch, name="九年级.xlsx", content=scores(names=[*NAMES[:5], NAMES[0]]))
    upload_add(batch=batch, name="全县.zip", content=zipped({"一中.xlsx": scores(first=30)}))
    batch_read(batch)
    batch_confirm(batch=batch, by=User.objects.create(username="luo", display_name="罗教研"))
    stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            stored += str(cursor.fetchall()).encode()
    assert "九(1)班".encode() in stored, "the search looks where sheets are described"
    for name in NAMES:
        for encoding in ("utf-8", "gb18030", "utf-16-le"):
            assert name.encode(encoding) not in stored
        assert name.encode("unicode_escape") not in stored


def test_a_persons_change_is_read_again_and_remembered(batch, person):
    header = ("考号", "姓名", "班级", "语文", "甲科", "总分", "班次")
    upload_add(batch=batch, name="九年级.xlsx", content=scores(header=header))
    batch_read(batch)
    sheet = Sheet.objects.get(kind="scores")
    assert {c.role for c in reading_from_json(sheet.reading).columns if c.column == 5} == {"ignore"}
    changed = sheet_confirm(
        sheet=sheet,
        changes={"columns": {"5": {"role": "raw_mark", "subject": "math", "full_mark": "120"}}},
        by=person,
    )
    assert changed.confirmed
    assert [p.place.address for p in problems_of(batch) if "8O" in p.found] == ["E5"]
    assert not [p for p in problems_of(batch) if p.code == "column.not_understood"]
    batch_confirm(batch=batch, by=person)
    batch.refresh_from_db()
    balanced(batch)

    later = batch_open(purpose="scores", title="下一次")
    upload_add(batch=later, name="另一份.xlsx", content=scores(header=header, first=40))
    batch_read(later)
    (records,) = [r for r in batch_records(later) if r.reading.kind == "scores"]
    assert "math" in records.marks["subject"].to_list()
    assert Mapping.objects.get(layout=records.reading.layout).used == 1
    kept = Mapping.objects.get(layout=records.reading.layout).reading
    assert (kept["file"], kept["context"], kept["notes"]) == ("", {}, [])


def test_nothing_is_remembered_where_nobody_looked(batch):
    upload_add(batch=batch, name="九年级.xlsx", content=scores())
    batch_read(batch)
    batch_confirm(batch=batch)
    assert not Mapping.objects.exists()
    assert Batch.objects.get().state == "confirmed"


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "letter"},
        {"columns": {99: {"role": "name"}}},
        {"columns": {1: {"role": "hat"}}},
        {"columns": {4: {"subject": "alchemy"}}},
        {"columns": {4: {"full_mark": "很多"}}},
        {"context": {"weather": "晴"}},
    ],
)
def test_a_change_that_means_nothing_is_refused(batch, changes):
    upload_add(batch=batch, name="九年级.xlsx", content=scores())
    batch_read(batch)
    with pytest.raises(ChangeRefused, match=r"没有|满分"):
        sheet_confirm(sheet=Sheet.objects.get(kind="scores"), changes=changes)


def test_what_the_exam_says_of_its_papers_is_checked(batch):
    header = ("考号", "姓名", "班级", "语文", "数学", "总分", "班次")
    upload_add(batch=batch, name="九年级.xlsx", content=scores(header=header))
    batch_read(batch)
    assert "score.above_full" not in {p.code for p in problems_of(batch)}
    papers_tell(batch=batch, full_marks={"chinese": 81})
    batch_read(batch)
    assert sum(p.code == "score.above_full" for p in problems_of(batch)) == 4


def test_published_batches_take_nothing_more(batch):
    upload_add(batch=batch, name="九年级.xlsx", content=scores())
    batch_read(batch)
    Batch.objects.update(state="published")
    with pytest.raises(IntakeRefused, match="已经入库"):
        upload_add(batch=batch, name="迟到.xlsx", content=scores(first=70))
    with pytest.raises(IntakeRefused, match="已经入库"):
        sheet_confirm(sheet=Sheet.objects.get(kind="scores"), changes={})


def test_previews_cover_names_unless_the_reader_may_see_them(batch, person):
    school = uuid4()
    upload_add(batch=batch, name="九年级.xlsx", content=scores(), school_id=school)
    batch_read(batch)
    sheet = Sheet.objects.get(kind="scores")
    county = sheet_preview(sheet, SYSTEM, rows=3)
    assert [number for number, _ in county.rows] == [3, 4, 5]
    assert county.rows[0][1][:4] == ("9" + "＊" * 8, "欧＊＊＊", "九(1)班", "80")
    assert county.masked
    principal = Scope(roles=frozenset({"PR"}), schools=frozenset({school}))
    assert sheet_preview(sheet, principal).masked
    assert not AuditEntry.objects.filter(action="pupil_names.read").exists()
    assert sheet_preview(sheet, principal, by=person).rows[0][1][1] == NAMES[0]
    assert AuditEntry.objects.get(action="pupil_names.read").school_id == school
    assert sheet_preview(sheet, SYSTEM, by=person).masked, "the bureau as a whole teaches nobody"
    stranger = Scope(roles=frozenset({"PR"}), schools=frozenset({uuid4()}))
    with pytest.raises(Sheet.DoesNotExist):
        sheet_preview(sheet, stranger)
    assert problems_visible(principal).exists()
    assert not problems_visible(stranger).exists()
    assert not batches_visible(NOBODY).exists()


def test_content_goes_after_its_retention_and_the_trace_stays(batch, home):
    upload = upload_add(batch=batch, name="九年级.xlsx", content=scores())
    batch_read(batch)
    assert uploads_expire(upload.keep_until) == 0
    assert uploads_expire(upload.keep_until + dt.timedelta(days=1)) == 1
    assert uploads_expire(upload.keep_until + dt.timedelta(days=1)) == 0
    assert not list((home / "uploads").iterdir())
    with pytest.raises(ContentGone, match="保存期"):
        content_of(upload)
    assert AuditEntry.objects.filter(action="upload.expire").count() == 1
    assert Sheet.objects.exists()


def test_what_a_killed_process_left_goes_after_a_day(batch, home, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = Path(tempfile.mkdtemp(prefix=reading.UNSEALED))
    (left / "全县.zip").touch()
    upload = upload_add(batch=batch, name="九年级.xlsx", content=scores())
    stray = home / "uploads" / str(uuid4())
    stray.touch()
    uploads_expire(clock.today())
    assert stray.exists(), "its upload may be on the way"
    assert left.exists(), "it may be read at this moment"
    with clock.fixed(clock.now() + dt.timedelta(days=2)):
        uploads_expire(clock.today())
    assert not stray.exists()
    assert not left.exists()
    assert content_of(upload) == scores()


def test_a_name_slipped_into_the_marks_is_covered_in_the_list(batch):
    upload_add(batch=batch, name="九年级.xlsx", content=scores(bad="皇甫 云帆"))
    batch_read(batch)
    assert [p.found for p in problems_of(batch) if p.place.address == "E5"] == ["写的是“皇＊＊＊＊”"]


def test_a_name_in_a_problem_found_later_is_covered_too(batch):
    upload = upload_add(batch=batch, name="九年级.xlsx", content=scores())
    place = Cell("九年级.xlsx", "九(1)班", 3, 2)
    told = Problem("roster.class_unread", place, "班级“甲 一”没有班号", "不是“甲一”", "改成“3班”")
    batch_problems_replace(batch, [told], [upload], codes=["match."], names=["甲一"])
    (kept,) = problems_of(batch)
    assert (kept.found, kept.expected, kept.fix) == ("班级“甲＊＊”没有班号", "不是“甲＊”", "改成“3班”")


def test_readings_survive_json(batch):
    pair = ["考号", "姓名", "数学(120)"]
    side_by_side = [
        [*pair, *pair],
        *([f"91{n}", NAMES[n], 80, f"92{n}", NAMES[-n - 1], 90] for n in range(6)),
    ]
    upload_add(batch=batch, name="九年级.xlsx", content=scores())
    upload_add(batch=batch, name="两栏.xlsx", content=workbook({"九(2)班": side_by_side}))
    batch_read(batch)
    for records in batch_records(batch):
        data = json.loads(json.dumps(reading_to_json(records.reading)))
        assert reading_from_json(data) == records.reading


def test_names_of_files_cannot_climb(batch):
    upload = upload_add(batch=batch, name="../../etc/城关\\一中.xlsx", content=scores())
    assert upload.name == "etc/城关/一中.xlsx"
    assert upload.keep_until == clock.today() + dt.timedelta(days=365)


def test_reading_is_a_job(batch):
    upload_add(batch=batch, name="九年级.xlsx", content=scores())
    job = job_start(kind="intake.read", key=f"intake.read:{batch.pk}", payload={"batch_id": batch.pk})
    job_run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["rows_in"]) == ("done", len(NAMES))


def test_an_empty_folder_reads_as_failed(batch):
    upload_add(batch=batch, name="空.xlsx", content=workbook({"Sheet1": []}))
    batch_read(batch)
    assert (batch.state, batch.rows_in) == ("failed", 0)


def test_uploads_are_left_unreadable_to_others(batch, home: Path):
    upload = upload_add(batch=batch, name="九年级.xlsx", content=scores())
    sealed = (home / "uploads" / str(upload.pk)).read_bytes()
    assert not sealed.startswith(b"PK")
    assert (home / "keys" / "uploads").stat().st_mode & 0o077 == 0


def test_records_read_last_are_kept_until_something_differs(batch, monkeypatch):
    upload_add(batch=batch, name="九年级.xlsx", content=scores())
    batch_read(batch)
    kept = batch_records(batch)
    assert batch_records(batch)[0] is kept[0]
    sheet_confirm(sheet=Sheet.objects.get(kind="scores"), changes={"columns": {4: {"role": "ignore"}}})
    changed = batch_records(batch)
    assert changed[0] is not kept[0]
    assert "chinese" not in changed[0].marks["subject"].to_list()
    monkeypatch.setattr(recent, "MOST_BYTES", 10)
    batch_read(batch)
    assert batch_records(batch)[0] is not batch_records(batch)[0]


def test_marked_copies_colour_the_bad_cells_and_leave_a_trace(batch, tmp_path, person):
    whole = upload_add(batch=batch, name="九年级.xlsx", content=scores())
    packed = upload_add(batch=batch, name="全县.zip", content=zipped({"一中.xlsx": scores(first=30)}))
    sound = upload_add(batch=batch, name="好.xlsx", content=scores(first=60, bad=70))
    batch_read(batch)
    target = tmp_path / "九年级.标注.xlsx"
    assert marked_copy_of(whole, target, by=person) == [target]
    cell = openpyxl.load_workbook(target)["九(1)班"]["E5"]
    assert cell.value == "8O"
    assert cell.fill.fill_type == "solid"
    assert "8O" in cell.comment.text
    assert [path.name for path in marked_copy_of(packed, tmp_path / "全县.zip")] == ["一中.标注.xlsx"]
    sound.problems.all().delete()
    assert marked_copy_of(sound, tmp_path / "好.标注.xlsx") == []
    traces = AuditEntry.objects.filter(action="names.export").order_by("number")
    assert [(e.actor, e.purpose) for e in traces] == [("罗教研", "退回修改"), ("系统", "退回修改")]
