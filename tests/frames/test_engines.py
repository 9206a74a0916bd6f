"""The same code on another engine gives the same whole numbers."""

import duckdb
import polars as pl
import pytest

from frames.small_county import A, B, dataset
from zhiheng.frames.caliber import shipped_calibers
from zhiheng.frames.groups import group_stats


@pytest.mark.parametrize("key", ["county_80_60_40", "expected_85_60_30"])
def test_duckdb_counts_and_adds_as_polars_does(tmp_path, key):
    tables = dataset(
        {"甲": {"math": A, "english": B}, "乙": {"math": B, "english": A}},
        traits={"gender": ["male", "female"] * 10, "boarding": [True, False, None, True] * 5},
    )
    relations = {}
    database = duckdb.connect()
    for name, table in tables.items():
        table.sink_parquet(tmp_path / f"{name}.parquet")
        relations[name] = database.read_parquet(str(tmp_path / f"{name}.parquet"))
    caliber = shipped_calibers()[key]
    ours, theirs = (group_stats(given, caliber).collect().to_native() for given in (tables, relations))
    whole = [name for name, kind in ours.schema.items() if kind != pl.Float64]
    assert theirs.select(whole).equals(ours.select(whole))
    for name in ours.columns:
        if name not in whole:
            assert theirs[name].to_list() == pytest.approx(ours[name].to_list(), nan_ok=True), name
