"""The small registers as people use them: what a form takes stands on the list, what the rules forbid is said."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from zhiheng.base.clock import today
from zhiheng.registry.schools.grades import YEAR_BEGINS, academic_year
from zhiheng.registry.schools.models import Term
from zhiheng.registry.teachers.models import Teacher

pytestmark = pytest.mark.django_db


def browser(shown, role: str) -> Client:
    client = Client()
    client.force_login(shown.county.people[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


def told(response) -> str:
    return response.content.decode()


def test_a_head_is_appointed_and_stands_on_the_list(shown):
    client, school = browser(shown, "DL"), shown.ids["school_id"]
    teacher = Teacher.objects.filter(school=school).first()
    fields = {"school": school, "kind": "grade", "unit": "九年级", "teacher": teacher.pk}
    fields |= {"starts_on": today(), "duties": "统筹年级教学"}
    page = client.post(reverse("units:new"), fields, follow=True)
    assert "统筹年级教学" in told(page)
    again = client.post(reverse("units:new"), fields)
    assert "新任日期要晚于这一天" in told(again)
    assert "统筹年级教学" in told(again)


def test_a_test_of_the_first_grade_is_not_planned_and_the_page_says_why(shown):
    client = browser(shown, "RO")
    day = dt.date(academic_year(today()), YEAR_BEGINS[0], 20)
    fields = {"grade": 1, "subject": "math", "module": "数与代数", "kind": "monitoring", "planned_on": day}
    assert "一、二年级不进行纸笔考试" in told(client.post(reverse("plans:new"), fields))
    page = told(client.post(reverse("plans:new"), fields | {"grade": 4}, follow=True))
    assert "数与代数" in page
    assert "还缺抽样方案" in page


def test_an_author_and_a_check_stand_beside_the_paper(shown):
    client = browser(shown, "RO")
    form = client.get(reverse("papers:check_new")).context["form"]
    paper = form.fields["paper"].queryset.filter(subject="math").first()
    client.post(reverse("papers:author_new"), {"paper": paper.pk, "name": "陶望舒", "organisation": "教研室"})
    answers = {name: "yes" for name in form.fields if name.startswith("point_")}
    page = client.post(reverse("papers:check_new"), {"paper": paper.pk, **answers}, follow=True)
    assert "陶望舒（教研室）" in told(page)
    assert "全部符合" in told(page)
    assert "陶望舒" in told(client.get(reverse("authorship:list")))


def test_counts_of_outflow_stand_in_the_table_and_small_ones_do_not(shown):
    client = browser(shown, "BE")
    for place, pupils in (("邻县", 41), ("外市", 23), ("外省", 4)):
        fields = {"year": 2026, "destination": place, "pupils": pupils, "source": "转出名册"}
        client.post(reverse("outflow:new"), fields)
    client.post(reverse("outflow:top_new"), {"year": 2026, "among": 50, "left": 6, "source": "转出名册"})
    page = told(client.get(reverse("outflow:list")))
    assert "41" in page
    assert "不显示" in page
    assert "不足10人" in page


def test_a_course_list_is_taken_and_unknown_lines_are_told_by_number(shown):
    client = browser(shown, "DL")
    school = shown.ids["school_id"]
    fields = {"school": school, "term": Term.objects.get().pk, "name": "柳编", "pupils": "27010101\n查无此人"}
    page = told(client.post(reverse("participation:new"), fields, follow=True))
    assert "共2行，记入1人，未记入1行：第2行在本校查不到" in page
    assert "查无此人" not in page


def test_an_external_note_needs_its_source(shown):
    client = browser(shown, "RO")
    fields = {
        "year": 2026,
        "indicator": "及格率",
        "own": "58%",
        "others": "全市57%",
        "source": "会议材料第6页",
    }
    assert "会议材料第6页" in told(client.post(reverse("comparison:new"), fields, follow=True))
    assert client.post(reverse("comparison:new"), fields | {"source": ""}).status_code == 200
