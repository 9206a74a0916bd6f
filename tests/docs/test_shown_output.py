"""The commands that the README and the tutorial show are run; every line they show as output must have been printed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pages
import polars as pl
import pytest

from zhiheng.frames.schema import TOTAL
from zhiheng.standards.subjects import subjects

pytestmark = pytest.mark.slow

SHOWN = [
    pages.ROOT / "README.md",
    pages.ROOT / "README.zh-CN.md",
    pages.DOCS / "tutorial/01-从一个文件夹到全县报告.md",
]
PROMPT = "$ "
BIN = ".venv/bin/"


class Session:
    """A shell in an empty folder that runs each command once; pages show the same first steps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed: dict[str, str] = {}
        self._environment = {k: v for k, v in os.environ.items() if k not in ("ZHIHENG_HOME", "DATABASE_URL")}

    def output(self, command: str) -> str:
        """Return what a command prints."""
        if command not in self.printed:
            done = subprocess.run(
                ["bash", "-c", "set -o pipefail; " + command.replace(BIN, f"{Path(sys.executable).parent}/")],
                cwd=self.folder,
                env=self._environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            self.printed[command] = done.stdout
        return self.printed[command]


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Session:
    return Session(tmp_path_factory.mktemp("shown"))


def shown(page: Path) -> list[str]:
    """Return the lines of a page's indented blocks from the first command on; an ellipsis ends what is quoted."""
    lines = [line[4:] for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("    ")]
    first = next(place for place, line in enumerate(lines) if line.startswith(PROMPT))
    return [line for line in lines[first:] if "…" not in line]


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.stem)
def test_what_a_page_shows_is_what_is_printed(session, page):
    printed = ""
    for line in shown(page):
        if line.startswith(PROMPT):
            printed += session.output(line.removeprefix(PROMPT))
        else:
            assert re.sub(r"\s+", " ", line) in re.sub(r"\s+", " ", printed), line


def test_the_subject_table_of_the_tutorial_is_in_the_result_tables(session):
    tutorial = SHOWN[-1]
    for line in shown(tutorial):
        if line.startswith(PROMPT):
            session.output(line.removeprefix(PROMPT))
    groups = pl.read_csv(session.folder / "结果/结果表/groups.csv", infer_schema_length=None)
    names = {code: s.name for code, s in subjects().items()} | {TOTAL: "总分"}
    county = {names[row["subject"]]: row for row in groups.filter(level="county").iter_rows(named=True)}
    told = {row[0]: row[1:] for row in pages.rows(tutorial.read_text(encoding="utf-8")) if row[0] in county}
    assert told.keys() == county.keys()
    for name, row in county.items():
        limits = f"{row['mean_lo']:.2f}～{row['mean_hi']:.2f}"
        rates = [f"{100 * row[f'{line}_rate']:.2f}%" for line in ("pass", "low")]
        means = [f"{row['mean_taken']:.2f}", limits, f"{row['mean_expected']:.2f}"]
        assert told[name] == [*means, *rates], name
