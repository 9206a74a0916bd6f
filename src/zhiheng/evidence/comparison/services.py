"""Note an external comparison for internal use."""

from typing import Any

from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import now
from zhiheng.base.errors import Explained
from zhiheng.base.guard.services import guard_check, guard_enforce
from zhiheng.evidence.comparison.models import ExternalNote


class NoSource(Explained):
    """A comparison without its source is hearsay."""


@transaction.atomic
def external_note(
    *, year: int, indicator: str, own: str, others: str, source: str, by: Any = None
) -> ExternalNote:
    """Keep one comparison, as an internal trend (rule G1).

    Raises
    ------
    NoSource
        The document it was read in is not named.
    """
    if not source.strip():
        raise NoSource("请写明来源：哪份文件、哪次会议、第几页。没有来源的比较不登记。")
    guard_enforce(guard_check("G1", {"use": "internal_trend"}))
    note = ExternalNote.objects.create(
        year=year,
        indicator=indicator.strip(),
        own=own.strip(),
        others=others.strip(),
        source=source.strip(),
        noted_at=now(),
    )
    audit_write(action="external.note", user=by, object=note, detail={"year": year, "indicator": indicator})
    return note
