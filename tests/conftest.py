"""Fixtures every test may use."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public data sets and score sheets beside the project, where there is one."""
    if not SHARED.is_dir():
        pytest.skip("没有 ../shared：公开数据集不在这台机器上，本测试略过")
    return SHARED
