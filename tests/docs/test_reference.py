"""What the program has, the reference must have: commands, settings, parameters, columns, roles, problem codes."""

import ast
import re
from pathlib import Path

import click
import pages
import pytest

from zhiheng.base import access
from zhiheng.base.roles import ROLES
from zhiheng.cli import main
from zhiheng.evidence.exams.models import KINDS as EXAM_KINDS
from zhiheng.evidence.exams.services import FILE_KEYS
from zhiheng.files import sheets
from zhiheng.files.reading import COLUMNS
from zhiheng.frames import caliber
from zhiheng.frames.results import LEVELS, RESULTS
from zhiheng.frames.schema import ENROLMENTS, STATUSES, TABLES
from zhiheng.reports.run.results import RunResult

SOURCE = pages.ROOT / "src/zhiheng"
NOT_OURS = {"DJANGO_SETTINGS_MODULE", "XDG_DATA_DIRS"}
READERS = {"get", "setdefault", "flag", "day", "hosts", "proxy"}


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_and_option_is_described(name):
    described = pages.reference("命令行")
    assert name in pages.first_codes(described)
    own = "\n".join(part for part in described.split("\n## ") if f"zhiheng {name}" in part.partition("\n")[0])
    assert own
    for parameter in main.commands[name].params:
        if isinstance(parameter, click.Option):
            assert max(parameter.opts, key=len) in own, f"{name} {parameter.opts}"


def test_no_option_is_described_that_does_not_exist():
    known = {
        o for c in main.commands.values() for p in c.params if isinstance(p, click.Option) for o in p.opts
    }
    told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", pages.reference("命令行")))
    assert told - known <= {"--help", "--version"}


def test_exit_codes_are_those_of_the_command_line():
    told = {row[0] for row in pages.rows(pages.section(pages.reference("命令行"), "## 退出码"))}
    assert {"0", "1", "2", "3", "4", "5"} <= told
    for code in "012345":
        assert f"{code} " in main.help.split("退出码：")[1]


def test_json_of_inspect_and_analyse_is_described():
    told = pages.reference("命令行")
    for word in ("sheets", "header_rows", "rows_listed", "confidence", "problems", "cell", "expected", "fix"):
        assert f'"{word}"' in told
    result = RunResult(exam="", dataset={}, counts={}).as_json()
    assert all(f'"{key}"' in told for key in result)


@pytest.mark.parametrize("words", [sheets.KINDS, sheets.ROLES, dict.fromkeys(COLUMNS)])
def test_kinds_roles_and_record_columns_are_described(words):
    assert words.keys() <= pages.codes(pages.reference("命令行"))


def environment_variables() -> set[str]:
    """Return every environment variable the program reads, found in its source."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                word = node.args[0].value
                if called in READERS and isinstance(word, str) and re.fullmatch(r"[A-Z]+(_[A-Z]+)+", word):
                    found.add(word)
    return found - NOT_OURS


def test_every_environment_variable_is_described():
    read = environment_variables()
    assert {"ZHIHENG_HOME", "DATABASE_URL"} <= read
    assert read == set(pages.first_codes(pages.reference("设置")))


def test_every_caliber_parameter_is_described_with_its_name():
    told = {row[0].strip("`"): row[1] for row in pages.rows(pages.reference("口径参数"))}
    for name, label in caliber.LABELS.items():
        assert told.get(name) == label
    words = {*caliber.DENOMINATORS, *caliber.GUEST_RULES, *caliber.SD_KINDS, *caliber.TRIM_WITHIN}
    assert words | set(caliber.SCHOOL_STAGES) <= pages.codes(pages.reference("口径参数"))


@pytest.mark.parametrize(
    ("page", "depth", "tables"),
    [("结果表", "##", RESULTS), ("数据集格式", "###", TABLES)],
    ids=["results", "dataset"],
)
def test_every_table_and_column_is_described_in_order(page, depth, tables):
    for name, schema in tables.items():
        part = pages.section(pages.reference(page), f"{depth} {name}")
        assert pages.first_codes(part) == list(schema), name
        kinds = [row[1] for row in pages.rows(part)[2:]]
        assert kinds == [str(kind) for kind in schema.values()], name


def test_levels_and_states_are_described():
    assert LEVELS.keys() <= pages.codes(pages.reference("结果表"))
    assert STATUSES.keys() | ENROLMENTS.keys() <= pages.codes(pages.reference("数据集格式"))


def test_every_key_of_the_exam_file_is_described():
    told = set(pages.first_codes(pages.reference("考试说明文件")))
    assert FILE_KEYS | EXAM_KINDS.keys() <= told
    papers = {"subject", "full_mark", "in_total", "weight", "is_scale"}
    assert told == FILE_KEYS | EXAM_KINDS.keys() | papers


def test_roles_and_what_they_open_are_as_the_program_has_them():
    table = pages.rows(pages.reference("权限"))
    assert {row[0]: row[1] for row in table if row[0] in ROLES} == ROLES
    told = {row[1].strip("`"): set(row[2].split()) for row in table if row[1].startswith("`")}
    source = ast.parse(Path(access.__file__).read_text(encoding="utf-8"))
    own = [n for node in source.body for n in getattr(node, "targets", [getattr(node, "target", None)])]
    decided = {n.id: set(vars(access)[n.id]) for n in own if isinstance(n, ast.Name) and n.id.isupper()}
    del decided["EVERYONE"]
    assert told == decided


def declared_problem_codes() -> set[str]:
    """Return every problem code that some module declares."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "declare":
                found |= set(ast.literal_eval(node.args[0]))
    return found


def test_every_problem_code_has_an_entry():
    assert declared_problem_codes() <= pages.codes(pages.reference("problem_codes"))
