"""Rows of sheets find their pupils; what is contradicted or only near is told, never taken."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

import polars as pl
import pytest

from zhiheng.files.sheets import PEOPLE_SCHEMA
from zhiheng.registry.matching.services import people_match
from zhiheng.registry.pupils.models import Enrolment, Identity, NearMatch, Pupil
from zhiheng.registry.schools.models import School
from zhiheng.registry.schools.services import classes_ensure, school_make, town_ensure

DAY = dt.date(2027, 3, 20)
GRADE = 9
EXAM = uuid.uuid4()

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Sent:
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    school_id: uuid.UUID | None = None


def sheet(rows, *, file="一模.xlsx", school="柳林镇初级中学", upload=0, first_person=0, **common):
    """People of one sheet from (class, name, student_no, ticket) rows, data from row 3 on."""
    made = [
        {
            "person": first_person + i,
            "file": file,
            "sheet": "成绩",
            "sheet_index": 0,
            "row": 3 + i,
            "school": school,
            "grade": None,
            "class": klass,
            "name": name,
            "student_no": number,
            "ticket": ticket,
            **common,
        }
        for i, (klass, name, number, ticket) in enumerate(rows)
    ]
    return pl.DataFrame(made, schema=PEOPLE_SCHEMA).with_columns(pl.lit(upload, pl.Int32).alias("upload"))


def match(*sheets, uploads=None, **more):
    people = pl.concat(sheets)
    uploads = uploads or [Sent() for _ in range(people["upload"].max() + 1)]
    return people_match(
        people, uploads=uploads, on=DAY, batch_id=uuid.uuid4(), exam_id=EXAM, grade=GRADE, **more
    )


@pytest.fixture
def school():
    return school_make(name="柳林镇初级中学", town=town_ensure("柳林镇"))


@pytest.fixture
def roster(school):
    """Class 1 of 九年级 with three registered pupils: name → pupil."""
    klass = next(iter(classes_ensure([(school, "junior", 2024, 1)], origin="roster").values()))
    made = {}
    for name, number in (("李晓明", "G001"), ("王芳", "G002"), ("赵一山", None)):
        pupil = made[name] = Pupil.objects.create()
        Enrolment.objects.create(pupil=pupil, klass=klass, starts_on=dt.date(2024, 9, 1))
        Identity.objects.create(pupil=pupil, kind="name", value=name)
        if number:
            Identity.objects.create(pupil=pupil, kind="student_no", value=number)
    return made


def taken(matched):
    return {
        p: (uuid.UUID(hex=pupil), how)
        for p, pupil, how in matched.frame.select("person", "pupil", "how").iter_rows()
    }


def codes(matched):
    return [p.code for p in matched.problems]


def test_number_then_ticket_then_class_and_name(roster):
    Identity.objects.create(pupil=roster["王芳"], kind="ticket", value="900102", exam_id=EXAM)
    found = taken(
        match(
            sheet([("1", "李晓明", "G001", None), ("1", "王芳", None, "900102"), ("1", "赵一山", None, None)])
        )
    )
    assert found == {
        0: (roster["李晓明"].id, "student_no"),
        1: (roster["王芳"].id, "ticket"),
        2: (roster["赵一山"].id, "name"),
    }


def test_numbers_of_two_pupils_in_one_row_are_listed(roster):
    Identity.objects.create(pupil=roster["王芳"], kind="ticket", value="900102", exam_id=EXAM)
    matched = match(sheet([("1", "李晓明", "G001", "900102"), ("1", "赵一山", None, None)]))
    assert taken(matched).keys() == {1}
    assert codes(matched) == ["match.ids_disagree"]
    assert matched.problems[0].place.row == 3


def test_a_ticket_of_another_exam_identifies_nobody(roster):
    Identity.objects.create(pupil=roster["王芳"], kind="ticket", value="900102", exam_id=uuid.uuid4())
    assert taken(match(sheet([("1", "王小芳", None, "900102")])))[0][1] == "provisional"


def test_one_other_character_is_offered_and_not_taken(roster):
    matched = match(sheet([("1", "李小明", None, None)]))
    pupil, how = taken(matched)[0]
    assert how == "provisional"
    assert pupil != roster["李晓明"].id
    offer = NearMatch.objects.get()
    assert (offer.candidate, offer.provisional_id, offer.decision, offer.row) == (
        roster["李晓明"],
        pupil,
        "open",
        3,
    )


def test_a_name_that_contradicts_its_number_is_told_and_counted_by_number(roster):
    matched = match(sheet([("1", "李小名", "G001", None)]))
    assert taken(matched)[0] == (roster["李晓明"].id, "student_no")
    assert codes(matched) == ["match.name_differs"]


def test_a_name_of_another_pupil_beside_a_number_is_listed(roster):
    matched = match(sheet([("1", "王芳", "G001", None)]))
    assert matched.frame.is_empty()
    assert codes(matched) == ["match.id_and_name_disagree"]


def test_names_shifted_by_a_row_are_one_problem_and_no_row_is_taken(school):
    names = ["甲一", "乙二", "丙三", "丁四", "戊五", "己六"]
    good = sheet([("1", n, f"G{i}", None) for i, n in enumerate(names)])
    match(good)
    shifted = sheet(
        [("1", n, f"G{i}", None) for i, n in enumerate(["庚七", *names[:-1]])], file="改.xlsx", first_person=0
    )
    matched = match(shifted)
    assert (
        codes(matched) == ["match.names_shifted", "match.name_differs"]
        or codes(matched)[-1] == "match.names_shifted"
    )
    problem = next(p for p in matched.problems if p.code == "match.names_shifted")
    assert "第4—8行" in problem.found
    assert "向下移了1行" in problem.found or "下移了1行" in problem.found
    assert set(taken(matched)) <= {0}


def test_two_schools_of_one_name_need_the_town():
    for town in ("石桥镇", "白杨镇"):
        school_make(name="王庄小学", town=town_ensure(town))
    matched = match(sheet([("1", "钱多多", None, None)], school="王庄小学"))
    assert matched.frame.is_empty()
    assert codes(matched) == ["match.school_ambiguous"]
    assert "石桥镇" in matched.problems[0].found
    again = match(sheet([("1", "钱多多", None, None)], school="王庄小学", town="白杨镇"))
    assert School.objects.get(id=again.frame["school"][0]).town.name == "白杨镇"


@pytest.mark.parametrize("written", ["柳林镇初中", "柳林初中", "安禾县柳林镇初级中学", "柳林镇初级中学 "])
def test_short_names_find_the_school(school, written):
    assert match(sheet([("1", "钱多多", None, None)], school=written)).frame["school"][0] == school.pk.hex


def test_unknown_pupils_are_made_once_for_all_sheets():
    maths = sheet([("1", "甲一", "G1", "T1"), ("1", "乙二", None, "T2"), ("2", "丙三", None, None)])
    chinese = sheet(
        [("1", "甲一", None, "T1"), ("1", "乙二", None, None), ("2", "丙三", None, None)],
        upload=1,
        file="语文.xlsx",
        first_person=10,
    )
    matched = match(maths, chinese)
    by_person = taken(matched)
    assert [by_person[i][0] for i in (0, 1, 2)] == [by_person[i][0] for i in (10, 11, 12)]
    assert Pupil.objects.filter(origin="provisional").count() == 3
    again = match(maths, chinese)
    assert taken(again).keys() == by_person.keys()
    assert {p: pupil for p, (pupil, _) in taken(again).items()} == {
        p: pupil for p, (pupil, _) in by_person.items()
    }
    assert Pupil.objects.count() == 3


def test_namesakes_in_one_sheet_are_two_pupils_and_are_found_again():
    one = sheet([("1", "张伟", None, None), ("1", "张伟", None, None)])
    first, second = taken(match(one)), taken(match(one))
    assert first[0][0] != first[1][0]
    assert {p: v[0] for p, v in first.items()} == {p: v[0] for p, v in second.items()}


def test_namesakes_over_two_sheets_without_numbers_are_listed():
    one = sheet([("1", "张伟", None, None), ("1", "张伟", None, None)])
    other = sheet([("1", "张伟", None, None)], upload=1, file="语文.xlsx", first_person=5)
    matched = match(one, other)
    assert matched.frame.is_empty()
    assert set(codes(matched)) - {"match.school_new"} == {"match.namesakes"}


def test_a_row_of_another_grade_is_listed(school):
    matched = match(
        sheet([("1", "甲一", None, None)], grade="八年级"),
        sheet([("1", "乙二", None, None)], grade="九年级", first_person=5),
    )
    assert set(taken(matched)) == {5}
    assert codes(matched) == ["match.grade_other"]


def test_a_pupil_enrolled_elsewhere_counts_as_guest(roster):
    other = school_make(name="石桥镇初级中学", town=town_ensure("石桥镇"))
    matched = match(sheet([("4", "李晓明", "G001", None)], school="石桥镇初级中学"))
    row = matched.frame.row(0, named=True)
    assert (row["pupil"], row["school"], row["enrolment"]) == (roster["李晓明"].id.hex, other.pk.hex, "guest")
    assert codes(matched) == ["match.school_differs"]


def test_a_row_without_name_and_number_is_listed(school):
    matched = match(sheet([("1", None, None, None), ("1", "甲一", None, None)]))
    assert set(taken(matched)) == {1}
    assert codes(matched) == ["match.person_unknown"]


def test_a_running_number_of_two_classes_identifies_nobody(school):
    rows = sheet(
        [("1", "李晓明", "10001", None), ("2", "王芳", "10001", None), ("2", "赵一山", "10002", None)]
    )
    matched = match(rows)
    assert len({pupil for pupil, _ in taken(matched).values()}) == 3
    assert codes(matched) == []
    numbers = set(Identity.objects.filter(kind="student_no").values_list("value", flat=True))
    assert numbers == {"10002"}


def test_a_short_number_of_another_school_is_not_this_pupils(roster):
    Identity.objects.create(pupil=roster["赵一山"], kind="student_no", value="10001")
    matched = match(sheet([("1", "孙小圣", "10001", None)], school="石桥镇初级中学"))
    ((pupil, how),) = taken(matched).values()
    assert (how, pupil in {p.id for p in roster.values()}) == ("provisional", False)
    assert codes(matched) == ["match.school_new"]


def test_schools_nobody_knows_are_made_in_one_go(django_assert_max_num_queries):
    names = [f"第{n}中学" for n in range(1, 301)]
    sheets = [
        sheet([("1", "李晓明", None, None)], school=name, town="柳林镇", first_person=n)
        for n, name in enumerate(names)
    ]
    with django_assert_max_num_queries(60):
        match(*sheets)
    made = School.objects.filter(origin="provisional").order_by("order")
    assert [s.name for s in made] == names
    assert {s.town.name for s in made} == {"柳林镇"}
    assert made[0].initials == "d1zx"
