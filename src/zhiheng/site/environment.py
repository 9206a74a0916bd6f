"""Settings from the environment. A wrong value stops the start, naming the variable and what is allowed."""

import datetime as dt
import ipaddress
import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from zhiheng.base.secrets import kept_secret

YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
HOST = re.compile(r"\.?[\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:]+\]|\*")
SHORTEST_SECRET = 32


def flag(name: str, default: bool) -> bool:
    """Read a yes/no variable."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in YES | NO:
        return value in YES
    raise ImproperlyConfigured(f"环境变量 {name} 的值是“{value}”，只能写 1 或 0。")


def day(name: str) -> dt.date | None:
    """Read a day, as 2026-11-21."""
    value = os.environ.get(name, "").strip()
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError as error:
        raise ImproperlyConfigured(f"环境变量 {name} 的值是“{value}”，要写成 2026-11-21 的样子。") from error


def hosts(name: str) -> list[str]:
    """Read host names or addresses, comma separated; this machine alone where none are given."""
    given = [each.strip() for each in os.environ.get(name, "").split(",") if each.strip()]
    for host in given:
        if not HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"环境变量 {name} 里的“{host}”不是域名或地址。只写域名或 IP，不带 http:// 和端口，逗号分隔，"
                "如 zhiheng.example.edu.cn,10.20.30.40。"
            )
    return given or ["127.0.0.1", "localhost"]


def proxy(name: str, *, https: bool) -> str:
    """Read the address of the reverse proxy whose word on the caller and on HTTPS is taken; "" for none."""
    value = os.environ.get(name, "").strip()
    if not value:
        if https:
            raise ImproperlyConfigured(
                f"ZHIHENG_HTTPS=1 时要写环境变量 {name}：反向代理连到本程序所用的地址，在同一台机器上写 127.0.0.1。"
                "不写，程序分不清浏览器是否经 HTTPS 而来，所有表单都会被拒绝。"
            )
        return ""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError as error:
        raise ImproperlyConfigured(
            f"环境变量 {name} 的值是“{value}”，要写一个 IP 地址，如 127.0.0.1。"
        ) from error


def data_home() -> Path:
    """Return the folder that holds the database, uploads, datasets and documents; make it if need be."""
    home = Path(os.environ.get("ZHIHENG_HOME", "var")).resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"环境变量 ZHIHENG_HOME 指向 {home}，建不了这个文件夹（{error.strerror}）。请换一个可写的文件夹。"
        ) from error
    return home


def secret_key(home: Path) -> str:
    """Return the signing key: from the environment, else made once and kept in the data home."""
    given = os.environ.get("ZHIHENG_SECRET_KEY", "")
    if given and len(given) < SHORTEST_SECRET:
        raise ImproperlyConfigured(
            f"环境变量 ZHIHENG_SECRET_KEY 太短（{len(given)} 个字符），至少 {SHORTEST_SECRET} 个；不写则自动生成。"
        )
    return given or kept_secret(home / "keys" / "signing", lambda: get_random_secret_key().encode()).decode()
