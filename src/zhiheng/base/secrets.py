"""Secrets an installation makes for itself once and keeps, readable by its owner only."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4


def kept_secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the secret at `path`, making it the first time. Of processes racing to make it, the first wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".{path.name}.{uuid4().hex}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(make())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()
