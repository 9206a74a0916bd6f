"""A school's page: one sentence, its subjects beside the county and schools of its type, weakest points, classes.

Other schools never appear by name; whose small groups are shown, the result tables have decided.
"""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from zhiheng.base.access import SCHOOL_HEADS
from zhiheng.base.components.charting import ChartCard
from zhiheng.base.components.ledger import Column, Row
from zhiheng.base.inbox.selectors import inbox_for
from zhiheng.base.inbox.wording import inbox_rows
from zhiheng.reports.facts.school import SubjectSlice, WeakPoint
from zhiheng.reports.pages.exam_page import unit_row
from zhiheng.reports.pages.results import Reading
from zhiheng.reports.pages.subject_page import STANDING_TAGS
from zhiheng.reports.school.content import band_chart
from zhiheng.standards.loader import load
from zhiheng.standards.subjects import subject_name

WEAKEST = 5
SUBJECT_COLUMNS = [
    Column("name", "学科"),
    Column("taken", "实考", "count", phone=False),
    Column("participation", "参考率", "percent", phone=False),
    Column("mean_taken", "均分（实考）", "points", link="mean_where", where=True),
    Column("mean_expected", "均分（应考）", "points", phone=False),
    Column("mean_interval", "95%区间", "interval", phone=False),
    Column("type_band", "同类校中段", "interval", phone=False),
    Column("county_mean", "全县", "points"),
    Column("pass", "及格率", "percent", link="pass_where", where=True, phone=False),
    Column("low", "低分率", "percent", link="low_where", where=True, phone=False),
    Column("standing", "与全县比", "tag"),
]
CLASS_COLUMNS = [
    Column("name", "班级", link="url"),
    Column("expected", "应考", "count", phone=False),
    Column("taken", "实考", "count"),
    Column("mean_taken", "均分（实考）", "points", link="mean_where", where=True),
    Column("mean_expected", "均分（应考）", "points", phone=False),
    Column("mean_interval", "95%区间", "interval", phone=False),
    Column("excellent", "优秀率", "percent", phone=False),
    Column("pass", "及格率", "percent"),
    Column("low", "低分率", "percent"),
]
GROUP_COLUMNS = [
    Column("name", "群体"),
    Column("taken", "实考", "count"),
    Column("mean_taken", "均分", "points"),
    Column("mean_interval", "95%区间", "interval", phone=False),
    Column("pass", "及格率", "percent"),
    Column("low", "低分率", "percent"),
]


def school_unit(reading: Reading, school_id: UUID) -> str:
    """Return the school's number in the dataset; 404 where this person may not see its rows."""
    for unit, row in reading.results.schools.items():
        if row["uuid"] == str(school_id) and any(
            reading.results.unit("school", unit, subject) for subject in reading.results.subjects_and_total
        ):
            return unit
    raise Http404


def school_page(reading: Reading, school_id: UUID, subject: str) -> dict[str, Any]:
    """Return the context of the page; `subject` chooses what the lists of classes and groups show."""
    unit = school_unit(reading, school_id)
    results = reading.results
    subject = subject if subject in results.subjects_and_total else results.main_subject
    facts = reading.school(unit)
    slices = [each for each in facts.subjects if each.own.subject in results.subjects_and_total]
    chart = band_chart(facts.headline, slices, fewest=results.caliber.min_group)
    return {
        "reading": reading,
        "school": results.schools[unit],
        "school_id": school_id,
        "subject": subject,
        "subject_name": subject_name(subject),
        "subjects_list": [(each.own.subject, each.own.subject_name) for each in slices],
        "today": inbox_rows(inbox_for(reading.scope)) if reading.scope.has(*SCHOOL_HEADS) else [],
        "may_ask_help": reading.scope.has(*SCHOOL_HEADS),
        "headline": facts.headline.rstrip("。"),
        "main": None if slices[-1].own.masked else slices[-1].own,
        "participation_warning": load("reporting")["participation_warning"]["value"],
        "band": ChartCard("band", chart) if chart else None,
        "subject_rows": [_subject_row(reading, each) for each in slices],
        "weakest": weakest(slices),
        "growth": _growth(reading, unit, subject),
        "class_rows": class_rows(reading, unit, subject),
        "group_rows": group_rows(reading, unit, subject),
    }


def _growth(reading: Reading, unit: str, subject: str) -> str:
    """Return the school's own value added in a sentence, for those who may read growth; "" where there is none."""
    baseline, own = reading.results.baseline, reading.results.growth_of(unit, subject)
    return f"以{baseline.exam}为起点，{own.sentence}" if baseline and own else ""


def weakest(slices: list[SubjectSlice]) -> list[tuple[str, WeakPoint]]:
    """Return the school's weakest knowledge points over all subjects, each beside the county's."""
    found = [(each.own.subject_name, point) for each in slices for point in each.weak_points]
    return sorted(found, key=lambda each: each[1].own.rate.value or 0.0)[:WEAKEST]


def class_rows(reading: Reading, unit: str, subject: str) -> list[Row]:
    """Return the school's classes this person may see, in order of their numbers."""
    results = reading.results
    return [
        {
            **unit_row(reading, each),
            "url": _class_url(reading, results.classes[each.unit]["uuid"], results.schools[unit]["uuid"]),
        }
        for each in results.level("class", subject)
        if each.unit in results.classes and str(results.classes[each.unit]["school"]) == unit
    ]


def group_rows(reading: Reading, unit: str, subject: str) -> list[Row]:
    """Return pupil groups within the school; small ones with a warning, or withheld from whoever may not see them."""
    groups = reading.results.level("school_group", subject)
    return [unit_row(reading, each) for each in groups if each.unit.partition("|")[0] == unit]


def _subject_row(reading: Reading, each: SubjectSlice) -> Row:
    return {
        **unit_row(reading, each.own),
        "name": each.own.subject_name,
        "type_band": None if each.band.q1 is None else (each.band.q1, each.band.q3),
        "county_mean": each.county.mean_taken,
        "standing": STANDING_TAGS[each.standing],
    }


def _class_url(reading: Reading, class_id: str, school_id: str) -> str:
    """Return the address of a class's page for those who may see its pupils."""
    if not reading.scope.may_see_names(UUID(school_id), UUID(class_id)):
        return ""
    return reverse("results:class", args=[reading.exam.id, class_id])
