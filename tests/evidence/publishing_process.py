"""A process of its own that publishes one confirmed batch, so that a test can kill it. Says when it begins and ends."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.site.settings")
django.setup()

from zhiheng.base.intake.models import Batch  # noqa: E402
from zhiheng.evidence.datasets.services import dataset_publish  # noqa: E402

if __name__ == "__main__":
    batch = Batch.objects.get(pk=sys.argv[1])
    print("begin", flush=True)
    dataset_publish(batch=batch)
    print("end", flush=True)
