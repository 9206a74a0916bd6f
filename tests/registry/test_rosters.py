"""Rosters through the intake: lists, pupils, teaching; a later roster moves, renames and claims."""

import datetime as dt
import io

import pytest
import xlsxwriter

from zhiheng.base.clock import SHANGHAI, fixed
from zhiheng.base.intake.services import batch_confirm, batch_open, batch_read, upload_add
from zhiheng.registry.pupils.models import Enrolment, Identity, Pupil
from zhiheng.registry.rosters.services import roster_import
from zhiheng.registry.schools.models import Class, School
from zhiheng.registry.teachers.models import Teacher, Teaching

pytestmark = pytest.mark.django_db
SEPTEMBER = dt.datetime(2026, 9, 10, 9, 0, tzinfo=SHANGHAI)
FIRST = SEPTEMBER.date()
MARCH = dt.date(2027, 3, 1)
PUPILS = ["学校", "年级", "班级", "姓名", "学籍号", "性别", "随迁", "在籍情况"]
SCHOOLS = [
    ["学校代码", "学校名称", "乡镇", "城乡类型", "学校类型", "办学性质", "填报单位"],
    ["3141000001", "柳林镇初级中学", "柳林镇", "镇区", "乡镇初中", "公办", "柳林镇初级中学"],
    ["3141000002", "柳林镇中心小学", "柳林镇", "镇区", "中心小学", "公办", "柳林镇中心小学"],
    ["3141000003", "王庄小学", "柳林镇", "乡村", "村小", "公办", "柳林镇中心小学"],
    ["3141000004", "启明中学", "城关街道", "城区", "民办初中", "民办", "启明中学"],
]


def book(*sheets):
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as made:
        for name, rows in sheets:
            page = made.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return held.getvalue()


def pupil(name, number, klass="七(1)班", gender="女", kind="在籍", school="柳林镇初级中学"):
    return [school, "七年级", klass, name, number, gender, "否", kind]


def imported(files, on=FIRST):
    batch = batch_open(purpose="roster", title="名册")
    for name, content in files.items():
        upload_add(batch=batch, name=name, content=content)
    batch_read(batch)
    batch_confirm(batch=batch)
    return roster_import(batch=batch, on=on), batch


def roster(rows, on=FIRST):
    return imported({"名册.xlsx": book(("学生名册", [PUPILS, *rows]))}, on)


@pytest.fixture(autouse=True)
def september():
    with fixed(SEPTEMBER):
        yield


@pytest.fixture
def listed():
    return imported({"学校名录.xlsx": book(("学校名录", SCHOOLS))})[0]


def test_the_list_of_schools_keeps_order_code_town_and_kind(listed):
    assert listed.schools == 4
    first, _, village, private = School.objects.order_by("order")
    assert (first.name, first.code, first.town.name, first.area, first.stage) == (
        "柳林镇初级中学",
        "3141000001",
        "柳林镇",
        "town",
        "junior",
    )
    assert (village.area, village.hub.name, village.stage) == ("village", "柳林镇中心小学", "primary")
    assert (private.private, private.school_type) == (True, "民办初中")


def test_rows_of_a_roster_are_accepted_or_listed(listed):
    done, batch = roster(
        [pupil("甲一", "G1"), pupil("乙二", "G2"), ["柳林镇初级中学", "幼儿班", "", "丙三", "G3", "", "", ""]]
    )
    assert (done.pupils, done.made) == (2, 2)
    assert done.rows_in == done.rows_accepted + done.rows_listed == 3
    batch.refresh_from_db()
    assert (batch.state, batch.rows_in, batch.rows_listed) == ("published", 3, 1)


def test_a_pupil_is_enrolled_since_the_class_began(listed):
    roster([["柳林镇初级中学", "九年级", "九(1)班", "甲一", "G1", "男", "是", "借读"]])
    enrolment = Enrolment.objects.get()
    assert (enrolment.klass.entry_year, enrolment.klass.number, enrolment.kind) == (2024, 1, "guest")
    assert (enrolment.starts_on, enrolment.ends_on) == (dt.date(2024, 9, 1), None)
    assert (enrolment.pupil.gender, enrolment.pupil.migrant, enrolment.pupil.origin) == (
        "male",
        True,
        "roster",
    )


def test_a_later_roster_moves_renames_and_lets_go(listed):
    roster([pupil("甲一", "G1"), pupil("乙二", "G2"), pupil("丙三", "G3")])
    done, _ = roster([pupil("甲一", "G1", "七(2)班"), pupil("乙改", "G2")], on=MARCH)
    assert (done.made, done.moved, done.left) == (0, 1, 1)
    assert Pupil.objects.count() == 3
    moved = Enrolment.objects.filter(pupil__identities__value="G1").order_by("starts_on")
    assert [(e.klass.number, e.starts_on, e.ends_on) for e in moved] == [
        (1, dt.date(2026, 9, 1), dt.date(2027, 2, 28)),
        (2, MARCH, None),
    ]
    assert Enrolment.objects.get(pupil__identities__value="G3").ends_on == dt.date(2027, 2, 28)
    names = Identity.objects.filter(kind="name", pupil__identities__value="G2").order_by("id")
    assert [(n.value, n.valid_to) for n in names] == [("乙二", dt.date(2027, 2, 28)), ("乙改", None)]


def test_the_same_roster_again_changes_nothing(listed):
    rows = [pupil("甲一", "G1"), pupil("乙二", "G2")]
    roster(rows)
    before = (Pupil.objects.count(), Identity.objects.count(), Enrolment.objects.count())
    done, _ = roster(rows)
    assert (done.made, done.moved, done.left) == (0, 0, 0)
    assert (Pupil.objects.count(), Identity.objects.count(), Enrolment.objects.count()) == before


def test_a_roster_says_nothing_about_classes_it_does_not_list(listed):
    roster([pupil("甲一", "G1", "七(1)班"), pupil("乙二", "G2", "七(2)班")])
    assert roster([pupil("甲一", "G1", "七(1)班")], on=MARCH)[0].left == 0


def test_a_number_of_two_pupils_identifies_neither(listed):
    done, _ = roster([pupil("甲一", "G1"), pupil("乙二", "G1")])
    assert done.pupils == 2
    assert not Identity.objects.filter(kind="student_no").exists()
    assert [p.code for p in done.problems].count("roster.student_no_shared") == 2


def test_rosters_claim_what_was_provisional():
    from_sheet, _ = roster([pupil("甲一", "G1")])
    assert (from_sheet.pupils, School.objects.get().origin) == (1, "provisional")
    done = imported({"学校名录.xlsx": book(("学校名录", SCHOOLS))})[0]
    assert done.schools == 4
    assert School.objects.get(name="柳林镇初级中学").origin == "roster"
    assert Class.objects.get().school.code == "3141000001"


TEACHING = ["学校", "年级", "班级", "学科", "任课教师", "班主任"]


def taught(rows, on=FIRST):
    return imported({"任课表.xlsx": book(("任课表", [TEACHING, *rows]))}, on)[0]


def test_teaching_is_dated_and_a_later_list_changes_it(listed):
    first = taught(
        [
            ["柳林镇初级中学", "七年级", "七(1)班", "数学", "钱算盘", "是"],
            ["柳林镇初级中学", "七年级", "七(1)班", "语文", "孙诗文", ""],
        ]
    )
    assert (first.teachers, first.teaching) == (2, 3)
    taught([["柳林镇初级中学", "七年级", "七(1)班", "数学", "李新来", ""]], on=MARCH)
    maths = Teaching.objects.filter(subject="math").order_by("starts_on")
    assert [(t.teacher.name, t.starts_on, t.ends_on) for t in maths] == [
        ("钱算盘", dt.date(2026, 9, 1), dt.date(2027, 2, 28)),
        ("李新来", MARCH, None),
    ]
    assert Teaching.objects.get(adviser=True).teacher.name == "钱算盘"
    assert Teacher.objects.get(name="孙诗文").initials == "ssw"


def test_a_subject_nobody_knows_is_listed(listed):
    done = taught([["柳林镇初级中学", "七年级", "七(1)班", "炼金术", "钱算盘", ""]])
    assert (done.teaching, done.rows_listed) == (0, 1)
    assert [p.code for p in done.problems] == ["roster.subject_unknown"]


def seated(rows, on=FIRST):
    return imported({"名册.xlsx": book(("学生名册", [[*PUPILS, "座号"], *rows]))}, on)


def seats():
    """Return pupil number → seat today."""
    rows = Enrolment.objects.filter(ends_on=None, pupil__identities__kind="student_no")
    return dict(rows.values_list("pupil__identities__value", "seat"))


def test_a_roster_may_tell_seats(listed):
    seated([[*pupil("甲一", "G1"), 2], [*pupil("乙二", "G2"), "1号"], [*pupil("丙三", "G3"), "靠窗"]])
    assert seats() == {"G1": 2, "G2": 1, "G3": None}


def test_seats_are_renewed_where_told_and_kept_where_not(listed):
    seated([[*pupil("甲一", "G1"), 1], [*pupil("乙二", "G2"), 2]])
    seated([[*pupil("甲一", "G1"), 2], [*pupil("乙二", "G2"), ""]], on=MARCH)
    assert seats() == {"G1": 2, "G2": 2}
    roster([pupil("甲一", "G1"), pupil("乙二", "G2")], on=MARCH)
    assert seats() == {"G1": 2, "G2": 2}


def test_a_pupil_who_moves_leaves_the_old_seat_behind(listed):
    seated([[*pupil("甲一", "G1"), 1], [*pupil("乙二", "G2"), 2]])
    roster([pupil("甲一", "G1", "七(2)班"), pupil("乙二", "G2")], on=MARCH)
    assert seats() == {"G1": None, "G2": 2}
