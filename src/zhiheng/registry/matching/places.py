"""Give every row its school and class. Distinct values are few, so this runs once per value, not per row."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

import polars as pl

from zhiheng.files.problems import Cell, Problem
from zhiheng.registry.matching.schools import UNNAMED, Place, Resolution, schools_resolve, sender_hex
from zhiheng.registry.schools.grades import (
    GRADE_NAMES,
    class_number,
    entry_year_for,
    grade_from_text,
    stage_of,
)
from zhiheng.registry.schools.models import School
from zhiheng.registry.schools.services import ClassKey, classes_ensure


class Sender(Protocol):
    """What is asked of an upload here: its id and the school whose link brought it."""

    @property
    def id(self) -> UUID: ...
    @property
    def school_id(self) -> UUID | None: ...


PLACE = ["school", "school_code", "town", "sender"]


def with_schools(
    people: pl.DataFrame, *, uploads: Sequence[Sender], on: dt.date, exam_school: School | None
) -> tuple[pl.DataFrame, dict[str, School], list[Problem]]:
    """Add `school_id` (hexadecimal; null where a person must decide) to the rows.

    Returns the rows, the schools by that id, and one problem per sheet and name.
    """
    senders = pl.Series("sender", [sender_hex(u.school_id) for u in uploads], dtype=pl.String)
    people = people.with_columns(
        *(pl.when(pl.col(c).str.len_chars() > 0).then(pl.col(c)).alias(c) for c in PLACE[:3]),
        senders.gather(people["upload"]).alias("sender"),
    )
    sheets = people.group_by([*PLACE, "upload", "file", "sheet"], maintain_order=True).agg(
        pl.col("row").min().alias("first"), pl.col("row").max().alias("last"), pl.len().alias("rows")
    )
    distinct = [Place(*row) for row in sheets.select(PLACE).unique(maintain_order=True).iter_rows()]
    resolved = schools_resolve(distinct, on=on, exam_school=exam_school)
    schools = {r.school.pk.hex: r.school for r in resolved.values() if r.school is not None}
    table = pl.DataFrame(
        [
            (p.name, p.code, p.town, p.sender, r.school.pk.hex if r.school else None)
            for p, r in resolved.items()
        ],
        schema=dict.fromkeys([*PLACE, "school_id"], pl.String()),
        orient="row",
    )
    rows = people.join(table, on=PLACE, how="left", nulls_equal=True, maintain_order="left")
    return rows, schools, list(_school_problems(sheets, resolved))


def _school_problems(sheets: pl.DataFrame, resolved: Mapping[Place, Resolution]) -> Iterable[Problem]:
    for row in sheets.iter_rows(named=True):
        answer = resolved[Place(*(row[c] for c in PLACE))]
        place = Cell(row["file"], row["sheet"], row["first"])
        span = f"第{row['first']}—{row['last']}行（{row['rows']}行）"
        if answer.how == "ambiguous":
            choices = "、".join(
                f"{s.name}（{s.town.name if s.town else '乡镇不详'}）" for s in answer.choices
            )
            yield Problem(
                "match.school_ambiguous",
                place,
                f"{span}写的学校“{row['school']}”对应{len(answer.choices)}所学校：{choices}",
                "能分清的学校",
                "加一列“乡镇”或“学校代码”后重新上传",
                blocks_row=True,
            )
        elif answer.how == "unnamed":
            yield Problem(
                "match.school_missing",
                place,
                f"{span}没有写学校，暂归“{UNNAMED}”",
                "学校名称",
                "加一列“学校”，或把学校名写在表名、标题里",
            )
        elif answer.how == "provisional":
            yield Problem(
                "match.school_new",
                place,
                f"名册里没有学校“{row['school']}”，已暂建",
                "名册里的学校",
                "核对校名；确是新学校时导入学校名册即可认领",
            )


def with_classes(
    rows: pl.DataFrame,
    schools: dict[str, School],
    *,
    grade: int | None,
    on: dt.date,
    origin: str = "provisional",
) -> tuple[pl.DataFrame, list[Problem]]:
    """Add `class_id` (hexadecimal; null where the grade is unreadable or not the exam's) to rows with a school.

    `grade` is the exam's; None for rosters, where every row says its own.
    """
    keys = ["school_id", "grade", "class"]
    named = rows.drop_nulls("school_id").select(keys).unique(maintain_order=True)
    wanted: dict[tuple[str, str | None, str | None], ClassKey] = {}
    for school_id, grade_text, class_text in named.iter_rows():
        school = schools[school_id]
        there = _grade(grade_text, grade, school, on)
        if there is not None and (grade is None or there == grade):
            wanted[(school_id, grade_text, class_text)] = (
                school,
                stage_of(there, school.primary_years),
                entry_year_for(there, on, school.primary_years),
                class_number(class_text),
            )
    classes = classes_ensure(wanted.values(), origin=origin)
    table = pl.DataFrame(
        [
            (*key, classes[(s.pk, stage, year, number)].pk.hex)
            for key, (s, stage, year, number) in wanted.items()
        ],
        schema=dict.fromkeys([*keys, "class_id"], pl.String()),
        orient="row",
    )
    rows = rows.join(table, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return rows, list(_class_problems(rows, grade))


def _grade(text: str | None, exam_grade: int | None, school: School, on: dt.date) -> int | None:
    if not text:
        return exam_grade
    stage = stage_of(exam_grade, school.primary_years) if exam_grade else _only_stage(school)
    there = grade_from_text(text, on, stage, school.primary_years)
    return there if there in GRADE_NAMES else None


def _only_stage(school: School) -> str:
    return {"primary": "primary", "senior": "senior", "vocational": "senior"}.get(school.stage, "junior")


def _class_problems(rows: pl.DataFrame, grade: int | None) -> Iterable[Problem]:
    unplaced = rows.filter(pl.col("school_id").is_not_null() & pl.col("class_id").is_null())
    for row in unplaced.iter_rows(named=True):
        place = Cell(row["file"], row["sheet"], row["row"])
        if row["grade"] and grade is not None:
            yield Problem(
                "match.grade_other",
                place,
                f"这一行是{row['grade']}",
                f"本次考试的{GRADE_NAMES[grade]}",
                "不是本次考试的学生请移到另一张表；年级写错的请改正",
                blocks_row=True,
            )
        else:
            yield Problem(
                "match.grade_missing",
                place,
                f"年级写的是“{row['grade']}”" if row["grade"] else "没有写年级",
                "年级，如七年级、高一",
                "补写年级后重新上传",
                blocks_row=True,
            )
