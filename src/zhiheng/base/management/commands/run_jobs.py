"""`manage.py run_jobs`: one worker process, with ticks and resumption (plain `db_worker` runs jobs only)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zhiheng.base.jobs.worker import run_worker


class Command(BaseCommand):
    help = "运行后台任务，直到被停止。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="队列空了就结束")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        run_worker(once=once)
