"""Write the audit trail. Nothing here changes or removes an entry."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from zhiheng.base.audit.chain import entry_hash
from zhiheng.base.audit.models import AuditEntry, AuditHead
from zhiheng.base.canonical import plain
from zhiheng.base.clock import now

SYSTEM_ACTOR = "系统"


@transaction.atomic
def audit_write(
    *,
    action: str,
    user: Any = None,
    object: Model | None = None,
    school_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
    purpose: str = "",
) -> AuditEntry:
    """Add one entry to the chain, in the caller's transaction: the deed and its trace stand or fall together.

    Parameters
    ----------
    action : `<noun>.<verb>`, as `dataset.publish`.
    user : who did it; None for jobs and the command line.
    object : what it was done to.
    detail : numbers, codes and ids that describe the deed. Never a pupil's name.
    purpose : why named data was read or taken away, in the person's words.
    """
    AuditHead.objects.get_or_create(pk=1)
    # Writers queue here until the one before them has committed, so numbers have no gaps and hashes no forks.
    head = AuditHead.objects.select_for_update().get(pk=1)
    entry = AuditEntry(
        number=head.number + 1,
        at=now(),
        user=user if user is not None and user.pk else None,
        actor=str(user)[:60] if user is not None and user.pk else SYSTEM_ACTOR,
        action=action,
        object_kind=object._meta.label_lower if object is not None else "",
        object_id=str(object.pk) if object is not None else "",
        school_id=school_id,
        detail=plain(detail or {}),
        purpose=purpose[:120],
        previous_hash=head.hash,
    )
    entry.hash = entry_hash(entry)
    entry.save()
    head.number, head.hash = entry.number, entry.hash
    head.save()
    return entry
