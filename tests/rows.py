"""Which rows of the system map the tests prove: marks read from the files, outcomes gathered from a run, the page.

A row is proven by tests marked `@pytest.mark.row("S004-35")`. Not for deciding whether a proof is a good one.
"""

import ast
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from zhiheng.standards.loader import load

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "reference" / "system_map.md"
COMMAND = "python tests/run.py --write-map -m row"
PROVEN, OPEN = "已证明", "尚未"
HEAD = f"""# 系统地图

业务文件里的每一种做法，怎样算做到，由哪些测试证明。本页由 `{COMMAND}` 写成，不要手改；
“{PROVEN}”是说该行的测试在 SQLite 和 PostgreSQL 上都通过。
"""

Proofs = Mapping[str, Iterable[str]]


def marked_rows() -> dict[str, list[str]]:
    """Return row → tests marked with it, `file::test`, as the files have them; nothing is run."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for row in _marks(function):
                    found[row].append(f"{path.relative_to(TESTS).as_posix()}::{function.name}")
    return {row: sorted(tests) for row, tests in sorted(found.items())}


def _marks(function: ast.FunctionDef) -> Iterator[str]:
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.row":
            yield from (argument.value for argument in mark.args if isinstance(argument, ast.Constant))


def page_text(proofs: Proofs) -> str:
    """Return the page: every row of the map, seed by seed, with the tests that prove it."""
    given = load("system_map")
    proven = sum(bool(tests) for tests in proofs.values())
    lines = [HEAD, f"共{len(given['rows'])}行，{PROVEN}{proven}行。"]
    for seed, title in given["seeds"].items():
        lines += [
            "",
            f"## {seed} {title}",
            "",
            "| 编号 | 做法 | 能力 | 怎样算做到 | 证明 |",
            "|---|---|---|---|---|",
        ]
        for row in given["rows"]:
            if row["id"].startswith(seed):
                tests = "<br>".join(f"`{test}`" for test in proofs.get(row["id"], ()))
                state = f"{PROVEN}<br>{tests}" if tests else OPEN
                capabilities = " ".join(row["capabilities"])
                cells = (row["id"], row["phrase"], capabilities, row["done_when"], state)
                lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def proven_rows(outcomes: Iterable[Mapping[str, Mapping[str, str]]]) -> dict[str, list[str]]:
    """Return row → its tests, for the rows all of whose marked tests ran and passed in every run.

    Parameters
    ----------
    outcomes : one mapping per run, row → test → "passed" or another word; a test that uses no database runs in
        the first run only.
    """
    words: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for run in outcomes:
        for row, tests in run.items():
            for test, word in tests.items():
                words[row, test].add(word)
    return {
        row: tests
        for row, tests in marked_rows().items()
        if all(words.get((row, test)) == {"passed"} for test in tests)
    }


class RowOutcomes:
    """A pytest plugin that notes how the tests of each row ended, and writes it to a file when all is done."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.found: defaultdict[str, dict[str, str]] = defaultdict(dict)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Iterator[None]:
        """Keep the worst word of setup, call and teardown, over all parameters of a test."""
        report: Any = yield
        for mark in item.iter_markers("row"):
            test = f"{item.path.relative_to(TESTS).as_posix()}::{item.name.partition('[')[0]}"
            for row in mark.args:
                before = self.found[row].get(test, "passed")
                self.found[row][test] = before if report.passed else report.outcome
        return report

    def pytest_sessionfinish(self) -> None:
        """Write row → test → word."""
        self.target.write_text(json.dumps(self.found, ensure_ascii=False), encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `run.py` ask for the outcomes."""
    parser.addoption("--row-outcomes", type=Path, help="write how the tests of each row ended to this file")


def pytest_configure(config: pytest.Config) -> None:
    """Note outcomes only where they are asked for."""
    target = config.getoption("--row-outcomes")
    if target:
        config.pluginmanager.register(RowOutcomes(target))
