"""What a running job tells the world: its step, how far it is, and that it lives.

Writes only its own row, and only while the row still belongs to this run.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection

from zhiheng.base.clock import now
from zhiheng.base.jobs.models import Job

log = logging.getLogger(__name__)

BEAT_SECONDS = 5
WRITE_SECONDS = 0.5
"""Within a step, progress goes to the database at most this often."""


class JobStopped(Exception):
    """The job was cancelled, or another process took it over because this one seemed dead."""


class Progress:
    """Handed to every job. Each call is also the moment at which a cancelled job stops.

    `report`, if given, is called with the Job after every change (the command line draws a bar with it).
    """

    def __init__(self, job: Job, report: Callable[[Job], None] | None = None) -> None:
        self._job = job
        self._report = report
        self._written = 0.0

    def steps(self, names: Sequence[str]) -> None:
        """Say how many steps there will be."""
        self._write(steps_total=len(names), steps_done=0)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Work on one step inside the block; it counts as done when the block ends well."""
        self._write(step=name[:80], part_done=0, part_total=0)
        yield
        done = self._job.steps_done + 1
        self._write(steps_done=done, steps_total=max(done, self._job.steps_total), part_done=0, part_total=0)

    def advance(self, done: int, total: int) -> None:
        """Say how far the present step is. Cheap enough to call for every row."""
        self._job.part_done, self._job.part_total = done, total
        if done >= total or time.monotonic() - self._written >= WRITE_SECONDS:
            self._write(part_done=done, part_total=total)

    def _write(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self._job, name, value)
        write_own(self._job, heartbeat_at=now(), **fields)
        self._written = time.monotonic()
        if self._report:
            self._report(self._job)


def write_own(job: Job, **fields: Any) -> None:
    """Change the row of a run, if the row still belongs to it.

    `attempts` tells one run of a job from the next.

    Raises
    ------
    JobStopped
        It does not: the job was cancelled or taken over.
    """
    mine = Job.objects.filter(pk=job.pk, state="running", attempts=job.attempts)
    if not mine.update(**fields):
        raise JobStopped


@contextmanager
def heartbeat(job: Job) -> Iterator[None]:
    """Keep the row's heartbeat fresh inside the block, even while the job computes for minutes."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(BEAT_SECONDS):
                try:
                    write_own(job, heartbeat_at=now())
                except JobStopped:
                    return
                except DatabaseError:
                    # The job itself holds the database; a missed beat is made up by the next.
                    log.info("heartbeat of job %s missed", job.pk)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
