"""A very small invented county with one account per role, for tests of pages. Not for tests of numbers."""

import datetime as dt
from dataclasses import dataclass, field

from zhiheng.base.clock import now
from zhiheng.base.people.models import Grant, User
from zhiheng.base.pinyin import pinyin_of
from zhiheng.base.roles import ROLES
from zhiheng.registry.pupils.models import Enrolment, Identity, Pupil
from zhiheng.registry.schools.models import Class, School, Term, Town
from zhiheng.registry.teachers.models import Teacher, Teaching

ENTRY_YEAR = 2024
PASSWORD = "small-county-pass"
SCHOOLS = (
    # name, town, area, school_type
    ("甲溪初级中学", "甲溪镇", "town", "乡镇初中"),
    ("乙岭初级中学", "乙岭乡", "village", "乡镇初中"),
    ("丙城实验中学", "城关街道", "city", "县城初中"),
    ("丁桥初级中学", "甲溪镇", "town", "乡镇初中"),
    ("戊滩初级中学", "乙岭乡", "village", "乡镇初中"),
    ("己湾初级中学", "甲溪镇", "town", "乡镇初中"),
    ("庚山初级中学", "乙岭乡", "village", "乡镇初中"),
)
CANARY = {"甲溪初级中学": "金丝雀甲", "乙岭初级中学": "金丝雀乙"}
"""The first pupil of every class there: a name that must never reach another school."""


@dataclass
class SmallCounty:
    """What was made: schools by name, one person per role, classes by school name."""

    schools: dict[str, School] = field(default_factory=dict)
    classes: dict[str, list[Class]] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)


def small_county(*, classes: int = 2, pupils: int = 12) -> SmallCounty:
    """Make towns, schools, classes, pupils, teachers, a term and the accounts in the database."""
    made = SmallCounty()
    year = now().year if now().month >= 9 else now().year - 1
    Term.objects.create(year=year, number=1, starts_on=dt.date(year, 9, 1), ends_on=dt.date(year + 1, 1, 31))
    for order, (name, town_name, area, school_type) in enumerate(SCHOOLS):
        town, _ = Town.objects.get_or_create(name=town_name)
        pinyin, initials = pinyin_of(name)
        school = School.objects.create(
            name=name, town=town, area=area, stage="junior", school_type=school_type, order=order,
            pinyin=pinyin, initials=initials,
        )  # fmt: skip
        made.schools[name] = school
        made.classes[name] = [_class(school, number, pupils) for number in range(1, classes + 1)]
    _people(made)
    return made


def _class(school: School, number: int, pupils: int) -> Class:
    klass = Class.objects.create(school=school, stage="junior", entry_year=ENTRY_YEAR, number=number)
    teacher = Teacher.objects.create(school=school, name=f"教师{school.order}{number}")
    starts = dt.date(ENTRY_YEAR, 9, 1)
    Teaching.objects.create(teacher=teacher, klass=klass, adviser=True, starts_on=starts)
    Teaching.objects.create(teacher=teacher, klass=klass, subject="math", starts_on=starts)
    for seat in range(1, pupils + 1):
        pupil = Pupil.objects.create(gender="female" if seat % 2 else "male")
        Enrolment.objects.create(pupil=pupil, klass=klass, starts_on=starts, seat=seat)
        name = CANARY.get(school.name) if seat == 1 else None
        Identity.objects.create(
            pupil=pupil,
            kind="name",
            value=f"{name}{number}" if name else pupil_name(school.order, number, seat),
        )
        Identity.objects.create(pupil=pupil, kind="ticket", value=ticket(school.order, number, seat))
    return klass


def pupil_name(school: int, klass: int, seat: int) -> str:
    """Return an invented name that differs for every pupil."""
    return f"{'赵钱孙李周吴郑'[school]}{'一二三四'[klass - 1]}{'子丑寅卯辰巳午未申酉戌亥天地人和'[seat - 1]}"


def ticket(school: int, klass: int, seat: int) -> str:
    """Return the ticket number of a pupil."""
    return f"27{school + 1:02d}{klass:02d}{seat:02d}"


def _people(made: SmallCounty) -> None:
    own = made.schools["甲溪初级中学"]
    klass = made.classes["甲溪初级中学"][0]
    pupil = klass.enrolments.order_by("seat").first().pupil
    for role, label in ROLES.items():
        person = User.objects.create_user(role.lower(), password=PASSWORD, display_name=label)
        kind, unit, name = "county", None, ""
        if role in {"PR", "DL"}:
            kind, unit, name = "school", own.id, own.name
        elif role in {"CA", "TE"}:
            kind, unit, name = "class", klass.id, f"{own.name}九(1)班"
        elif role in {"PA", "ST"}:
            kind, unit, name = "pupil", pupil.id, own.name
        subject = "math" if role in {"RS", "TE"} else ""
        Grant.objects.create(
            user=person, role=role, unit_kind=kind, unit_id=unit, unit_name=name, subject=subject
        )
        made.people[role] = person
    other = User.objects.create_user("pr2", password=PASSWORD, display_name="乙岭校长")
    second = made.schools["乙岭初级中学"]
    Grant.objects.create(user=other, role="PR", unit_kind="school", unit_id=second.id, unit_name=second.name)
    made.people["PR2"] = other


@dataclass
class Silent:
    """A progress that nobody watches."""

    def advance(self, done: int, total: int) -> None:
        """Hear how far it is."""
