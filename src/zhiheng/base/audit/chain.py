"""How an entry's hash is made from its fields and the entry before. Reads and writes no rows."""

import datetime as dt

from zhiheng.base.audit.models import AuditEntry
from zhiheng.base.canonical import sha256_of


def entry_hash(entry: AuditEntry) -> str:
    """Return the SHA-256 over every field of the entry, `previous_hash` among them, but `hash` itself."""
    return sha256_of(
        {
            "number": entry.number,
            "at": entry.at.astimezone(dt.UTC),
            "user": entry.user_id,
            "actor": entry.actor,
            "action": entry.action,
            "object": [entry.object_kind, entry.object_id],
            "school": entry.school_id,
            "detail": entry.detail,
            "purpose": entry.purpose,
            "previous": entry.previous_hash,
        }
    )
