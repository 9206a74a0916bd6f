"""Read an inbox: what waits for this person, soonest first."""

from django.db.models import F, Q, QuerySet

from zhiheng.base.inbox.models import InboxItem
from zhiheng.base.roles import COUNTY_ROLES
from zhiheng.base.scopes import Scope


def inbox_for(scope: Scope) -> "QuerySet[InboxItem]":
    """Return the open items for this person by name, and for their roles over their units.

    A role of the bureau has the items of that role in every school; a role in a school only its own.
    """
    bureau, school = scope.roles & COUNTY_ROLES, scope.roles - COUNTY_ROLES
    mine = Q(user_id=scope.user_id) if scope.user_id else Q(pk__in=[])
    if scope.county:
        mine |= Q(user=None, role__in=bureau)
    mine |= Q(user=None, role__in=school, school_id__in=scope.schools)
    return InboxItem.objects.filter(mine, done_at=None).order_by(
        F("due_on").asc(nulls_last=True), "created_at"
    )
