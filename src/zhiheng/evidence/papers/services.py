"""Note who set a paper, and check a paper against the rules in force."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import now
from zhiheng.base.definitions.selectors import current
from zhiheng.base.errors import Explained
from zhiheng.evidence.exams.models import Paper
from zhiheng.evidence.papers.definition_kinds import KEY, KIND
from zhiheng.evidence.papers.models import PaperAuthor, PaperCheck


class CannotNote(Explained):
    """This cannot be noted of this paper."""


@transaction.atomic
def paper_author_add(*, paper: Paper, name: str, organisation: str, by: Any = None) -> PaperAuthor:
    """Note that a person set a paper; noting it twice is noting it once.

    Raises
    ------
    CannotNote
        Name or organisation is missing.
    """
    name, organisation = name.strip(), organisation.strip()
    if not name or not organisation:
        raise CannotNote("请写明命题人的姓名和单位。")
    author, new = PaperAuthor.objects.get_or_create(paper=paper, name=name, organisation=organisation)
    if new:
        audit_write(action="paper_author.add", user=by, object=author, detail={"paper": paper.pk})
    return author


@transaction.atomic
def paper_check(*, paper: Paper, answers: Mapping[str, bool], found: str = "", by: Any = None) -> PaperCheck:
    """Keep a check of a paper against the version of the rules in force, point by point.

    Raises
    ------
    CannotNote
        A point is not answered or does not exist, or one does not hold and nobody says what was found.
    """
    rule = current(KIND, KEY)
    points = rule.body["checklist"]
    if set(answers) != set(points):
        raise CannotNote(f"请逐条核对，共{len(points)}条。")
    if not all(answers.values()) and not found.strip():
        raise CannotNote("有不符合的要求，请写明发现了什么、怎样处理。")
    check = PaperCheck.objects.create(
        paper=paper,
        rule=rule,
        answers={code: bool(answers[code]) for code in points},
        found=found.strip(),
        checked_at=now(),
        checked_by=by,
    )
    held = sum(check.answers.values())
    audit_write(
        action="paper.check",
        user=by,
        object=check,
        detail={"paper": paper.pk, "rule": rule.version, "held": held, "points": len(points)},
    )
    return check
