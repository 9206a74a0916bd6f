"""Ask schools for sheets, take what they send, return it with reasons or confirm it.

Three 最终版 may come: the last confirmed one counts, the others are kept.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import now
from zhiheng.base.errors import Explained
from zhiheng.base.inbox.services import inbox_add, inbox_close
from zhiheng.base.intake.contents import content_of
from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.selectors import batch_records, problems_of
from zhiheng.base.intake.services import batch_open, batch_read, upload_add
from zhiheng.evidence.collections.models import Collection, Due, Submission
from zhiheng.evidence.collections.selectors import due_of_link
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.papers import papers_told
from zhiheng.registry.matching.schools import directory
from zhiheng.registry.schools.models import School

STOPS_AFTER = dt.timedelta(days=7)
LARGEST_UPLOAD = 30 * 1024 * 1024
MOST_REASONS = 20
RETURNING = ("score.", "cell.", "sheet.no_subject")
"""Problems a school can mend at once: a sheet with one of them goes back, though its other rows could be read."""


class NothingToCollect(Explained):
    """No school is asked, or no school's sheet counts yet."""


class TooLarge(Explained):
    """The file is larger than a score sheet can be."""


@transaction.atomic
def collection_open(
    *,
    exam: Exam | None,
    schools: Iterable[School],
    due_at: dt.datetime,
    instruction: str = "",
    list_number: str = "",
    minutes: int = 10,
    title: str = "",
    stops_on: dt.date | None = None,
    by: Any = None,
) -> Collection:
    """Ask schools for the sheets of an exam (or, with a title, for something else) until `due_at`.

    The links die after `stops_on`, a week after `due_at` where none is given.

    Raises
    ------
    NothingToCollect
        No school is named.
    """
    asked = list(dict.fromkeys(schools))
    if not asked:
        raise NothingToCollect("没有选学校。请至少选一所要报表的学校。")
    collection = Collection.objects.create(
        exam=exam,
        title=(title or f"{exam.name if exam else ''}成绩")[:120],
        instruction=instruction,
        list_number=list_number,
        minutes=minutes,
        due_at=due_at,
        stops_on=stops_on or (due_at + STOPS_AFTER).date(),
        created_at=now(),
        created_by=by,
    )
    Due.objects.bulk_create([Due(collection=collection, school=school) for school in asked])
    if exam is not None and exam.state == "planned":
        exam.state = "collecting"
        exam.save(update_fields=["state"])
    audit_write(
        action="collection.open",
        user=by,
        object=collection,
        detail={"schools": len(asked), "due_at": due_at, "list_number": list_number},
    )
    return collection


def collection_close(collection: Collection, *, by: Any = None) -> Collection:
    """Stop a collection: its links open nothing any more."""
    with transaction.atomic():
        collection.closed_at = now()
        collection.save(update_fields=["closed_at"])
        audit_write(action="collection.close", user=by, object=collection)
    return collection


def submission_receive(*, token: str, name: str, content: bytes, sent_by: str) -> Submission:
    """Take a file through a link, read it at once, and say whether it is received or goes back with reasons.

    Raises
    ------
    zhiheng.evidence.collections.selectors.LinkDead
        The link is wrong or its collection has stopped.
    TooLarge
        The file is too large for a score sheet.
    """
    due = due_of_link(token)
    if len(content) > LARGEST_UPLOAD:
        raise TooLarge(f"文件有{len(content) // 1024 // 1024}兆，超过30兆。请只发成绩表，不要放图片。")
    collection = due.collection
    batch = batch_open(
        purpose="scores",
        title=f"{collection.title} {due.school.name}",
        school_id=due.school_id,
        exam_id=collection.exam_id,
    )
    upload = upload_add(batch=batch, name=name, content=content, school_id=due.school_id, by=sent_by)
    batch_read(papers_told(batch, collection.exam))
    reasons = _reasons(batch, due.school)
    with transaction.atomic():
        submission = Submission.objects.create(
            due=due, upload=upload, sent_by=sent_by[:40], sent_at=now(), reasons=reasons
        )
        _move(due, "returned" if reasons else "received", reasons)
        audit_write(
            action="submission.receive",
            object=submission,
            school_id=due.school_id,
            detail={"sha256": upload.sha256, "sent_by": sent_by[:40], "reasons": len(reasons)},
        )
        if not reasons:
            inbox_add(
                key=f"collection.confirm:{due.pk}",
                role="RO",
                title=f"{due.school.name}交来{collection.title}",
                verb="确认",
                url=f"/collections/{collection.pk}/",
                due_on=collection.due_at.date(),
                source="收表台",
            )
    return submission


def _reasons(batch: Batch, school: School) -> list[str]:
    """Return why a sheet goes back, in sentences a clerk can act on; none when it can be received."""
    problems = problems_of(batch)
    if batch.state == "failed" or not batch.rows_in:
        told = [problem.sentence for problem in problems[:MOST_REASONS]]
        return told or ["没有读到学生和成绩。请用发下的模板填写，保存为 xlsx 后再交。"]
    back = [p for p in problems if p.blocks_row or p.code.startswith(RETURNING)]
    told = [problem.sentence for problem in back[:MOST_REASONS]]
    if len(back) > MOST_REASONS:
        told.append(f"同类问题共{len(back)}处，这里列出前{MOST_REASONS}处。")
    return [*_other_schools(batch, school), *told]


def _other_schools(batch: Batch, school: School) -> list[str]:
    """A sheet that names another school came through the wrong link."""
    named = {
        name
        for records in batch_records(batch)
        if records.people.height
        for name in records.people["school"].drop_nulls().unique()
    }
    known = directory(now().date())
    others = sorted(
        name for name in named if known.named(name, None) and school not in known.named(name, None)
    )
    return (
        [f"表里写的学校是“{'”“'.join(others)}”，这个链接是“{school.name}”的。请用本校的链接上报。"]
        if others
        else []
    )


def _move(due: Due, state: str, reasons: Sequence[str] = ()) -> None:
    """Set the state of a school's part; a returned sheet waits in that school's inbox until another comes."""
    due.state, due.reasons, due.changed_at = state, list(reasons), now()
    due.save(update_fields=["state", "reasons", "changed_at"])
    key = f"collection.mend:{due.pk}"
    if state == "returned":
        inbox_add(
            key=key,
            role="DL",
            school_id=due.school_id,
            title=f"{due.collection.title}被退回，请改好再交（{len(due.reasons)}处）",
            verb="查看",
            url=f"/collections/{due.collection_id}/{due.pk}/",
            due_on=due.collection.due_at.date(),
            source="收表台",
        )
    else:
        inbox_close(key=key)


@transaction.atomic
def submission_return(submission: Submission, *, reasons: Sequence[str], by: Any = None) -> Submission:
    """Send a sheet back with reasons. If it was the one that counted, none counts now.

    Raises
    ------
    NothingToCollect
        No reason is given: nobody can mend what nobody told.
    """
    told = [reason.strip() for reason in reasons if reason.strip()]
    if not told:
        raise NothingToCollect("退回要写明理由，学校才知道怎么改。")
    submission.counts, submission.confirmed_at, submission.reasons = False, None, told
    submission.save(update_fields=["counts", "confirmed_at", "reasons"])
    _move(submission.due, "returned", told)
    inbox_close(key=f"collection.confirm:{submission.due_id}", by=by)
    audit_write(
        action="submission.return",
        user=by,
        object=submission,
        school_id=submission.due.school_id,
        detail={"reasons": told},
    )
    return submission


@transaction.atomic
def submission_confirm(submission: Submission, *, by: Any = None) -> Submission:
    """Confirm a sheet: from now on it counts for its school, and those confirmed before are only kept."""
    submission.due.submissions.exclude(pk=submission.pk).update(counts=False)
    submission.counts, submission.confirmed_at = True, now()
    submission.save(update_fields=["counts", "confirmed_at"])
    _move(submission.due, "confirmed")
    inbox_close(key=f"collection.confirm:{submission.due_id}", by=by)
    audit_write(action="submission.confirm", user=by, object=submission, school_id=submission.due.school_id)
    return submission


def collection_to_batch(collection: Collection, *, by: Any = None) -> Batch:
    """Gather the sheets that count into one batch, read and ready for its columns to be confirmed.

    Raises
    ------
    NothingToCollect
        No sheet of this collection has been confirmed.
    """
    counting = list(
        Submission.objects.filter(due__collection=collection, counts=True)
        .select_related("upload", "due__school")
        .order_by("due__school__order", "sent_at")
    )
    if not counting:
        raise NothingToCollect(f"“{collection.title}”还没有确认过的表。请先在收表台确认。")
    batch = batch_open(purpose="scores", title=collection.title, exam_id=collection.exam_id, by=by)
    for submission in counting:
        upload_add(
            batch=batch,
            name=f"{submission.due.school.name}/{submission.upload.name}",
            content=content_of(submission.upload),
            school_id=submission.due.school_id,
            by=submission.sent_by,
            supersede=True,
        )
    return batch_read(papers_told(batch, collection.exam))
