"""Bring in pupil rosters: who is enrolled where from a day on. Earlier enrolments end, 暂建 pupils are claimed.

A roster speaks for the classes it lists and for no other: a pupil of such a class who is in no row has left it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import polars as pl
from django.db import transaction
from django.db.models import Q

from zhiheng.files.problems import Cell, Problem
from zhiheng.registry.matching.bulk import rows_insert
from zhiheng.registry.matching.entities import entities_of, resolve
from zhiheng.registry.matching.places import Sender, with_classes, with_schools
from zhiheng.registry.matching.services import row_problems, tidy
from zhiheng.registry.matching.vault import CHUNK, Vault, vault_read
from zhiheng.registry.pupils.models import Enrolment, Identity, Pupil
from zhiheng.registry.schools.grades import YEAR_BEGINS
from zhiheng.registry.schools.models import Class

FLAGS = ("migrant", "left_behind", "boarding")


@dataclass(frozen=True, slots=True)
class PupilsImported:
    """What a roster did. `pupils` were in it; of them `made` are new and `claimed` were 暂建; `left` left their class."""

    pupils: int
    made: int
    claimed: int
    moved: int
    left: int
    persons: frozenset[int]
    problems: tuple[Problem, ...]


def roster_pupils_import(people: pl.DataFrame, *, uploads: Sequence[Sender], on: dt.date) -> PupilsImported:
    """Enrol the pupils of rosters (columns of `files.sheets.PEOPLE_SCHEMA` and upload) from day `on`."""
    rows, schools, problems = with_schools(people, uploads=uploads, on=on, exam_school=None)
    rows, class_problems = with_classes(rows, schools, grade=None, on=on, origin="roster")
    rows = tidy(rows)
    rows = rows.filter(
        pl.col("klass").is_not_null() & (pl.col("name").is_not_null() | pl.col("student_no").is_not_null())
    )
    shared = _shared_numbers(rows)
    problems = [*problems, *class_problems, *_shared_problems(shared)]
    # Nobody can tell whose the number is: both keep their name, neither gets the number.
    rows = rows.with_columns(
        pl.when(pl.col("person").is_in(shared["person"].implode()))
        .then(None)
        .otherwise(pl.col("student_no"))
        .alias("student_no"),
        pl.lit(None, pl.String).alias("ticket"),
    )
    vault = vault_read(
        [s.pk for s in schools.values()],
        exam_id=None,
        on=on,
        numbers=rows["student_no"].drop_nulls().unique(),
    )
    keyed, entities = entities_of(rows)
    entities = resolve(entities, vault)
    lost = rows.join(keyed.filter(pl.col("entity").is_null()), on="person", how="semi")
    faulty = rows.join(keyed, on="person").join(
        entities.filter(pl.col("fault").is_not_null()), on="entity", how="semi"
    )
    problems += row_problems(pl.concat([lost, faulty.select(lost.columns)]), "match.namesakes")
    entities = entities.filter(pl.col("fault").is_null())
    known = pl.col("pupil").is_not_null()
    entities = entities.with_columns(known.alias("known")).with_columns(
        pl.coalesce("pupil", pl.Series([uuid4().hex for _ in range(entities.height)], dtype=pl.String)).alias(
            "pupil"
        )
    )
    entities = entities.unique("pupil", keep="first", maintain_order=True)
    told = people.drop_nulls("seat").join(keyed, on="person").group_by("entity").agg(pl.col("seat").last())
    entities = entities.join(told, on="entity", how="left", maintain_order="left")
    done = _write(entities, vault, on)
    persons = keyed.join(entities.select("entity"), on="entity", how="semi")["person"]
    return PupilsImported(
        pupils=entities.height,
        **done,
        persons=frozenset(persons),
        problems=tuple(sorted(problems, key=lambda p: p.place)),
    )


def _shared_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose student number stands beside another name in another row."""
    return rows.drop_nulls(["student_no", "name"]).filter(pl.col("name").n_unique().over("student_no") > 1)


def _shared_problems(rows: pl.DataFrame) -> list[Problem]:
    return [
        Problem(
            "roster.student_no_shared",
            Cell(file, sheet, row),
            "这个学籍号还用在另一名学生身上，两人都先不登记学籍号",
            "每名学生自己的学籍号",
            "核对两名学生的学籍号后重新上传",
        )
        for file, sheet, row in rows.select("file", "sheet", "row").iter_rows()
    ]


@transaction.atomic
def _write(entities: pl.DataFrame, vault: Vault, on: dt.date) -> dict[str, int]:
    new, known = entities.filter(~pl.col("known")), entities.filter("known")
    provisional = known.join(vault.enrolled.filter(pl.col("origin") == "provisional"), on="pupil", how="semi")
    begins = _class_begins(entities["klass"].unique())
    rows_insert(
        Pupil,
        ["id", "gender", *FLAGS, "origin"],
        new.select("pupil", pl.col("gender").fill_null(""), *FLAGS, pl.lit("roster")).iter_rows(),
    )
    _identities(new, known, vault, on)
    _traits(known)
    moved = _moved(known, vault)
    left = _left(entities, vault)
    _close([*moved["pupil"], *left], on)
    opened = pl.concat([rows.select("pupil", "klass", "enrolment", "seat") for rows in (new, moved)])
    first = set(new["pupil"])
    rows_insert(
        Enrolment,
        ["pupil", "klass", "kind", "starts_on", "seat"],
        [
            (pupil, klass, kind or "regular", (begins[klass] if pupil in first else on).isoformat(), seat)
            for pupil, klass, kind, seat in opened.iter_rows()
        ],
    )
    _seats(known.join(moved, on="pupil", how="anti"), on)
    return {"made": new.height, "claimed": provisional.height, "moved": moved.height, "left": len(left)}


def _class_begins(classes: pl.Series) -> dict[str, dt.date]:
    """The first day of every class: a pupil first heard of is taken to have been there, until a roster says otherwise."""
    rows = Class.objects.filter(pk__in=[UUID(hex=c) for c in classes]).values_list("pk", "entry_year")
    return {pk.hex: dt.date(year, *YEAR_BEGINS) for pk, year in rows}


def _identities(new: pl.DataFrame, known: pl.DataFrame, vault: Vault, on: dt.date) -> None:
    """Write names and numbers that are not in the vault; a name that gave way ends the day before."""
    numbers = known.drop_nulls("student_no").join(vault.numbers, on=["pupil", "student_no"], how="anti")
    renamed = known.drop_nulls("name").join(vault.names, on=["pupil", "name"], how="anti")
    for chunk in _chunks(renamed["pupil"].to_list()):
        Identity.objects.filter(pupil__in=chunk, kind="name", valid_to=None).update(
            valid_to=on - dt.timedelta(days=1)
        )
    facts = [
        *_facts(new, "name", None),
        *_facts(new, "student_no", None),
        *_facts(renamed, "name", on.isoformat()),
        *_facts(numbers, "student_no", None),
    ]
    rows_insert(Identity, ["pupil", "kind", "value", "valid_from"], facts)


def _facts(rows: pl.DataFrame, kind: str, since: str | None) -> list[tuple[str, str, str, str | None]]:
    return [
        (pupil, kind, value, since)
        for pupil, value in rows.drop_nulls(kind).select("pupil", kind).iter_rows()
    ]


def _traits(known: pl.DataFrame) -> None:
    """Renew what the roster says of pupils who were known, value by value; what it leaves blank stays."""
    if known.is_empty():
        return
    for chunk in _chunks(known["pupil"].to_list()):
        Pupil.objects.filter(pk__in=chunk).update(origin="roster")
    for trait in ("gender", *FLAGS):
        for (value,), rows in known.drop_nulls(trait).group_by(trait):
            for chunk in _chunks(rows["pupil"].to_list()):
                Pupil.objects.filter(pk__in=chunk).exclude(**{trait: value}).update(**{trait: value})


def _seats(stayed: pl.DataFrame, on: dt.date) -> None:
    """Renew the seats of pupils who stay in their class; where the roster tells none, the one known stays."""
    seats = {UUID(hex=p): seat for p, seat in stayed.drop_nulls("seat").select("pupil", "seat").iter_rows()}
    for chunk in _chunks([pupil.hex for pupil in seats]):
        present = Enrolment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), pupil__in=chunk)
        changed = [each for each in present if each.seat != seats[each.pupil_id]]
        for each in changed:
            each.seat = seats[each.pupil_id]
        Enrolment.objects.bulk_update(changed, ["seat"])


def _moved(known: pl.DataFrame, vault: Vault) -> pl.DataFrame:
    """Known pupils whom the roster has in another class, or in the same one under another kind of enrolment."""
    now = vault.enrolled.select("pupil", pl.col("klass").alias("old_class"), pl.col("kind").alias("old_kind"))
    both = known.join(now, on="pupil", how="left", maintain_order="left")
    return both.filter(
        (pl.col("klass").ne_missing(pl.col("old_class")))
        | (pl.col("enrolment").is_not_null() & pl.col("enrolment").ne_missing(pl.col("old_kind")))
    )


def _left(entities: pl.DataFrame, vault: Vault) -> list[str]:
    """Pupils of the listed classes who are in no row."""
    covered = entities.select("klass").unique()
    return (
        vault.enrolled.join(covered, on="klass", how="semi")
        .join(entities, on="pupil", how="anti")["pupil"]
        .to_list()
    )


def _close(pupils: list[str], on: dt.date) -> None:
    day_before = on - dt.timedelta(days=1)
    for chunk in _chunks(pupils):
        still_open = Enrolment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), pupil__in=chunk)
        # An enrolment that began today never was: it is replaced, not ended before it began.
        still_open.filter(starts_on__gte=on).delete()
        still_open.update(ends_on=day_before)


def _chunks(pupils: list[str]) -> list[list[UUID]]:
    ids = [UUID(hex=p) for p in pupils]
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
