"""Reading a batch in a real worker process that is killed on the way, and taken up by the next."""

import signal
import subprocess
import sys
import time

import pytest

from base.intake.messy import NAMES, scores
from zhiheng.base import clock
from zhiheng.base.intake.models import Batch, ProblemRow, Sheet
from zhiheng.base.intake.services import batch_open, upload_add
from zhiheng.base.jobs.models import Job
from zhiheng.base.jobs.services import STALE, job_start

WORKER = [
    sys.executable,
    "-c",
    "import django; django.setup(); from zhiheng.base.jobs.worker import run_worker; run_worker(once=True)",
]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_reading_is_finished_by_the_next_worker(process_env):
    env = {**process_env, "DJANGO_SETTINGS_MODULE": "zhiheng.site.settings"}
    files = 60
    batch = batch_open(purpose="scores", title="九年级期末")
    for number in range(files):
        upload_add(batch=batch, name=f"{number:02d}.xlsx", content=scores(first=number))
    job = job_start(kind="intake.read", key="k", payload={"batch_id": batch.pk})
    first = subprocess.Popen(WORKER, env=env)
    try:
        end = time.monotonic() + 60
        while not Sheet.objects.exists() and time.monotonic() < end:
            time.sleep(0.01)
        first.send_signal(signal.SIGKILL)
    finally:
        first.kill()
        first.wait()
    job.refresh_from_db()
    seen = Sheet.objects.filter(kind="scores").count()
    assert job.state == "running"
    assert 0 < seen < files
    assert Sheet.objects.count() == 2 * seen, "an upload is stored whole or not at all"

    Job.objects.filter(pk=job.pk).update(heartbeat_at=clock.now() - 2 * STALE)
    subprocess.run(WORKER, env=env, timeout=120, check=True)
    job.refresh_from_db()
    batch = Batch.objects.get()
    assert (job.state, batch.state, batch.rows_in) == ("done", "mapping", files * len(NAMES))
    assert batch.rows_in == batch.rows_accepted + batch.rows_listed
    assert Sheet.objects.filter(kind="scores").count() == files
    assert ProblemRow.objects.filter(code="score.not_a_number").count() == files
