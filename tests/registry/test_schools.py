"""Schools: found by pinyin, seen as the scope allows, claimed and merged without losing anyone."""

import datetime as dt
from uuid import uuid4

import pytest

from zhiheng.base.scopes import NOBODY, SYSTEM, Scope
from zhiheng.registry.pupils.models import Enrolment, Pupil
from zhiheng.registry.pupils.services import cohorts_leave
from zhiheng.registry.schools.grades import class_label
from zhiheng.registry.schools.models import Class, School, Term
from zhiheng.registry.schools.names import loose_form, short_form, without_county
from zhiheng.registry.schools.page_data import class_rows, large_classes, school_rows
from zhiheng.registry.schools.selectors import classes_in_grade, school_search, schools_visible, term_on
from zhiheng.registry.schools.services import (
    CannotClaim,
    classes_ensure,
    school_claim,
    school_make,
    school_provisional,
    schools_merge,
    terms_seed,
    town_ensure,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2027, 3, 20)


@pytest.fixture
def two():
    return [
        school_make(name=name, town=town_ensure(name[:3])) for name in ("石桥镇初级中学", "柳林镇初级中学")
    ]


@pytest.mark.parametrize("text", ["石桥", "sqz", "shiqiao", "SQZ", "shi qiao"])
def test_a_school_is_found_by_name_pinyin_and_initials(two, text):
    assert list(school_search(SYSTEM, text)) == [two[0]]


def test_a_scope_sees_its_schools_only(two):
    principal = Scope(roles=frozenset({"PR"}), schools=frozenset({two[1].id}))
    hub = Scope(roles=frozenset({"PR"}), towns=frozenset({two[0].town_id}))
    assert list(schools_visible(principal)) == [two[1]]
    assert list(schools_visible(hub)) == [two[0]]
    assert list(school_search(principal, "sqz")) == []
    assert not schools_visible(NOBODY).exists()


def test_the_forms_of_a_name():
    assert short_form("柳林镇初级中学") == "柳林镇初中"
    assert without_county("安禾县实验中学") == "实验中学"
    assert loose_form("县实验中学") == "实验中学"
    assert loose_form("青崖民族乡初级中学") == "青崖初中"


def test_a_claim_moves_classes_pupils_and_teachers(two):
    guess = school_provisional("柳林中学")
    kept, new = (
        next(iter(classes_ensure([(s, "junior", 2024, n)], origin="provisional").values()))
        for s, n in ((guess, 1), (guess, 2))
    )
    own = next(iter(classes_ensure([(two[1], "junior", 2024, 1)], origin="roster").values()))
    pupils = [Pupil.objects.create(origin="provisional") for _ in range(2)]
    for pupil, klass in zip(pupils, (kept, new), strict=True):
        Enrolment.objects.create(pupil=pupil, klass=klass, starts_on=DAY)
    school_claim(guess, two[1])
    assert {e.klass.school for e in Enrolment.objects.all()} == {two[1]}
    assert Enrolment.objects.get(pupil=pupils[0]).klass == own
    assert Class.objects.filter(school=two[1]).count() == 2
    assert guess not in schools_visible(SYSTEM)
    with pytest.raises(CannotClaim):
        school_claim(two[0], two[1])


def test_a_provisional_school_is_made_once():
    assert school_provisional("第九中学") == school_provisional("第九中学")
    assert School.objects.count() == 1


def test_a_merger_keeps_the_predecessors(two):
    schools_merge([two[0]], into=two[1], on=DAY)
    two[0].refresh_from_db()
    assert two[0].closed_on == DAY
    assert list(two[1].predecessors.all()) == [two[0]]


def test_classes_in_a_grade_of_both_systems(two):
    two[1].primary_years = 5
    two[1].save()
    wanted = classes_ensure([(two[0], "junior", 2024, 1), (two[1], "junior", 2023, 1)], origin="roster")
    classes_ensure([(two[0], "junior", 2023, 1), (two[1], "junior", 2024, 1)], origin="roster")
    found = classes_in_grade(School.objects.all(), 9, DAY)
    assert set(found) == set(wanted.values())


def test_terms_are_seeded_once_and_found_by_day():
    terms_seed(2026, 2027)
    terms_seed(2026, 2027)
    assert Term.objects.count() == 4
    assert str(term_on(dt.date(2027, 2, 1))) == "2026—2027学年 第二学期"
    assert term_on(dt.date(2031, 1, 1)) is None


def test_visible_ids_are_random(two):
    assert {type(s.pk) for s in two} == {type(uuid4())}


def test_classes_with_names_are_told_apart(two):
    keys = [(two[0], "junior", 2024, which) for which in (0, 1, "实验班", "火箭班")]
    made = classes_ensure(keys, origin="roster")
    assert [(c.number, c.name) for c in made.values()] == [(0, ""), (0, "实验班"), (0, "火箭班"), (1, "")]
    assert classes_ensure(keys, origin="roster") == made
    assert {class_label(c, DAY) for c in made.values()} == {
        "九年级未分班",
        "九(1)班",
        "九年级实验班",
        "九年级火箭班",
    }


def enrolled(klass: Class, count: int, *, origin: str = "roster", since: dt.date = DAY) -> None:
    for _ in range(count):
        Enrolment.objects.create(pupil=Pupil.objects.create(origin=origin), klass=klass, starts_on=since)


def test_pupils_of_nameless_sheets_make_no_class_larger(two, fixed_clock):
    listed = Class.objects.create(school=two[0], stage="junior", entry_year=2024, number=1)
    unlisted = Class.objects.create(
        school=two[1], stage="junior", entry_year=2024, number=1, origin="provisional"
    )
    enrolled(listed, 40)
    enrolled(listed, 40, origin="provisional")
    enrolled(unlisted, 57, origin="provisional")
    assert {row["name"]: row["pupils"] for row in school_rows(SYSTEM)} == {
        "石桥镇初级中学": 40,
        "柳林镇初级中学": 57,
    }
    assert [row["pupils"] for row in class_rows(two[0])] == [40]
    assert large_classes(SYSTEM) == [(unlisted, 57)]


def test_a_cohort_leaves_when_its_last_school_year_is_over(two):
    gone, present = (
        Class.objects.create(school=two[0], stage="junior", entry_year=year, number=1)
        for year in (2023, 2024)
    )
    enrolled(gone, 2, since=dt.date(2023, 9, 1))
    enrolled(present, 3, since=dt.date(2024, 9, 1))
    assert cohorts_leave(dt.date(2026, 8, 31)) == 0
    assert cohorts_leave(dt.date(2026, 11, 1)) == 2
    assert set(Enrolment.objects.values_list("klass", "ends_on")) == {
        (gone.pk, dt.date(2026, 8, 31)),
        (present.pk, None),
    }
    assert next(row for row in school_rows(SYSTEM) if row["id"] == two[0].pk)["classes"] == 1
