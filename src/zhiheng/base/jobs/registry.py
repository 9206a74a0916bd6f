"""Which kinds of job there are: functions marked `@job` or `@periodic` in the `jobs` modules of folders.

Knows nothing of the queue or of any job's state.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from zhiheng.base.discovery import all_modules

F = TypeVar("F", bound=Callable[..., dict[str, Any] | None])


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of job. `run(progress, **payload)` gives a small dict; a periodic one is called without arguments."""

    code: str
    title: str
    run: Callable[..., dict[str, Any] | None]
    every: dt.timedelta | None = None


_marked: dict[str, JobKind] = {}


def job(kind: str, title: str) -> Callable[[F], F]:
    """Mark `run(progress, **payload) -> dict` as a kind of job. `title` is what a page shows."""

    def mark(run: F) -> F:
        _add(JobKind(kind, title, run))
        return run

    return mark


def periodic(*, every: dt.timedelta, title: str = "定时任务") -> Callable[[F], F]:
    """Mark a function without arguments as work that starts by itself, `every` so long after it last ended."""

    def mark(run: F) -> F:
        folder = run.__module__.split(".")[-2]
        _add(JobKind(f"{folder}.{run.__name__}", title, run, every))
        return run

    return mark


def job_kinds() -> dict[str, JobKind]:
    """Return every kind by code."""
    _discover()
    return dict(_marked)


def _add(kind: JobKind) -> None:
    if kind.code in _marked:
        raise ValueError(f"job kind {kind.code!r} is declared twice")
    _marked[kind.code] = kind


@cache
def _discover() -> None:
    for _ in all_modules("jobs"):
        pass
