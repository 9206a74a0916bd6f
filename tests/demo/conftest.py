"""One written county for all tests of this folder; large enough that most layouts appear."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from zhiheng.demo.county import build_county
from zhiheng.demo.sheets import write_sheets
from zhiheng.demo.truth import read_truth


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of raw files of a county of 24,000 pupils."""
    folder = tmp_path_factory.mktemp("anhe")
    write_sheets(build_county(11, 24_000), folder)
    return folder


@pytest.fixture(scope="session")
def truth(tree: Path) -> dict[str, Any]:
    return read_truth(tree)[0]


@pytest.fixture(scope="session")
def marks(tree: Path) -> pl.DataFrame:
    return read_truth(tree)[1]
