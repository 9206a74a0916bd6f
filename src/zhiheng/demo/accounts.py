"""One demonstration account per role, over units of 安禾县. Never made on a home that holds real data."""

from dataclasses import dataclass
from uuid import UUID

from zhiheng.base.people.models import User
from zhiheng.base.people.services import grant_add, person_create
from zhiheng.base.roles import ROLES
from zhiheng.registry.pupils.models import Enrolment
from zhiheng.registry.schools.models import School
from zhiheng.registry.teachers.models import Teaching

PASSWORD = "anhe-county-2026"
OWN_SCHOOL = "石桥镇初级中学"


@dataclass(frozen=True, slots=True)
class Account:
    """A sign-in name, the role, and how pages call the person."""

    username: str
    role: str
    display_name: str
    unit_kind: str = "county"
    subject: str = ""


ACCOUNTS = (
    Account("juzhang", "BL", "分管副局长"),
    Account("bangongshi", "OF", "办公室"),
    Account("jiaoyanshi", "RO", "教研室主任"),
    Account("shuxue", "RS", "数学教研员", subject="math"),
    Account("dudao", "IN", "督导室"),
    Account("jijiao", "BE", "基教科"),
    Account("renshi", "PS", "人事科"),
    Account("jicai", "PF", "计财科"),
    Account("xiaozhang", "PR", "校长", "school"),
    Account("jiaodao", "DL", "教导主任", "school"),
    Account("banzhuren", "CA", "班主任", "class"),
    Account("jiaoshi", "TE", "数学教师", "class", "math"),
    Account("jiazhang", "PA", "家长", "pupil"),
    Account("xuesheng", "ST", "学生", "pupil"),
    Account("shenji", "AU", "审计"),
    Account("admin", "AD", "系统管理员"),
)


def accounts_make() -> None:
    """Make every account that is not there yet."""
    school = School.objects.get(name=OWN_SCHOOL)
    klass = Teaching.objects.filter(klass__school=school, klass__entry_year=2024, subject="math")[0].klass
    pupil = Enrolment.objects.filter(klass=klass, ends_on=None).order_by("pupil_id")[0].pupil
    units: dict[str, tuple[UUID | None, str]] = {
        "county": (None, ""),
        "school": (school.id, school.name),
        "class": (klass.id, school.name),
        "pupil": (pupil.id, school.name),
    }
    for account in ACCOUNTS:
        if User.objects.filter(username=account.username).exists():
            continue
        person = person_create(
            username=account.username, display_name=account.display_name, password=PASSWORD
        )
        unit_id, unit_name = units[account.unit_kind]
        grant_add(
            user=person,
            role=account.role,
            unit_kind=account.unit_kind,
            unit_id=unit_id,
            unit_name=unit_name,
            subject=account.subject,
        )


def accounts_text() -> str:
    """Return the accounts as printed after `zhiheng demo`."""
    lines = [f"演示账号（密码都是 {PASSWORD}）："]
    lines += [
        f"  {a.username:<12}{ROLES[a.role]}" + ("" if a.unit_kind == "county" else f"（{OWN_SCHOOL}）")
        for a in ACCOUNTS
    ]
    return "\n".join(lines)
