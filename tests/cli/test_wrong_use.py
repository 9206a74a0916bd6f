"""What people type wrong, and what stops a command from outside, is told in a Chinese sentence with its exit code."""

import errno
import socket

import click
import pytest
from click.testing import CliRunner
from django.db import OperationalError

from zhiheng.cli import main
from zhiheng.cli.group import Commands


def run(*arguments: object):
    return CliRunner().invoke(main, [str(each) for each in arguments])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["analyse"], "没有写 SHEETS"),
        (["analyse", "没有的文件夹", "--out", "x"], "“没有的文件夹”不存在"),
        (["analyse", ".", "--out", __file__], "这里要一个文件夹"),
        (["report"], "没有写选项 --out"),
        (["report", "--out"], "后面要写一个值"),
        (["serve", "--port", "八千"], "“八千”不是整数"),
        (["demo", "--pupls", "3"], "是不是 --pupils"),
        (["serve", "--host", "203.0.113.9"], "没有这个地址"),
        (["serve", "--port", "70000"], "不在允许的范围"),
        (["anal"], "没有命令 anal"),
        (["restore", __file__, "多余"], "多写了：多余"),
        (["doctor", "--home", "没有的家"], "没有数据文件夹“没有的家”"),
        (["backup", "x.zip", "--home", "没有的家"], "没有数据文件夹"),
        (["inspect", ".", "--records", f"{__file__}/记录.csv"], "建不了"),
    ],
)
def test_a_mistyped_command_is_told_in_chinese(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Error" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_has_help_with_an_example_in_chinese(command):
    said = run(command, "--help").stdout
    assert f"zhiheng {command}" in said.split("\n", 1)[1]
    for english in ("Usage", "Options", "Show this", "[default", "[required", "OPTIONS"):
        assert english not in said


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [
        (OSError(errno.ENOSPC, "full", "/x/表.xlsx"), "/x/表.xlsx：磁盘满了", 6),
        (OSError(errno.EROFS, "read-only"), "只读", 6),
        (OperationalError("database or disk is full"), "磁盘满了", 6),
        (OperationalError("database is locked"), "另一个程序正在写", 6),
        (KeyboardInterrupt(), "已中断", 130),
    ],
)
def test_what_stops_a_command_from_outside_is_told(error, said, code):
    @click.group(cls=Commands)
    def group():
        pass

    @group.command()
    def work():
        raise error

    result = CliRunner().invoke(group, ["work"])
    assert (result.exit_code, said in result.stderr) == (code, True)


def test_a_disk_that_fills_inside_a_library_is_told_too():
    @click.group(cls=Commands)
    def group():
        pass

    @group.command()
    def work():
        try:
            raise OSError(errno.ENOSPC, "full")
        except OSError as full:
            raise RuntimeError("file not created") from full

    assert CliRunner().invoke(group, ["work"]).exit_code == 6


def test_a_mistake_of_the_program_is_not_explained_away():
    @click.group(cls=Commands)
    def group():
        pass

    @group.command()
    def work():
        raise OSError(errno.ENOENT, "a bug")

    assert isinstance(CliRunner().invoke(group, ["work"]).exception, OSError)


@pytest.mark.parametrize("command", [["serve"], ["demo", "--serve"]])
def test_a_busy_port_is_told_before_any_work(command, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        result = run(*command, "--port", port, "--home", tmp_path / "site")
    assert (result.exit_code, "已被别的程序占用" in result.stderr) == (2, True)
    assert not (tmp_path / "site").exists()


def test_an_empty_folder_is_told(tmp_path):
    result = run("inspect", tmp_path)
    assert (result.exit_code, "没有找到表格文件" in result.stdout) == (3, True)
