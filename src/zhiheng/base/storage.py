"""Where bytes live under the data home, and how they get there whole or not at all.

Raw workbooks hold names, so they are sealed (AES through Fernet) with a key kept beside the data,
readable by the owner only. Tables without names are plain Parquet.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from zhiheng.base.secrets import kept_secret


class SealBroken(Exception):
    """A sealed file does not open with this installation's key."""


def home() -> Path:
    """Return the data home."""
    return Path(settings.HOME)


def _sealer() -> Fernet:
    return Fernet(kept_secret(home() / "keys" / "uploads", Fernet.generate_key))


def seal(content: bytes, name: str) -> str:
    """Encrypt and store `content` under uploads/; return its sha256 (of the plain bytes)."""
    write_whole(home() / "uploads" / name, _sealer().encrypt(content))
    return hashlib.sha256(content).hexdigest()


def unseal(name: str) -> bytes:
    """Return the plain bytes of a sealed file.

    Raises
    ------
    SealBroken
        The file was written with another key, or changed on disk.
    FileNotFoundError
        Its retention date has passed and it was removed.
    """
    try:
        return _sealer().decrypt((home() / "uploads" / name).read_bytes())
    except InvalidToken as error:
        raise SealBroken(f"{name}：文件打不开，可能换过密钥或被改动。请从备份恢复 keys 文件夹。") from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there completely or not at all, even if the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{uuid4().hex}")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _sync_folder(path.parent)


@contextmanager
def folder_whole(final: Path) -> Iterator[Path]:
    """Give a scratch folder that becomes `final` when the block ends well, and vanishes when it does not.

    A folder already at `final` is left alone: what is there was complete.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    scratch = final.with_name(f".{final.name}.{uuid4().hex}")
    scratch.mkdir()
    try:
        yield scratch
        for path in scratch.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        _sync_folder(scratch)
        if not final.exists():
            scratch.rename(final)
            _sync_folder(final.parent)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
