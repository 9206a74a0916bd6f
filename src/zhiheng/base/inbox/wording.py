"""How an inbox item is worded on a page: its clock as a word beside a colour."""

from collections.abc import Iterable
from dataclasses import dataclass

from zhiheng.base.clock import today
from zhiheng.base.inbox.models import InboxItem


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One inbox item as a page shows it. `overdue` and `this_week` serve the counts above the list."""

    word: str
    tone: str
    title: str
    source: str
    verb: str
    url: str
    overdue: bool
    this_week: bool


def inbox_rows(items: Iterable[InboxItem]) -> list[InboxRow]:
    """Return the items as rows, in the given order."""
    return [_row(item) for item in items]


def _row(item: InboxItem) -> InboxRow:
    days = (item.due_on - today()).days if item.due_on else None
    this_week = days is not None and 0 <= days <= 6 - today().weekday()
    match days:
        case None:
            word, tone = "待办", ""
        case late if late < 0:
            word, tone = f"超期{-late}天", "red"
        case 0:
            word, tone = "今天", "red"
        case 1:
            word, tone = "明天", "amber"
        case _ if this_week:
            word, tone = "本周", "blue"
        case _:
            assert item.due_on
            word, tone = f"{item.due_on.month}月{item.due_on.day}日", ""
    return InboxRow(
        word, tone, item.title, item.source, item.verb, item.url, days is not None and days < 0, this_week
    )
