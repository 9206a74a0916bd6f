"""The page of one exam: what it says in one sentence, subjects, schools, and how far the work is."""

from typing import Any

from django.urls import reverse

from zhiheng.base.components.ledger import Column, Row
from zhiheng.reports.facts.comparison import SchoolStanding
from zhiheng.reports.facts.measured import Measured
from zhiheng.reports.pages.results import Reading
from zhiheng.reports.pages.subject_page import STANDING_TAGS, where

SUBJECT_COLUMNS = [
    Column("name", "学科", link="url"),
    Column("expected", "应考", "count", phone=False),
    Column("taken", "实考", "count"),
    Column("participation", "参考率", "percent", phone=False),
    Column("mean_taken", "均分（实考）", "points", link="mean_where", where=True),
    Column("mean_expected", "均分（应考）", "points", link="mean_where", where=True, phone=False),
    Column("mean_interval", "95%区间", "interval", phone=False),
    Column("excellent", "优秀率", "percent", link="excellent_where", where=True, phone=False),
    Column("pass", "及格率", "percent", link="pass_where", where=True),
    Column("low", "低分率", "percent", link="low_where", where=True),
    Column("sd", "标准差", "points", phone=False, shown=False),
]


def school_columns(compulsory: bool) -> list[Column]:
    """Return the columns of the list of schools. In compulsory education it is not sorted by marks."""
    free = not compulsory
    return [
        Column("name", "学校", link="url"),
        Column("town", "乡镇", phone=False),
        Column("school_type", "类型", phone=False),
        Column("expected", "应考", "count", phone=False),
        Column("taken", "实考", "count"),
        Column("participation", "参考率", "percent"),
        Column(
            "mean_taken", "均分（实考）", "points", link="mean_where", where=True, sortable=free, phone=False
        ),
        Column("mean_expected", "均分（应考）", "points", sortable=free, phone=False),
        Column("mean_interval", "95%区间", "interval", sortable=free, phone=False),
        Column("pass", "及格率", "percent", link="pass_where", where=True, sortable=free, phone=False),
        Column("low", "低分率", "percent", link="low_where", where=True, sortable=free, phone=False),
        Column("standing", "与全县比", "tag", sortable=free),
    ]


def unit_row(reading: Reading, unit: Measured) -> dict[str, Any]:
    """Return the figures of one unit in one subject, each with the address that explains it.

    Of a masked unit only the name is there, with the reason why.
    """
    if unit.masked:
        return {"name": unit.name_and_warning}
    return {
        "name": unit.name_and_warning,
        "expected": unit.expected,
        "taken": unit.taken,
        "participation": unit.participation,
        "mean_taken": unit.mean_taken,
        "mean_expected": unit.mean_expected.value,
        "mean_interval": None if unit.mean.lo is None else (unit.mean.lo, unit.mean.hi),
        "sd": unit.sd,
        **{name: unit.rates[name].value for name in ("excellent", "pass", "low")},
        **{
            f"{measure}_where": where(reading, unit.level, unit.unit, unit.subject, measure)
            for measure in ("mean", "excellent", "pass", "low")
        },
    }


def subject_rows(reading: Reading) -> list[Row]:
    """Return the subjects and the total of the county."""
    results = reading.results
    return [
        {
            **unit_row(reading, results.county(subject)),
            "name": results.county(subject).subject_name,
            "url": reverse("results:subject", args=[reading.exam.id, subject]),
        }
        for subject in results.subjects_and_total
        if results.unit("county", "", subject)
    ]


def school_rows(reading: Reading, subject: str) -> list[Row]:
    """Return the schools this person may see, in the bureau's order; never a rank."""
    return [_school_row(reading, each) for each in reading.facts.standings_in[subject]]


def _school_row(reading: Reading, each: SchoolStanding) -> Row:
    known = reading.results.schools[each.school.unit]
    return {
        **unit_row(reading, each.school),
        "name": each.school.name,
        "town": known["town"],
        "school_type": known["school_type"],
        "url": reverse("results:school", args=[reading.exam.id, known["uuid"]]),
        "standing": STANDING_TAGS[each.standing],
    }
