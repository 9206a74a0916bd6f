"""Run every test on SQLite, then those that use the database again on PostgreSQL.

With --write-map, write docs/reference/system_map.md from the tests that passed in both, if all did.

Nothing is skipped for want of a program: where PostgreSQL, Chromium, LibreOffice, poppler or Java is missing the
run says so and fails. The last line printed is pytest's manner of closing, over both runs.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import postgres
import rows

ROOT = Path(__file__).parents[1]
PROGRAMS = {
    "Chromium": ("chromium", "chromium-browser", "google-chrome"),
    "LibreOffice": ("soffice", "libreoffice"),
    "poppler": ("pdftoppm",),
    "Java": ("java",),
}
COUNTED = re.compile(r"(\d+) (failed|passed|skipped|xfailed|xpassed|errors?|deselected|warnings?)\b")
WRITE_MAP = "--write-map"
OUTCOMES = ("failed", "passed", "skipped", "xfailed", "xpassed", "error")


def missing() -> list[str]:
    """Return a sentence for every program the tests need and this machine has not."""
    return [
        f"没有找到 {name}（{'、'.join(commands)}）。请先运行 make setup-test。"
        for name, commands in PROGRAMS.items()
        if not any(map(shutil.which, commands))
    ]


def pytest_run(title: str, arguments: list[str], database: str = "") -> tuple[int, Counter[str]]:
    """Run pytest in a process of its own; return its exit code and what it counted."""
    print(f"\n=== {title} ===", flush=True)
    with tempfile.TemporaryDirectory(prefix="zhiheng-test-") as home:
        env = {**os.environ, "ZHIHENG_HOME": home, "DATABASE_URL": database}
        command = [sys.executable, "-m", "pytest", "--color=no", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        last = ""
        try:
            for line in process.stdout:
                print(line, end="", flush=True)
                last = line if line.strip() else last
            code = process.wait()
        finally:
            process.kill()
    counts = Counter({kind.removesuffix("s"): int(number) for number, kind in COUNTED.findall(last)})
    return code, counts


def with_database(asked: list[str]) -> list[str]:
    """Return the arguments narrowed to tests that use the database, beside any -m that was given."""
    if "-m" not in asked:
        return ["-m", "database", *asked]
    place = asked.index("-m") + 1
    return [*asked[:place], f"database and ({asked[place]})", *asked[place + 1 :]]


def closing_line(counts: Counter[str], seconds: float) -> str:
    """Return the line that pytest would close with."""
    said = [
        f"{counts[kind]} {kind}{'s' * (kind == 'error' and counts[kind] > 1)}"
        for kind in OUTCOMES
        if counts[kind]
    ]
    return f" {', '.join(said) or 'no tests ran'} in {seconds:.2f}s ".center(80, "=")


def main() -> int:
    """Run both; return 0 only if everything passed and nothing was missing."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the cluster is stopped on the way out
    asked = [argument for argument in sys.argv[1:] if argument != WRITE_MAP]
    if WRITE_MAP not in sys.argv:
        return both_runs(asked, [])
    with tempfile.TemporaryDirectory() as folder:
        notes = [Path(folder) / "sqlite.json", Path(folder) / "postgresql.json"]
        code = both_runs(asked, [f"--row-outcomes={note}" for note in notes])
        if code == 0:
            outcomes = [json.loads(note.read_text(encoding="utf-8")) for note in notes]
            rows.PAGE.write_text(rows.page_text(rows.proven_rows(outcomes)), encoding="utf-8")
            print(f"已写 {rows.PAGE.relative_to(ROOT)}", flush=True)
    return code


def both_runs(asked: list[str], notes: list[str]) -> int:
    """Run on SQLite, then on PostgreSQL; `notes` are further arguments of the one and the other."""
    began = time.monotonic()
    lacking = missing()
    code, counts = pytest_run("全部测试，SQLite", asked + notes[:1])
    failed = bool(code)
    try:
        with postgres.cluster() as database:
            code, again = pytest_run(
                "用到数据库的测试，PostgreSQL", [*with_database(asked), *notes[1:]], database
            )
            failed |= bool(code)
            counts += again
    except postgres.Missing as error:
        lacking.append(str(error))
    for sentence in lacking:
        print(f"缺少：{sentence}", flush=True)
        counts["error"] += 1
    print(closing_line(counts, time.monotonic() - began), flush=True)
    return int(failed or bool(lacking))


if __name__ == "__main__":
    sys.exit(main())
