"""Grades, entry years and the names of classes. The academic year begins on 1 September.

Knows 六三 and 五四 systems; knows no database.
"""

import datetime as dt
import re
from typing import Protocol

YEAR_BEGINS = (9, 1)
NUMERALS = "一二三四五六七八九"
GRADE_NAMES = {
    **{n: f"{NUMERALS[n - 1]}年级" for n in range(1, 10)},
    **{n: f"高{NUMERALS[n - 10]}" for n in (10, 11, 12)},
}
LAST_GRADE = {"junior": 9, "senior": 12}
UNASSIGNED = 0
"""Number of the class that holds pupils whose class nobody said."""

_JUNIOR_WORDS = {"初一": 7, "初二": 8, "初三": 9}
_READABLE = {name: grade for grade, name in GRADE_NAMES.items()} | _JUNIOR_WORDS
_COHORT = re.compile(r"(?P<year>20\d\d)(?P<kind>级|届)")


class SchoolYears(Protocol):
    """What is asked of a school here: for how many years its primary stage lasts."""

    primary_years: int


class DatedClass(Protocol):
    """What is asked of a class here."""

    stage: str
    entry_year: int
    number: int
    name: str

    @property
    def school(self) -> SchoolYears: ...


def academic_year(on: dt.date) -> int:
    """Return the year in which the academic year of `on` began."""
    return on.year - ((on.month, on.day) < YEAR_BEGINS)


def stage_of(grade: int, primary_years: int = 6) -> str:
    """Return the stage of a grade: primary, junior or senior."""
    if grade <= primary_years:
        return "primary"
    return "junior" if grade <= LAST_GRADE["junior"] else "senior"


def first_grade(stage: str, primary_years: int = 6) -> int:
    """Return the grade in which a stage begins."""
    return {"primary": 1, "junior": primary_years + 1, "senior": LAST_GRADE["junior"] + 1}[stage]


def entry_year_for(grade: int, on: dt.date, primary_years: int = 6) -> int:
    """Return the year in which those in `grade` on that day entered the stage they are in."""
    return academic_year(on) - (grade - first_grade(stage_of(grade, primary_years), primary_years))


def grade_on(stage: str, entry_year: int, on: dt.date, primary_years: int = 6) -> int:
    """Return the grade a cohort is in on a day; beyond the stage's last grade once it has left."""
    return first_grade(stage, primary_years) + academic_year(on) - entry_year


def grade_of(klass: DatedClass, on: dt.date) -> int:
    """Return the grade of a class on a day, 1 to 12; 七年级 is 7."""
    return grade_on(klass.stage, klass.entry_year, on, klass.school.primary_years)


def has_left(stage: str, grade: int, primary_years: int = 6) -> bool:
    """Tell whether a cohort counted up to `grade` is past the end of its stage."""
    return grade > LAST_GRADE.get(stage, primary_years)


def leaving_day(stage: str, entry_year: int, primary_years: int = 6) -> dt.date:
    """Return the last day of the school year in which a cohort finishes its stage."""
    years = LAST_GRADE.get(stage, primary_years) - first_grade(stage, primary_years) + 1
    return dt.date(entry_year + years, *YEAR_BEGINS) - dt.timedelta(days=1)


def label_for(grade: int, number: int) -> str:
    """Return 七(1)班 or 高一(3)班; 七年级未分班 where the class is not known."""
    name = GRADE_NAMES[grade]
    if number == UNASSIGNED:
        return f"{name}未分班"
    return f"{name.removesuffix('年级')}({number})班"


def class_label(klass: DatedClass, on: dt.date) -> str:
    """Return what a class is called on a day: 七(1)班, next year 八(1)班, afterwards 2023级(1)班; 七年级实验班."""
    grade = grade_of(klass, on)
    if grade < 1 or has_left(klass.stage, grade, klass.school.primary_years):
        return f"{klass.entry_year}级{klass.name or f'({klass.number})班'}"
    return f"{GRADE_NAMES[grade]}{klass.name}" if klass.name else label_for(grade, klass.number)


def grade_from_text(
    text: str | None, on: dt.date, stage: str = "junior", primary_years: int = 6
) -> int | None:
    """Read 九年级, 初三, 高一, 2024级 or 2027届 as a grade on a day; None where the words name no grade.

    级 counts from the year of entry, 届 from the year of leaving; both need to know of which stage.
    """
    words = (text or "").strip()
    cohort = _COHORT.fullmatch(words)
    if not cohort:
        return _READABLE.get(words)
    if cohort["kind"] == "级":
        return grade_on(stage, int(cohort["year"]), on, primary_years)
    last = LAST_GRADE.get(stage, primary_years)
    return last - (int(cohort["year"]) - 1 - academic_year(on))


def class_number(text: str | None) -> int | str:
    """Return the number of a class from its normalised text, else its name; `UNASSIGNED` where there is neither."""
    text = text or ""
    if text.isdecimal():
        return int(text)
    return UNASSIGNED if text in ("", "未分班") else text
