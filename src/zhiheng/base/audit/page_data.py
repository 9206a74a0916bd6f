"""Rows of the audit page: deeds in Chinese words, with their place in the hash chain."""

from typing import Any

from zhiheng.base.audit.selectors import audit_visible
from zhiheng.base.audit.wording import action_words, detail_words
from zhiheng.base.components.ledger import Column
from zhiheng.base.scopes import Scope

MOST = 2000
"""Entries on the page; the export of a longer time is the auditor's query on the database."""
COLUMNS = [
    Column("number", "编号", "count"),
    Column("at", "时间", "moment"),
    Column("actor", "谁"),
    Column("action", "做了什么"),
    Column("purpose", "用途", phone=False),
    Column("detail", "内容", phone=False, wrap=True),
    Column("hash", "链", phone=False),
]


def audit_rows(scope: Scope) -> list[dict[str, Any]]:
    """Return the newest entries a scope may read."""
    return [
        {
            "number": entry.number,
            "at": entry.at,
            "actor": entry.actor,
            "action": action_words(entry.action),
            "purpose": entry.purpose,
            "detail": detail_words(entry.detail),
            "hash": entry.hash[:12],
        }
        for entry in audit_visible(scope)[:MOST]
    ]
