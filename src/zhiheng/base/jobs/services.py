"""Start, run, resume and cancel jobs. What a job does is the business of the folder that declares it."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from zhiheng.base.canonical import plain
from zhiheng.base.clock import now
from zhiheng.base.errors import Explained
from zhiheng.base.jobs.models import Job
from zhiheng.base.jobs.progress import JobStopped, Progress, heartbeat, write_own
from zhiheng.base.jobs.registry import job_kinds

log = logging.getLogger(__name__)

STALE = dt.timedelta(seconds=60)
"""A running job without a heartbeat for this long has lost its process."""
MOST_ATTEMPTS = 3
"""So many times a job is taken up again before a person must ask. `attempts` itself never goes back: it tells
one run of a job from the next."""


class JobNotKnown(Explained):
    """No folder declares this kind of job."""


@transaction.atomic
def job_start(
    *,
    kind: str,
    key: str,
    title: str | None = None,
    payload: dict[str, Any],
    by: Any = None,
    school_id: UUID | None = None,
    queue: bool = True,
) -> Job:
    """Ask for a piece of work. The same `key` asked twice is the same job.

    A job that waits, runs or is done is returned as it is; one that failed or was cancelled is queued again
    with the new payload. `queue=False` leaves it to the caller to run it with `run_inline`.

    Raises
    ------
    JobNotKnown
        No folder declares `kind`.
    """
    known = job_kinds().get(kind)
    if known is None:
        raise JobNotKnown(f"没有“{kind}”这种任务。")
    fresh = {
        "kind": kind,
        "title": (title or known.title)[:160],
        "payload": plain(payload),
        "created_by": by,
        "school_id": school_id,
        "created_at": now(),
        "heartbeat_at": now(),
    }
    job, made = Job.objects.get_or_create(key=key, defaults=fresh)
    if not made:
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.state not in ("failed", "cancelled"):
            return job
        for name, value in {**fresh, **_UNTOUCHED, "state": "queued"}.items():
            setattr(job, name, value)
        job.save()
    if queue:
        job_run_queued.enqueue(str(job.pk))
    return job


_UNTOUCHED: dict[str, Any] = {
    "message": "",
    "result": {},
    "step": "",
    "steps_done": 0,
    "steps_total": 0,
    "part_done": 0,
    "part_total": 0,
    "finished_at": None,
}


def job_run(job_id: UUID | str, report: Callable[[Job], None] | None = None) -> None:
    """Run a queued job to its end in this process. A job that is not queued is left alone.

    Failures end in the row as a sentence, the traceback goes to the log. When this process is told to stop,
    the job goes back to the queue.
    """
    job = _claim(job_id)
    if job is None:
        return
    try:
        kind = job_kinds()[job.kind]
        with heartbeat(job):
            result = kind.run() if kind.every else kind.run(Progress(job, report), **job.payload)
        _finish(job, state="done", result=plain(result or {}), message="")
    except JobStopped:
        log.warning("job %s was cancelled or taken over", job.pk)
    except Exception as error:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        _finish(job, state="failed", message=sentence_for(error, job))
    except BaseException:
        # A heartbeat already stale: the next worker takes the job up at once.
        Job.objects.filter(pk=job.pk, state="running", attempts=job.attempts).update(
            state="queued", heartbeat_at=now() - STALE
        )
        raise


@task()
def job_run_queued(job_id: str) -> None:
    """What the queue holds: run the job with this id."""
    job_run(job_id)


def run_inline(job: Job, report: Callable[[Job], None] | None = None) -> Job:
    """Run a job here and now, for the command line; return it as it ended.

    A job that another process runs at this moment is returned as it stands.
    """
    try:
        job_run(job.pk, report)
    except KeyboardInterrupt:
        job_cancel(job=job)
        raise
    job.refresh_from_db()
    return job


def job_cancel(*, job: Job, by: Any = None) -> Job:
    """Stop a job: at once if it waits, at its next sign of progress if it runs."""
    Job.objects.filter(pk=job.pk, state__in=("queued", "running")).update(
        state="cancelled",
        message=f"已由{by or '操作人'}取消。",
        finished_at=now(),
    )
    job.refresh_from_db()
    return job


def jobs_resume() -> int:
    """Queue again what a killed process left behind; return how many jobs.

    Also finds jobs that wait although the queue no longer holds them.
    """
    resumed = 0
    lost = now() - STALE
    for job in Job.objects.filter(state="running", heartbeat_at__lt=lost):
        mine = Job.objects.filter(pk=job.pk, state="running", attempts=job.attempts, heartbeat_at__lt=lost)
        if job.attempts % MOST_ATTEMPTS == 0:
            mine.update(
                state="failed",
                finished_at=now(),
                message=f"运行中断了{MOST_ATTEMPTS}次，没有完成。可以重试。",
            )
            continue
        with transaction.atomic():
            if mine.update(state="queued", heartbeat_at=now()):
                job_run_queued.enqueue(str(job.pk))
                resumed += 1
    return resumed + _queue_forgotten(lost)


def _queue_forgotten(lost: dt.datetime) -> int:
    waiting = Job.objects.filter(state="queued", heartbeat_at__lt=lost)
    if not waiting.exists():
        return 0
    held = {
        entry.args_kwargs["args"][0]
        for entry in DBTaskResult.objects.ready().filter(task_path=job_run_queued.module_path)
    }
    forgotten = [job for job in waiting if str(job.pk) not in held]
    for job in forgotten:
        with transaction.atomic():
            if Job.objects.filter(pk=job.pk, state="queued", heartbeat_at__lt=lost).update(
                heartbeat_at=now()
            ):
                job_run_queued.enqueue(str(job.pk))
    return len(forgotten)


def tick() -> int:
    """Queue every periodic job whose turn has come; return how many. Any number of processes may tick.

    A periodic kind has one row, which tells when it last ran.
    """
    started = 0
    for kind in job_kinds().values():
        if kind.every is None:
            continue
        moment = now()
        job, _ = Job.objects.get_or_create(
            key=f"periodic:{kind.code}",
            defaults={
                "kind": kind.code,
                "title": kind.title,
                "state": "done",
                "created_at": moment,
                "finished_at": moment - kind.every,
            },
        )
        due = Job.objects.filter(
            pk=job.pk, state__in=("done", "failed", "cancelled"), finished_at__lte=moment - kind.every
        )
        with transaction.atomic():
            if due.update(state="queued", heartbeat_at=moment, message=""):
                job_run_queued.enqueue(str(job.pk))
                started += 1
    return started


def _claim(job_id: UUID | str) -> Job | None:
    """Take a queued job for this process; None where there is nothing to take."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id, state="queued").first()
        if job is None:
            return None
        job.state, job.attempts, job.heartbeat_at = "running", job.attempts + 1, now()
        job.steps_done = job.steps_total = job.part_done = job.part_total = 0
        job.save()
    return job


def _finish(job: Job, **fields: Any) -> None:
    try:
        write_own(job, finished_at=now(), heartbeat_at=now(), **fields)
    except JobStopped:
        log.warning("job %s ended after it was cancelled or taken over", job.pk)


def sentence_for(error: Exception, job: Job) -> str:
    """Return what a page says about a failure: the error's own words, or where to look."""
    return getattr(error, "for_user", None) or (
        f"程序出错，没有完成，详情已记入日志（编号 {str(job.pk)[:8]}）。可以重试；仍不行请把编号告诉系统管理员。"
    )
