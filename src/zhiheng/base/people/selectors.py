"""Read people and build their scope from their grants."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Q

from zhiheng.base.clock import today
from zhiheng.base.people.models import Grant
from zhiheng.base.roles import COUNTY_ROLES
from zhiheng.base.scopes import NOBODY, Scope


def scope_of(user: Any) -> Scope:
    """Return the scope of a user's grants that hold today; nobody's for a stranger."""
    if not user.is_authenticated:
        return NOBODY
    day = today()
    held = Grant.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day), user=user
    )
    units: defaultdict[str, set[UUID]] = defaultdict(set)
    subjects: set[str] = set()
    class_subjects: set[tuple[UUID, str]] = set()
    roles: set[str] = set()
    whole_county = False
    for grant in held:
        roles.add(grant.role)
        if grant.unit_kind == "county":
            whole_county |= grant.role in COUNTY_ROLES
        elif grant.role == "TE" and grant.unit_kind == "class" and grant.unit_id:
            class_subjects.add((grant.unit_id, grant.subject))
        elif grant.unit_id:
            units[grant.unit_kind].add(grant.unit_id)
        if grant.subject:
            subjects.add(grant.subject)
    # A wider role lifts the subject limit of a narrower one.
    if roles - {"RS", "TE"}:
        subjects.clear()
    return Scope(
        user_id=user.id,
        roles=frozenset(roles),
        county=whole_county,
        towns=frozenset(units["town"]),
        schools=frozenset(units["school"]),
        classes=frozenset(units["class"]),
        pupils=frozenset(units["pupil"]),
        subjects=frozenset(subjects),
        class_subjects=frozenset(class_subjects),
    )
