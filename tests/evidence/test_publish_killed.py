"""A process that is killed while it publishes leaves nothing, or everything."""

import datetime as dt
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evidence.published_batches import confirmed_batch, mock_exam, school_rows, workbook
from zhiheng.base.storage import home
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.selectors import tables, verify
from zhiheng.evidence.datasets.services import dataset_publish, datasets_sweep

MOMENTS = 26
PROCESS = Path(__file__).with_name("publishing_process.py")


def publishing(batch, env):
    """Start the process and wait until it is about to publish."""
    process = subprocess.Popen(
        [sys.executable, str(PROCESS), str(batch.pk)], env=env, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "begin\n"
    return process


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killing_at_any_moment_leaves_no_half_dataset(process_env):
    exam = mock_exam()
    files = {f"{n}.xlsx": workbook(school_rows(f"第{n}中学", 200 * n, 150)) for n in range(6)}
    batch = confirmed_batch(files, exam=exam)
    process = publishing(batch, process_env)
    started = time.monotonic()
    assert process.wait() == 0
    whole = time.monotonic() - started
    draw = random.Random(20270320)
    killed = attempts = 0
    while killed < MOMENTS:
        attempts += 1
        assert attempts <= 4 * MOMENTS
        process = publishing(batch, process_env)
        started = time.monotonic()
        # Even steps over the whole of a publication, each a little off, so that no step hides between two kills.
        try:
            process.wait(timeout=whole * (killed + draw.random()) / MOMENTS)
            whole = min(whole, time.monotonic() - started)  # the machine is less busy than when it was timed
        except subprocess.TimeoutExpired:
            process.kill()
            killed += process.wait() != 0
        for dataset in Dataset.objects.filter(state="published"):
            assert verify(dataset)
            assert tables(dataset)["marks"].collect().height == 6 * 150 * 2
        versions = list(
            Dataset.objects.filter(state="published").order_by("version").values_list("version", flat=True)
        )
        assert versions == list(range(1, len(versions) + 1))
    datasets_sweep(older_than=dt.timedelta(0))
    assert not Dataset.objects.exclude(state="published").exists()
    kept = {str(pk) for pk in Dataset.objects.values_list("pk", flat=True)}
    assert {folder.name for folder in (home() / "datasets").iterdir()} == kept
    again = dataset_publish(batch=batch, exam=exam)
    assert verify(again)
    assert again.difference["sentences"] == ["与上一版相同。"]
