"""Read the audit trail and check that nobody has touched it."""

from django.db.models import QuerySet

from zhiheng.base.audit.chain import entry_hash
from zhiheng.base.audit.models import AuditEntry, AuditHead
from zhiheng.base.scopes import Scope, visible

READERS = ("AU", "AD", "PR")
"""Auditors and administrators read the whole trail, principals what happened to their own school's data."""


def audit_visible(scope: Scope) -> "QuerySet[AuditEntry]":
    """Return the entries this scope may read, newest first."""
    entries = AuditEntry.objects.select_related("user")
    return visible(entries, scope) if scope.has(*READERS) else entries.none()


def first_broken_link() -> int | None:
    """Return the number of the first entry that was changed, removed or put in later; None where all is whole.

    Entries cut off the end are found by the head row. Somebody who rewrites every later entry and the head
    as well leaves no trace here: compare the last hash with the one printed in an earlier backup.
    """
    number, previous = 0, ""
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=2000):
        number += 1
        if entry.number != number or entry.previous_hash != previous or entry.hash != entry_hash(entry):
            return number
        previous = entry.hash
    head = AuditHead.objects.filter(pk=1).first()
    end = (head.number, head.hash) if head else (0, "")
    return None if end == (number, previous) else number + 1
