"""Read the monitoring plan of a school year, each line with what it still lacks to be lawful."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from zhiheng.base.guard.rules import field_labels
from zhiheng.evidence.plans.models import PlannedTest
from zhiheng.evidence.plans.services import planned_verdict
from zhiheng.registry.schools.grades import YEAR_BEGINS


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of the plan; `lacking` in Chinese, empty where it may be held as planned."""

    test: PlannedTest
    lacking: tuple[str, ...]


def plan_of_year(year: int) -> list[PlanLine]:
    """Return the plan of the school year that begins in `year`, by day."""
    begins = dt.date(year, *YEAR_BEGINS)
    tests = PlannedTest.objects.filter(planned_on__gte=begins, planned_on__lt=begins.replace(year=year + 1))
    return [
        PlanLine(test, tuple(field_labels()[name] for name in planned_verdict(test).missing))
        for test in tests
    ]


def calendar(lines: Sequence[PlanLine]) -> dict[tuple[str, str], dict[int, list[str]]]:
    """Return (stage, subject) → month → modules planned, in the order of the plan."""
    found: dict[tuple[str, str], dict[int, list[str]]] = {}
    for line in lines:
        test = line.test
        months = found.setdefault((test.stage, test.subject), {})
        months.setdefault(test.planned_on.month, []).append(test.module)
    return found
