"""Seats of pupils, for class lists. No names: those come from `selectors.names_of`."""

from uuid import UUID

from zhiheng.registry.pupils.models import Enrolment


def seats_in(class_id: UUID) -> dict[UUID, int]:
    """Return the seat number of each pupil of a class who has one."""
    rows = Enrolment.objects.filter(klass_id=class_id).values_list("pupil_id", "seat")
    return {pupil: seat for pupil, seat in rows if seat is not None}
