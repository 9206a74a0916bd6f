"""Which kinds of job there are: functions marked `@job` or `@periodic` in the `jobs` modules of folders.

Knows nothing of the queue or of any job's state.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from zhiheng.base.discovery import all_modules

F = TypeVar("F", bound=Callable[..., dict[str, Any]])


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of job: `run(progress, **payload)` gives a small dict; every `minutes`, if it is periodic."""

    code: str
    title: str
    run: Callable[..., dict[str, Any]]
    minutes: int | None = None


_marked: dict[str, JobKind] = {}


def job(kind: str, title: str) -> Callable[[F], F]:
    """Mark `run(progress, **payload) -> dict` as a kind of job. `title` is what a page shows."""
    return _mark(kind, title, None)


def periodic(kind: str, title: str, *, minutes: int) -> Callable[[F], F]:
    """Mark `run(progress) -> dict` as a job that starts by itself, once in every span of `minutes`."""
    return _mark(kind, title, minutes)


def job_kinds() -> dict[str, JobKind]:
    """Return every kind by code."""
    _discover()
    return dict(_marked)


def _mark(kind: str, title: str, minutes: int | None) -> Callable[[F], F]:
    def mark(run: F) -> F:
        if kind in _marked:
            raise ValueError(f"job kind {kind!r} is declared twice")
        _marked[kind] = JobKind(kind, title, run, minutes)
        return run

    return mark


@cache
def _discover() -> None:
    for _ in all_modules("jobs"):
        pass
