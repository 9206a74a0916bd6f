"""Backup and restore of a whole data home as one zip with checksums. Restores only into an empty home."""

import hashlib
import json
import os
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, connections

from zhiheng import __version__
from zhiheng.base.clock import now
from zhiheng.base.errors import Explained
from zhiheng.base.storage import home, write_whole

FORMAT = 1
FOLDERS = ("keys", "uploads", "datasets", "analyses", "documents")
MANIFEST = "backup.json"
CHUNK = 1 << 20


class ArchiveRefused(Explained):
    """The archive is not one of ours, is damaged, or the home is not empty."""


def backup_write(archive: Path) -> str:
    """Write everything under the data home, and the database, to `archive`; return a sentence.

    The archive holds the keys, so whoever has it can read the uploads: keep it locked away.
    """
    archive.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=archive.parent) as scratch:
        fresh = Path(scratch) / archive.name
        sums = {}
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
            database = _database_copy(Path(scratch))
            for path, name in [(database, f"database/{database.name}"), *_home_files()]:
                target.write(path, name)
                sums[name] = _sha256(path)
            described = {
                "format": FORMAT,
                "version": __version__,
                "made_at": now().isoformat(),
                "sha256": sums,
            }
            target.writestr(MANIFEST, json.dumps(described, ensure_ascii=False, indent=1))
        fresh.chmod(0o600)
        fresh.replace(archive)
    return f"已备份 {len(sums)} 个文件到 {archive}。备份里有密钥，请像保管成绩原件一样保管。"


def backup_restore(archive: Path) -> str:
    """Restore `archive` into this data home and check every file; return a sentence.

    Raises
    ------
    ArchiveRefused
        Not our format, a file is missing or changed, or this home already holds data.
    """
    if _holds_data():
        raise ArchiveRefused(f"数据文件夹 {home()} 里已有数据。请用 --home 指定一个空文件夹再恢复。")
    try:
        with zipfile.ZipFile(archive) as source:
            described = json.loads(source.read(MANIFEST))
            _check(described, source)
            for name in described["sha256"]:
                write_whole(home() / name, source.read(name))
    except (zipfile.BadZipFile, KeyError, TypeError, json.JSONDecodeError) as error:
        raise ArchiveRefused(f"{archive.name} 不是质衡的备份文件，或已损坏。请换一份备份。") from error
    _database_restore(home() / "database")
    return f"已恢复 {len(described['sha256'])} 个文件（备份于 {described['made_at'][:16]}，版本 {described['version']}）。"


def _holds_data() -> bool:
    """Tell whether anything here would be lost."""
    if connection.vendor == "sqlite" and Path(connection.settings_dict["NAME"]).exists():
        return True
    folders = [home() / name for name in FOLDERS if name != "keys"]
    return any(folder.exists() and any(folder.iterdir()) for folder in folders)


def _check(described: dict, source: zipfile.ZipFile) -> None:
    if described["format"] > FORMAT:
        raise ArchiveRefused(
            f"备份来自更新的版本 {described['version']}，本机是 {__version__}。请先升级质衡再恢复。"
        )
    if described["format"] < FORMAT:
        raise ArchiveRefused(
            f"备份的格式（{described['format']}）太旧，本机只认得 {FORMAT}。请用备份时的版本 {described['version']} "
            "恢复，升级以后重新备份。"
        )
    for name, expected in described["sha256"].items():
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ArchiveRefused(f"备份里有越出数据文件夹的路径“{name}”，已拒绝。")
        if hashlib.sha256(source.read(name)).hexdigest() != expected:
            raise ArchiveRefused(f"备份中的 {name} 与登记的校验值不符，备份已损坏。请换一份备份。")


def _home_files() -> list[tuple[Path, str]]:
    return [
        (path, str(path.relative_to(home())))
        for folder in FOLDERS
        for path in sorted((home() / folder).rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(home()).parts)
    ]


def _database_copy(scratch: Path) -> Path:
    """Copy the database as of one moment, while others go on working."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        copy = scratch / "db.sqlite3"
        with closing(sqlite3.connect(settings["NAME"])) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        return copy
    copy = scratch / "db.dump"
    subprocess.run(["pg_dump", "--format=custom", f"--file={copy}"], check=True, env=_postgres_environment())
    return copy


def _database_restore(folder: Path) -> None:
    copy = next(folder.iterdir())
    settings = connection.settings_dict
    connections.close_all()
    if copy.suffix == ".sqlite3" and connection.vendor == "sqlite":
        for tail in ("-wal", "-shm"):
            Path(f"{settings['NAME']}{tail}").unlink(missing_ok=True)
        copy.replace(settings["NAME"])
    elif copy.suffix == ".dump" and connection.vendor == "postgresql":
        restore = ["pg_restore", "--clean", "--if-exists", "--no-owner"]
        name = connection.settings_dict["NAME"]
        subprocess.run([*restore, f"--dbname={name}", copy], check=True, env=_postgres_environment())
        copy.unlink()
    else:
        raise ArchiveRefused(
            "备份的数据库种类与本机不同（SQLite 与 PostgreSQL 不能互相恢复）。请用同一种数据库恢复。"
        )
    folder.rmdir()


def _postgres_environment() -> dict[str, str]:
    """Return the environment in which PostgreSQL's own programs find this database, its password unseen."""
    settings = connection.settings_dict
    known = {
        "PGHOST": settings["HOST"] or settings["OPTIONS"].get("host", ""),
        "PGPORT": str(settings["PORT"] or settings["OPTIONS"].get("port", "")),
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    return {**os.environ, **{name: value for name, value in known.items() if value}}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
