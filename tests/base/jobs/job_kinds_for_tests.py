"""Kinds of job that only tests have. Importing the module declares them, here and in a test's worker process."""

import datetime as dt
import os
import time
from pathlib import Path

from zhiheng.base.errors import Explained
from zhiheng.base.jobs.registry import job, periodic


@job("test.count", "数数")
def count(progress, *, to, mark=None):
    """Count, leaving one line in the file `mark` for every run."""
    if mark:
        with Path(mark).open("a") as file:
            file.write(f"{os.getpid()}\n")
    progress.steps(["数", "记"])
    with progress.step("数"):
        for number in range(to):
            progress.advance(number + 1, to)
    with progress.step("记"):
        pass
    return {"counted": to}


@job("test.linger", "慢任务")
def linger(progress, *, mark, flag):
    """Run until the file `flag` is there; tells in `mark` that it has begun."""
    progress.steps(["等"])
    with progress.step("等"):
        Path(mark).write_text(str(os.getpid()))
        while not Path(flag).exists():
            time.sleep(0.05)
            progress.advance(0, 1)
    return {"by": os.getpid()}


@job("test.break", "会出错的任务")
def broken(progress):
    """Fail as a bug does."""
    raise ZeroDivisionError("secret 张三")


@job("test.refuse", "会拒绝的任务")
def refused(progress):
    """Fail as a rule does."""
    raise Explained("没有可用的成绩。")


@periodic(every=dt.timedelta(minutes=10))
def every_ten_minutes():
    """Do nothing, often."""
