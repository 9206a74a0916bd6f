"""Matters put to a leader: what, who, by when. Each comes from a statement; days and owners are data."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from zhiheng.reports.clock import due_on
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.statements import Statement
from zhiheng.standards.loader import load
from zhiheng.standards.subjects import subject_name

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Decision:
    """One matter to decide: 事项, 责任人, 时限, 复核, and the statement it answers ("" for a step of the routine)."""

    key: str
    matter: str
    owner: str
    due_on: dt.date
    check_on: dt.date
    because: str


def _due(results: Results, key: str, today: dt.date) -> dt.date:
    """Count from the party group's day, never before tomorrow, and move on from a weekend."""
    rule = load("reporting")["decisions"][key]
    day = due_on(results.exam.ended_on, "party_group") + dt.timedelta(days=rule["days"])
    day = max(day, today + dt.timedelta(days=1))
    return _working_day(day)


def _working_day(day: dt.date) -> dt.date:
    while day.weekday() >= _SATURDAY:
        day += dt.timedelta(days=1)
    return day


def _decision(
    results: Results, key: str, matter: str, today: dt.date, because: Statement | None = None
) -> Decision:
    subject = subject_name(because.subject) if because and because.subject else ""
    owner = load("reporting")["decisions"][key]["owner"].format(subject=subject)
    due = _due(results, key, today)
    check = _working_day(due + dt.timedelta(days=load("reporting")["recheck"]["days"]))
    return Decision(key, matter, owner, due, check, because.text if because else "")


def _first(statements: Sequence[Statement], key: str) -> Statement | None:
    """Return the strongest certain statement of a kind; suspicions about answer keys need no certainty."""
    fitting = [each for each in statements if each.key == key and (each.certain or key == "suspect_key")]
    return max(fitting, key=lambda each: each.weight, default=None)


def decisions(
    results: Results,
    statements: Sequence[Statement],
    *,
    suspects: Sequence[str],
    absent: Sequence[str],
    today: dt.date,
) -> tuple[Decision, ...]:
    """Return what needs deciding, most urgent first.

    Parameters
    ----------
    statements : everything that was found.
    suspects : items whose key is in doubt, as printed (数学第14题).
    absent : names of schools under the participation line.
    today : no decision is due before tomorrow.
    """
    found: list[Decision] = []
    if because := _first(statements, "suspect_key"):
        matter = f"{'、'.join(suspects)}答案存疑，先复核更正，再下发学校报告"
        found.append(_decision(results, "suspect_key", matter, today, because))
    if because := _first(statements, "low_participation"):
        shown = "、".join(absent[:3]) + (f"等 {len(absent)} 所学校" if len(absent) > 3 else "")
        matter = f"{shown}逐人核实缺考原因，报基教科备查"
        found.append(_decision(results, "low_participation", matter, today, because))
    if because := _first(statements, "knowledge"):
        tag = results.tags("county", "", because.subject)[0].tag
        matter = f"组织{subject_name(because.subject)}“{tag}”专题联片教研，骨干教师到薄弱学校同课异构"
        found.append(_decision(results, "knowledge", matter, today, because))
    if because := _first(statements, "area_gap"):
        gap = results.gaps[because.subject]
        matter = f"研究{gap.low if (gap.gap.value or 0) > 0 else gap.high}{subject_name(because.subject)}师资补充或走教安排"
        found.append(_decision(results, "area_gap", matter, today, because))
    found.append(_decision(results, "release", "同意按“本校＋同类区间”口径向学校下发各自报告", today))
    if results.baseline is None:
        found.append(_decision(results, "baseline", "确定下次分析的合法增值基线，以便评价学校进步", today))
    return tuple(found)
