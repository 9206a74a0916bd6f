"""Heads of a school's units: who heads what today, and appointing one."""

from django.http import HttpResponse

from zhiheng.base.access import SCHOOLS, UNIT_HEADS, for_roles
from zhiheng.base.clock import today
from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.registers.pages import Register, register_list, register_new
from zhiheng.base.requests import Request
from zhiheng.registry.schools.selectors import schools_visible
from zhiheng.registry.units.forms import HeadForm
from zhiheng.registry.units.models import KINDS
from zhiheng.registry.units.selectors import Post, posts_on
from zhiheng.registry.units.services import head_appoint

REGISTER = Register(
    title="组织与负责人",
    verb="登记负责人",
    list_name="units:list",
    new_name="units:new",
    who="校长、教导处；局里查看",
    when="开学初，和换人的当天",
    how="看哪些年级组、班级、学科组还缺负责人或职责；换人时登记新任，前任自动到前一天为止。",
    note="年级、班级和所开学科按名册列出，班级的负责人是班主任；其他处室登记后列出。",
    editors=UNIT_HEADS,
)
COLUMNS = [
    Column("school", "学校"),
    Column("kind", "类别", phone=False),
    Column("unit", "名称"),
    Column("head", "负责人"),
    Column("state", "状态", "tag"),
    Column("starts_on", "任职起", "day", phone=False),
    Column("duties", "职责", wrap=True, phone=False),
]
TONES = {"在任": "green", "缺负责人": "red", "缺职责": "amber"}


@for_roles(SCHOOLS)
def units(request: Request) -> HttpResponse:
    """List the units of the schools this person may see, with their heads of today."""
    posts = posts_on(request.scope, today())
    vacant = sum(not post.head for post in posts)
    ledger = Ledger(
        request.GET, "posts", "组织与负责人", COLUMNS, [_row(post) for post in posts],
        [Filter("kind", "类别"), Filter("state", "状态")], empty="还没有学校。先导入学校和教师名册。",
    )  # fmt: skip
    say = f"共{len(posts)}个组织，缺负责人{vacant}个。" if posts else ""
    return register_list(request, REGISTER, ledger, say=say)


@for_roles(UNIT_HEADS)
def unit_new(request: Request) -> HttpResponse:
    """Appoint the head of a unit."""
    form = HeadForm(request.POST or None, schools=schools_visible(request.scope))

    return register_new(request, REGISTER, form, head_appoint)


def _row(post: Post) -> dict[str, object]:
    return {
        "school": post.school.name,
        "kind": KINDS[post.kind],
        "unit": post.unit,
        "head": post.head,
        "state": (post.state, TONES[post.state]),
        "starts_on": post.starts_on,
        "duties": post.duties,
        "search": f"{post.school.pinyin} {post.school.initials}",
    }
