"""The same code on another engine gives the same tables: whole numbers equal, floats to rounding."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

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


@pytest.mark.parametrize(
    "body", [{"composites": ["mean433"]}, {"denominator": "trim_lowest", "trim_count": 2}]
)
@pytest.mark.parametrize("name", DATASETS)
def test_duckdb_gives_the_tables_that_polars_gives(tmp_path, name, body):
    caliber = caliber_from_body(body, key="test")
    ours = analyse(DATASETS[name], caliber)
    theirs = analyse(on_duckdb(DATASETS[name], tmp_path), caliber)
    for table in ours:
        mine, other = (made[table].collect().to_native() for made in (ours, theirs))
        whole = [column for column, kind in mine.schema.items() if kind != pl.Float64]
        assert other.select(whole).equals(mine.select(whole)), table
        for column in set(mine.columns) - set(whole):
            assert other[column].to_list() == pytest.approx(mine[column].to_list(), nan_ok=True), (
                table,
                column,
            )
