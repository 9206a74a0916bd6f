"""A worker process as the site starts it, that also knows the kinds of job of the tests."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhiheng.site.settings"
    django.setup()
    from base.jobs import job_kinds_for_tests  # noqa: F401
    from zhiheng.base.jobs.worker import run_worker

    run_worker(once="--once" in sys.argv)
