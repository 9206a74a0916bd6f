"""The pages of items and of equity as the office reads them: what is found, or why nothing is."""

import pytest
from django.test import Client
from django.urls import reverse
from pages_data import OTHER, OWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(shown) -> Client:
    client = Client()
    client.force_login(shown.county.people["RO"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_equity_tells_the_county_and_no_school(shown, office):
    page = office.get(reverse("equity:exam", args=[shown.ids["exam_id"]])).content.decode()
    assert "总分：学生成绩的差别有" in page
    assert "只有一年的同类考试，还看不出走势。" in page
    assert OWN not in page
    assert OTHER not in page
    assert (
        reverse("equity:exam", args=[shown.ids["exam_id"]])
        in office.get(reverse("equity:list")).content.decode()
    )


def test_a_paper_of_too_few_pupils_is_not_calibrated_and_says_so(shown, office):
    page = office.get(reverse("scaling:exam", args=[shown.ids["exam_id"]])).content.decode()
    assert "数学：没有标定结果" in page
    assert "有小题分的学生不足 200 人，不作标定。" in page
    assert "题目参数" not in page


@pytest.mark.parametrize("name", ["equity:exam", "scaling:exam"])
def test_a_subject_that_is_not_there_is_no_page(shown, office, name):
    assert office.get(reverse(name, args=[shown.ids["exam_id"]]), {"subject": "music"}).status_code == 404


def test_the_figures_come_as_a_workbook(shown, office):
    answer = office.get(reverse("equity:exam", args=[shown.ids["exam_id"]]), {"export": "figures"})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
