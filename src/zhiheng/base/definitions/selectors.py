"""Read definitions. Which version is in force is decided here and nowhere else."""

import datetime as dt

from django.db.models import Q, QuerySet

from zhiheng.base.definitions.models import Definition
from zhiheng.base.errors import Explained


class UnknownDefinition(Explained):
    """No version of this definition is in force."""


def current(kind: str, key: str, on: dt.date | None = None) -> Definition:
    """Return the version in force: the bureau's latest, else the latest shipped; on a day, if given.

    Raises
    ------
    UnknownDefinition
        There is none.
    """
    found = _in_time(versions(kind, key), on).order_by(*_PRECEDENCE).first()
    if found is None:
        known = "、".join(definition.key for definition in in_force(kind)) or "无"
        raise UnknownDefinition(f"没有“{key}”这个定义。可用的有：{known}。")
    return found


def versions(kind: str, key: str) -> "QuerySet[Definition]":
    """Return every version of one definition, newest first."""
    return Definition.objects.filter(kind=kind, key=key).order_by("-version")


def in_force(kind: str, on: dt.date | None = None) -> list[Definition]:
    """Return the version in force of every definition of a kind, by title."""
    found: dict[str, Definition] = {}
    for definition in _in_time(Definition.objects.filter(kind=kind), on).order_by(*_PRECEDENCE):
        found.setdefault(definition.key, definition)
    return sorted(found.values(), key=lambda definition: definition.title)


_PRECEDENCE = ("origin", "-version")  # "bureau" sorts before "shipped"


def _in_time(definitions: "QuerySet[Definition]", on: dt.date | None) -> "QuerySet[Definition]":
    if on is None:
        return definitions
    return definitions.filter(Q(valid_from=None) | Q(valid_from__lte=on))
