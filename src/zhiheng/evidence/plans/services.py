"""Put a test into the plan. The guard is asked as for a real one: what may not be held is not planned."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import now
from zhiheng.base.errors import Explained
from zhiheng.base.guard.rules import REFUSED, Verdict
from zhiheng.base.guard.services import Refused, exam_verdict
from zhiheng.evidence.plans.models import PlannedTest
from zhiheng.registry.schools.grades import YEAR_BEGINS, academic_year, stage_of


class PlannedTwice(Explained):
    """This subject and module of this grade stands in the plan for that day already."""


def planned_verdict(test: PlannedTest) -> Verdict:
    """Return what the guard says of a planned test, the mocks planned beside it in that school year counted."""
    begins = dt.date(academic_year(test.planned_on), *YEAR_BEGINS)
    ends = begins.replace(year=begins.year + 1)
    others = PlannedTest.objects.filter(
        kind=test.kind, grade=test.grade, planned_on__gte=begins, planned_on__lt=ends
    )
    # The papers of one mock are lines of one number; two lines without a number cannot be told apart.
    numbers = set(others.exclude(pk=test.pk).values_list("mock_number", flat=True)) - {test.mock_number}
    return exam_verdict(
        kind=test.kind,
        grade=test.grade,
        scope_kind="county",
        mock_number=test.mock_number,
        mocks_already=len(numbers),
        filing_number=test.filing_number,
        basis=test.sampling_design,
    )


@transaction.atomic
def planned_test_add(
    *,
    grade: int,
    subject: str,
    module: str,
    kind: str,
    planned_on: dt.date,
    mock_number: int | None = None,
    sampling_design: str = "",
    filing_number: str = "",
    by: Any = None,
) -> PlannedTest:
    """Add a test of one grade (1 to 12), subject and module to the plan.

    What only lacks its filing number or sampling design is planned and marked so; it must have them to be held.

    Raises
    ------
    zhiheng.base.guard.services.Refused
        The rules forbid such a test in this grade.
    PlannedTwice
        It stands in the plan already.
    """
    test = PlannedTest(
        stage=stage_of(grade),
        grade=grade,
        subject=subject,
        module=module.strip(),
        kind=kind,
        planned_on=planned_on,
        mock_number=mock_number,
        sampling_design=sampling_design.strip(),
        filing_number=filing_number.strip(),
        noted_at=now(),
    )
    verdict = planned_verdict(test)
    if verdict.outcome == REFUSED:
        raise Refused(verdict)
    try:
        with transaction.atomic():
            test.save(force_insert=True)
    except IntegrityError as error:
        raise PlannedTwice(
            "这一天这个年级的这一学科模块已经在方案里。请改日期，或写明另一个模块。"
        ) from error
    audit_write(
        action="planned_test.add",
        user=by,
        object=test,
        detail={"grade": grade, "subject": subject, "module": test.module, "kind": kind, "on": planned_on},
    )
    return test
