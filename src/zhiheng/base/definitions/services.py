"""Add versions of definitions. A version that exists is never changed."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.canonical import plain, sha256_of
from zhiheng.base.clock import now
from zhiheng.base.definitions.kinds import definition_kinds
from zhiheng.base.definitions.models import Definition
from zhiheng.base.errors import Explained
from zhiheng.standards.loader import load


class InvalidDefinition(Explained):
    """The body does not pass its kind's check."""


@transaction.atomic
def definitions_seed() -> int:
    """Bring in what ships with the program; return how many versions were added.

    A shipped body that changed since the last release becomes a new version. The bureau's own versions
    stay as they are, and stay the ones in force.
    """
    added = 0
    for kind in definition_kinds().values():
        if not kind.shipped:
            continue
        for row in shipped_rows(load(kind.shipped), kind.code):
            added += _shipped_version(row) is not None
    return added


def shipped_rows(content: Any, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the definitions of one kind in a rule file: a list, a `definitions:` list, or key → definition."""
    if isinstance(content, Mapping):
        content = content.get("definitions", content)
    if isinstance(content, Mapping):
        content = [{"key": key, **row} for key, row in content.items()]
    for row in content:
        if row.get("kind", kind) == kind:
            yield {"kind": kind, **row}


def _shipped_version(row: Mapping[str, Any]) -> Definition | None:
    body = plain(row["body"])
    known = Definition.objects.filter(kind=row["kind"], key=row["key"])
    last = known.filter(origin="shipped").order_by("version").last()
    if last is not None and last.sha256 == sha256_of(body):
        return None
    return Definition.objects.create(
        kind=row["kind"],
        key=row["key"],
        version=_next_version(row["kind"], row["key"]),
        origin="shipped",
        title=row.get("title", row["key"]),
        body=body,
        sha256=sha256_of(body),
        valid_from=row.get("valid_from"),
        source=row.get("source", ""),
        confidence=row.get("confidence", ""),
        created_at=now(),
    )


@transaction.atomic
def definition_revise(
    *, kind: str, key: str, body: Mapping[str, Any], title: str, by: Any, source: str = ""
) -> Definition:
    """Add the bureau's next version of a definition, or return the one in force if nothing differs.

    Raises
    ------
    InvalidDefinition
        The kind is unknown or the body cannot be meant.
    """
    known = definition_kinds().get(kind)
    if known is None:
        raise InvalidDefinition(f"没有“{kind}”这种定义。")
    try:
        known.validate(key, body)
    except Exception as error:
        sentence = getattr(error, "for_user", None)
        if sentence is None:
            raise
        raise InvalidDefinition(sentence) from error
    body = plain(body)
    last = (
        Definition.objects.select_for_update()
        .filter(kind=kind, key=key, origin="bureau")
        .order_by("version")
        .last()
    )
    if last is not None and (last.sha256, last.title) == (sha256_of(body), title):
        return last
    made = Definition.objects.create(
        kind=kind,
        key=key,
        version=_next_version(kind, key),
        origin="bureau",
        title=title,
        body=body,
        sha256=sha256_of(body),
        source=source,
        created_at=now(),
        created_by=by,
    )
    audit_write(
        action="definition.revise",
        user=by,
        object=made,
        detail={"kind": kind, "key": key, "version": made.version, "sha256": made.sha256},
    )
    return made


def _next_version(kind: str, key: str) -> int:
    last = Definition.objects.select_for_update().filter(kind=kind, key=key).order_by("version").last()
    return last.version + 1 if last else 1
