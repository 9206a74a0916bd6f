"""The loop of a process that runs queued jobs. Start that process afresh, never fork it: Polars does not survive."""

import time
from uuid import uuid4

from django.db import close_old_connections
from django_tasks_db.management.commands.db_worker import Worker

from zhiheng.base.jobs.services import jobs_resume, tick

POLL_SECONDS = 0.5
TICK_SECONDS = 15


def run_worker(once: bool = False) -> None:
    """Run queued jobs in this process, resume what was killed and start what is due, until told to stop.

    `once`: return when the queue is empty.
    """
    queue = Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=uuid4().hex,
        excluded_queue_names=[],
    )
    if not once:
        queue.configure_signals()
    ticked = float("-inf")
    while queue.running:
        if time.monotonic() - ticked >= TICK_SECONDS:
            jobs_resume()
            if not once:
                tick()
            ticked = time.monotonic()
        queue.run()
        if once:
            return
        close_old_connections()
        time.sleep(POLL_SECONDS)
