"""Read the vault for people who may. Every reading of names leaves a trace in the same transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import today
from zhiheng.base.scopes import Scope, visible
from zhiheng.registry.pupils.models import Enrolment, Identity, NearMatch, Pupil


@dataclass(frozen=True, slots=True)
class Named:
    """A pupil by name and number, as the vault has them today; "" where it has none."""

    pupil: UUID
    name: str
    student_no: str


@transaction.atomic
def names_of(pupils: Iterable[UUID], scope: Scope, *, purpose: str, by: Any = None) -> dict[UUID, Named]:
    """Return the names of those pupils whom the scope may see by name, and write who asked for them and why.

    Pupils of other schools or classes are left out without a word: a page that asks for them learns nothing.
    A pupil that was merged answers with the name of the one that is kept.
    """
    asked = list(dict.fromkeys(pupils))
    kept = _kept(asked)
    allowed = _nameable(set(kept.values()), scope)
    facts = _facts({pupil for pupil in kept.values() if pupil in allowed})
    found = {
        pupil: Named(pupil, *(facts.get((kept[pupil], kind), "") for kind in ("name", "student_no")))
        for pupil in asked
        if pupil in kept and kept[pupil] in allowed
    }
    if found:
        schools = {allowed[kept[pupil]] for pupil in found}
        audit_write(
            action="pupil_names.read",
            user=by,
            school_id=schools.pop() if len(schools) == 1 else None,
            detail={"pupils": len(found), "asked": len(asked)},
            purpose=purpose,
        )
    return found


def _kept(pupils: list[UUID]) -> dict[UUID, UUID]:
    rows = Pupil.objects.filter(pk__in=pupils).values_list("pk", "merged_into_id")
    return {pupil: merged or pupil for pupil, merged in rows}


def _nameable(pupils: set[UUID], scope: Scope) -> dict[UUID, UUID]:
    """Pupil → present school, of the pupils this scope may see by name."""
    day = today()
    present = Q(ends_on=None) | Q(ends_on__gte=day)
    rows = Enrolment.objects.filter(present, pupil__in=pupils, starts_on__lte=day)
    return {
        pupil: school
        for pupil, klass, school in rows.values_list("pupil_id", "klass_id", "klass__school_id")
        if scope.may_see_names(school, klass)
    }


def _facts(pupils: set[UUID]) -> dict[tuple[UUID, str], str]:
    """(pupil, kind) → the value that holds now: the one without an end, else the latest."""
    rows = Identity.objects.filter(pupil__in=pupils, kind__in=("name", "student_no"))
    latest = sorted(rows, key=lambda fact: (fact.valid_to is None, fact.valid_to or today(), fact.pk))
    return {(fact.pupil_id, fact.kind): fact.value for fact in latest}


def near_matches(scope: Scope, *, batch_id: UUID | None = None) -> "QuerySet[NearMatch]":
    """Return the near matches that wait for a decision and that this scope may decide."""
    waiting = NearMatch.objects.filter(decision="open").select_related("school")
    if batch_id is not None:
        waiting = waiting.filter(batch_id=batch_id)
    return visible(waiting, scope).order_by("school__order", "sheet", "row")
