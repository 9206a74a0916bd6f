"""Numbers and dates as the bureau prints them: half up, true minus signs, thousands apart.

Not for storing or comparing: what comes out is text.
"""

import datetime as dt
from decimal import Decimal

from zhiheng.base.clock import SHANGHAI
from zhiheng.core.rounding import format_half_up

MISSING = "—"
SMALLEST_GROUP = 10
"""Groups below this are masked for everyone who may not see their pupils' rows."""

Number = int | float | Decimal | None


def count(value: Number) -> str:
    """Return a count with thousands apart: 5,551."""
    return MISSING if value is None else f"{int(value):,}"


def points(value: Number, places: int = 1) -> str:
    """Return a mark in points: 71.8; −3.2 with a true minus sign."""
    text = format_half_up(None if value is None else float(value), places, missing=MISSING)
    return text.replace("-", "−")


def percent(value: Number, places: int = 1) -> str:
    """Return a share between 0 and 1 as per cent: 0.1843 is 18.4%."""
    return MISSING if value is None else points(Decimal(repr(float(value))) * 100, places) + "%"


def signed(value: Number, places: int = 1) -> str:
    """Return a difference with its sign: +1.3, −0.4, 0.0."""
    text = points(value, places)
    return text if value is None or text.startswith("−") or not text.strip("0.") else f"+{text}"


def interval(lo: Number, hi: Number, *, kind: str = "points", places: int = 1) -> str:
    """Return 95 % limits: 57.6–60.2, for shares times a hundred; empty where either is missing."""
    if lo is None or hi is None:
        return ""
    scale = 100 if kind == "percent" else 1
    ends = [points(Decimal(repr(float(end))) * scale, places) for end in (lo, hi)]
    return "–".join(ends) if not ends[0].startswith("−") and not ends[1].startswith("−") else "至".join(ends)


def day(value: dt.date | dt.datetime | None) -> str:
    """Return 2026年11月21日."""
    if value is None:
        return MISSING
    value = _local(value)
    return f"{value.year}年{value.month}月{value.day}日"


def short_day(value: dt.date | dt.datetime | None) -> str:
    """Return 11月21日."""
    if value is None:
        return MISSING
    value = _local(value)
    return f"{value.month}月{value.day}日"


def moment(value: dt.datetime | None) -> str:
    """Return 2026-11-21 17:05 in Shanghai time."""
    return MISSING if value is None else f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _local(value: dt.date) -> dt.date:
    return value.astimezone(SHANGHAI) if isinstance(value, dt.datetime) else value
