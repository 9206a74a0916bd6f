"""A PostgreSQL cluster of the tests' own: made in a temporary folder, reached by a Unix socket, gone afterwards.

PostgreSQL refuses to run as root; as root it is started under the account `postgres`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PLACES = "/usr/lib/postgresql"
ACCOUNT = "postgres"
OPTIONS = "-c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=60"


class Missing(Exception):
    """PostgreSQL is not installed, or does not start."""


def programs() -> Path:
    """Return the folder of PostgreSQL's server programs, the newest where there are several.

    Raises
    ------
    Missing
        There is none.
    """
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path(PLACES).glob("*/bin/initdb"), key=lambda p: int(p.parts[-3].split(".")[0]))
    if not found:
        raise Missing("没有找到 PostgreSQL（initdb）。请先运行 make setup-test，或安装 postgresql。")
    return found[-1].parent


@contextmanager
def cluster() -> Iterator[str]:
    """Run a fresh cluster inside the block and give its DATABASE_URL.

    Raises
    ------
    Missing
        PostgreSQL is not installed, or does not start.
    """
    where = programs()
    folder = Path(tempfile.mkdtemp(prefix="zhiheng-pg-"))
    account = ACCOUNT if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, ACCOUNT)
        data = folder / "data"
        _run(
            account,
            [where / "initdb", "-D", data, "-U", account, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        )
        start = [
            where / "pg_ctl",
            "-D",
            data,
            "-w",
            "-l",
            folder / "log",
            "-o",
            f"{OPTIONS} -k {folder}",
            "start",
        ]
        _run(account, start)
        try:
            yield f"postgres://{account}@/postgres?host={folder}"
        finally:
            _run(account, [where / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(account: str, command: Sequence[str | Path]) -> None:
    """Run one of PostgreSQL's programs as `account`."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups", *words]
    done = subprocess.run(words, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"PostgreSQL 没有启动：{(done.stderr or done.stdout).strip()[-400:]}")
