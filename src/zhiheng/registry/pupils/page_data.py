"""Names and seats of pupils, for pages of people who may see them. Callers check the scope and write the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from zhiheng.registry.pupils.models import Enrolment, Identity


@dataclass(frozen=True, slots=True)
class PupilNamed:
    """A pupil as a class list shows one."""

    name: str
    seat: int | None


def pupils_named(pupils: Sequence[UUID], class_id: UUID) -> dict[UUID, PupilNamed]:
    """Return the present name and the seat in the class of each pupil the vault knows."""
    names: dict[UUID, str] = {}
    known = Identity.objects.filter(pupil_id__in=pupils, kind="name").order_by("valid_from", "id")
    for pupil, name in known.values_list("pupil_id", "value"):
        names[pupil] = name
    seats = dict(
        Enrolment.objects.filter(pupil_id__in=pupils, klass_id=class_id).values_list("pupil_id", "seat")
    )
    return {pupil: PupilNamed(name, seats.get(pupil)) for pupil, name in names.items()}
