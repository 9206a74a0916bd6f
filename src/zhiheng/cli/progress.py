"""Say on the terminal how far long work is. Silent for work under two seconds and when nobody watches."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

PATIENCE = 2.0  # seconds before the first line


class TerminalProgress:
    """The progress that services report to, drawn as one line that is rewritten."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._began = time.monotonic()
        self._step = ""
        self._place = ""
        self._names: list[str] = []
        self._drawn = 0

    def steps(self, names: list[str]) -> None:
        """Announce the steps to come."""
        self._names = list(names)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Work on one step inside the block."""
        self._step = name
        self._place = f"{self._names.index(name) + 1}/{len(self._names)} " if name in self._names else ""
        self._draw("")
        yield
        self._wipe()

    def advance(self, done: int, total: int) -> None:
        """Tell how much of the present step is done."""
        filled = round(20 * done / total) if total else 0
        self._draw(f" [{'█' * filled}{'·' * (20 - filled)}] {done}/{total}")

    def _draw(self, tail: str) -> None:
        if self._stream.isatty() and time.monotonic() - self._began > PATIENCE:
            text = f"{self._place}{self._step}{tail}"
            self._stream.write("\r" + text + " " * max(0, self._drawn - len(text)))
            self._stream.flush()
            self._drawn = len(text)

    def _wipe(self) -> None:
        if self._drawn:
            self._stream.write("\r" + " " * (2 * self._drawn) + "\r")
            self._stream.flush()
            self._drawn = 0
