"""Participation in school courses: computed from the lists, each pupil once, each line accounted for."""

import datetime as dt

import pytest

from pages_county import pupil_name, small_county, ticket
from zhiheng.base.clock import today
from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.evidence.participation.selectors import courses_of, participation_on
from zhiheng.evidence.participation.services import NoPupils, course_list_take
from zhiheng.registry.pupils.models import Enrolment
from zhiheng.registry.schools.models import Term

pytestmark = pytest.mark.django_db
OWN_SCHOOL = "丙城实验中学"


@pytest.fixture
def county(fixed_clock):
    return small_county(classes=2, pupils=12)


def share(county):
    (found,) = [
        each
        for each in participation_on(SYSTEM, Term.objects.get(), today())
        if each.school == county.schools[OWN_SCHOOL]
    ]
    return found


def take(county, name: str, lines: list[str]):
    return course_list_take(
        school=county.schools[OWN_SCHOOL], term=Term.objects.get(), name=name, pupils=lines
    )


@pytest.mark.row("S003-03")
def test_participation_is_counted_from_the_lists_each_pupil_once(county):
    place = county.schools[OWN_SCHOOL].order
    take(county, "柳编", [ticket(place, 1, seat) for seat in range(1, 13)])
    take(county, "诗词", [pupil_name(place, 1, 12), *(ticket(place, 2, seat) for seat in range(1, 11))])
    found = share(county)
    assert (found.courses, found.enrolled, found.taking) == (2, 24, 22)
    assert found.share == pytest.approx(22 / 24)


@pytest.mark.row("S003-03")
def test_who_left_counts_in_neither_part(county):
    place = county.schools[OWN_SCHOOL].order
    take(county, "柳编", [ticket(place, 1, seat) for seat in range(1, 13)])
    one = Enrolment.objects.get(pupil__identities__value=ticket(place, 1, 1))
    one.ends_on = today() - dt.timedelta(days=1)
    one.save()
    assert (share(county).enrolled, share(county).taking) == (23, 11)


@pytest.mark.row("S003-03")
def test_lines_in_are_lines_accepted_repeated_or_listed(county):
    place = county.schools[OWN_SCHOOL].order
    taken = take(
        county, "柳编", [ticket(place, 1, 2), ticket(place, 1, 2), "没有这个人", ticket(place + 1, 1, 1)]
    )
    assert (taken.lines, taken.accepted, taken.repeated) == (4, 1, 1)
    assert [number for number, _ in taken.unknown] == [3, 4]
    assert "没有这个人" not in taken.for_user


def test_a_list_given_again_replaces_the_one_before(county):
    place = county.schools[OWN_SCHOOL].order
    take(county, "柳编", [ticket(place, 1, 2), ticket(place, 1, 3)])
    take(county, "柳编", [ticket(place, 1, 4)])
    assert [listed for _, listed in courses_of(SYSTEM, Term.objects.get())] == [1]
    with pytest.raises(NoPupils):
        take(county, "柳编", ["没有这个人"])
    assert share(county).taking == 1


def test_a_school_sees_its_own_courses_only(county):
    take(county, "柳编", [ticket(county.schools[OWN_SCHOOL].order, 1, 2)])
    other = Scope(roles=frozenset({"DL"}), schools=frozenset({county.schools["乙岭初级中学"].pk}))
    assert courses_of(other, Term.objects.get()) == []
