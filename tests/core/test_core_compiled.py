"""Compiled loops on an installation where nothing may be written."""

import numpy as np
import pytest
from numba.core import caching

from zhiheng.core.compiled import compiled


def test_without_a_place_to_write_loops_still_run(monkeypatch: pytest.MonkeyPatch):
    def refuse(self: object) -> None:
        raise OSError("read-only")

    for locator in vars(caching).values():
        if isinstance(locator, type) and "ensure_cache_path" in vars(locator):
            monkeypatch.setattr(locator, "ensure_cache_path", refuse)

    def total(values):
        out = 0.0
        for value in values:
            out += value
        return out

    assert compiled(total)(np.arange(4.0)) == 6
