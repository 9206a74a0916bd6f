"""The fourteen days from a test to the party group: which step is due when, and who holds the late one.

Pure: the day is given, nothing is stored. Steps and holders are data (standards/reporting.yaml).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from zhiheng.standards.loader import load

State = Literal["done", "done_late", "late", "next", "later"]
STATES: dict[State, str] = {
    "done": "已完成",
    "done_late": "已完成（超期）",
    "late": "超期",
    "next": "进行中",
    "later": "未到",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the rule file has it. `day` 3 means three days after the test ended; `role` gets it to do."""

    key: str
    day: int
    title: str
    holder: str
    role: str


@dataclass(frozen=True, slots=True)
class ClockStep:
    """One step on one day: what it is, when it is due, when it was done, and how it stands."""

    step: Step
    due_on: dt.date
    done_on: dt.date | None
    state: State
    days_late: int


@dataclass(frozen=True, slots=True)
class Clock:
    """Where an exam stands in its fourteen days.

    Attributes
    ----------
    day : days since the test ended; 0 on its last day, negative before.
    days : length of the clock.
    steps : in order.
    """

    ended_on: dt.date
    day: int
    days: int
    steps: tuple[ClockStep, ...]

    @property
    def current(self) -> ClockStep | None:
        """The first step not yet done; None when all are."""
        return next((step for step in self.steps if step.done_on is None), None)

    @property
    def late(self) -> tuple[ClockStep, ...]:
        """Steps past their day and not done."""
        return tuple(step for step in self.steps if step.state == "late")

    @property
    def sentence(self) -> str:
        """One Chinese sentence: 第 n/14 天, and who holds what."""
        current = self.current
        if current is None:
            return f"{self.days}天时钟各步均已完成。"
        where = f"第{max(self.day, 0)}/{self.days}天"
        if current.state == "late":
            return (
                f"{where}：“{current.step.title}”已超期{current.days_late}天，由{current.step.holder}承办。"
            )
        return f"{where}：“{current.step.title}”{current.due_on.month}月{current.due_on.day}日前完成，由{current.step.holder}承办。"


@cache
def clock_steps() -> tuple[Step, ...]:
    """Return the steps of the rule file, in order."""
    return tuple(Step(**row) for row in load("reporting")["clock"]["steps"])


def due_on(ended_on: dt.date, step: str) -> dt.date:
    """Return the day a step is due.

    Raises
    ------
    KeyError
        There is no such step.
    """
    return ended_on + dt.timedelta(days={each.key: each.day for each in clock_steps()}[step])


def clock(ended_on: dt.date, done: Mapping[str, dt.date], today: dt.date) -> Clock:
    """Return where the fourteen days stand.

    Parameters
    ----------
    ended_on : last day of the test.
    done : step key → the day it was done; steps not in it are open.
    today : the day to look from.

    Raises
    ------
    KeyError
        `done` names a step that does not exist.
    """
    unknown = set(done) - {step.key for step in clock_steps()}
    if unknown:
        raise KeyError(f"no such step: {sorted(unknown)}")
    steps: list[ClockStep] = []
    waiting = False
    for step in clock_steps():
        due, done_on = due_on(ended_on, step.key), done.get(step.key)
        state, waiting = _state(due, done_on, today, waiting)
        days_late = max(((done_on or today) - due).days, 0)
        steps.append(ClockStep(step, due, done_on, state, days_late))
    return Clock(ended_on, (today - ended_on).days, load("reporting")["clock"]["days"], tuple(steps))


def _state(due: dt.date, done_on: dt.date | None, today: dt.date, waiting: bool) -> tuple[State, bool]:
    """Return the state of a step, and whether an open step has been met by now."""
    if done_on is not None:
        return ("done" if done_on <= due else "done_late"), waiting
    if today > due:
        return "late", True
    return ("later" if waiting else "next"), True
