"""Settings from the environment. A wrong value stops the start, naming the variable and what is allowed."""

import datetime as dt
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from zhiheng.base.secrets import kept_secret

YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


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
    given = os.environ.get("ZHIHENG_SECRET_KEY")
    return given or kept_secret(home / "keys" / "signing", lambda: get_random_secret_key().encode()).decode()
