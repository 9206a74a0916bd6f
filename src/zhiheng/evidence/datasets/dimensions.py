"""Freeze who and where: schools, classes, teaching and pupils as they stood on the day of the exam.

Small integers stand for schools, classes and teachers inside one dataset; `uuid` leads back to the registry.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import polars as pl
from django.db.models import F, Q

from zhiheng.frames.schema import CLASSES, PUPILS, SCHOOLS, TEACHING
from zhiheng.registry.matching.bulk import frame_of
from zhiheng.registry.pupils.models import Enrolment, Pupil
from zhiheng.registry.schools.grades import class_label
from zhiheng.registry.schools.models import Class, School
from zhiheng.registry.teachers.models import Teaching


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Frozen dimensions.

    Attributes
    ----------
    schools, classes, teaching, pupils : tables as `frames.schema` says.
    pupil_index : pupil_id (32 hexadecimal digits), pupil.
    """

    schools: pl.DataFrame
    classes: pl.DataFrame
    teaching: pl.DataFrame
    pupils: pl.DataFrame
    pupil_index: pl.DataFrame


def roster_pupils(classes: Iterable[UUID], on: dt.date) -> pl.DataFrame:
    """Return pupil, klass, school, enrolment of registered pupils of these classes on a day; those transferred out are not due."""
    rows = (
        Enrolment.objects.filter(klass__in=list(classes), pupil__origin="roster", starts_on__lte=on)
        .filter(Q(ends_on=None) | Q(ends_on__gte=on), pupil__merged_into=None)
        .exclude(kind="transferred_out")
        .annotate(school=F("klass__school_id"))
        .values_list("pupil_id", "klass_id", "school", "kind")
    )
    return frame_of(rows, dict.fromkeys(["pupil", "klass", "school", "enrolment"], pl.String())).unique(
        "pupil"
    )


def freeze(people: pl.DataFrame, *, on: dt.date) -> Dimensions:
    """Number schools in the bureau's order, classes and pupils within them.

    Parameters
    ----------
    people : pupil, klass, school, enrolment and the traits the sheets tell; one row per pupil, ids hexadecimal.
    """
    schools, school_index = _schools(people["school"].unique())
    classes, class_index = _classes(people["klass"].unique(), school_index, on)
    traits = ["gender", "migrant", "left_behind", "boarding"]
    pupils = (
        people.join(_traits(people["pupil"]), on="pupil", how="left", suffix="_known")
        .join(school_index, left_on="school", right_on="school_id", how="left", suffix="_index")
        .join(class_index, left_on="klass", right_on="class_id", how="left")
        .with_columns(*(pl.coalesce(f"{t}_known", t).alias(t) for t in traits))
        .sort("school_index", "class", "pupil")
        .with_row_index("number")
        .with_columns(pl.col("number").cast(pl.Int32))
    )
    index = pupils.select(pl.col("pupil").alias("pupil_id"), pl.col("number").alias("pupil"))
    table = pupils.select(
        pl.col("number").alias("pupil"),
        _dashed("pupil").alias("uuid"),
        pl.col("school_index").alias("school"),
        "class",
        *traits,
        "enrolment",
    )
    return Dimensions(
        schools,
        classes,
        _teaching(class_index, on),
        table.cast(PUPILS.to_polars()),
        index,
    )


def _dashed(column: str) -> pl.Expr:
    """Write 32 hexadecimal digits the way UUIDs are printed."""
    text = pl.col(column).str
    parts = [text.slice(0, 8), text.slice(8, 4), text.slice(12, 4), text.slice(16, 4), text.slice(20, 12)]
    return pl.concat_str(parts, separator="-")


def _schools(ids: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = School.objects.filter(pk__in=[UUID(hex=i) for i in ids]).select_related("town")
    ordered = sorted(rows, key=lambda s: (s.order, s.pinyin, str(s.pk)))
    table = pl.DataFrame(
        [
            (
                place,
                str(s.pk),
                s.name,
                s.town.name if s.town else None,
                s.area or None,
                s.school_type or None,
                place,
            )
            for place, s in enumerate(ordered)
        ],
        schema=SCHOOLS.to_polars(),
        orient="row",
    )
    return table, pl.DataFrame(
        {"school_id": [s.pk.hex for s in ordered], "school_index": range(len(ordered))},
        schema={"school_id": pl.String, "school_index": pl.Int32},
    )


def _classes(ids: pl.Series, schools: pl.DataFrame, on: dt.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    place = dict(schools.iter_rows())
    rows = Class.objects.filter(pk__in=[UUID(hex=i) for i in ids]).select_related("school")
    # A guest's class belongs to the school that tests; every class here has its school among the schools.
    ordered = sorted(rows, key=lambda c: (place[c.school_id.hex], c.entry_year, c.number, c.name))
    table = pl.DataFrame(
        [
            (number, str(c.pk), place[c.school_id.hex], c.entry_year, c.number, class_label(c, on))
            for number, c in enumerate(ordered)
        ],
        schema=CLASSES.to_polars(),
        orient="row",
    )
    return table, pl.DataFrame(
        {"class_id": [c.pk.hex for c in ordered], "class": range(len(ordered))},
        schema={"class_id": pl.String, "class": pl.Int32},
    )


def _teaching(classes: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    place = dict(classes.iter_rows())
    rows = (
        Teaching.objects.filter(klass__in=[UUID(hex=i) for i in place], starts_on__lte=on)
        .filter(Q(ends_on=None) | Q(ends_on__gte=on))
        .exclude(subject="")
        .order_by("klass_id", "subject", "starts_on")
    )
    # Of two teachers on record for one class and subject that day, the later one teaches.
    latest = {(t.klass_id.hex, t.subject): t.teacher_id for t in rows}
    teachers = {teacher: number for number, teacher in enumerate(sorted(set(latest.values()), key=str))}
    return pl.DataFrame(
        [(place[klass], subject, teachers[t], str(t)) for (klass, subject), t in latest.items()],
        schema=TEACHING.to_polars(),
        orient="row",
    ).sort("class", "subject")


def _traits(pupils: pl.Series) -> pl.DataFrame:
    """What the registry knows of these pupils; an empty gender is unknown."""
    wanted = Pupil.objects.filter(merged_into=None).values_list(
        "id", "gender", "migrant", "left_behind", "boarding"
    )
    known = frame_of(
        wanted,
        {
            "pupil": pl.String(),
            "gender_known": pl.String(),
            "migrant_known": pl.Boolean(),
            "left_behind_known": pl.Boolean(),
            "boarding_known": pl.Boolean(),
        },
    ).filter(pl.col("pupil").is_in(pupils.implode()))
    return known.with_columns(
        pl.when(pl.col("gender_known") != "").then(pl.col("gender_known")).alias("gender_known")
    )
