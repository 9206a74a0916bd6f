"""Read what the vault knows of the pupils of some schools, once, as frames. Never shown to anyone from here."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from zhiheng.registry.matching.bulk import frame_of
from zhiheng.registry.pupils.models import Enrolment, Identity
from zhiheng.registry.schools.grades import YEAR_BEGINS, academic_year

CHUNK = 400
"""Values asked for in one query; SQLite takes no more than 999 parameters on old builds."""

SHORT_NUMBER = r"^\d{1,5}$"
"""So few digits hold only in the school that gave them: another school has the same number."""


@dataclass(frozen=True, slots=True)
class Vault:
    """Identities and enrolments on one day.

    Attributes
    ----------
    enrolled : pupil, klass, school, kind, origin; one row per pupil enrolled in the schools that day.
    numbers : student_no → pupil, of those schools and of the numbers asked for elsewhere.
    tickets : ticket → pupil, of one exam.
    names : pupil, name.
    Pupils that were merged appear under the one that is kept. Ids are 32 hexadecimal digits.
    """

    enrolled: pl.DataFrame
    numbers: pl.DataFrame
    tickets: pl.DataFrame
    names: pl.DataFrame


def vault_read(
    schools: Iterable[UUID], *, exam_id: UUID | None, on: dt.date, numbers: Iterable[str] = ()
) -> Vault:
    """Read the vault for some schools on a day, and wherever else the student numbers asked for are known.

    Short numbers are not looked for elsewhere.
    """
    inside = list(schools)
    that_day = Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gte=on))
    kept = Coalesce("pupil__merged_into_id", "pupil_id")
    enrolled = _enrolled(Enrolment.objects.filter(that_day, klass__school__in=inside), kept)
    valid = ~Q(kind="ticket") | _tickets_of(exam_id, on)
    facts = _facts(Identity.objects.filter(valid, pupil__in=_pupils_of(inside, that_day)), kept)
    elsewhere = {n for n in numbers if not re.match(SHORT_NUMBER, n)} - set(
        facts.filter(pl.col("kind") == "student_no")["value"]
    )
    for start in range(0, len(elsewhere), CHUNK):
        part = sorted(elsewhere)[start : start + CHUNK]
        found = _facts(Identity.objects.filter(kind="student_no", value__in=part), kept)
        if found.is_empty():
            continue
        people = [UUID(hex=p) for p in found["pupil"].unique()]
        facts = facts.vstack(_facts(Identity.objects.filter(valid, pupil__in=people), kept))
        enrolled = enrolled.vstack(_enrolled(Enrolment.objects.filter(that_day, pupil__in=people), kept))

    def of(kind: str, name: str) -> pl.DataFrame:
        return (
            facts.filter(pl.col("kind") == kind)
            .select(pl.col("value").alias(name), "pupil")
            .unique(maintain_order=True)
        )

    return Vault(
        # A pupil with two open enrolments counts where the later one began.
        enrolled=enrolled.sort("starts_on", descending=True).unique(
            "pupil", keep="first", maintain_order=True
        ),
        numbers=_one_owner(of("student_no", "student_no"), "student_no"),
        tickets=_one_owner(of("ticket", "ticket"), "ticket"),
        names=of("name", "name").select("pupil", "name"),
    )


def _pupils_of(schools: list[UUID], that_day: Q) -> Any:
    return Enrolment.objects.filter(that_day, klass__school__in=schools).values("pupil_id")


def _one_owner(facts: pl.DataFrame, number: str) -> pl.DataFrame:
    """Leave out numbers recorded for two pupils: they identify nobody."""
    return facts.unique(number, keep="none")


def _enrolled(rows: Any, kept: Coalesce) -> pl.DataFrame:
    return frame_of(
        rows.annotate(kept=kept, school=F("klass__school_id"), origin=F("pupil__origin")).values_list(
            "kept", "klass_id", "school", "kind", "origin", "starts_on"
        ),
        {
            "pupil": pl.String(),
            "klass": pl.String(),
            "school": pl.String(),
            "kind": pl.String(),
            "origin": pl.String(),
            "starts_on": pl.String(),
        },
    )


def _tickets_of(exam_id: UUID | None, on: dt.date) -> Q:
    """Tickets of this exam, and those of a ticket list taken in this school year before its exam was filed."""
    year = academic_year(on)
    begins, ends = dt.date(year, *YEAR_BEGINS), dt.date(year + 1, *YEAR_BEGINS)
    unfiled = Q(exam_id=None, valid_from__gte=begins, valid_from__lt=ends)
    return unfiled | Q(exam_id=exam_id) if exam_id else unfiled


def _facts(rows: Any, kept: Coalesce) -> pl.DataFrame:
    return frame_of(
        rows.annotate(kept=kept).order_by("id").values_list("kept", "kind", "value"),
        {"pupil": pl.String(), "kind": pl.String(), "value": pl.String()},
    )
