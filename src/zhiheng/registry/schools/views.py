"""The registry of schools: the list, and one school with its classes."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from zhiheng.base.access import SCHOOLS, for_roles
from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.requests import Request
from zhiheng.registry.schools.page_data import class_rows, school_rows
from zhiheng.registry.schools.selectors import schools_visible

SCHOOL_COLUMNS = [
    Column("name", "学校", link="url"),
    Column("town", "乡镇"),
    Column("school_type", "类型", phone=False),
    Column("area", "城乡", phone=False),
    Column("classes", "班数", "count"),
    Column("pupils", "学生", "count"),
    Column("code", "代码", phone=False),
    Column("origin", "来源", "tag"),
]
CLASS_COLUMNS = [
    Column("label", "班级"),
    Column("pupils", "学生", "count"),
    Column("size", "班额", "tag"),
    Column("adviser", "班主任", phone=False),
    Column("origin", "来源", "tag"),
]


@for_roles(SCHOOLS)
def schools(request: Request) -> HttpResponse:
    """List the schools this person may see, in the bureau's order."""
    ledger = Ledger(
        request.GET, "schools", "学校", SCHOOL_COLUMNS,
        [{**row, "url": reverse("schools:detail", args=[row["id"]])} for row in school_rows(request.scope)],
        [Filter("town", "乡镇"), Filter("school_type", "类型"), Filter("origin", "来源")],
        empty="还没有学校。导入学校名册，或直接导入成绩表：表里的学校会先记为“暂建”。",
    )  # fmt: skip
    return ledger_page(request, "schools/list.html", {}, ledger)


@for_roles(SCHOOLS)
def school(request: Request, school_id: UUID) -> HttpResponse:
    """Show one school and its classes of this year."""
    found = get_object_or_404(schools_visible(request.scope), pk=school_id)
    ledger = Ledger(
        request.GET, "classes", f"{found.name}班级", CLASS_COLUMNS, class_rows(found), empty="还没有班级。"
    )
    return ledger_page(request, "schools/detail.html", {"school": found}, ledger)
