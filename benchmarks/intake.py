"""Score workbooks of 120 schools to a published dataset, on an empty data home: the intake of a county's main job.

    python benchmarks/intake.py [--pupils 60000] [--items 0]

Prints seconds per step and the highest memory of all processes together. Targets on two cores: 15 s for reading
alone and 30 s up to the dataset for 60,000 pupils and nine subjects; 90 s with `--items 24` (13 million cells).
"""

import argparse
import datetime as dt
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import numpy as np
import xlsxwriter
from django.core.management import call_command
from django.utils.module_loading import import_string

SUBJECTS = {
    "语文": 120, "数学": 120, "英语": 120, "物理": 80, "化学": 60,
    "道德与法治": 60, "历史": 60, "地理": 50, "生物": 50,
}  # fmt: skip
SCHOOLS, CLASS_SIZE = 120, 50
EXAM = {
    "name": "2027届九年级一模",
    "kind": "graduation_mock",
    "grade": 9,
    "date": dt.date(2027, 3, 20),
    "mock_number": 1,
    "filing_number": "安教考备〔2027〕1号",
    "papers": [{"subject": name, "full_mark": full} for name, full in SUBJECTS.items()],
}
SERVICES = (
    "zhiheng.base.intake.services.batch_open",
    "zhiheng.base.intake.services.upload_add",
    "zhiheng.base.intake.services.batch_read",
    "zhiheng.base.intake.services.batch_confirm",
    "zhiheng.evidence.datasets.services.dataset_publish",
    "zhiheng.evidence.exams.services.exam_from_file",
)
READ_TARGET, WHOLE_TARGET, ITEMS_TARGET = 15, 30, 90


def write_workbooks(folder: Path, pupils: int, items: int) -> int:
    """Write one workbook per school, and one more of item marks where `items` are asked for; return the files."""
    rng = np.random.default_rng(1)
    per_school = pupils // SCHOOLS
    for school in range(SCHOOLS):
        numbers = range(school * per_school, (school + 1) * per_school)
        who = [
            [f"第{school + 1}初级中学", f"九({i // CLASS_SIZE + 1})班", f"27{n:07d}", f"学生{n}"]
            for i, n in enumerate(numbers)
        ]
        head = ["学校", "班级", "考号", "姓名"]
        ability = rng.normal(0.65, 0.15, per_school)
        shares = {s: np.clip(ability + rng.normal(0, 0.1, per_school), 0, 1) for s in SUBJECTS}
        marks = [np.floor(shares[s] * full * 2) / 2 for s, full in SUBJECTS.items()]
        if items:
            with xlsxwriter.Workbook(folder / f"{school + 1:03d}小题.xlsx") as book:
                for place, (subject, full) in enumerate(SUBJECTS.items()):
                    tops = np.diff(np.round(np.linspace(0, full, items + 1))).astype(int)
                    earned = rng.binomial(tops, shares[subject][:, None]).astype(float)
                    marks[place] = earned.sum(axis=1)
                    titles = [f"第{i}题({top})" for i, top in enumerate(tops, 1)]
                    _write(book, subject, head + titles, who, earned)
        with xlsxwriter.Workbook(folder / f"{school + 1:03d}.xlsx") as book:
            _write(book, "成绩", [*head, *SUBJECTS], who, np.column_stack(marks))
    return len(list(folder.iterdir()))


def _write(
    book: xlsxwriter.Workbook, name: str, head: list[str], who: list[list[str]], marks: np.ndarray
) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, head)
    for number, (texts, values) in enumerate(zip(who, marks.tolist(), strict=True), 1):
        sheet.write_row(number, 0, [*texts, *values])


def resident_megabytes(root: int) -> float:
    """Return the memory a process and its children hold now, pages shared between them counted once per process."""
    children: dict[int, list[int]] = {}
    sizes: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            sizes[int(entry.name)] = (
                int((entry / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
            )
        except OSError:
            continue
        children.setdefault(int(stat[1]), []).append(int(entry.name))
    family, total = [root], 0.0
    while family:
        process = family.pop()
        total += sizes.get(process, 0.0)
        family += children.get(process, [])
    return total


@contextmanager
def highest_memory() -> Iterator[list[float]]:
    """Watch memory inside the block, ten times a second."""
    highest, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            highest[0] = max(highest[0], resident_megabytes(os.getpid()))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield highest
    finally:
        over.set()
        watcher.join()


def timed(name: str, work: Callable[[], Any]) -> tuple[Any, float]:
    """Run one step; return what it made and how long it took, which is printed."""
    began = time.perf_counter()
    made = work()
    seconds = time.perf_counter() - began
    print(f"{name:<24}{seconds:8.2f} s", flush=True)
    return made, seconds


def run(folder: Path, items: int) -> None:
    """Take the workbooks in, publish them twice (a second version finds every pupil again), and print the figures."""
    # Only after Django is set up on the scratch home can these be imported.
    batch_open, upload_add, batch_read, batch_confirm, dataset_publish, exam_from_file = map(
        import_string, SERVICES
    )
    exam = exam_from_file(EXAM)
    batch = batch_open(purpose="scores", title="九年级一模", exam_id=exam.id)

    def take_in() -> None:
        for path in sorted(folder.iterdir()):
            upload_add(batch=batch, name=path.name, content=path.read_bytes())

    with highest_memory() as highest:
        _, sealed = timed("上传与封存", take_in)
        _, read = timed("识别", lambda: batch_read(batch))
        batch_confirm(batch=batch)
        dataset, published = timed("入库", lambda: dataset_publish(batch=batch, exam=exam))
    whole = sealed + read + published
    counts = dataset.manifest["counts"]
    target = ITEMS_TARGET if items else WHOLE_TARGET
    print(f"{'识别 + 封存':<20}{sealed + read:8.2f} s   (目标 {READ_TARGET} s，不含小题)")
    print(f"{'到数据集':<20}{whole:8.2f} s   (目标 {target} s，含分析)")
    print(f"{'最高内存':<20}{highest[0]:8.0f} MB")
    print(counts)
    timed("第二版", lambda: dataset_publish(batch=batch, exam=exam))


def main() -> None:
    """Write the workbooks, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=60_000)
    parser.add_argument("--items", type=int, default=0, help="items of every paper, in sheets of their own")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhiheng-bench-") as scratch:
        os.environ["ZHIHENG_HOME"] = str(Path(scratch) / "home")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.site.settings")
        folder = Path(scratch) / "sheets"
        folder.mkdir()
        print(f"{write_workbooks(folder, asked.pupils, asked.items)} 个工作簿，{asked.pupils} 名学生")
        django.setup()
        call_command("migrate", verbosity=0)
        run(folder, asked.items)


if __name__ == "__main__":
    main()
