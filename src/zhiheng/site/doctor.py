"""Self-check: what an administrator wants to know before calling for help."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from zhiheng.base.audit.selectors import first_broken_link
from zhiheng.base.clock import now
from zhiheng.base.jobs.models import Job
from zhiheng.base.storage import home
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.selectors import verify
from zhiheng.files.fonts import FontsMissing, chinese_font_folders

SPACE_WANTED = 2 * 1024**3
SILENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: its name, whether it is well, and a sentence."""

    name: str
    ok: bool
    said: str


def checkup() -> list[Check]:
    """Look at everything; one fault does not hide the next."""
    looks: list[tuple[str, Callable[[], tuple[bool, str]]]] = [
        ("数据文件夹", _space),
        ("数据库", _database),
        ("字体", _fonts),
        ("数据集", _datasets),
        ("审计链", _audit),
        ("后台任务", _jobs),
    ]
    found = []
    for name, look in looks:
        try:
            found.append(Check(name, *look()))
        except (DatabaseError, OSError) as error:
            found.append(Check(name, False, f"查不了（{type(error).__name__}）。请先处理上面的问题再自检"))
    return found


def _space() -> tuple[bool, str]:
    free = shutil.disk_usage(home()).free
    return free > SPACE_WANTED, f"{home()}，剩余 {free / 1024**3:.1f} GB（至少要 2 GB）"


def _database() -> tuple[bool, str]:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    return not waiting, f"{kind}，" + (
        f"有 {waiting} 步升级未做，运行 zhiheng serve 会自动完成" if waiting else "结构是最新的"
    )


def _fonts() -> tuple[bool, str]:
    try:
        folders = chinese_font_folders()
    except FontsMissing as error:
        return False, str(error)
    return True, f"中文字体齐全（{len(folders)} 个文件夹）"


def _datasets() -> tuple[bool, str]:
    published = Dataset.objects.filter(state="published")
    broken = [f"{d.exam.name} 第{d.version}版" for d in published.select_related("exam") if not verify(d)]
    if broken:
        return False, f"校验不符：{'、'.join(broken)}。请从备份恢复"
    return True, f"{published.count()} 个数据集校验一致"


def _audit() -> tuple[bool, str]:
    broken = first_broken_link()
    return broken is None, "完整" if broken is None else f"第 {broken} 条起对不上，可能被改动"


def _jobs() -> tuple[bool, str]:
    silent = Job.objects.filter(state="running", heartbeat_at__lt=now() - SILENCE).count()
    failed = Job.objects.filter(state="failed").count()
    return not silent, f"无响应 {silent} 个，未完成 {failed} 个"
