"""Apply a person's changes to a reading, word by word checked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from zhiheng.base.errors import Explained
from zhiheng.files.sheets import KINDS, ROLES, SheetReading
from zhiheng.standards.subjects import subjects

FIELDS = ("role", "subject", "item", "full_mark")
CONTEXT = ("school", "grade", "class", "subject", "exam")


class ChangeRefused(Explained):
    """A change says something the program does not know."""


def reading_changed(reading: SheetReading, changes: Mapping[str, Any]) -> SheetReading:
    """Return the reading after the changes (see `services.sheet_confirm`); every column is then certain.

    Raises
    ------
    ChangeRefused
        An unknown kind, column, role or subject.
    """
    kind = changes.get("kind", reading.kind)
    if kind not in KINDS:
        raise ChangeRefused(f"没有“{kind}”这种表。可选：{'、'.join(KINDS.values())}。")
    roles: dict[int, dict[str, Any]] = {column.column: {} for column in reading.columns}
    for number, fields in changes.get("columns", {}).items():
        if int(number) not in roles:
            raise ChangeRefused(f"这张表没有第 {number} 列。")
        roles[int(number)] = _checked(fields)
    context = {**reading.context, **_known_context(changes.get("context", {}))}
    context = {name: value for name, value in context.items() if value}
    return replace(reading.with_roles(roles), kind=kind, context=context)


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    checked = {name: fields[name] or None for name in FIELDS if name in fields}
    if "role" in checked and checked["role"] not in ROLES:
        raise ChangeRefused(f"没有“{checked['role']}”这种列。")
    if checked.get("subject") and checked["subject"] not in subjects():
        raise ChangeRefused(f"没有“{checked['subject']}”这个学科。")
    full_mark = checked.get("full_mark")
    if full_mark is not None:
        try:
            checked["full_mark"] = float(full_mark)
        except (TypeError, ValueError) as error:
            raise ChangeRefused(f"满分写的是“{full_mark}”，应为数字。") from error
    return checked


def _known_context(context: Mapping[str, str]) -> dict[str, str]:
    unknown = sorted(set(context) - set(CONTEXT))
    if unknown:
        raise ChangeRefused(f"整张表的说明里没有“{unknown[0]}”这一项。")
    if context.get("subject") and context["subject"] not in subjects():
        raise ChangeRefused(f"没有“{context['subject']}”这个学科。")
    return dict(context)
