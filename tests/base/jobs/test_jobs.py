"""Jobs: one key one run, failures as sentences, cancelled and killed runs, periodic work."""

import datetime as dt
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult

from base.jobs import job_kinds_for_tests  # noqa: F401
from zhiheng.base import clock
from zhiheng.base.jobs import worker
from zhiheng.base.jobs.jobs import prune
from zhiheng.base.jobs.models import Job
from zhiheng.base.jobs.progress import JobStopped, Progress, write_own
from zhiheng.base.jobs.selectors import jobs_visible
from zhiheng.base.jobs.services import (
    MOST_ATTEMPTS,
    STALE,
    JobNotKnown,
    job_cancel,
    job_run,
    job_start,
    jobs_resume,
    run_inline,
    tick,
)
from zhiheng.base.jobs.worker import run_worker
from zhiheng.base.people.models import User
from zhiheng.base.scopes import NOBODY, SYSTEM, Scope

WORKER = [sys.executable, str(Path(__file__).with_name("worker_process.py")), "--once"]


def count(key="k", to=3, **more) -> Job:
    return job_start(kind="test.count", key=key, payload={"to": to}, **more)


def until(condition, seconds: float = 30) -> None:
    """Wait for something another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


@pytest.mark.django_db
def test_the_same_key_is_the_same_job():
    first = count()
    assert count(to=9).pk == first.pk
    job_run(first.pk)
    again = count(to=9)
    assert (again.pk, again.state, again.result) == (first.pk, "done", {"counted": 3})
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db
def test_a_failed_job_is_queued_again_with_the_new_payload():
    first = job_start(kind="test.refuse", key="k", payload={})
    job_run(first.pk)
    first.refresh_from_db()
    assert (first.state, first.message) == ("failed", "没有可用的成绩。")
    again = count(key="k")
    assert (again.pk, again.state, again.message) == (first.pk, "queued", "")
    job_run(again.pk)
    again.refresh_from_db()
    assert (again.state, again.result, again.percent) == ("done", {"counted": 3}, 100)


@pytest.mark.django_db
def test_a_bug_reaches_the_log_and_not_the_page(caplog):
    job = job_start(kind="test.break", key="k", payload={})
    with caplog.at_level(logging.ERROR):
        job_run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "日志" in job.message
    assert "张三" not in job.message
    assert "Traceback" not in job.message
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db
def test_an_unknown_kind_is_refused():
    with pytest.raises(JobNotKnown, match="没有"):
        job_start(kind="test.nothing", key="k", payload={})


@pytest.mark.django_db(transaction=True)
def test_the_worker_runs_what_is_queued():
    jobs = [count(key=str(n), to=n) for n in range(3)]
    run_worker(once=True)
    assert [Job.objects.get(pk=j.pk).result for j in jobs] == [{"counted": n} for n in range(3)]


@pytest.mark.django_db
def test_inline_runs_report_their_progress():
    seen: list[tuple[str, int, int, int]] = []
    job = count(to=4, queue=False)
    ended = run_inline(job, lambda j: seen.append((j.step, j.steps_done, j.steps_total, j.part_done)))
    assert ended.state == "done"
    assert not DBTaskResult.objects.exists()
    assert seen[0] == ("", 0, 2, 0)
    assert ("数", 0, 2, 4) in seen
    assert seen[-1] == ("记", 2, 2, 0)


@pytest.mark.django_db
def test_a_cancelled_job_stops_at_its_next_sign_of_progress():
    by = User.objects.create(username="luo", display_name="罗教研")
    waiting = job_cancel(job=count(), by=by)
    assert (waiting.state, waiting.message) == ("cancelled", "已由罗教研取消。")
    job_run(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"

    running = count(key="running", to=3)
    ended = run_inline(running, lambda j: job_cancel(job=j, by=by) if j.step == "数" else None)
    assert (ended.state, ended.result) == ("cancelled", {})


@pytest.mark.django_db
def test_a_run_that_was_taken_over_writes_nothing():
    job = count()
    Job.objects.filter(pk=job.pk).update(state="running", attempts=2)
    job.attempts = 1
    with pytest.raises(JobStopped):
        write_own(job, step="旧")
    with pytest.raises(JobStopped):
        Progress(job).steps(["一"])


@pytest.mark.django_db
def test_a_stale_run_is_queued_again_and_given_up_in_the_end():
    job = count()
    for attempt in range(1, MOST_ATTEMPTS + 1):
        Job.objects.filter(pk=job.pk).update(
            state="running", attempts=attempt, heartbeat_at=clock.now() - STALE - dt.timedelta(seconds=1)
        )
        assert jobs_resume() == (1 if attempt < MOST_ATTEMPTS else 0)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "中断" in job.message


@pytest.mark.django_db
def test_a_living_run_is_left_alone_and_a_forgotten_one_found():
    job = count()
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, heartbeat_at=clock.now())
    assert jobs_resume() == 0
    Job.objects.filter(pk=job.pk).update(state="queued", heartbeat_at=clock.now() - 2 * STALE)
    assert jobs_resume() == 0, "the queue still holds it"
    DBTaskResult.objects.all().delete()
    assert jobs_resume() == 1
    assert jobs_resume() == 0


@pytest.mark.django_db
def test_periodic_work_starts_once_in_its_span():
    start = dt.datetime(2024, 9, 2, 8, 0, tzinfo=clock.SHANGHAI)
    mine = Job.objects.filter(kind="jobs.every_ten_minutes")
    with clock.fixed(start):
        tick()
        tick()
        assert mine.get().state == "queued"
        job_run(mine.get().pk)
        assert mine.get().state == "done"
        tick()
        assert mine.get().state == "done"
    with clock.fixed(start + dt.timedelta(minutes=10)):
        tick()
        assert mine.get().state == "queued"
    assert mine.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_waits_for_a_database_that_does_not_answer(monkeypatch):
    job, calls = count(), []

    def resume() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("database is locked")
        return 0

    def pause(_: float) -> None:
        if Job.objects.get(pk=job.pk).state == "done":
            raise KeyboardInterrupt

    monkeypatch.setattr(worker, "jobs_resume", resume)
    monkeypatch.setattr(worker, "tick", lambda: 0)
    monkeypatch.setattr(worker.Worker, "configure_signals", lambda self: None)
    monkeypatch.setattr(worker.time, "sleep", pause)
    with pytest.raises(KeyboardInterrupt):
        run_worker()
    assert len(calls) == 2


@pytest.mark.django_db
def test_a_job_told_to_stop_goes_back_to_the_queue():
    job = count(to=3)

    def stop(_: Job) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        job_run(job.pk, stop)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 1)
    DBTaskResult.objects.all().delete()
    assert jobs_resume() == 1, "the next worker takes it up at once"
    job_run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


@pytest.mark.django_db
def test_old_queue_entries_are_forgotten_and_waiting_ones_kept():
    done, waiting = count(key="done"), count(key="waiting")
    entry = DBTaskResult.objects.get(args_kwargs__args__0=str(done.pk))
    entry.claim("w")
    entry.set_successful(None)
    with clock.fixed(clock.now() + dt.timedelta(days=8)):
        assert prune() == {"removed": 1}
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(waiting.pk)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_job_outlives_the_process_that_ran_it(process_env, tmp_path):
    mark, flag = tmp_path / "began", tmp_path / "go"
    job = job_start(kind="test.linger", key="k", payload={"mark": str(mark), "flag": str(flag)})
    first = subprocess.Popen(WORKER, env=process_env)
    try:
        until(mark.exists)
        os.kill(first.pid, signal.SIGKILL)
    finally:
        first.kill()
        first.wait()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.percent) == ("running", 1, 0)

    flag.touch()
    Job.objects.filter(pk=job.pk).update(heartbeat_at=clock.now() - 2 * STALE)
    second = subprocess.run(WORKER, env=process_env, timeout=60, check=False)
    assert second.returncode == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)
    assert job.result["by"] not in (first.pid, os.getpid())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_workers_run_each_job_once(process_env, tmp_path):
    mark = tmp_path / "runs"
    for n in range(8):
        job_start(kind="test.count", key=str(n), payload={"to": 3, "mark": str(mark)})
    workers = [subprocess.Popen(WORKER, env=process_env) for _ in range(2)]
    assert [w.wait(timeout=60) for w in workers] == [0, 0]
    assert len(mark.read_text().splitlines()) == 8
    assert Job.objects.filter(state="done").count() == 8


@pytest.mark.django_db
def test_people_see_their_own_jobs_and_the_county_all():
    by = User.objects.create(username="luo", display_name="罗教研")
    count(key="mine", by=by)
    count(key="other")
    assert jobs_visible(SYSTEM).count() == 2
    assert [j.key for j in jobs_visible(Scope(user_id=by.pk, roles=frozenset({"TE"})))] == ["mine"]
    assert jobs_visible(NOBODY).count() == 0
