"""Put things into inboxes and take them out. The stage that adds a thing also closes it."""

import datetime as dt
from typing import Any
from uuid import UUID

from zhiheng.base.clock import now
from zhiheng.base.inbox.models import InboxItem


def inbox_add(
    *,
    key: str,
    title: str,
    verb: str,
    url: str,
    role: str = "",
    user: Any = None,
    school_id: UUID | None = None,
    due_on: dt.date | None = None,
    source: str = "",
) -> InboxItem:
    """Add one thing to do, for a person or for a role (of a school, if given).

    The same `key` again renews the wording and the due date and opens the item again if it was closed.
    """
    if bool(role) == (user is not None):
        raise ValueError("an inbox item is for a person or for a role, one of the two")
    fields = {
        "title": title,
        "verb": verb,
        "url": url,
        "role": role,
        "user": user,
        "school_id": school_id,
        "due_on": due_on,
        "source": source,
        "done_at": None,
        "done_by": None,
    }
    item, _ = InboxItem.objects.update_or_create(
        key=key, defaults=fields, create_defaults={**fields, "created_at": now()}
    )
    return item


def inbox_close(*, key: str, by: Any = None) -> None:
    """Mark the thing as done. Closing it twice, or a thing that never was, does no harm."""
    InboxItem.objects.filter(key=key, done_at=None).update(done_at=now(), done_by=by)
