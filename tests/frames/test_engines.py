"""The same code on another engine gives the same tables: whole numbers equal, floats to rounding."""

from pathlib import Path

import duckdb
import narwhals as nw
import polars as pl
import pytest
from pyspark.sql import DataFrame, SparkSession

from frames.small_county import D2, A, B, dataset, with_items
from zhiheng.frames.analyse import analyse
from zhiheng.frames.caliber import caliber_from_body


def on_duckdb(tables: dict[str, pl.LazyFrame], folder: Path) -> dict[str, duckdb.DuckDBPyRelation]:
    """The same dataset as relations of a database."""
    database = duckdb.connect()
    for name, table in tables.items():
        table.sink_parquet(folder / f"{name}.parquet")
    return {name: database.read_parquet(str(folder / f"{name}.parquet")) for name in tables}


DATASETS = {
    "two schools, two subjects, traits": dataset(
        {"甲": {"math": A, "english": B}, "乙": {"math": B, "english": A}},
        traits={"gender": ["male", "female"] * 10, "boarding": [True, False, None, True] * 5},
    ),
    "items": with_items(
        D2,
        (3, 3, 4, 10),
        options=[("A", "B", "C", "")] * 10,
        key=("A", "A", "C", "D"),
        knowledge=("函数",) * 4,
    ),
}


def on_spark(tables: dict[str, pl.LazyFrame], folder: Path, spark: SparkSession) -> dict[str, DataFrame]:
    """The same dataset as frames of a cluster."""
    for name, table in tables.items():
        table.sink_parquet(folder / f"{name}.parquet")
    return {name: spark.read.parquet(str(folder / f"{name}.parquet")) for name in tables}


def assert_same(ours: dict[str, nw.LazyFrame], theirs: dict[str, nw.LazyFrame]) -> None:
    """Whole numbers and words are equal; floats differ by rounding alone."""
    for table in ours:
        mine, other = ours[table].collect().to_native(), theirs[table].collect("polars").to_native()
        whole = [column for column, kind in mine.schema.items() if kind != pl.Float64]
        assert other.select(whole).equals(mine.select(whole)), table
        for column in set(mine.columns) - set(whole):
            assert other[column].is_null().equals(mine[column].is_null()), (table, column)
            close = pytest.approx(mine[column].drop_nulls().to_list(), rel=1e-9, abs=1e-9)
            assert other[column].drop_nulls().to_list() == close, (table, column)


@pytest.mark.parametrize(
    "body", [{"composites": ["mean433"]}, {"denominator": "trim_lowest", "trim_count": 2}]
)
@pytest.mark.parametrize("name", DATASETS)
def test_duckdb_gives_the_tables_that_polars_gives(tmp_path, name, body):
    caliber = caliber_from_body(body, key="test")
    assert_same(analyse(DATASETS[name], caliber), analyse(on_duckdb(DATASETS[name], tmp_path), caliber))


@pytest.mark.slow
@pytest.mark.parametrize("name", DATASETS)
def test_a_cluster_gives_the_tables_that_polars_gives(tmp_path, spark, name):
    caliber = caliber_from_body({"composites": ["mean433"]}, key="test")
    assert_same(analyse(DATASETS[name], caliber), analyse(on_spark(DATASETS[name], tmp_path, spark), caliber))
