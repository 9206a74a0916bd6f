"""The 口径 of one exam: which may be chosen, until when, and by whom. A choice is a new analysis beside the old ones."""

from typing import Any

from django.db import transaction

from zhiheng.base.access import CALIBER_EDIT, EXAMS_EDIT
from zhiheng.base.audit.services import audit_write
from zhiheng.base.components import printed
from zhiheng.base.definitions.models import Definition
from zhiheng.base.definitions.selectors import current, in_force
from zhiheng.base.errors import Explained
from zhiheng.base.scopes import Scope
from zhiheng.evidence.exams.models import Exam
from zhiheng.registry.schools.grades import stage_of
from zhiheng.reports.documents.selectors import clock_of

LOCK = "data_locked"
"""The step of the fourteen days after which the 口径 stands."""


class CaliberRefused(Explained):
    """The 口径 of the exam cannot be changed so."""


def may_choose(exam: Exam, scope: Scope) -> bool:
    """Tell whether a person decides the 口径 of an exam: the research office, or the school whose own test it is."""
    return scope.has(*(EXAMS_EDIT if exam.school_id else CALIBER_EDIT))


def caliber_card(exam: Exam, scope: Scope) -> dict[str, Any]:
    """Return the 口径 in force for an exam, and those this person may choose instead; none after the lock."""
    locked = locked_on(exam)
    choices = calibers_for(exam) if may_choose(exam, scope) and not locked else []
    return {"current": current("caliber", exam.caliber_key), "choices": choices, "locked": locked}


def calibers_for(exam: Exam) -> list[Definition]:
    """Return the 口径 in force that hold for the exam's stage."""
    stage = stage_of(exam.grade)
    return [each for each in in_force("caliber") if stage in each.body.get("school_stages", [stage])]


def locked_on(exam: Exam) -> str:
    """Return the day the data of a county's exam were locked, 11月17日; "" before, and for a school's own exam."""
    if exam.school_id:
        return ""
    step = next(each for each in clock_of(exam).steps if each.step.key == LOCK)
    return printed.short_day(step.done_on) if step.done_on else ""


@transaction.atomic
def caliber_choose(*, exam: Exam, key: str, by: Any) -> Exam:
    """Say under which 口径 an exam is read from now on. Analyses made before stay, each under its own.

    Raises
    ------
    CaliberRefused
        The data are locked, or the 口径 does not hold for this stage.
    """
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
    locked = locked_on(exam)
    if locked:
        raise CaliberRefused(
            f"数据已在{locked}锁定，口径随之定下，不再更换。要比较另一种口径，请在下一次考试前定。"
        )
    wanted = next((each for each in calibers_for(exam) if each.key == key), None)
    if wanted is None:
        raise CaliberRefused("这个口径不适用于本次考试的学段。请从列表里选。")
    before, exam.caliber_key = exam.caliber_key, wanted.key
    exam.save(update_fields=["caliber_key"])
    audit_write(
        action="exam.caliber",
        user=by,
        object=exam,
        school_id=exam.school_id,
        detail={"from": before, "to": wanted.key, "version": wanted.version},
    )
    return exam
