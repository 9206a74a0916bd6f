"""The one clock. Tests and the demonstration county set it; everything that asks the time asks here.

ZHIHENG_TODAY holds the day of a demonstration; the hours of that day still pass.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
_fixed: ContextVar[dt.datetime | None] = ContextVar("fixed", default=None)


def now() -> dt.datetime:
    """Return the present moment, aware, in Shanghai time."""
    moment = _fixed.get()
    if moment is None:
        moment = dt.datetime.now(SHANGHAI)
        if settings.DEMONSTRATION_DAY:
            moment = dt.datetime.combine(settings.DEMONSTRATION_DAY, moment.timetz())
    return moment


def today() -> dt.date:
    """Return the present day in Shanghai."""
    return now().date()


@contextmanager
def fixed(moment: dt.datetime) -> Iterator[None]:
    """Hold the clock at `moment` inside the block."""
    token = _fixed.set(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI))
    try:
        yield
    finally:
        _fixed.reset(token)
