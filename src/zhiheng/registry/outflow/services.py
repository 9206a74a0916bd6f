"""Note how many pupils left. A count given again for the same year and place replaces the one before, on record."""

from typing import Any

from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import now
from zhiheng.base.errors import Explained
from zhiheng.registry.outflow.models import Outflow, TopOutflow


class NotACount(Explained):
    """What was given is not a count that can be kept."""


@transaction.atomic
def outflow_note(*, year: int, destination: str, pupils: int, source: str, by: Any = None) -> Outflow:
    """Note how many pupils of one year went to one place outside the county.

    Raises
    ------
    NotACount
        The source is missing.
    """
    _need_source(source)
    noted, _ = Outflow.objects.update_or_create(
        year=year,
        destination=destination.strip(),
        defaults={"pupils": pupils, "source": source.strip(), "noted_at": now()},
    )
    audit_write(
        action="outflow.note",
        user=by,
        object=noted,
        detail={"year": year, "destination": noted.destination, "pupils": pupils},
    )
    return noted


@transaction.atomic
def top_outflow_note(*, year: int, left: int, source: str, among: int = 50, by: Any = None) -> TopOutflow:
    """Note how many of the first `among` of a year left the county.

    Raises
    ------
    NotACount
        More left than there were, or the source is missing.
    """
    _need_source(source)
    if left > among:
        raise NotACount(f"前{among}名里不会有{left}人流出。请核对人数。")
    noted, _ = TopOutflow.objects.update_or_create(
        year=year, defaults={"among": among, "left": left, "source": source.strip(), "noted_at": now()}
    )
    audit_write(
        action="top_outflow.note", user=by, object=noted, detail={"year": year, "among": among, "left": left}
    )
    return noted


def _need_source(source: str) -> None:
    if not source.strip():
        raise NotACount("请写明人数从哪份名册或报表来。")
