"""Grades, entry years and class names, over the turn of the academic year and in both systems."""

import datetime as dt
from types import SimpleNamespace

import pytest

from zhiheng.registry.schools.grades import (
    academic_year,
    class_label,
    class_number,
    entry_year_for,
    grade_from_text,
    grade_of,
    label_for,
    stage_of,
)


def klass(stage, year, number=1, primary_years=6, name=""):
    school = SimpleNamespace(primary_years=primary_years)
    return SimpleNamespace(stage=stage, entry_year=year, number=number, name=name, school=school)


def test_the_academic_year_begins_on_the_first_of_september():
    assert academic_year(dt.date(2026, 8, 31)) == 2025
    assert academic_year(dt.date(2026, 9, 1)) == 2026


def test_a_class_is_called_after_its_grade_until_it_has_left():
    seven_one = klass("junior", 2024)
    assert class_label(seven_one, dt.date(2024, 9, 1)) == "七(1)班"
    assert class_label(seven_one, dt.date(2025, 9, 1)) == "八(1)班"
    assert class_label(seven_one, dt.date(2027, 8, 31)) == "九(1)班"
    assert class_label(seven_one, dt.date(2027, 9, 1)) == "2024级(1)班"
    assert class_label(klass("senior", 2026, 12), dt.date(2026, 10, 1)) == "高一(12)班"


def test_five_four_schools_begin_junior_at_grade_six():
    assert grade_of(klass("junior", 2026, primary_years=5), dt.date(2026, 9, 1)) == 6
    assert stage_of(6, 5) == "junior"
    assert entry_year_for(9, dt.date(2027, 3, 1), 5) == 2023
    assert entry_year_for(9, dt.date(2027, 3, 1), 6) == 2024
    assert class_label(klass("primary", 2021, primary_years=5), dt.date(2026, 9, 1)) == "2021级(1)班"


@pytest.mark.parametrize("grade", range(1, 13))
@pytest.mark.parametrize("primary_years", [5, 6])
def test_entry_year_and_grade_undo_each_other(grade, primary_years):
    day = dt.date(2027, 3, 20)
    made = klass(stage_of(grade, primary_years), entry_year_for(grade, day, primary_years), 1, primary_years)
    assert grade_of(made, day) == grade


@pytest.mark.parametrize(
    ("text", "stage", "grade"),
    [
        ("九年级", "junior", 9),
        ("初三", "junior", 9),
        ("高一", "senior", 10),
        ("2024级", "junior", 9),
        ("2027届", "junior", 9),
        ("2027届", "senior", 12),
        ("2021级", "primary", 6),
        ("大班", "junior", None),
        ("", "junior", None),
    ],
)
def test_grades_are_read_as_written(text, stage, grade):
    assert grade_from_text(text, dt.date(2027, 3, 20), stage) == grade


def test_class_numbers_and_the_class_nobody_named():
    assert [class_number(text) for text in ("3", "", "未分班", None)] == [3, 0, 0, 0]
    assert label_for(9, 0) == "九年级未分班"


def test_a_class_with_a_name_keeps_it_as_it_grows_older():
    assert [class_number(text) for text in ("实验班", "理科实验1班")] == ["实验班", "理科实验1班"]
    named = klass("junior", 2024, number=0, name="火箭班")
    assert [class_label(named, dt.date(year, 9, 1)) for year in (2024, 2025, 2027)] == [
        "七年级火箭班",
        "八年级火箭班",
        "2024级火箭班",
    ]
