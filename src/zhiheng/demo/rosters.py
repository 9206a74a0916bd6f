"""名册: the list of schools, every school's roster, who teaches what, and the tickets of the mock.

Pages only: `sheets` writes them. A hub school lists the pupils of its villages, as it does in practice.
"""

from typing import Any

import numpy as np
import polars as pl

from zhiheng.demo.county import County
from zhiheng.demo.exams import Sitting
from zhiheng.demo.mistakes import Mistake
from zhiheng.demo.people import DIGITS, GRADE_NAMES
from zhiheng.demo.returns import ENROLMENT_TEXT, GENDERS
from zhiheng.demo.workbook import Column, Page
from zhiheng.standards.subjects import subject_name

AREA_TEXT = {"city": "城区", "town": "镇区", "village": "乡村"}
NOT_GIVEN = 0.004
"""Share of pupils whose 随迁 or 留守 cell nobody filled in."""


def _columns(**fields: str) -> list[Column]:
    return [Column((header,), field) for header, field in fields.items()]


def _rows(frame: pl.DataFrame) -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(frame.to_dicts()))


def school_list(county: County) -> list[Page]:
    """学校名录: every site with its reporting school, then the kindergartens on a page of their own."""
    here = county.pupils.group_by("school").agg(pl.len().cast(pl.Int64).alias("pupils"))
    units = county.schools.select(pl.col("school").alias("unit"), pl.col("name").alias("unit_name"))
    schools = (
        county.schools.join(here, on="school", how="left", maintain_order="left")
        .join(units, on="unit", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("enrolment", "pupils").fill_null(0).alias("count"),
            pl.col("area").replace_strict(AREA_TEXT),
            pl.when("private").then(pl.lit("民办")).otherwise(pl.lit("公办")).alias("nature"),
            pl.int_range(1, pl.len() + 1).alias("order"),
        )
    )
    columns = _columns(
        序号="order", 学校代码="code", 学校名称="name", 乡镇="town", 城乡类型="area", 学校类型="school_type",
        办学性质="nature", 填报单位="unit_name", 在校生数="count", 核定学位数="capacity",
    )  # fmt: skip
    children = county.kindergartens.with_columns(
        pl.col("area").replace_strict(AREA_TEXT),
        pl.when("private").then(pl.lit("民办")).otherwise(pl.lit("公办")).alias("nature"),
        pl.lit("幼儿园").alias("kind"),
    )
    small = _columns(
        学校名称="name",
        乡镇="town",
        城乡类型="area",
        学校类型="kind",
        办学性质="nature",
        在园幼儿数="children",
    )
    return [
        Page("学校名录").table(columns, _rows(schools)),
        Page("幼儿园").table(small, _rows(children)),
    ]


def roster_pages(county: County, rng: np.random.Generator) -> dict[int, tuple[list[Page], list[Mistake]]]:
    """名册 of each reporting school: one page, or one per grade where the school is large.

    Returns unit → (pages, mistakes without a file). Rows are keyed by pupil id.
    """
    unknown = pl.Series(rng.random(county.pupils.height) < NOT_GIVEN)
    frame = _in_words(county, county.pupils).with_columns(
        pl.when(unknown).then(pl.lit("")).otherwise("left_behind").alias("left_behind")
    )
    made: dict[int, tuple[list[Page], list[Mistake]]] = {}
    for (unit,), part in frame.group_by("unit", maintain_order=True):
        rows = [(row["pupil"], row) for row in part.to_dicts()]
        mistakes = _spoil(rows, rng) if int(unit) % 9 == 4 else []
        made[int(unit)] = (_roster(rows, several_sites=part["school"].n_unique() > 1), mistakes)
    return made


def cohort_page(county: County, pupils: pl.DataFrame) -> Page:
    """The pupils of one cohort on one page, a row each, with their schools."""
    return _roster(_rows(_in_words(county, pupils)), several_sites=True)[0]


def _in_words(county: County, pupils: pl.DataFrame) -> pl.DataFrame:
    """Pupils with their schools, and what rosters say of them in words."""
    names = county.schools.select("school", "unit", pl.col("name").alias("school_name"), "code")
    return (
        pupils.join(names, on="school", how="left", maintain_order="left")
        .with_columns(
            *(_yes_no(flag).alias(flag) for flag in ("left_behind", "migrant", "boarding")),
            pl.col("gender").replace_strict(GENDERS),
            pl.col("enrolment").replace_strict(ENROLMENT_TEXT),
            pl.col("grade").replace_strict(range(1, 13), GRADE_NAMES).alias("grade_name"),
        )
        .with_columns(_class_text())
    )


def _yes_no(column: str) -> pl.Expr:
    return pl.when(column).then(pl.lit("是")).otherwise(pl.lit("否"))


def _class_text() -> pl.Expr:
    """Write grade and number as 七(1)班."""
    short = [*DIGITS[1:], "高一", "高二", "高三"]
    grade = pl.col("grade").replace_strict(range(1, 13), short)
    return pl.format("{}({})班", grade, "number").alias("class_name")


def _roster(rows: list[tuple[int, dict[str, Any]]], *, several_sites: bool) -> list[Page]:
    columns = _columns(学校="school_name") + (_columns(学校代码="code") if several_sites else [])
    columns += _columns(
        年级="grade_name", 班级="class_name", 座号="seat", 姓名="name", 学籍号="student_no", 性别="gender", 随迁="migrant",
        留守="left_behind", 寄宿="boarding", 在籍情况="enrolment",
    )  # fmt: skip
    if several_sites or len(rows) < 1000:
        return [Page("学生名册").table(columns, rows)]
    grades = dict.fromkeys(row["grade_name"] for _, row in rows)
    return [
        Page(grade)
        .title(f"{grade}学生名册", width=len(columns))
        .table(columns, [row for row in rows if row[1]["grade_name"] == grade])
        for grade in grades
    ]


def _spoil(rows: list[tuple[int, dict[str, Any]]], rng: np.random.Generator) -> list[Mistake]:
    """Mistakes of a roster: a number too short, a number entered for two pupils, a pupil listed twice."""
    short, first, second, again = (int(place) for place in rng.choice(len(rows), size=4, replace=False))
    key, row = rows[short]
    number = row["student_no"]
    row["student_no"] = number[:-2]
    found = [Mistake("", key, "student_no", row["student_no"], number, kind="student_no_short")]
    key, row = rows[second]
    number, row["student_no"] = row["student_no"], rows[first][1]["student_no"]
    found.append(
        Mistake("id.two_names", key, "student_no", row["student_no"], number, kind="student_no_shared")
    )
    key, row = rows[again]
    rows.insert(again + 1, (key, dict(row)))
    found.append(Mistake("row.duplicate", key, "name", row["name"], "", kind="twice"))
    return found


def teaching_page(county: County) -> Page:
    """任课表: school, grade, class, subject, teacher; an adviser is marked."""
    frame = (
        county.teaching.join(
            county.teachers.select("teacher", pl.col("name").alias("teacher_name")),
            on="teacher",
            how="left",
            maintain_order="left",
        )
        .join(
            county.schools.select("school", "code", pl.col("name").alias("school_name")),
            on="school",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            pl.col("grade").replace_strict(range(1, 13), GRADE_NAMES).alias("grade_name"),
            pl.col("subject").map_elements(subject_name, return_dtype=pl.String),
            pl.when("adviser").then(pl.lit("是")).otherwise(pl.lit("")).alias("adviser_text"),
            _class_text(),
        )
    )
    columns = _columns(
        学校="school_name", 学校代码="code", 年级="grade_name", 班级="class_name", 学科="subject",
        任课教师="teacher_name", 班主任="adviser_text",
    )  # fmt: skip
    return Page("任课表").table(columns, _rows(frame))


def teacher_page(county: County) -> Page:
    """教师名册: school, name, gender, year of birth."""
    frame = county.teachers.join(
        county.schools.select("school", "code", pl.col("name").alias("school_name")),
        on="school",
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("gender").replace_strict(GENDERS))
    columns = _columns(
        学校="school_name", 学校代码="code", 教师姓名="name", 性别="gender", 出生年份="birth_year"
    )
    return Page("教师名册").table(columns, _rows(frame))


def ticket_page(county: County, sitting: Sitting) -> Page:
    """考号表 of a test: which ticket each pupil was given."""
    frame = sitting.pupils.join(
        county.schools.select("school", pl.col("name").alias("school_name")),
        on="school",
        how="left",
        maintain_order="left",
    ).sort("ticket")
    grade = sitting.plan["grade"]
    frame = frame.with_columns(pl.lit(grade).alias("grade")).with_columns(
        _class_text(), pl.lit(GRADE_NAMES[grade - 1]).alias("grade_name")
    )
    columns = _columns(
        考号="ticket",
        学校="school_name",
        年级="grade_name",
        班级="class_name",
        姓名="name",
        学籍号="student_no",
    )
    return Page("考号表").table(columns, _rows(frame))
