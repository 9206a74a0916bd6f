"""Merge pupils that are one person, undo a merge, take a person's word on near matches, let cohorts graduate."""

import datetime as dt
from typing import Any

from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import now
from zhiheng.base.errors import Explained
from zhiheng.registry.pupils.models import Enrolment, NearMatch, Pupil
from zhiheng.registry.schools.grades import leaving_day
from zhiheng.registry.schools.models import Class


class CannotMerge(Explained):
    """These two pupils cannot be made one, or were not."""


@transaction.atomic
def pupil_merge(pupil: Pupil, into: Pupil, *, by: Any = None) -> Pupil:
    """Let one pupil stand for two. The other row keeps its identities and points on, so a merge can be undone.

    Raises
    ------
    CannotMerge
        Both are the same row, or one of them has been merged already.
    """
    if pupil.pk == into.pk or pupil.merged_into_id or into.merged_into_id:
        raise CannotMerge("这两条记录不能合并：其中一条已经合并过，或本来就是同一条。请刷新页面后再看。")
    pupil.merged_into = into
    pupil.save(update_fields=["merged_into"])
    # Whoever had been merged into the first now stands behind the second: one step always leads to the one kept.
    Pupil.objects.filter(merged_into=pupil).update(merged_into=into)
    audit_write(action="pupil.merge", user=by, object=pupil, detail={"into": into.pk})
    return into


@transaction.atomic
def pupil_split(pupil: Pupil, *, by: Any = None) -> Pupil:
    """Undo a merge.

    Raises
    ------
    CannotMerge
        The pupil was not merged.
    """
    if pupil.merged_into_id is None:
        raise CannotMerge("这条记录没有合并过，不用拆开。")
    before = pupil.merged_into_id
    pupil.merged_into = None
    pupil.save(update_fields=["merged_into"])
    audit_write(action="pupil.split", user=by, object=pupil, detail={"from": before})
    return pupil


@transaction.atomic
def cohorts_leave(on: dt.date) -> int:
    """End the enrolments of cohorts that have finished their stage before a day; return how many pupils left.

    Nobody sends a list of those who graduated: that a year has passed says it.
    """
    left = 0
    open_classes = Class.objects.filter(enrolments__ends_on=None, enrolments__isnull=False)
    for klass in open_classes.select_related("school").distinct():
        last_day = leaving_day(klass.stage, klass.entry_year, klass.school.primary_years)
        if last_day < on:
            left += Enrolment.objects.filter(klass=klass, ends_on=None, starts_on__lte=last_day).update(
                ends_on=last_day
            )
    return left


@transaction.atomic
def near_match_decide(match: NearMatch, *, same: bool, by: Any = None) -> NearMatch:
    """Take a person's word: the row is the candidate (the 暂建 pupil is merged), or somebody else.

    Raises
    ------
    CannotMerge
        It has been decided, or the pupils can no longer be merged.
    """
    match = NearMatch.objects.select_for_update().get(pk=match.pk)
    if match.decision != "open":
        raise CannotMerge("这一条已经有人处理过了。")
    if same and match.provisional is not None:
        pupil_merge(match.provisional, match.candidate, by=by)
    match.decision, match.decided_at = ("same" if same else "other"), now()
    match.save(update_fields=["decision", "decided_at"])
    audit_write(
        action="near_match.decide",
        user=by,
        object=match,
        school_id=match.school_id,
        detail={"decision": match.decision},
    )
    return match
