"""Numbers and dates as pages print them: half up, true minus signs, thousands apart.

Not for storing or comparing: what comes out is text. Documents use `files.number_formats` directly.
"""

import datetime as dt
from decimal import Decimal

from zhiheng.base.clock import SHANGHAI
from zhiheng.files.number_formats import MINUS, MISSING, NumberFormat

SMALLEST_GROUP = 10
"""Groups below this are masked for everyone who may not see their pupils' rows."""

Number = int | float | Decimal | None


def count(value: Number) -> str:
    """Return a count with thousands apart: 5,551."""
    return _text(NumberFormat(), value)


def points(value: Number, places: int = 1) -> str:
    """Return a mark in points: 71.8; −3.2 with a true minus sign."""
    return _text(NumberFormat(decimals=places), value)


def percent(value: Number, places: int = 1) -> str:
    """Return a share between 0 and 1 as per cent: 0.1843 is 18.4%."""
    return _text(NumberFormat(decimals=places, percent=True), value)


def signed(value: Number, places: int = 1) -> str:
    """Return a difference with its sign: +1.3, −0.4, 0.0."""
    return _text(NumberFormat(decimals=places, signed=True), value)


def interval(lo: Number, hi: Number, *, kind: str = "points", places: int = 1) -> str:
    """Return 95 % limits: 57.6–60.2, for shares times a hundred; empty where either is missing."""
    if lo is None or hi is None:
        return ""
    style = NumberFormat(decimals=places, points=kind == "percent")
    ends = [_text(style, end) for end in (lo, hi)]
    # A dash between two minus signs cannot be read.
    return ("至" if any(end.startswith(MINUS) for end in ends) else "–").join(ends)


def _text(style: NumberFormat, value: Number) -> str:
    return style.text(None if value is None else float(value))


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
