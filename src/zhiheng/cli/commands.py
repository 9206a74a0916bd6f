"""The commands of `zhiheng`. Each sets the data home, then calls one function of the stages.

Exit codes: 0 done; 1 something unforeseen; 2 wrong options or settings; 3 nothing could be read or accepted;
4 refused by a rule, or its basis is missing; 5 `doctor` found a fault; 6 disk full or not writable; 130 interrupted.
"""

import errno
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import django
from django.utils.module_loading import import_string

from zhiheng import __version__
from zhiheng.cli.group import FAULT, NOTHING_READ, Commands
from zhiheng.cli.inspection import inspection_text
from zhiheng.cli.progress import TerminalProgress
from zhiheng.files.reading import read_source
from zhiheng.files.text_tables import write_csv

LOCALHOST = "127.0.0.1"
home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="ZHIHENG_HOME",
    help="数据文件夹（数据库、密钥、数据集、文档）。不写时用 ./var。",
)
port_option = click.option(
    "--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="网站的端口。"
)
json_option = click.option("--json", "as_json", is_flag=True, help="结果按固定格式输出 JSON。")


def stages(home: Path | None, service: str, *, existing: bool = False) -> Callable[..., Any]:
    """Start Django on a data home and return the function named by its dotted path.

    With `existing` the home must be there: a mistyped path is told, not made.
    """
    if home is not None:
        os.environ["ZHIHENG_HOME"] = str(home)
    if existing and not (place := Path(os.environ.get("ZHIHENG_HOME", "var"))).is_dir():
        raise click.BadParameter(f"没有数据文件夹“{place}”，请检查路径")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.site.settings")
    django.setup()
    return import_string(service)


def writable(folder: Path) -> None:
    """Make a folder for what will be written, before any work is done.

    Raises
    ------
    click.BadParameter
        It cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter(
            f"文件夹“{folder}”建不了（{error.strerror}），请换一个可写的文件夹"
        ) from error
    if not os.access(folder, os.W_OK):
        raise click.BadParameter(f"文件夹“{folder}”不能写，请换一个可写的文件夹")


def port_free(host: str, port: int) -> None:
    """Make sure that the site can listen there, before any work is done.

    Raises
    ------
    click.BadParameter
        Another program listens there, or the address is none of this machine's.
    """
    try:
        kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        busy = error.errno == errno.EADDRINUSE
        why = (
            f"端口 {port} 已被别的程序占用，请用 --port 换一个"
            if busy
            else "这台电脑没有这个地址，或没有权限"
        )
        raise click.BadParameter(f"网站打不开 {host}:{port}：{why}") from error


def emit(result: dict[str, Any], as_json: bool, text: str) -> None:
    """Print a result for a program or for a person."""
    click.echo(json.dumps(result, ensure_ascii=False, indent=1, default=str) if as_json else text)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="质衡 zhiheng", message="%(prog)s %(version)s")
def main() -> None:
    """质衡：从学校交来的成绩表，到全县质量分析。

    \b
    例：
      zhiheng inspect 成绩/*.xlsx            看看每张表是什么、哪里有错，不留存任何数据
      zhiheng analyse 成绩/ --out 结果/       一个文件夹的成绩表 → 分析与文档
      zhiheng demo --serve                   建好演示县“安禾县”并打开网站

    \b
    退出码：0 完成；1 意外错误；2 选项或设置写错；3 没有读到可用的数据；4 按规定不能做或缺依据；5 自检发现问题；
    6 磁盘满或不能读写；130 被中断。
    """


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--records", type=click.Path(dir_okay=False, path_type=Path), help="把读到的记录写成长表 CSV。")
@json_option
def inspect(files: tuple[Path, ...], records: Path | None, as_json: bool) -> None:
    """看懂每张表：是什么、每列是什么、哪里有错。什么也不保存。

    \b
    例：
      zhiheng inspect 九年级一模.xlsx
      zhiheng inspect 收到的表/ --json
      zhiheng inspect 收到的表.zip --records 记录.csv
    """
    if records:
        writable(records.parent)
    reading = read_source(list(files))
    if records:
        write_csv(reading.records(), records)
    emit(reading.as_json(), as_json, inspection_text(reading))
    if not any(sheet.rows_accepted for sheet in reading.sheets):
        sys.exit(NOTHING_READ)


@main.command()
@click.argument("sheets", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="结果放到这个文件夹。"
)
@click.option(
    "--exam", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="考试说明（YAML）。"
)
@click.option(
    "--yes",
    is_flag=True,
    help="不逐项询问，按识别结果办：没有把握的列不读取，并列出；不得跨校统考的年级改为各校单独分析。",
)
@home_option
@json_option
def analyse(sheets: Path, out: Path, exam: Path | None, yes: bool, home: Path | None, as_json: bool) -> None:
    """一个文件夹的成绩表 → 数据集 → 分析 → 文档。不需要服务器。

    \b
    例：
      zhiheng analyse 九年级一模/ --out 结果/
      zhiheng analyse 九年级一模/ --out 结果/ --exam 考试.yaml --yes
      zhiheng analyse 九年级一模/ --out 结果/ --home 全县数据/     用已有的学校与学生名册
    """
    writable(out)
    run = stages(home or out / "data", "zhiheng.reports.run.services.folder_analyse")
    ask = None if yes else click.confirm
    result = run(folder=sheets, out=out, exam_file=exam, ask=ask, progress=TerminalProgress())
    emit(result.as_json(), as_json, result.as_text())


@main.command(name="import")
@click.argument("sheets", type=click.Path(exists=True, path_type=Path))
@click.option("--roster", is_flag=True, help="这是名册（学校、学生、任课），不是成绩。")
@click.option(
    "--exam", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="考试说明（YAML）。"
)
@home_option
@json_option
def import_(sheets: Path, roster: bool, exam: Path | None, home: Path | None, as_json: bool) -> None:
    """把名册或成绩收进数据文件夹，不做分析。

    \b
    例：
      zhiheng import 名册/ --roster
      zhiheng import 九年级一模/ --exam 考试.yaml
    """
    name = "roster_folder_import" if roster else "scores_folder_import"
    run = stages(home, f"zhiheng.reports.run.services.{name}")
    arguments = {} if roster else {"exam_file": exam}
    result = run(folder=sheets, progress=TerminalProgress(), **arguments)
    emit(result.as_json(), as_json, result.as_text())


@main.command()
@click.option("--exam", "exam_name", help="考试名称；不写时取最近一次。")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--kind", "kinds", multiple=True, help="brief hearing county school，可写多个；不写时全部。")
@home_option
@json_option
def report(
    exam_name: str | None, out: Path, kinds: tuple[str, ...], home: Path | None, as_json: bool
) -> None:
    """把已分析的考试写成文档（Word、PDF、Excel）。

    \b
    例：
      zhiheng report --out 文档/
      zhiheng report --exam 2027届九年级一模 --kind brief --out 文档/
    """
    writable(out)
    run = stages(home, "zhiheng.reports.run.services.exam_report", existing=True)
    result = run(exam_name=exam_name, out=out, kinds=kinds or None, progress=TerminalProgress())
    emit(result.as_json(), as_json, result.as_text())


@main.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="只把原始表写到这里，不建网站数据。"
)
@click.option("--pupils", default=55_400, show_default=True, help="全县学生数，可放大到一个省。")
@click.option("--seed", default=2026, show_default=True, help="随机种子；同一种子每次都一样。")
@click.option("--serve", "then_serve", is_flag=True, help="建好后打开网站。")
@port_option
@home_option
def demo(out: Path | None, pupils: int, seed: int, then_serve: bool, port: int, home: Path | None) -> None:
    """演示县“安禾县”：写出学校会交来的原始表，再从这些表建起整个网站。

    \b
    例：
      zhiheng demo --out 安禾县原始表/
      zhiheng demo --serve
      zhiheng demo --pupils 1000000 --out 一个省/
    """
    if out is not None:
        writable(out)
        county = import_string("zhiheng.demo.county.build_county")(seed=seed, pupils=pupils)
        import_string("zhiheng.demo.sheets.write_sheets")(county, out)
        click.echo(f"已写出 {sum(path.is_file() for path in out.rglob('*'))} 个文件到 {out}")
        return
    if then_serve:
        port_free(LOCALHOST, port)
    os.environ.setdefault("ZHIHENG_TODAY", import_string("zhiheng.demo.day.DAY").isoformat())
    stages(home, "zhiheng.demo.build.county_build")(pupils=pupils, seed=seed, progress=TerminalProgress())
    click.echo(import_string("zhiheng.demo.accounts.accounts_text")())
    if then_serve:
        import_string("zhiheng.site.server.serve")(port=port)


@main.command()
@click.option("--host", default=LOCALHOST, show_default=True, help="监听的地址；0.0.0.0 让别的电脑也能打开。")
@port_option
@home_option
def serve(host: str, port: int, home: Path | None) -> None:
    """打开网站和后台任务。

    \b
    例：
      zhiheng serve
      zhiheng serve --host 0.0.0.0 --port 80 --home /data/zhiheng
    """
    port_free(host, port)
    stages(home, "zhiheng.site.server.serve")(host=host, port=port)


@main.command()
@click.argument("username")
@click.option("--name", "display_name", default="系统管理员", show_default=True, help="页面上显示的姓名。")
@click.password_option("--password", prompt="密码（至少 10 位）", confirmation_prompt="再输入一次")
@home_option
def admin(username: str, display_name: str, password: str, home: Path | None) -> None:
    """新装好以后，建第一个系统管理员。例：zhiheng admin guanli --name 王管理"""
    stages(home, "zhiheng.base.installation.installation_prepare")()
    administrator = import_string("zhiheng.base.people.services.GrantWanted")("AD")
    person = import_string("zhiheng.base.people.services.person_create")(
        username=username, display_name=display_name, password=password, grants=[administrator]
    )
    click.echo(f"已建立系统管理员“{person}”，用户名 {person.username}。现在可以登录网站，再为其他人建账号。")


@main.command()
@click.argument("archive", type=click.Path(dir_okay=False, path_type=Path))
@home_option
def backup(archive: Path, home: Path | None) -> None:
    """把数据库、密钥、上传、数据集和文档备份成一个文件。例：zhiheng backup 2026-11-22.zip"""
    writable(archive.parent)
    click.echo(stages(home, "zhiheng.site.backup.backup_write", existing=True)(archive))


@main.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@home_option
def restore(archive: Path, home: Path | None) -> None:
    """从备份恢复到一个空的数据文件夹。例：zhiheng restore 2026-11-22.zip --home 新文件夹/"""
    click.echo(stages(home, "zhiheng.site.backup.backup_restore")(archive))


@main.command()
@home_option
@json_option
def doctor(home: Path | None, as_json: bool) -> None:
    """自检：数据库、密钥、数据集校验、字体、后台任务、审计链。例：zhiheng doctor --home 全县数据/"""
    checks = stages(home, "zhiheng.site.doctor.checkup", existing=True)()
    lines = [f"{'正常' if c.ok else '有问题'}  {c.name}：{c.said}" for c in checks]
    emit(
        {"checks": [{"name": c.name, "ok": c.ok, "said": c.said} for c in checks]}, as_json, "\n".join(lines)
    )
    if not all(c.ok for c in checks):
        sys.exit(FAULT)
