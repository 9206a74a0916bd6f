"""Appoint the head of a unit. The one before leaves the day before; who headed what when is never lost."""

import datetime as dt
from typing import Any

from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.errors import Explained
from zhiheng.registry.schools.models import School
from zhiheng.registry.teachers.models import Teacher
from zhiheng.registry.units.models import UnitHead


class CannotAppoint(Explained):
    """This person cannot head this unit from that day."""


@transaction.atomic
def head_appoint(
    *, school: School, kind: str, unit: str, teacher: Teacher, duties: str, starts_on: dt.date, by: Any = None
) -> UnitHead:
    """Let a teacher of the school head a unit from a day on, and end the time of the one before.

    Raises
    ------
    CannotAppoint
        The teacher is of another school, no duties are given, or the unit has a head since a later day.
    """
    if teacher.school_id != school.pk:
        raise CannotAppoint(f"{teacher.name}不是{school.name}的教师。请选本校教师，或先在教师名册里登记。")
    if not duties.strip():
        raise CannotAppoint("请写明职责，一句话也可以：负责什么、向谁报告。")
    before = UnitHead.objects.select_for_update().filter(
        school=school, kind=kind, unit=unit.strip(), ends_on=None
    ).first()  # fmt: skip
    if before is not None and before.starts_on >= starts_on:
        raise CannotAppoint(
            f"{unit}从{before.starts_on:%Y-%m-%d}起由{before.teacher.name}负责，新任日期要晚于这一天。"
        )
    if before is not None:
        before.ends_on = starts_on - dt.timedelta(days=1)
        before.save(update_fields=["ends_on"])
    head = UnitHead.objects.create(
        school=school,
        kind=kind,
        unit=unit.strip(),
        teacher=teacher,
        duties=duties.strip(),
        starts_on=starts_on,
    )
    audit_write(
        action="unit_head.appoint",
        user=by,
        object=head,
        school_id=school.pk,
        detail={"kind": kind, "unit": head.unit, "teacher": teacher.pk, "starts_on": starts_on},
    )
    return head
