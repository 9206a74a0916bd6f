"""What the front page shows one person. Counts and states only; no exam mean belongs here."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from zhiheng.base.clock import today
from zhiheng.base.inbox.selectors import inbox_for
from zhiheng.base.inbox.wording import InboxRow, inbox_rows
from zhiheng.base.scopes import Scope

SHOWN = 5
"""Things to decide on the front page; the rest is one tap away."""


@dataclass(frozen=True, slots=True)
class Cockpit:
    """The front page of one person on one day."""

    today: dt.date
    inbox: list[InboxRow]
    numbers: list[dict[str, Any]]
    urgent: list[dict[str, Any]]
    good: list[dict[str, Any]]
    loop: list[dict[str, Any]]
    first_step: dict[str, str] | None

    @property
    def inbox_shown(self) -> list[InboxRow]:
        """The first things to decide."""
        return self.inbox[:SHOWN]

    @property
    def due_this_week(self) -> int:
        """How many are due from today to Sunday."""
        return sum(row.this_week for row in self.inbox)

    @property
    def overdue(self) -> int:
        """How many are past their day."""
        return sum(row.overdue for row in self.inbox)


def cockpit_for(scope: Scope) -> Cockpit:
    """Return the front page of a person."""
    return Cockpit(
        today=today(),
        inbox=inbox_rows(inbox_for(scope)),
        numbers=[],
        urgent=[],
        good=[],
        loop=[],
        first_step=None,
    )
