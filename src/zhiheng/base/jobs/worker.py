"""The loop of a process that runs queued jobs. Start that process afresh, never fork it: Polars does not survive."""

import logging
import time
from uuid import uuid4

from django.db import OperationalError, close_old_connections
from django_tasks_db.management.commands.db_worker import Worker

from zhiheng.base.jobs.services import jobs_resume, tick

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
TICK_SECONDS = 15


def run_worker(once: bool = False) -> None:
    """Run queued jobs in this process, resume what was killed and start what is due, until told to stop.

    `once`: resume, return when the queue is empty, start nothing that is merely due. A database that is locked
    or gone for a while is waited for.
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
    if once:
        jobs_resume()
        queue.run()
        return
    queue.configure_signals()
    ticked = float("-inf")
    while queue.running:
        try:
            if time.monotonic() - ticked >= TICK_SECONDS:
                jobs_resume()
                tick()
                ticked = time.monotonic()
            queue.run()
        except OperationalError:
            log.warning("the database did not answer; the worker tries again", exc_info=True)
        close_old_connections()
        time.sleep(POLL_SECONDS)
