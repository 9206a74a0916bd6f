"""GROUPS on the worked example D1: schools 甲 and 乙 in mathematics."""

import polars as pl
import pytest

from frames.small_county import d1
from zhiheng.frames.caliber import shipped_calibers
from zhiheng.frames.groups import group_stats


@pytest.fixture(scope="module")
def taken() -> pl.DataFrame:
    """D1 by 实考, 80/60/40."""
    return group_stats(d1(), shipped_calibers()["county_80_60_40"]).collect().to_native()


def row(table: pl.DataFrame, level: str, unit: str, subject: str = "math") -> dict:
    """The only row of a unit."""
    return table.row(
        by_predicate=(pl.col("level") == level) & (pl.col("unit") == unit) & (pl.col("subject") == subject),
        named=True,
    )


@pytest.mark.parametrize(
    ("level", "unit", "mean", "mean_expected"),
    [("school", "0", 72.78, 65.50), ("school", "1", 58.90, 58.90), ("county", "", 65.47, 62.20)],
)
def test_means_over_those_who_sat_and_those_expected(taken, level, unit, mean, mean_expected):
    got = row(taken, level, unit)
    assert got["mean"] == pytest.approx(mean, abs=0.005)
    assert got["mean_taken"] == pytest.approx(mean, abs=0.005)
    assert got["mean_expected"] == pytest.approx(mean_expected, abs=0.005)
