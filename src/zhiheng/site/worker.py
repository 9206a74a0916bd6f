"""The worker process: `python -m zhiheng.site.worker`."""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.site.settings")
    django.setup()
    from zhiheng.base.jobs.worker import run_worker  # apps must be ready before their modules load

    run_worker()
