"""A class's page: pupils by name in seat order, never ranked; who was absent; who needs attention and why.

The only page of results that joins the identity vault, and the last step joins it.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl
from django.http import Http404

from zhiheng.base.pinyin import pinyin_of
from zhiheng.base.scopes import Scope
from zhiheng.evidence.datasets import selectors as datasets
from zhiheng.frames.schema import HUNDREDTHS, STATUSES
from zhiheng.registry.pupils.page_data import seats_in
from zhiheng.registry.pupils.selectors import names_of
from zhiheng.reports.facts.measured import Measured
from zhiheng.reports.pages.results import Reading
from zhiheng.reports.pages.subject_page import where
from zhiheng.standards.subjects import subject_name


@dataclass(frozen=True, slots=True)
class PupilRow:
    """One pupil: seat, name, a mark or a word per subject, and the subjects missed and those with a low mark."""

    seat: int | None
    name: str
    marks: tuple[str, ...]
    absent: tuple[str, ...]
    low: tuple[str, ...]


def class_unit(reading: Reading, class_id: UUID) -> tuple[str, dict[str, Any]]:
    """Return the class's number and row in the dataset; 404 where this person may not see its pupils."""
    results = reading.results
    for unit, row in results.classes.items():
        if row["uuid"] != str(class_id):
            continue
        school = results.schools[str(row["school"])]
        if reading.scope.may_see_names(UUID(school["uuid"]), class_id):
            return unit, {**row, "school_name": school["name"], "school_uuid": school["uuid"]}
    raise Http404


def class_page(reading: Reading, class_id: UUID, by: Any) -> dict[str, Any]:
    """Return the context of the page; reading the names is written into the audit."""
    unit, klass = class_unit(reading, class_id)
    results = reading.results
    subjects = subjects_taught(reading.scope, class_id, results.subjects)
    rows = pupil_rows(reading, unit, class_id, subjects, by)
    return {
        "reading": reading,
        "klass": klass,
        "may_see_school": UUID(klass["school_uuid"]) in reading.scope.schools,
        "subjects": [(code, subject_name(code)) for code in subjects],
        "figures": [
            {
                "unit": figure,
                "county": results.county(code),
                "where": where(reading, "class", unit, code, "mean"),
            }
            for code in subjects
            if (figure := results.unit("class", unit, code))
        ],
        "pupils": rows,
        "seated": any(row.seat is not None for row in rows),
        "attention": sorted((row for row in rows if row.absent or row.low), key=lambda row: not row.absent),
    }


def subjects_taught(scope: Scope, class_id: UUID, subjects: tuple[str, ...]) -> tuple[str, ...]:
    """Return the subjects whose marks this person may see in the class: all for its adviser, own ones for a teacher."""
    own = {subject for klass, subject in scope.class_subjects if klass == class_id}
    if scope.schools or class_id in scope.classes or not own:
        return subjects
    return tuple(code for code in subjects if code in own)


def pupil_rows(
    reading: Reading, unit: str, class_id: UUID, subjects: tuple[str, ...], by: Any
) -> list[PupilRow]:
    """Return the pupils of a class in seat order."""
    tables = datasets.tables(reading.analysis.dataset)
    pupils = tables["pupils"].filter(pl.col("class") == int(unit)).select("pupil", "uuid").collect()
    marks = (
        tables["marks"]
        .filter(pl.col("pupil").is_in(pupils["pupil"].to_list()) & pl.col("subject").is_in(list(subjects)))
        .select("pupil", "subject", "raw_mark", "scale_score", "status")
        .collect()
    )
    found: defaultdict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in marks.rows(named=True):
        found[row["pupil"]][row["subject"]] = row
    names = names_of([UUID(uuid) for uuid in pupils["uuid"]], reading.scope, purpose="班级页", by=by)
    seats = seats_in(class_id)
    low = _low_lines(reading, subjects)
    rows = [
        _row(
            names[UUID(uuid)].name if UUID(uuid) in names else "（已转出或不在名册）",
            seats.get(UUID(uuid)),
            found[number],
            subjects,
            low,
        )
        for number, uuid in pupils.select("pupil", "uuid").iter_rows()
    ]
    return sorted(rows, key=lambda row: (row.seat is None, row.seat or 0, pinyin_of(row.name)))


def _low_lines(reading: Reading, subjects: tuple[str, ...]) -> dict[str, float]:
    """Return the mark below which a pupil counts as low, by subject, under the 口径 in force."""
    share = float(reading.results.caliber.low)
    counties: dict[str, Measured] = {code: reading.results.county(code) for code in subjects}
    return {code: unit.full_mark * share for code, unit in counties.items() if unit.full_mark is not None}


def _row(
    name: str,
    seat: int | None,
    marks: dict[str, dict[str, Any]],
    subjects: tuple[str, ...],
    low: dict[str, float],
) -> PupilRow:
    absent = [subject_name(code) for code in subjects if marks.get(code, {}).get("status") == "absent"]
    weak = [
        subject_name(code)
        for code in subjects
        if code in low
        and (mark := marks.get(code, {}).get("raw_mark")) is not None
        and mark / HUNDREDTHS < low[code]
    ]
    return PupilRow(
        seat, name, tuple(_mark(marks.get(code)) for code in subjects), tuple(absent), tuple(weak)
    )


def _mark(row: dict[str, Any] | None) -> str:
    if row is None:
        return "—"
    if row["raw_mark"] is not None:
        return f"{row['raw_mark'] / HUNDREDTHS:g}"
    if row["scale_score"] is not None:
        return f"{row['scale_score']:g}"
    return STATUSES.get(row["status"], row["status"])
