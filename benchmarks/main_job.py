"""The main job of a county: 120 workbooks → dataset → every table, beside the same done by hand with less.

    python benchmarks/main_job.py [--pupils 60000] [--items 0]

Targets on two quiet cores: 30 s and 2 GB for 60,000 pupils in nine subjects, 90 s with `--items 24` (13 million
cells). The peer reads the same workbooks with calamine and counts, adds up and groups in Polars: no recognition of
columns, no problems, no matching of pupils, no encryption, no database, no intervals. It is a floor, not a rival.
Each runs in a process of its own; memory is that of the process and its children together, at its highest.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import polars as pl
import python_calamine
from django.core.management import call_command
from django.utils.module_loading import import_string
from intake import EXAM, ITEMS_TARGET, SERVICES, SUBJECTS, WHOLE_TARGET, highest_memory, write_workbooks

MEMORY_TARGET = 2.0
LINES = {"excellent": 0.80, "pass": 0.60, "low": 0.40}
PEER_LEVELS = {"county": [], "school": ["学校"], "class": ["学校", "班级"]}
WHO = ["学校", "班级", "考号", "姓名"]
Steps = dict[str, float]


class Stopwatch:
    """Seconds per step, in the order taken."""

    def __init__(self) -> None:
        self.steps: Steps = {}

    def __call__(self, name: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        made = work()
        self.steps[name] = time.perf_counter() - began
        return made


def by_us(folder: Path) -> tuple[Steps, int]:
    """Run our services on an empty data home; return seconds per step and the sum of all marks in hundredths."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.site.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    # Only after Django is set up on the scratch home can these be imported.
    batch_open, upload_add, batch_read, batch_confirm, dataset_publish, exam_from_file = map(
        import_string, SERVICES
    )
    import_string("zhiheng.base.definitions.services.definitions_seed")()
    analysis_run = import_string("zhiheng.measures.analyses.services.analysis_run")
    result_tables = import_string("zhiheng.measures.analyses.selectors.result_tables")
    exam = exam_from_file(EXAM)
    batch = batch_open(purpose="scores", title="九年级一模", exam_id=exam.id)
    timed = Stopwatch()

    def take_in() -> None:
        for path in sorted(folder.glob("*.xlsx")):
            upload_add(batch=batch, name=path.name, content=path.read_bytes())

    timed("seal uploads", take_in)
    timed("read sheets", lambda: batch_read(batch))
    batch_confirm(batch=batch)
    dataset = timed("publish dataset", lambda: dataset_publish(batch=batch, exam=exam))
    analysis = timed("every table", lambda: analysis_run(dataset=dataset))
    groups = result_tables(analysis, import_string("zhiheng.base.scopes.SYSTEM"))["groups"]
    county = groups.filter((pl.col("level") == "county") & (pl.col("subject") != "total"))
    return timed.steps, int(county["sum"].sum())


def by_hand(folder: Path) -> tuple[Steps, int]:
    """Read the workbooks of whole-subject marks and group them; item sheets are read and added up per pupil."""
    timed = Stopwatch()
    marks, items = timed("read sheets", lambda: _read_plainly(folder))
    tables = timed("group tables", lambda: _grouped_plainly(marks))
    if items:
        timed("item tables", lambda: [_facilities(frame) for frame in items])
    return timed.steps, int(tables["county"]["sum"].sum())


def _read_plainly(folder: Path) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    wide, items = [], []
    for path in sorted(folder.glob("*.xlsx")):
        book = python_calamine.CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            head, *rows = book.get_sheet_by_name(name).to_python()
            frame = pl.DataFrame(rows, schema=head, orient="row")
            if name in SUBJECTS:
                items.append(frame)
            else:
                wide.append(frame)
    full = pl.DataFrame({"subject": list(SUBJECTS), "full": list(SUBJECTS.values())})
    marks = pl.concat(wide).unpivot(list(SUBJECTS), index=WHO, variable_name="subject", value_name="mark")
    hundredths = (pl.col("mark") * 100).round().cast(pl.Int64).alias("mark")
    return marks.with_columns(hundredths).join(full, on="subject"), items


def _grouped_plainly(marks: pl.DataFrame) -> dict[str, pl.DataFrame]:
    mark, full = pl.col("mark"), pl.col("full") * 100
    columns = [
        pl.len().alias("n"),
        mark.sum().alias("sum"),
        mark.mean().alias("mean"),
        mark.std().alias("sd"),
        *((mark >= line * full).sum().alias(name) for name, line in LINES.items()),
        *(mark.quantile(q, "linear").alias(f"q{q}") for q in (0.25, 0.5, 0.75)),
    ]
    return {level: marks.group_by([*keys, "subject"]).agg(columns) for level, keys in PEER_LEVELS.items()}


def _facilities(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.group_by("学校", "班级").agg(pl.exclude(WHO).mean())


CANDIDATES = {"zhiheng": by_us, "by hand": by_hand}


def _only(name: str, folder: Path) -> None:
    with highest_memory() as highest:
        steps, total = CANDIDATES[name](folder)
    print(json.dumps({"steps": steps, "sum": total, "gigabytes": highest[0] / 1024}))


def _measured(name: str, folder: Path, home: Path) -> dict[str, Any]:
    """Run one candidate in a fresh process on a fresh data home."""
    command = [sys.executable, __file__, "--only", name, "--folder", str(folder)]
    environment = {**os.environ, "ZHIHENG_HOME": str(home), "DATABASE_URL": ""}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Write the workbooks, run both, print seconds per step and the highest memory of each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pupils", type=int, default=60_000)
    parser.add_argument("--items", type=int, default=0, help="items of every paper, in sheets of their own")
    parser.add_argument("--only", choices=CANDIDATES)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.only:
        _only(asked.only, asked.folder)
        return
    with tempfile.TemporaryDirectory(prefix="zhiheng-bench-") as scratch:
        folder = Path(scratch) / "sheets"
        folder.mkdir()
        books = write_workbooks(folder, asked.pupils, asked.items)
        print(
            f"{books} workbooks, {asked.pupils:,} pupils x {len(SUBJECTS)} subjects, {asked.items} items a paper"
        )
        got = {name: _measured(name, folder, Path(scratch) / "home") for name in CANDIDATES}
    target = ITEMS_TARGET if asked.items else WHOLE_TARGET
    for name, row in got.items():
        aim = f"   target {target} s, {MEMORY_TARGET:g} GB on two quiet cores" if name == "zhiheng" else ""
        print(name)
        for step, seconds in row["steps"].items():
            print(f"  {step:16}{seconds:8.2f} s")
        print(f"  {'together':16}{sum(row['steps'].values()):8.2f} s   peak {row['gigabytes']:.2f} GB{aim}")
    sums = {row["sum"] for row in got.values()}
    print(f"sums of marks {'equal' if len(sums) == 1 else f'DIFFER: {sums}'}")


if __name__ == "__main__":
    main()
