"""Participation in school courses: shares by school, the courses, and taking in a list."""

from typing import Any

from django.http import HttpResponse

from zhiheng.base.access import COURSES, COURSES_EDIT, for_roles
from zhiheng.base.clock import today
from zhiheng.base.components.ledger import Column, Ledger
from zhiheng.base.components.printed import SMALLEST_GROUP
from zhiheng.base.registers.pages import Register, register_list, register_new
from zhiheng.base.requests import Request
from zhiheng.base.scopes import Scope
from zhiheng.evidence.participation.forms import CourseListForm
from zhiheng.evidence.participation.selectors import Participation, courses_of, participation_on
from zhiheng.evidence.participation.services import course_list_take
from zhiheng.registry.schools.selectors import schools_visible, term_on

REGISTER = Register(
    title="校本课程参与",
    verb="导入课程名单",
    list_name="participation:list",
    new_name="participation:new",
    who="学校教导处；教研室、基教科查看",
    when="选课结束后",
    how="每门课交一份名单，参与率由名单和在读学生算出，不用另报。",
    note="参与率 = 至少在一门课名单上的在读学生 ÷ 在读学生；一人选几门只算一次；在读不足10人的学校，局里不显示数值。",
    editors=COURSES_EDIT,
)
WANTED = 0.95
"""参与校本课程学生95%以上 (the bureau's own aim)."""
SHARES = [
    Column("school", "学校"),
    Column("courses", "课程门数", "count"),
    Column("enrolled", "在读", "count", phone=False),
    Column("taking", "参与", "count", phone=False),
    Column("share", "参与率", "percent"),
    Column("state", "与95%比", "tag"),
]
LISTS = [Column("school", "学校"), Column("name", "课程"), Column("listed", "名单人数", "count")]


@for_roles(COURSES)
def participation(request: Request) -> HttpResponse:
    """Show the shares and the courses of this term."""
    scope, day = request.scope, today()
    term = term_on(day)
    shares = participation_on(scope, term, day) if term else []
    courses = courses_of(scope, term) if term else []
    first = Ledger(
        request.GET, "shares", "各校参与率", SHARES, [_row(each, scope) for each in shares],
        empty="现在不在学期内，或还没有在读学生。",
    )  # fmt: skip
    second = Ledger(
        request.GET, "courses", "课程名单", LISTS,
        [
            {"school": each.school.name, "name": each.name, "listed": _shown(listed, each.school.pk, scope)}
            for each, listed in courses
        ],
        empty="本学期还没有课程名单。",
    )  # fmt: skip
    return register_list(request, REGISTER, first, second)


@for_roles(COURSES_EDIT)
def list_new(request: Request) -> HttpResponse:
    """Take in the list of a course."""
    form = CourseListForm(request.POST or None, schools=schools_visible(request.scope))

    def save(**fields: Any) -> str:
        return course_list_take(**fields).for_user

    return register_new(request, REGISTER, form, save)


def _row(each: Participation, scope: Scope) -> dict[str, Any]:
    row: dict[str, Any] = {
        "school": each.school.name,
        "courses": each.courses,
        "search": f"{each.school.pinyin} {each.school.initials}",
    }
    if each.enrolled < SMALLEST_GROUP and not scope.may_see_names(each.school.pk):
        return row | {"state": ("人数少于10", "")}
    reached = each.share is not None and each.share >= WANTED
    state = ("达到", "green") if reached else ("未到", "amber") if each.courses else ("没有名单", "")
    return row | {"enrolled": each.enrolled, "taking": each.taking, "share": each.share, "state": state}


def _shown(count: int, school: Any, scope: Scope) -> int | None:
    return count if count >= SMALLEST_GROUP or scope.may_see_names(school) else None
